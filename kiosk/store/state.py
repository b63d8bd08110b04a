"""State: the file of what outlives the days, state.db. One transaction at a time, whoever asks."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiosqlite

from kiosk.store.files import translated

WHAT = "state.db"


class State:
    """One connection that several services share."""

    def __init__(self, db: aiosqlite.Connection) -> None:
        self._db = db
        self._lock = asyncio.Lock()  # nobody's statement may slip into another's transaction

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[aiosqlite.Connection]:
        """All or nothing; on disk when the context is left. Raises StoreUnavailable, StoreError."""
        async with self._lock, translated(WHAT):
            await self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                await self._db.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # a cancelled COMMIT may have been done all the same
                    await self._db.execute("ROLLBACK")
                raise

    async def rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        """What a query finds."""
        async with self._lock, translated(WHAT):
            return list(await self._db.execute_fetchall(query, values))

    async def close(self) -> None:
        """Close the file."""
        await self._db.close()
