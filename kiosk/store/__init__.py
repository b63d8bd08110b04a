"""Store: the only SQL on the box. One SQLite file per UTC day beside a small state.db.

days.py     encounters: put, resume, visits, purge        rows.py     a row of them, read and written
outbox.py   parcels: each sealed part leaves once         inbox.py    notices accepted from the collector
journal.py  runs of the process, what people did          state.py    state.db, which these three share
undated.py  what was met before the time was known
files.py    opening, migrating, SQLite's errors in our words
"""

import os
from base64 import b32encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from kiosk.core.windows import UnixMs
from kiosk.errors import StoreError
from kiosk.store.days import Days, Usage
from kiosk.store.files import connect, translated
from kiosk.store.inbox import Inbox
from kiosk.store.journal import Journal
from kiosk.store.outbox import Outbox
from kiosk.store.state import State
from kiosk.store.undated import UndatedRows

__all__ = ["Inbox", "Journal", "Outbox", "Store", "UndatedRows", "Usage", "new_store_id", "open_store"]

UNKNOWN: Final = UnixMs(0)
"""The time of whoever only looks inside."""


class Store(Days):
    """Open one with `open_store`."""

    def __init__(self, folder: Path, state: State, store_id: str, given: int) -> None:
        super().__init__(folder)
        self._state = state
        self.journal = Journal(state)
        self.inbox = Inbox(state)
        self.outbox = Outbox(state, self, store_id, given)
        self.undated = UndatedRows(folder)

    async def purge(self, before_day: int, now: UnixMs) -> list[int]:
        """Unlink every day older than `before_day` (days since 1970-01-01); returns which. What waited of them to be
        sent ends first: a power cut between the two leaves days that the next purge finds."""
        if any(day < before_day for day in self.days()):
            await self.outbox.expire(before_day, now)
        return await self.unlink(before_day)

    async def close(self) -> None:
        """Close every file."""
        await super().close()
        await self.undated.close()
        await self._state.close()


def new_store_id() -> str:
    """16 letters of a to z and 2 to 7, at random."""
    return b32encode(os.urandom(10)).decode().lower()


@asynccontextmanager
async def open_store(
    folder: Path, *, now: UnixMs = UNKNOWN, make_id: Callable[[], str] = new_store_id
) -> AsyncIterator[Store]:
    """Open or create the store in a folder of its own (0700); StoreError says what and how to mend it."""
    try:
        (folder / "days").mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreError(
            f"{folder}: the store cannot be created: {error.strerror}. Set store.folder to a folder you may write."
        ) from error
    async with translated(str(folder / "state.db")):
        state = State(await connect(folder / "state.db", "state"))
    try:
        store = Store(folder, state, *await _series(state, make_id, now))
    except BaseException:
        await state.close()
        raise
    try:
        yield store
    finally:
        await store.close()


async def _series(state: State, make_id: Callable[[], str], now: UnixMs) -> tuple[str, int]:
    """The store id that counts, born with the file, and the highest number given under it."""
    query = "SELECT store, given FROM series ORDER BY number DESC LIMIT 1"
    found = await state.rows(query)
    if not found:
        async with state.transaction() as db:
            await db.execute("INSERT INTO series (store, born_at) VALUES (?, ?)", (make_id(), now))
        found = await state.rows(query)
    return found[0][0], found[0][1]
