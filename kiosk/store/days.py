"""Days: the encounters, one SQLite file per UTC day.

Each commit is fsynced (WAL, synchronous FULL), so what `put` returned from survives a power cut. Retention unlinks
whole days: no free pages that still hold ids, no rewrites, and damage stays within a day: a file that cannot be read is
set aside and begun anew with what can.
"""

import asyncio
import logging
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

import aiosqlite

from kiosk.core.encounters import Encounter, Flush
from kiosk.core.identity import BluezoneId
from kiosk.core.room import Held
from kiosk.core.windows import DAY_MS, WINDOW_MS, WINDOWS_PER_DAY, UnixMs, Window
from kiosk.errors import StoreUnavailable
from kiosk.store.damaged import Damaged
from kiosk.store.files import connect, examine, is_damage, sync_folder, translated
from kiosk.store.rows import (
    ARRIVED,
    COLUMNS,
    LATEST,
    Places,
    arrival_of,
    encounter_of,
    news_of,
    place_of,
    window_of,
)
from kiosk.store.salvage import salvage

MOST_RENEWALS: Final = 3
"""So often a day is begun anew in one run: a card on which that does not help is dead."""

log = logging.getLogger(__name__)

T = TypeVar("T")

_EPOCH = date(1970, 1, 1)
COUNTED = f"""WITH RECURSIVE each(slot) AS (SELECT 0 UNION ALL SELECT slot + 1 FROM each LIMIT {WINDOWS_PER_DAY})
SELECT slot, (SELECT count(*) FROM arrival WHERE place >= slot << 28 AND place < slot + 1 << 28) FROM each"""
"""Rows lie in the order of their windows already; GROUP BY would sort the whole day, and in a temporary file."""


class Usage(NamedTuple):
    """Days on disk, bytes they take, and bytes free on that disk."""

    days: int
    bytes_on_disk: int
    free_bytes: int | None


class DayRenewed(StoreUnavailable):
    """The day was found damaged, is set aside, and a new file of it is there: ask again."""


class Days:
    """Encounters by day. One writer: rows and seals by collect, days removed by upkeep."""

    def __init__(self, folder: Path, now: Callable[[], UnixMs]) -> None:
        self.folder = folder
        self.damaged = Damaged(folder)
        self._now = now
        self._days = folder / "days"
        self._renewals: dict[int, int] = {}
        self.renewed: set[int] = set()
        """Days begun anew since collect, who knows the rows of their open parts, last took them from here."""
        self._open: dict[int, aiosqlite.Connection] = {}
        self._places: dict[tuple[Window, int], Places] = {}
        self._counts: dict[int, dict[int, int]] = {}
        """Encounters of each slot, of days that were counted once: asked for at each flush, a day is not read anew."""
        self._lock = asyncio.Lock()  # upkeep may not close a file that collect is using
        self.sealed = set(self.days())
        """Days whose seals nobody has looked at since they grew: the outbox takes them from here."""
        self.unexamined = self.days()
        """Days that nobody has read through since the start, the newest last."""

    async def put(self, flush: Flush, now: UnixMs) -> None:
        """Write a flush of one UTC day in one transaction; on disk when it returns.

        Raises StoreUnavailable (disk full, I/O error, damage: try again), StoreError (the file is not usable).
        """
        windows = [row.window for row in flush.rows] + [window for window, _ in flush.seals]
        days = {window.day for window in windows}
        if len(days) != 1:
            raise ValueError(f"a flush holds one day, not {len(days)}")
        day = days.pop()
        async with self._using(day) as db:
            await db.execute("BEGIN IMMEDIATE")
            try:
                for window, part in {(row.window, row.part) for row in flush.rows}:
                    await self._write(db, [row for row in flush.rows if (row.window, row.part) == (window, part)])
                await db.executemany(
                    "INSERT INTO seal (slot, part, sealed_at) VALUES (?, ?, ?)",
                    [(window.slot, part, now) for window, part in flush.seals],
                )
                await db.execute("COMMIT")
                self._arrived(flush.rows)
                for seal in flush.seals:
                    self._places.pop(seal, None)
                self.sealed |= {day} if flush.seals else set()
            except BaseException:
                if db.in_transaction:
                    await db.execute("ROLLBACK")
                raise

    async def resume(self) -> tuple[dict[Window, int], list[Encounter]]:
        """Sealed parts of each window, and the rows whose part is still open: what a Ledger goes on from."""
        seals: dict[Window, int] = {}
        rows: list[Encounter] = []
        for day in self.days():
            try:
                parts, found = await self._asked(day, _left_open)
            except StoreUnavailable as error:  # a card that cannot be written may hold days that cannot be opened
                log.warning("%s: what it left open is not taken up", error)
                continue
            seals |= {window_of(day, slot): count for slot, count in parts.items()}
            rows += [encounter_of(day, row) for row in found]
            async with self._lock:
                await self._close(day)  # or a fortnight of open files, each with its cache, would stay in memory
        self.renewed.clear()
        return seals, rows

    async def last_seal(self) -> UnixMs | None:
        """The end of the newest sealed window: it was at least this late once."""
        for day in reversed(self.days()):
            try:
                [(slot,)] = await self._found(day, "SELECT max(slot) FROM seal")
            except StoreUnavailable as error:  # else a card that cannot be written would keep the box off air
                log.warning("%s: its last seal is not known", error)
                continue
            if slot is not None:
                return window_of(day, slot).end
        return None

    async def encounters(self, window: Window) -> list[Encounter]:
        """All parts of a window, ordered by part and id."""
        if window.day not in self.days():
            return []
        found = await self._found(
            window.day,
            f"SELECT {COLUMNS} FROM encounter WHERE place >= ? AND place < ? ORDER BY part, id",
            place_of(window.slot),
            place_of(window.slot + 1),
        )
        return [encounter_of(window.day, row) for row in found]

    async def visits(self, since: UnixMs) -> int:
        """Encounters of windows that start at or after a time."""
        total = 0
        for day in self.days():
            if (day + 1) * DAY_MS > since:
                first = max(0, -(-(since - day * DAY_MS) // WINDOW_MS))  # the window that starts then or later
                total += sum(count for slot, count in (await self.counts(day)).items() if slot >= first)
        return total

    async def counts(self, day: int) -> dict[int, int]:
        """Encounters of each slot of a UTC day; slots without any are absent. Reads the day's keys once in its life."""
        if day not in self._counts:
            found = {slot: count for slot, count in await self._looked_up(day, COUNTED) if count}
            if not found:
                return {}  # perhaps there is no such day
            self._counts[day] = found
        return dict(self._counts[day])

    async def seals(self, day: int) -> list[tuple[int, int]]:
        """(slot, part) of a UTC day whose seal is on disk, in order."""
        return await self._looked_up(day, "SELECT slot, part FROM seal ORDER BY slot, part")

    async def begun(self, day: int) -> list[tuple[int, int]]:
        """(slot, part) of a UTC day with any row, sealed or not, in order."""
        return await self._looked_up(day, "SELECT DISTINCT place >> 28, place >> 16 & 4095 FROM arrival ORDER BY 1, 2")

    def days(self) -> list[int]:
        """UTC days on disk, as days since 1970-01-01, oldest first."""
        return sorted(
            (date.fromisoformat(path.stem) - _EPOCH).days for path in self._days.glob("????-??-??.db") if _is_day(path)
        )

    async def remove(self, days: list[int]) -> None:
        """Unlink these days."""
        async with self._lock, translated("days"):
            for day in days:
                await self._close(day)
                for path in self._files(day):
                    path.unlink(missing_ok=True)
            if days:
                sync_folder(self._days)
        self._places = {key: places for key, places in self._places.items() if key[0].day not in days}
        self._counts = {day: counts for day, counts in self._counts.items() if day not in days}
        self.sealed -= set(days)

    async def examine(self) -> None:
        """Read one day through that nobody has since the start, the newest first; a damaged one is begun anew."""
        day = self.unexamined.pop() if self.unexamined else None
        if day is not None and self._path(day).exists():
            was_open = day in self._open
            await self._asked(day, examine)
            if not was_open:
                async with self._lock:
                    await self._close(day)

    async def close_idle(self, keep: Iterable[int]) -> None:
        """Close days nobody writes any more, which also folds their WAL into the file."""
        async with self._lock:
            for day in set(self._open) - set(keep):
                await self._close(day)

    def held(self) -> list[Held]:
        """What each day takes."""
        sizes = {day: [path.stat().st_size for path in self._files(day) if path.exists()] for day in self.days()}
        return [Held(day, sum(found)) for day, found in sizes.items()]

    def usage(self) -> Usage:
        """What the days take, and what is left."""
        sizes = [path.stat().st_size for path in self._days.glob("*") if path.is_file()]
        free = shutil.disk_usage(self.folder).free if self.folder.exists() else None
        return Usage(len(self.days()), sum(sizes), free)

    async def close(self) -> None:
        """Close every file."""
        for day in list(self._open):
            await self._close(day)

    async def _looked_up(self, day: int, query: str) -> list[tuple[int, int]]:
        """Pairs of numbers from a day that need not stay open for it; none where there is no such day."""
        if day not in self.days():
            return []
        was_open = day in self._open
        found = await self._found(day, query)
        if not was_open:
            async with self._lock:
                await self._close(day)
        return [(row[0], row[1]) for row in found]

    async def _found(self, day: int, query: str, *values: object) -> list[sqlite3.Row]:
        async def look(db: aiosqlite.Connection) -> list[sqlite3.Row]:
            return list(await db.execute_fetchall(query, values))

        return await self._asked(day, look)

    async def _asked(self, day: int, look: Callable[[aiosqlite.Connection], Awaitable[T]]) -> T:
        """What a look at a day finds; a day begun anew in between is looked at once more."""
        try:
            async with self._using(day) as db:
                return await look(db)
        except DayRenewed:
            async with self._using(day) as db:
                return await look(db)

    @asynccontextmanager
    async def _using(self, day: int) -> AsyncIterator[aiosqlite.Connection]:
        """A day, for whoever has the lock. Damage that shows meanwhile is dealt with, and raised as DayRenewed."""
        async with self._lock, translated(f"day {day}"):
            try:
                yield await self._day(day)
            except sqlite3.Error as error:
                if not is_damage(error) or self._renewals.get(day, 0) >= MOST_RENEWALS:
                    raise
                await self._renew(day, error)
                raise DayRenewed(f"store, day {day}: {error}; set aside, a new file is begun") from error

    async def _renew(self, day: int, error: sqlite3.Error) -> None:
        """Set a day aside and begin it anew with what can still be read. Raises OSError if nothing can be moved."""
        with suppress(sqlite3.Error):
            await self._close(day)
        aside = self.damaged.take(self._path(day), self._now())
        self._renewals[day] = self._renewals.get(day, 0) + 1
        self._places = {key: places for key, places in self._places.items() if key[0].day != day}
        self._counts.pop(day, None)
        self.renewed.add(day)
        self.sealed.add(day)
        await self._day(day)
        await self._close(day)
        saved = 0
        with suppress(sqlite3.Error):  # without room for a copy the day begins empty
            saved = await asyncio.to_thread(salvage, aside, self._path(day))
        log.error("day %d is damaged (%s): it is kept as %s; %d encounters were saved", day, error, aside, saved)

    async def _day(self, day: int) -> aiosqlite.Connection:
        if day not in self._open:
            new = not self._path(day).exists()
            self._open[day] = await connect(self._path(day), "day")
            if new:
                sync_folder(self._days)
        return self._open[day]

    async def _write(self, db: aiosqlite.Connection, rows: list[Encounter]) -> None:
        """Rows of one part: new ids arrive, known ones have news."""
        places = await self._known(db, rows[0].window, rows[0].part)
        placed = [(row, places.of(row.peer)) for row in rows]
        new = [arrival_of(row, place) for row, place in placed if row.peer not in places.arrived]
        news = [news_of(row, place, places.arrived[row.peer]) for row, place in placed if row.peer in places.arrived]
        if new:
            await db.executemany(ARRIVED, new)
        if news:
            await db.executemany(LATEST, news)

    def _arrived(self, rows: list[Encounter]) -> None:
        """These rows are on disk: their ids have a place, and a new one counts."""
        for row in rows:
            arrived = self._places[row.window, row.part].arrived
            if row.peer not in arrived:
                arrived[row.peer] = row.first
                counts = self._counts.get(row.window.day, {})
                counts[row.window.slot] = counts.get(row.window.slot, 0) + 1

    async def _known(self, db: aiosqlite.Connection, window: Window, part: int) -> "Places":
        """The places of a part: from the file when it is first touched, then from memory."""
        if (window, part) not in self._places:
            found = await db.execute_fetchall(
                "SELECT id, place, first FROM arrival WHERE place >= ? AND place < ?",
                (place_of(window.slot, part), place_of(window.slot, part + 1)),
            )
            places = self._places[window, part] = Places(place_of(window.slot, part))
            for raw, place, first in found:
                places.resume(BluezoneId(raw), place, UnixMs(window.start + first))
        return self._places[window, part]

    async def _close(self, day: int) -> None:
        db = self._open.pop(day, None)
        if db is not None:
            await db.close()

    def _path(self, day: int) -> Path:
        return self._days / f"{_EPOCH + timedelta(days=day)}.db"

    def _files(self, day: int) -> list[Path]:
        path = self._path(day)
        return [path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")]


async def _left_open(db: aiosqlite.Connection) -> tuple[dict[int, int], list[sqlite3.Row]]:
    """Sealed parts of each slot of a day, and the rows whose part is open."""
    seals = await db.execute_fetchall("SELECT slot, max(part) + 1 FROM seal GROUP BY slot")
    counts: dict[int, int] = dict(map(tuple, seals))
    rows: list[sqlite3.Row] = []
    for slot in range(WINDOWS_PER_DAY):  # 96 seeks, not a scan of the day
        places = (place_of(slot, counts.get(slot, 0)), place_of(slot + 1))
        rows += await db.execute_fetchall(f"SELECT {COLUMNS} FROM encounter WHERE place >= ? AND place < ?", places)
    return counts, rows


def _is_day(path: Path) -> bool:
    try:
        datetime.strptime(path.stem, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return False
    return True
