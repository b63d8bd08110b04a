-- One file per UTC day: days/2026-11-22.db. Deleting a day is deleting its file.
-- Columns are small and rows lie in order of arrival: a new id dirties the last page only, and the card lives longer.

CREATE TABLE encounter (
  slot       INTEGER NOT NULL CHECK (slot BETWEEN 0 AND 95),       -- 15-minute window of this UTC day, by our clock
  part       INTEGER NOT NULL CHECK (part >= 0),                   -- 0; 1, 2, ... for what came after the seal
  place      INTEGER NOT NULL,                                     -- order of arrival within the part
  id         BLOB    NOT NULL CHECK (length(id) = 12),
  first      INTEGER NOT NULL CHECK (first BETWEEN 0 AND 899999),  -- first reception, ms after the window's start
  last       INTEGER NOT NULL CHECK (last BETWEEN 0 AND 899999),   -- last reception, ms after the window's start
  receptions INTEGER NOT NULL CHECK (receptions > 0),
  rssi_best  INTEGER NOT NULL,                                     -- dBm
  rssi_sum   INTEGER NOT NULL,                                     -- dBm; divided by receptions it is the mean
  platform   INTEGER NOT NULL CHECK (platform IN (0, 1)),          -- 0 Android, 1 iOS
  via        INTEGER NOT NULL CHECK (via IN (0, 1)),               -- 0 in the advertisement, 1 asked over GATT
  PRIMARY KEY (slot, part, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE seal (
  slot      INTEGER NOT NULL CHECK (slot BETWEEN 0 AND 95),
  part      INTEGER NOT NULL,
  sealed_at INTEGER NOT NULL,  -- ms since 1970 UTC, by the clock of that moment
  PRIMARY KEY (slot, part)
) STRICT, WITHOUT ROWID;

-- A sealed part never changes: what was uploaded or matched stays true.
CREATE TRIGGER encounter_sealed_insert BEFORE INSERT ON encounter
WHEN EXISTS (SELECT 1 FROM seal WHERE seal.slot = NEW.slot AND seal.part = NEW.part)
BEGIN SELECT RAISE(ABORT, 'this part is sealed'); END;

CREATE TRIGGER encounter_sealed_update BEFORE UPDATE ON encounter
WHEN EXISTS (SELECT 1 FROM seal WHERE seal.slot = OLD.slot AND seal.part = OLD.part)
BEGIN SELECT RAISE(ABORT, 'this part is sealed'); END;

-- A place belongs to one id for ever.
CREATE TRIGGER encounter_place_kept BEFORE UPDATE ON encounter WHEN NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'this place belongs to another id'); END;
