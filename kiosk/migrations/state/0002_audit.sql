-- audit: what people did on the page. Rows are only added; who it was is a session's number and nothing more.

CREATE TABLE audit (
  number  INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,  -- ms since 1970 UTC, by the clock of that moment
  session INTEGER NOT NULL,  -- 0: the box's own terminal, or an open simulation
  what    TEXT NOT NULL,
  outcome TEXT NOT NULL,     -- asked, done or failed
  once    TEXT UNIQUE        -- the key of the form that asked: a second press finds it here
) STRICT;

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;

CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;
