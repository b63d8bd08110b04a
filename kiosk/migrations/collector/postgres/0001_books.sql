-- The collector's books in PostgreSQL; ../sqlite says the same for SQLite. Times are ms since 1970 UTC, `day` is days
-- since then. Every table that grows with the boxes has `kiosk` in its key, so that a distributed database can share
-- them out by it. Of a token, a code or a session only the SHA-256 is kept.

CREATE TABLE unit (      -- province, ward, company: a free tree
  id     TEXT PRIMARY KEY,
  parent TEXT REFERENCES unit (id),
  name   TEXT NOT NULL   -- in Vietnamese
);

CREATE TABLE venue (
  id         TEXT PRIMARY KEY,
  unit       TEXT REFERENCES unit (id),
  name       TEXT NOT NULL,
  profile    TEXT NOT NULL,    -- its kind: market, school ...
  made_at    BIGINT NOT NULL,
  retired_at BIGINT
);

CREATE TABLE team (      -- people who go round with a code of their own
  id      TEXT PRIMARY KEY,
  unit    TEXT REFERENCES unit (id),
  name    TEXT NOT NULL,
  made_at BIGINT NOT NULL
);

CREATE TABLE kiosk (
  kiosk        TEXT PRIMARY KEY,
  token_sha256 TEXT NOT NULL UNIQUE,
  enrolled_at  BIGINT NOT NULL,
  revoked_at   BIGINT,        -- since then its token opens nothing
  stolen       INTEGER NOT NULL DEFAULT 0 CHECK (stolen IN (0, 1))
);

CREATE TABLE placement ( -- where a box stood and when: [since, until); an open end is where it stands now
  kiosk TEXT NOT NULL REFERENCES kiosk (kiosk),
  since BIGINT NOT NULL,
  until BIGINT,
  venue TEXT NOT NULL REFERENCES venue (id),
  PRIMARY KEY (kiosk, since)
);
CREATE INDEX placement_by_venue ON placement (venue);

CREATE TABLE code (      -- one-time codes; used_by is the SHA-256 of the token of the box that used it
  code_sha256 TEXT PRIMARY KEY,
  venue       TEXT NOT NULL REFERENCES venue (id),
  made_at     BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL,
  used_by     TEXT,
  kiosk       TEXT
);

CREATE TABLE store (     -- one series of parcels; a box has another one after a restored card
  kiosk    TEXT NOT NULL REFERENCES kiosk (kiosk),
  store    TEXT NOT NULL,
  last     BIGINT NOT NULL,   -- the highest n here
  began_at BIGINT NOT NULL,
  PRIMARY KEY (kiosk, store)
);

CREATE TABLE batch (     -- one row a parcel: what makes sending it again harmless
  kiosk       TEXT NOT NULL,
  store       TEXT NOT NULL,
  n           BIGINT NOT NULL,
  kind        TEXT NOT NULL,   -- encounters, report, answer, day-key
  sha256      TEXT NOT NULL,   -- of its content
  day         BIGINT NOT NULL,  -- its content's UTC day, of reports and answers that of receipt: when it is deleted
  row_count   BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  PRIMARY KEY (kiosk, store, n)
);
CREATE INDEX batch_by_day ON batch (day);

-- One partition a UTC day (encounter_20780), made when its first row comes; retention drops it. No unique key: only a
-- box with a second store can send a row twice, and then whole rows are compared. Columns stand by size, which saves
-- 8 bytes a row.
CREATE TABLE encounter (
  day        INTEGER  NOT NULL,
  receptions INTEGER  NOT NULL,
  slot       SMALLINT NOT NULL,  -- 15-minute window of the UTC day, 0 to 95
  part       SMALLINT NOT NULL,  -- 0; 1, 2 ... for what came after the seal
  first_s    SMALLINT NOT NULL,  -- first and last reception, seconds after the window's start
  last_s     SMALLINT NOT NULL,
  rssi_mean  SMALLINT NOT NULL,  -- dBm
  platform   SMALLINT NOT NULL,  -- 0 Android, 1 iOS
  via        SMALLINT NOT NULL,  -- 0 in the advertisement, 1 asked over GATT
  kiosk      TEXT     NOT NULL,
  id         BYTEA    NOT NULL
) PARTITION BY RANGE (day);
CREATE INDEX encounter_by_kiosk ON encounter (kiosk, slot);

CREATE TABLE report (    -- a case on a list was here; `content` is core/wire.py, Report, in MessagePack
  kiosk       TEXT NOT NULL,
  sha256      TEXT NOT NULL,
  case_id     TEXT NOT NULL,
  notice      BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  content     BYTEA NOT NULL,
  PRIMARY KEY (kiosk, sha256)
);

CREATE TABLE answer (    -- ids given out for a signed request; `content` is core/wire.py, Answer, in MessagePack
  kiosk       TEXT NOT NULL,
  sha256      TEXT NOT NULL,
  case_id     TEXT NOT NULL,
  request     BIGINT NOT NULL,  -- the notice's number
  row_count   BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  content     BYTEA NOT NULL,
  PRIMARY KEY (kiosk, sha256)
);

CREATE TABLE day_key (   -- the key of a box's own ids on a day that is over
  kiosk TEXT NOT NULL,
  day   BIGINT NOT NULL,
  key   BYTEA NOT NULL CHECK (length(key) = 32),
  PRIMARY KEY (kiosk, day, key)
);

CREATE TABLE conflict (  -- parcels refused because (store, n) is here with other content; an alarm
  kiosk  TEXT NOT NULL,
  store  TEXT NOT NULL,
  n      BIGINT NOT NULL,
  sha256 TEXT NOT NULL,  -- of the newest one refused
  at     BIGINT NOT NULL,
  times  BIGINT NOT NULL,
  PRIMARY KEY (kiosk, store, n)
);

CREATE TABLE heartbeat ( -- the latest of each box; `said` is core/wire.py, Heartbeat, in JSON
  kiosk       TEXT PRIMARY KEY,
  received_at BIGINT NOT NULL,
  said        TEXT NOT NULL
);

CREATE TABLE visit_day ( -- visits as the box's own page tells them
  kiosk  TEXT NOT NULL,
  day_at BIGINT NOT NULL,   -- midnight in Vietnam
  venue  TEXT NOT NULL,     -- where the box stood when it last told of that day
  until  BIGINT NOT NULL,
  visits BIGINT NOT NULL,
  PRIMARY KEY (kiosk, day_at)
);
CREATE INDEX visit_day_by_venue ON visit_day (venue, day_at);

CREATE TABLE notice (    -- `content` is core/wire.py, Notice, in MessagePack, `signature` Ed25519 over it
  number    BIGINT PRIMARY KEY,
  kiosk     TEXT NOT NULL,     -- '' is every box
  kind      TEXT NOT NULL,     -- cases, request, campaign
  issued    BIGINT NOT NULL,
  expires   BIGINT NOT NULL,
  content   BYTEA NOT NULL,
  signature BYTEA NOT NULL
);
CREATE INDEX notice_by_kiosk ON notice (kiosk, number);

CREATE TABLE scan (      -- smart link: how often, and nothing about whose phone
  source TEXT NOT NULL,        -- a venue or a team
  day_at BIGINT NOT NULL,     -- midnight in Vietnam
  target TEXT NOT NULL,        -- android, ios, page
  scans  BIGINT NOT NULL,
  PRIMARY KEY (source, day_at, target)
);

CREATE TABLE person (    -- who may look at the fleet
  name     TEXT PRIMARY KEY,
  role     TEXT NOT NULL,
  password TEXT NOT NULL,      -- scrypt
  made_at  BIGINT NOT NULL
);

CREATE TABLE session (
  token_sha256 TEXT PRIMARY KEY,
  person       TEXT NOT NULL REFERENCES person (name),
  expires_at   BIGINT NOT NULL
);

CREATE TABLE setting (   -- what all replicas must agree on: signing_key (the public half, hex)
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE TABLE audit (     -- what people did; rows are only added
  number  BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at      BIGINT NOT NULL,
  who     TEXT NOT NULL,       -- a person's name; '' is the terminal
  what    TEXT NOT NULL,
  subject TEXT NOT NULL        -- the venue, box or person it was done to
);

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$;

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE OR DELETE ON audit
FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
