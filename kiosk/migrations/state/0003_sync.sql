-- sync: what leaves the box, and what the collector told it (docs/sync.md). Rows of encounters are not copied here.

CREATE TABLE series (  -- the ids under which parcels are numbered; the last one counts
  number  INTEGER PRIMARY KEY,
  store   TEXT    NOT NULL UNIQUE CHECK (length(store) = 16),
  born_at INTEGER NOT NULL,                                    -- ms since 1970 UTC
  given   INTEGER NOT NULL DEFAULT 0 CHECK (given >= 0)        -- the highest number given: none is given twice
) STRICT;

CREATE TABLE parcel (
  made    INTEGER PRIMARY KEY,                                 -- order of making, and of sending
  series  INTEGER NOT NULL REFERENCES series (number),
  n       INTEGER NOT NULL CHECK (n > 0),
  kind    TEXT    NOT NULL CHECK (kind IN ('encounters', 'report', 'answer', 'day-key')),
  day     INTEGER NOT NULL,                                    -- UTC day it is about, days since 1970-01-01
  slot    INTEGER,                                             -- encounters: which sealed part of that day ...
  part    INTEGER,
  first   INTEGER,                                             -- ... and from which of its rows on, in the batch's order
  once    TEXT    UNIQUE,                                      -- the others: what there must be only one of
  sha256  TEXT    CHECK (length(sha256) = 64),                 -- of the content; NULL while it is withheld
  content BLOB,                                                -- the others, until acknowledged
  made_at INTEGER NOT NULL,                                    -- ms since 1970 UTC
  state   TEXT    NOT NULL CHECK (state IN ('waiting', 'acknowledged', 'set-aside', 'expired', 'withheld')),
  reason  TEXT    NOT NULL DEFAULT '',                         -- why it is set aside, expired or withheld
  ended_at INTEGER,                                            -- when it stopped waiting, ms since 1970 UTC
  UNIQUE (series, n),
  CHECK (kind <> 'encounters' OR (slot BETWEEN 0 AND 95 AND part BETWEEN 0 AND 4095 AND first >= 0 AND content IS NULL)),
  CHECK (kind = 'encounters' OR once IS NOT NULL)
) STRICT;

-- Each sealed part is in one parcel, or cut into several by order.
CREATE UNIQUE INDEX parcel_part ON parcel (day, slot, part, first) WHERE kind = 'encounters';
CREATE INDEX parcel_unsent ON parcel (made) WHERE state IN ('waiting', 'set-aside');

CREATE TABLE sharing (  -- what [sync] share was, and from when on
  number INTEGER PRIMARY KEY,
  share  TEXT    NOT NULL CHECK (share IN ('nothing', 'matches', 'encounters')),
  since  INTEGER NOT NULL                                      -- ms since 1970 UTC
) STRICT;

CREATE TABLE notice (  -- accepted: signed by the collector, newer than all before it, for this box
  number      INTEGER PRIMARY KEY,
  kind        TEXT    NOT NULL CHECK (kind IN ('cases', 'request', 'campaign')),
  accepted_at INTEGER NOT NULL,                                -- ms since 1970 UTC
  expires     INTEGER NOT NULL,                                -- ms since 1970 UTC; then the content goes
  done_at     INTEGER,                                         -- when the box had done what it asks
  content     BLOB                                             -- the signed bytes, MessagePack
) STRICT;
