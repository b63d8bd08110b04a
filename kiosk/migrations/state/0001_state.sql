-- state.db: what outlives the days.

CREATE TABLE run (
  started INTEGER PRIMARY KEY,  -- ms since 1970 UTC, by the clock of that moment
  version TEXT NOT NULL,
  stopped INTEGER               -- NULL: it runs, or the power was cut
) STRICT;
