"""Journal: runs of the process, and the audit log of what people did."""

from kiosk.core.audit import Entry
from kiosk.core.windows import UnixMs
from kiosk.store.state import State


class Journal:
    """Two tables that only grow."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def begin_run(self, now: UnixMs, version: str) -> None:
        """Note that the process started."""
        async with self._state.transaction() as db:
            await db.execute("INSERT INTO run (started, version) VALUES (?, ?) ON CONFLICT DO NOTHING", (now, version))

    async def end_run(self, now: UnixMs) -> None:
        """Note that it stopped in order."""
        async with self._state.transaction() as db:
            await db.execute("UPDATE run SET stopped = ? WHERE started = (SELECT max(started) FROM run)", (now,))

    async def note(self, entry: Entry, once: str = "") -> bool:
        """Add a line to the audit log; False if the form with this key (not "") was there already."""
        async with self._state.transaction() as db:
            cursor = await db.execute(
                "INSERT INTO audit (at, session, what, outcome, once) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (entry.at, entry.session, entry.what, entry.outcome, once or None),
            )
        return cursor.rowcount == 1

    async def noted(self, count: int) -> list[Entry]:
        """The last lines of the audit log, newest first."""
        rows = await self._state.rows(
            "SELECT at, session, what, outcome FROM audit ORDER BY number DESC LIMIT ?", count
        )
        return [Entry(*row) for row in rows]

    async def count(self, what: str) -> int:
        """How many lines tell of this."""
        [row] = await self._state.rows("SELECT count(*) FROM audit WHERE what = ?", what)
        number: int = row[0]
        return number
