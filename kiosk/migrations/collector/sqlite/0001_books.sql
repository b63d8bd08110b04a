-- The collector's books in SQLite; ../postgres says the same for PostgreSQL. Times are ms since 1970 UTC, `day` is days
-- since then. Every table that grows with the boxes has `kiosk` in its key, so that a distributed database can share
-- them out by it. Of a token, a code or a session only the SHA-256 is kept.

CREATE TABLE unit (      -- province, ward, company: a free tree
  id     TEXT PRIMARY KEY,
  parent TEXT REFERENCES unit (id),
  name   TEXT NOT NULL   -- in Vietnamese
) STRICT;

CREATE TABLE venue (
  id         TEXT PRIMARY KEY,
  unit       TEXT REFERENCES unit (id),
  name       TEXT NOT NULL,
  profile    TEXT NOT NULL,    -- its kind: market, school ...
  made_at    INTEGER NOT NULL,
  retired_at INTEGER
) STRICT;

CREATE TABLE team (      -- people who go round with a code of their own
  id      TEXT PRIMARY KEY,
  unit    TEXT REFERENCES unit (id),
  name    TEXT NOT NULL,
  made_at INTEGER NOT NULL
) STRICT;

CREATE TABLE kiosk (
  kiosk        TEXT PRIMARY KEY,
  token_sha256 TEXT NOT NULL UNIQUE,
  enrolled_at  INTEGER NOT NULL,
  revoked_at   INTEGER,        -- since then its token opens nothing
  stolen       INTEGER NOT NULL DEFAULT 0 CHECK (stolen IN (0, 1))
) STRICT;

CREATE TABLE placement ( -- where a box stood and when: [since, until); an open end is where it stands now
  kiosk TEXT NOT NULL REFERENCES kiosk (kiosk),
  since INTEGER NOT NULL,
  until INTEGER,
  venue TEXT NOT NULL REFERENCES venue (id),
  PRIMARY KEY (kiosk, since)
) STRICT, WITHOUT ROWID;
CREATE INDEX placement_by_venue ON placement (venue);

CREATE TABLE code (      -- one-time codes; used_by is the SHA-256 of the token of the box that used it
  code_sha256 TEXT PRIMARY KEY,
  venue       TEXT NOT NULL REFERENCES venue (id),
  made_at     INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL,
  used_by     TEXT,
  kiosk       TEXT
) STRICT;

CREATE TABLE store (     -- one series of parcels; a box has another one after a restored card
  kiosk    TEXT NOT NULL REFERENCES kiosk (kiosk),
  store    TEXT NOT NULL,
  last     INTEGER NOT NULL,   -- the highest n here
  began_at INTEGER NOT NULL,
  PRIMARY KEY (kiosk, store)
) STRICT, WITHOUT ROWID;

CREATE TABLE batch (     -- one row a parcel: what makes sending it again harmless
  kiosk       TEXT NOT NULL,
  store       TEXT NOT NULL,
  n           INTEGER NOT NULL,
  kind        TEXT NOT NULL,   -- encounters, report, answer, day-key
  sha256      TEXT NOT NULL,   -- of its content
  day         INTEGER NOT NULL,  -- its content's UTC day, of reports and answers that of receipt: when it is deleted
  row_count   INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  PRIMARY KEY (kiosk, store, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX batch_by_day ON batch (day);

-- Whole rows are the key: what a restored card sends again under another store is there already. The day comes first,
-- so that retention deletes a piece of the tree from its left edge.
CREATE TABLE encounter (
  day        INTEGER NOT NULL,
  kiosk      TEXT    NOT NULL,
  slot       INTEGER NOT NULL,  -- 15-minute window of the UTC day, 0 to 95
  part       INTEGER NOT NULL,  -- 0; 1, 2 ... for what came after the seal
  first_s    INTEGER NOT NULL,  -- first and last reception, seconds after the window's start
  id         BLOB    NOT NULL,
  last_s     INTEGER NOT NULL,
  receptions INTEGER NOT NULL,
  rssi_mean  INTEGER NOT NULL,  -- dBm
  platform   INTEGER NOT NULL,  -- 0 Android, 1 iOS
  via        INTEGER NOT NULL,  -- 0 in the advertisement, 1 asked over GATT
  PRIMARY KEY (day, kiosk, slot, part, first_s, id, last_s, receptions, rssi_mean, platform, via)
) STRICT, WITHOUT ROWID;

CREATE TABLE report (    -- a case on a list was here; `content` is core/wire.py, Report, in MessagePack
  kiosk       TEXT NOT NULL,
  sha256      TEXT NOT NULL,
  case_id     TEXT NOT NULL,
  notice      INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  content     BLOB NOT NULL,
  PRIMARY KEY (kiosk, sha256)
) STRICT;

CREATE TABLE answer (    -- ids given out for a signed request; `content` is core/wire.py, Answer, in MessagePack
  kiosk       TEXT NOT NULL,
  sha256      TEXT NOT NULL,
  case_id     TEXT NOT NULL,
  request     INTEGER NOT NULL,  -- the notice's number
  row_count   INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  content     BLOB NOT NULL,
  PRIMARY KEY (kiosk, sha256)
) STRICT;

CREATE TABLE day_key (   -- the key of a box's own ids on a day that is over
  kiosk TEXT NOT NULL,
  day   INTEGER NOT NULL,
  key   BLOB NOT NULL CHECK (length(key) = 32),
  PRIMARY KEY (kiosk, day, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE conflict (  -- parcels refused because (store, n) is here with other content; an alarm
  kiosk  TEXT NOT NULL,
  store  TEXT NOT NULL,
  n      INTEGER NOT NULL,
  sha256 TEXT NOT NULL,  -- of the newest one refused
  at     INTEGER NOT NULL,
  times  INTEGER NOT NULL,
  PRIMARY KEY (kiosk, store, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE heartbeat ( -- the latest of each box; `said` is core/wire.py, Heartbeat, in JSON
  kiosk       TEXT PRIMARY KEY,
  received_at INTEGER NOT NULL,
  said        TEXT NOT NULL
) STRICT;

CREATE TABLE visit_day ( -- visits as the box's own page tells them
  kiosk  TEXT NOT NULL,
  day_at INTEGER NOT NULL,   -- midnight in Vietnam
  venue  TEXT NOT NULL,     -- where the box stood when it last told of that day
  until  INTEGER NOT NULL,
  visits INTEGER NOT NULL,
  PRIMARY KEY (kiosk, day_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX visit_day_by_venue ON visit_day (venue, day_at);

CREATE TABLE notice (    -- `content` is core/wire.py, Notice, in MessagePack, `signature` Ed25519 over it
  number    INTEGER PRIMARY KEY,
  kiosk     TEXT NOT NULL,     -- '' is every box
  kind      TEXT NOT NULL,     -- cases, request, campaign
  issued    INTEGER NOT NULL,
  expires   INTEGER NOT NULL,
  content   BLOB NOT NULL,
  signature BLOB NOT NULL
) STRICT;
CREATE INDEX notice_by_kiosk ON notice (kiosk, number);

CREATE TABLE scan (      -- smart link: how often, and nothing about whose phone
  source TEXT NOT NULL,        -- a venue or a team
  day_at INTEGER NOT NULL,     -- midnight in Vietnam
  target TEXT NOT NULL,        -- android, ios, page
  scans  INTEGER NOT NULL,
  PRIMARY KEY (source, day_at, target)
) STRICT, WITHOUT ROWID;

CREATE TABLE person (    -- who may look at the fleet
  name     TEXT PRIMARY KEY,
  role     TEXT NOT NULL,
  password TEXT NOT NULL,      -- scrypt
  made_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
  token_sha256 TEXT PRIMARY KEY,
  person       TEXT NOT NULL REFERENCES person (name),
  expires_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE setting (   -- what all replicas must agree on: signing_key (the public half, hex)
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE audit (     -- what people did; rows are only added
  number  INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,
  who     TEXT NOT NULL,       -- a person's name; '' is the terminal
  what    TEXT NOT NULL,
  subject TEXT NOT NULL        -- the venue, box or person it was done to
) STRICT;

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
