-- One file per UTC day: days/2026-11-22.db. Deleting a day is deleting its file.

CREATE TABLE encounter (
  window     INTEGER NOT NULL,  -- start of the 15-minute window of reception, ms since 1970 UTC
  part       INTEGER NOT NULL,  -- 0; 1, 2, ... for what came after the window was sealed
  id         BLOB    NOT NULL CHECK (length(id) = 12),
  first      INTEGER NOT NULL,  -- first reception, ms since 1970 UTC
  last       INTEGER NOT NULL,  -- last reception, ms since 1970 UTC
  receptions INTEGER NOT NULL CHECK (receptions > 0),
  rssi_best  INTEGER NOT NULL,  -- dBm
  rssi_sum   INTEGER NOT NULL,  -- dBm; divided by receptions it is the mean
  platform   TEXT    NOT NULL CHECK (platform IN ('android', 'ios')),
  via        TEXT    NOT NULL CHECK (via IN ('advert', 'gatt')),
  PRIMARY KEY (window, part, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE seal (
  window    INTEGER NOT NULL,
  part      INTEGER NOT NULL,
  sealed_at INTEGER NOT NULL,  -- ms since 1970 UTC, by the clock of that moment
  PRIMARY KEY (window, part)
) STRICT, WITHOUT ROWID;

-- A sealed part never changes: what was uploaded or matched stays true.
CREATE TRIGGER encounter_sealed_insert BEFORE INSERT ON encounter
WHEN EXISTS (SELECT 1 FROM seal WHERE seal.window = NEW.window AND seal.part = NEW.part)
BEGIN SELECT RAISE(ABORT, 'this part is sealed'); END;

CREATE TRIGGER encounter_sealed_update BEFORE UPDATE ON encounter
WHEN EXISTS (SELECT 1 FROM seal WHERE seal.window = OLD.window AND seal.part = OLD.part)
BEGIN SELECT RAISE(ABORT, 'this part is sealed'); END;
