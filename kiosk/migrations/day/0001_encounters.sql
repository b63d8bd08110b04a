-- One file per UTC day: days/2026-11-22.db. Deleting a day is deleting its file.
--
-- An encounter is written once when its id is new (`arrival`), and then again every two minutes for what grows
-- (`latest`): small rows there spare the card. Read the view `encounter`, which joins them.
-- `place` names slot, part and order of arrival in one number and is the key of SQLite's own row tree: a new row goes
-- to the end of the last page, and that page fills to the brim before the next one is begun. A WITHOUT ROWID tree
-- splits its pages in the middle and writes half as much again (docs/decisions.md, scripts/bench wear).

CREATE TABLE arrival (
  place      INTEGER PRIMARY KEY CHECK (place >= 0 AND place >> 28 < 96),  -- slot << 28 | part << 16 | order
  id         BLOB    NOT NULL CHECK (length(id) = 12),
  first      INTEGER NOT NULL CHECK (first BETWEEN 0 AND 899999),  -- first reception, ms after the window's start
  last       INTEGER NOT NULL CHECK (last BETWEEN 0 AND 899999),   -- last reception, ms after the window's start
  receptions INTEGER NOT NULL CHECK (receptions > 0),
  rssi_best  INTEGER NOT NULL,                                     -- dBm
  rssi_sum   INTEGER NOT NULL,                                     -- dBm; divided by receptions it is the mean
  platform   INTEGER NOT NULL CHECK (platform IN (0, 1)),          -- 0 Android, 1 iOS
  via        INTEGER NOT NULL CHECK (via IN (0, 1))                -- 0 in the advertisement, 1 asked over GATT
) STRICT;

CREATE TABLE latest (  -- the same columns, once they have changed
  place      INTEGER PRIMARY KEY REFERENCES arrival (place),
  first      INTEGER CHECK (first BETWEEN 0 AND 899999),           -- NULL: as it arrived, which is the rule
  last       INTEGER NOT NULL CHECK (last BETWEEN 0 AND 899999),
  receptions INTEGER NOT NULL CHECK (receptions > 0),
  rssi_best  INTEGER NOT NULL,
  rssi_sum   INTEGER NOT NULL
) STRICT;

CREATE VIEW encounter AS SELECT
  place,
  place >> 28        AS slot,  -- 15-minute window of this UTC day, by our clock: 0 to 95
  place >> 16 & 4095 AS part,  -- 0; 1, 2, ... for what came after the seal
  id,
  coalesce(latest.first, arrival.first)           AS first,
  coalesce(latest.last, arrival.last)             AS last,
  coalesce(latest.receptions, arrival.receptions) AS receptions,
  coalesce(latest.rssi_best, arrival.rssi_best)   AS rssi_best,
  coalesce(latest.rssi_sum, arrival.rssi_sum)     AS rssi_sum,
  platform,
  via
FROM arrival LEFT JOIN latest USING (place);

CREATE TABLE seal (
  slot      INTEGER NOT NULL CHECK (slot BETWEEN 0 AND 95),
  part      INTEGER NOT NULL CHECK (part BETWEEN 0 AND 4095),
  sealed_at INTEGER NOT NULL,  -- ms since 1970 UTC, by the clock of that moment
  PRIMARY KEY (slot, part)
) STRICT, WITHOUT ROWID;

-- A sealed part never changes: what was uploaded or matched stays true.
CREATE TRIGGER arrival_sealed_insert BEFORE INSERT ON arrival
WHEN EXISTS (SELECT 1 FROM seal WHERE seal.slot = NEW.place >> 28 AND seal.part = NEW.place >> 16 & 4095)
BEGIN SELECT RAISE(ABORT, 'this part is sealed'); END;

CREATE TRIGGER arrival_sealed_update BEFORE UPDATE ON arrival
WHEN EXISTS (SELECT 1 FROM seal WHERE seal.slot = OLD.place >> 28 AND seal.part = OLD.place >> 16 & 4095)
BEGIN SELECT RAISE(ABORT, 'this part is sealed'); END;

CREATE TRIGGER latest_sealed_insert BEFORE INSERT ON latest
WHEN EXISTS (SELECT 1 FROM seal WHERE seal.slot = NEW.place >> 28 AND seal.part = NEW.place >> 16 & 4095)
BEGIN SELECT RAISE(ABORT, 'this part is sealed'); END;

CREATE TRIGGER latest_sealed_update BEFORE UPDATE ON latest
WHEN EXISTS (SELECT 1 FROM seal WHERE seal.slot = OLD.place >> 28 AND seal.part = OLD.place >> 16 & 4095)
BEGIN SELECT RAISE(ABORT, 'this part is sealed'); END;

-- A place belongs to one id for ever.
CREATE TRIGGER arrival_place_kept BEFORE UPDATE ON arrival WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'this place belongs to another id'); END;
