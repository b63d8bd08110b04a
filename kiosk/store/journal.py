"""Journal: runs of the process, and the audit log of what people did."""

from kiosk.core.audit import Entry
from kiosk.core.boots import BootFacts
from kiosk.core.windows import UnixMs
from kiosk.store.state import State


class Journal:
    """Tables that only grow."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._began: UnixMs | None = None

    async def begin_run(self, now: UnixMs, version: str, boot: str = "") -> BootFacts:
        """Note that the process started, in which power-on; what became of those before."""
        async with self._state.transaction() as db:
            await db.execute("INSERT INTO run (started, version) VALUES (?, ?) ON CONFLICT DO NOTHING", (now, version))
            again = "ON CONFLICT (name) DO UPDATE SET runs = runs + 1, clean = 0"
            await db.execute(f"INSERT INTO boot (name) VALUES (?) {again}", (boot,))
        self._began = now
        query = "SELECT count(*), sum(NOT clean) - 1, sum(runs - ended) FROM boot"
        [(boots, cuts, unclean)] = await self._state.rows(query)
        return BootFacts(boots, cuts, unclean - cuts - 1)

    async def end_run(self, now: UnixMs) -> None:
        """Note that it stopped in order."""
        async with self._state.transaction() as db:
            await db.execute("UPDATE run SET stopped = ? WHERE started = ?", (now, self._began))
            last = "number = (SELECT max(number) FROM boot)"
            await db.execute(f"UPDATE boot SET ended = ended + 1, clean = 1 WHERE {last}")

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
