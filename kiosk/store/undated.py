"""Undated encounters: undated.db, which exists only while the box has met phones and does not know the time."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import aiosqlite

from kiosk.core.identity import BluezoneId
from kiosk.core.undated import Undated
from kiosk.core.windows import UnixMs
from kiosk.store.damaged import Damaged
from kiosk.store.files import connect, is_damage, sync_folder, translated
from kiosk.store.rows import PLATFORMS, VIAS

FILE: Final = "undated.db"
CAPACITY: Final = 2_000_000
"""Rows on disk, some 120 MB: days of a full bus station. What comes after is counted and lost."""

log = logging.getLogger(__name__)


class UndatedRows:
    """One writer: collect. All verbs may raise StoreUnavailable and StoreError."""

    def __init__(self, folder: Path, now: Callable[[], UnixMs]) -> None:
        self._path, self._damaged, self._now = folder / FILE, Damaged(folder), now
        self._db: aiosqlite.Connection | None = None
        self._lock = asyncio.Lock()

    @property
    def exist(self) -> bool:
        """Whether there may be any."""
        return self._path.exists()

    async def put(self, boot: str, rows: Sequence[Undated]) -> None:
        """Write rows whole; on disk when it returns."""
        async with self._using() as db:
            await db.execute("BEGIN IMMEDIATE")
            try:
                await db.executemany(
                    "INSERT INTO undated VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                    " ON CONFLICT DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last),"
                    " receptions = excluded.receptions, rssi_best = excluded.rssi_best, rssi_sum = excluded.rssi_sum"
                    " WHERE excluded.receptions > receptions",  # fewer: the process began anew within this minute
                    [_written(boot, row) for row in rows],
                )
                await db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    await db.execute("ROLLBACK")
                raise

    async def some(self, boot: str, count: int, after: tuple[int, bytes] = (-1, b"")) -> list[Undated]:
        """The next rows of a power-on, by minute and id, after the one with this minute and id."""
        if not self.exist:
            return []
        async with self._using() as db:
            found = await db.execute_fetchall(
                "SELECT id, first, last, receptions, rssi_best, rssi_sum, platform, via FROM undated"
                " WHERE boot = ? AND (minute, id) > (?, ?) ORDER BY minute, id LIMIT ?",
                (boot, *after, count),
            )
        return [_read(*row) for row in found]

    async def count(self, boot: str) -> tuple[int, int]:
        """Rows of this power-on, and of earlier ones, which nobody can date any more."""
        if not self.exist:
            return 0, 0
        async with self._using() as db:
            query = "SELECT coalesce(sum(boot = ?), 0), coalesce(sum(boot <> ?), 0) FROM undated"
            [(ours, lost)] = await db.execute_fetchall(query, (boot, boot))
        return ours, lost

    async def forget(self) -> None:
        """All of them are dated or lost: the file goes, and with it what was in it."""
        async with self._lock, translated(FILE):
            await self._close()
            for name in (FILE, f"{FILE}-wal", f"{FILE}-shm"):
                self._path.with_name(name).unlink(missing_ok=True)
            sync_folder(self._path.parent)

    async def close(self) -> None:
        async with self._lock:
            await self._close()

    @asynccontextmanager
    async def _using(self) -> AsyncIterator[aiosqlite.Connection]:
        """The file, for whoever has the lock. A damaged one is set aside, and the next who comes begins another."""
        async with self._lock, translated(FILE):
            try:
                yield await self._open()
            except sqlite3.Error as error:
                if is_damage(error):
                    with suppress(sqlite3.Error):
                        await self._close()
                    aside = self._damaged.take(self._path, self._now())
                    log.error("%s is damaged (%s): it is kept as %s", FILE, error, aside)
                raise

    async def _open(self) -> aiosqlite.Connection:
        if self._db is None:
            self._db = await connect(self._path, "undated")
            sync_folder(self._path.parent)
        return self._db

    async def _close(self) -> None:
        if self._db is not None:
            db, self._db = self._db, None
            await db.close()


def _written(boot: str, row: Undated) -> tuple[str | int | bytes, ...]:
    return (
        boot, row.minute, row.peer.raw, row.first, row.last, row.receptions, row.rssi_best, row.rssi_sum,
        PLATFORMS.index(row.platform), VIAS.index(row.via),
    )  # fmt: skip


def _read(
    raw: bytes, first: int, last: int, receptions: int, best: int, total: int, platform: int, via: int
) -> Undated:
    return Undated(BluezoneId(raw), first, last, receptions, best, total, PLATFORMS[platform], VIAS[via])
