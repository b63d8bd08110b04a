"""State: the file of what outlives the days, state.db. One transaction at a time, whoever asks.

A damaged one is set aside and another is born, under a store id of its own. Where the disk takes no file at all one in
memory stands in for it, so that wall, page and radio run: it forgets everything with the process.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiosqlite

from kiosk.core.windows import UnixMs
from kiosk.errors import StoreUnavailable
from kiosk.store.damaged import Damaged
from kiosk.store.files import connect, examine, is_damage, translated

WHAT: Final = "state.db"
MOST_BIRTHS: Final = 3
"""So often a damaged one is replaced in one run: a card on which that does not help is dead."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Series:
    """The store id that counts, born with the file, and the highest number given under it."""

    store_id: str
    given: int


class State:
    """One connection that several services share. Open it with `open_state`."""

    def __init__(self, folder: Path, now: Callable[[], UnixMs], make_id: Callable[[], str]) -> None:
        self._path, self._damaged = folder / WHAT, Damaged(folder)
        self._now, self._make_id = now, make_id
        self._db: aiosqlite.Connection | None = None
        self._lock = asyncio.Lock()  # nobody's statement may slip into another's transaction
        self.series = Series("", 0)
        self.stands_in = ""
        """Why it is in memory only; "" where it is a file."""
        self.births = 0
        """Counted up when all that was remembered of it is void."""

    async def open(self) -> None:
        """Open or create the file, set aside if need be. Raises StoreUnavailable, StoreError."""
        async with translated(WHAT):
            try:
                await self._begin(self._path)
            except sqlite3.Error as error:
                if not is_damage(error):
                    raise
                await self._bear(error)

    async def stand_in(self, why: str) -> None:
        """Live in memory."""
        async with translated(WHAT):
            await self._begin(Path(":memory:"))
        self.stands_in = why

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[aiosqlite.Connection]:
        """All or nothing; on disk when the context is left. Raises StoreUnavailable, StoreError."""
        async with self._using() as db:
            await db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                await db.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # a cancelled COMMIT may have been done all the same
                    await db.execute("ROLLBACK")
                raise

    async def rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        """What a query finds."""
        async with self._using() as db:
            return list(await db.execute_fetchall(query, values))

    async def close(self) -> None:
        """Close the file."""
        db, self._db = self._db, None
        if db is not None:
            await db.close()

    @asynccontextmanager
    async def _using(self) -> AsyncIterator[aiosqlite.Connection]:
        """The file, for whoever has the lock. One that turns out damaged is replaced; whoever met it tries again."""
        async with self._lock, translated(WHAT):
            try:
                if self._db is None:
                    await self._begin(self._path)
                assert self._db is not None
                yield self._db
            except sqlite3.Error as error:
                if is_damage(error) and self.births < MOST_BIRTHS:
                    await self._bear(error)
                raise

    async def _bear(self, error: sqlite3.Error) -> None:
        """Set the file aside and begin another. Raises OSError where nothing can be moved."""
        with suppress(sqlite3.Error):
            await self.close()
        aside = self._damaged.take(self._path, self._now())
        self.births += 1
        log.error("%s is damaged (%s): it is kept as %s, a new one is begun", WHAT, error, aside)
        await self._begin(self._path)

    async def _begin(self, path: Path) -> None:
        db = await connect(path, "state")
        try:
            await examine(db)
            self.series = await self._series(db)
        except BaseException:
            await db.close()
            raise
        self._db = db

    async def _series(self, db: aiosqlite.Connection) -> Series:
        query = "SELECT store, given FROM series ORDER BY number DESC LIMIT 1"
        found = list(await db.execute_fetchall(query))
        if not found:
            made = self._make_id()
            await db.execute("INSERT INTO series (store, born_at) VALUES (?, ?)", (made, self._now()))
            return Series(made, 0)
        return Series(found[0][0], found[0][1])


async def open_state(folder: Path, now: Callable[[], UnixMs], make_id: Callable[[], str], why: str = "") -> State:
    """state.db of a folder; in memory where the disk refuses, or `why` says that it will. Raises StoreError."""
    state = State(folder, now, make_id)
    if not why:
        try:
            await state.open()
        except StoreUnavailable as error:
            why = str(error)
    if why:
        log.error("%s: nothing is kept until the disk can be written", why)
        await state.stand_in(why)
    return state
