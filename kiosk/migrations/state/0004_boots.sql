-- boots: each power-on, and whether the kiosk ended in order in it.

CREATE TABLE boot (
  number INTEGER PRIMARY KEY,          -- in the order they came, whatever the clock said
  name   TEXT    NOT NULL UNIQUE,      -- the kernel's name of it
  runs   INTEGER NOT NULL DEFAULT 1,   -- how often the kiosk started in it
  ended  INTEGER NOT NULL DEFAULT 0,   -- how many of them ended in order
  clean  INTEGER NOT NULL DEFAULT 0    -- 1: the last one did
) STRICT;
