-- undated.db: what was met before the box knew what time it was. It exists only until those rows are dated, or lost.

CREATE TABLE undated (
  boot       TEXT    NOT NULL,                             -- which power-on: only within it can a row be dated
  minute     INTEGER NOT NULL,                             -- minutes since power-on
  id         BLOB    NOT NULL CHECK (length(id) = 12),
  first      INTEGER NOT NULL,                             -- first reception, ms since power-on
  last       INTEGER NOT NULL,                             -- last reception, ms since power-on
  receptions INTEGER NOT NULL CHECK (receptions > 0),
  rssi_best  INTEGER NOT NULL,                             -- dBm
  rssi_sum   INTEGER NOT NULL,                             -- dBm; divided by receptions it is the mean
  platform   INTEGER NOT NULL CHECK (platform IN (0, 1)),  -- 0 Android, 1 iOS
  via        INTEGER NOT NULL CHECK (via IN (0, 1)),       -- 0 in the advertisement, 1 asked over GATT
  PRIMARY KEY (boot, minute, id)
) STRICT, WITHOUT ROWID;
