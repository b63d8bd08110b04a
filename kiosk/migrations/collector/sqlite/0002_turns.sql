-- When a box's light or faults became others: what the page of a venue tells of the past.

CREATE TABLE turn (
  kiosk TEXT NOT NULL,
  at    INTEGER NOT NULL,
  light TEXT NOT NULL,   -- green, amber, red, starting
  codes TEXT NOT NULL,   -- of its faults, worst first, a space between
  PRIMARY KEY (kiosk, at)
) STRICT, WITHOUT ROWID;
