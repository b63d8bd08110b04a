"""The store: the only SQL on the box. One SQLite file per UTC day beside a small state.db.

Each commit is fsynced (WAL, synchronous FULL), so what `put` returned from survives a power cut. Retention unlinks
whole days: no free pages that still hold ids, no rewrites, and damage stays within a day.
"""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import aiosqlite

from kiosk.core.adverts import Platform
from kiosk.core.audit import Entry
from kiosk.core.encounters import Encounter, Flush, Via
from kiosk.core.identity import BluezoneId
from kiosk.core.windows import DAY_MS, WINDOW_MS, WINDOWS_PER_DAY, UnixMs, Window
from kiosk.errors import StoreError, StoreUnavailable

_COLUMNS = "slot, part, id, first, last, receptions, rssi_best, rssi_sum, platform, via"
_ARRIVED = """INSERT INTO arrival (place, id, first, last, receptions, rssi_best, rssi_sum, platform, via)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET id = excluded.id, first = excluded.first,
last = excluded.last, receptions = excluded.receptions, rssi_best = excluded.rssi_best, rssi_sum = excluded.rssi_sum"""
_LATEST = """INSERT INTO latest (place, first, last, receptions, rssi_best, rssi_sum) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET first = excluded.first, last = excluded.last, receptions = excluded.receptions,
rssi_best = excluded.rssi_best, rssi_sum = excluded.rssi_sum"""
_PLATFORMS = (Platform.ANDROID, Platform.IOS)
_VIAS = (Via.ADVERT, Via.GATT)
"""In the file a platform and a way are their places here."""
_EPOCH = date(1970, 1, 1)
_PRAGMAS = (
    "page_size=1024",  # a new id dirties one page, and small ones are written whole for less
    "locking_mode=EXCLUSIVE",  # one daemon a store, and no -shm file, whose pages are written back every 30 s
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=5000",
    "journal_size_limit=4194304",
)


class Usage(NamedTuple):
    """Days on disk, bytes they take, and bytes free on that disk."""

    days: int
    bytes_on_disk: int
    free_bytes: int


class Store:
    """Open one with `open_store`. One writer: encounters by collect, days removed by upkeep, runs by app."""

    def __init__(self, folder: Path, state: aiosqlite.Connection) -> None:
        self.folder = folder
        self._days = folder / "days"
        self._state = state
        self._open: dict[int, aiosqlite.Connection] = {}
        self._places: dict[tuple[Window, int], _Places] = {}
        self._lock = asyncio.Lock()  # upkeep may not close a file that collect is using

    async def put(self, flush: Flush, now: UnixMs) -> None:
        """Write a flush of one UTC day in one transaction; on disk when it returns.

        Raises StoreUnavailable (disk full, I/O error: try again), StoreError (the file is not usable).
        """
        windows = [row.window for row in flush.rows] + [window for window, _ in flush.seals]
        days = {window.day for window in windows}
        if len(days) != 1:
            raise ValueError(f"a flush holds one day, not {len(days)}")
        day = days.pop()
        async with self._lock, _translated(f"day {day}"):
            db = await self._day(day)
            await db.execute("BEGIN IMMEDIATE")
            try:
                for window, part in {(row.window, row.part) for row in flush.rows}:
                    await self._write(db, [row for row in flush.rows if (row.window, row.part) == (window, part)])
                await db.executemany(
                    "INSERT INTO seal (slot, part, sealed_at) VALUES (?, ?, ?)",
                    [(window.slot, part, now) for window, part in flush.seals],
                )
                await db.execute("COMMIT")
                for row in flush.rows:
                    self._places[row.window, row.part].arrived.setdefault(row.peer, row.first)
                for seal in flush.seals:
                    self._places.pop(seal, None)
            except BaseException:
                if db.in_transaction:
                    await db.execute("ROLLBACK")
                raise

    async def resume(self) -> tuple[dict[Window, int], list[Encounter]]:
        """Sealed parts of each window, and the rows whose part is still open: what a Ledger goes on from."""
        seals: dict[Window, int] = {}
        rows: list[Encounter] = []
        for day in self.days():
            async with self._lock, _translated(f"day {day}"):
                db = await self._day(day)
                counts: dict[int, int] = {}
                for slot, parts in await db.execute_fetchall("SELECT slot, max(part) + 1 FROM seal GROUP BY slot"):
                    counts[slot] = seals[_window(day, slot)] = parts
                for slot in range(WINDOWS_PER_DAY):  # 96 seeks, not a scan of the day
                    found = await db.execute_fetchall(
                        f"SELECT {_COLUMNS} FROM encounter WHERE place >= ? AND place < ?",
                        (_place(slot, counts.get(slot, 0)), _place(slot + 1)),
                    )
                    rows.extend(_encounter(day, row) for row in found)
                await self._close(day)  # or a fortnight of open files, each with its cache, would stay in memory
        return seals, rows

    async def encounters(self, window: Window) -> list[Encounter]:
        """All parts of a window, ordered by part and id."""
        if window.day not in self.days():
            return []
        async with self._lock, _translated(f"window {window.start}"):
            db = await self._day(window.day)
            found = await db.execute_fetchall(
                f"SELECT {_COLUMNS} FROM encounter WHERE place >= ? AND place < ? ORDER BY part, id",
                (_place(window.slot), _place(window.slot + 1)),
            )
        return [_encounter(window.day, row) for row in found]

    async def visits(self, since: UnixMs) -> int:
        """Encounters of windows that start at or after a time."""
        total = 0
        for day in self.days():
            if (day + 1) * DAY_MS > since:
                async with self._lock, _translated(f"day {day}"):
                    db = await self._day(day)
                    first = max(0, -(-(since - day * DAY_MS) // WINDOW_MS))  # the window that starts then or later
                    asked = "SELECT count(*) FROM arrival WHERE place >= ?", (_place(first),)
                    for row in await db.execute_fetchall(*asked):
                        total += row[0]
        return total

    async def counts(self, day: int) -> dict[int, int]:
        """Encounters of each slot of a UTC day; slots without any are absent. Reads the day's keys once."""
        if day not in self.days():
            return {}
        async with self._lock, _translated(f"day {day}"):
            was_open = day in self._open
            db = await self._day(day)
            found = await db.execute_fetchall("SELECT slot, count(*) FROM encounter GROUP BY slot")
            if not was_open:
                await self._close(day)
        return {row[0]: row[1] for row in found}

    def days(self) -> list[int]:
        """UTC days on disk, as days since 1970-01-01, oldest first."""
        return sorted(
            (date.fromisoformat(path.stem) - _EPOCH).days for path in self._days.glob("????-??-??.db") if _is_day(path)
        )

    async def purge(self, before_day: int) -> list[int]:
        """Unlink every day older than `before_day` (days since 1970-01-01); returns which."""
        old = [day for day in self.days() if day < before_day]
        for day in old:
            async with self._lock:
                await self._close(day)
            for path in self._files(day):
                path.unlink(missing_ok=True)
        self._places = {key: places for key, places in self._places.items() if key[0].day >= before_day}
        if old:
            _sync_folder(self._days)
        return old

    async def close_idle(self, keep: Iterable[int]) -> None:
        """Close days nobody writes any more, which also folds their WAL into the file."""
        async with self._lock:
            for day in set(self._open) - set(keep):
                await self._close(day)

    def usage(self) -> Usage:
        """What the days take, and what is left."""
        sizes = [path.stat().st_size for path in self._days.iterdir() if path.is_file()]
        return Usage(len(self.days()), sum(sizes), shutil.disk_usage(self.folder).free)

    async def begin_run(self, now: UnixMs, version: str) -> None:
        """Note that the process started."""
        async with _translated("state.db"):
            await self._state.execute(
                "INSERT INTO run (started, version) VALUES (?, ?) ON CONFLICT DO NOTHING", (now, version)
            )

    async def end_run(self, now: UnixMs) -> None:
        """Note that it stopped in order."""
        async with _translated("state.db"):
            await self._state.execute(
                "UPDATE run SET stopped = ? WHERE started = (SELECT max(started) FROM run)", (now,)
            )

    async def note(self, entry: Entry, once: str = "") -> bool:
        """Add a line to the audit log; False if the form with this key (not "") was there already."""
        async with _translated("state.db"):
            cursor = await self._state.execute(
                "INSERT INTO audit (at, session, what, outcome, once) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (entry.at, entry.session, entry.what, entry.outcome, once or None),
            )
        return cursor.rowcount == 1

    async def noted(self, count: int) -> list[Entry]:
        """The last lines of the audit log, newest first."""
        async with _translated("state.db"):
            rows = await self._state.execute_fetchall(
                "SELECT at, session, what, outcome FROM audit ORDER BY number DESC LIMIT ?", (count,)
            )
        return [Entry(*row) for row in rows]

    async def close(self) -> None:
        """Close every file."""
        for day in list(self._open):
            await self._close(day)
        await self._state.close()

    async def _day(self, day: int) -> aiosqlite.Connection:
        if day not in self._open:
            new = not self._path(day).exists()
            self._open[day] = await _connect(self._path(day), "day")
            if new:
                _sync_folder(self._days)
        return self._open[day]

    async def _write(self, db: aiosqlite.Connection, rows: list[Encounter]) -> None:
        """Rows of one part: new ids arrive, known ones have news."""
        places = await self._known(db, rows[0].window, rows[0].part)
        placed = [(row, places.of(row.peer)) for row in rows]
        new = [_arrival(row, place) for row, place in placed if row.peer not in places.arrived]
        news = [_news(row, place, places.arrived[row.peer]) for row, place in placed if row.peer in places.arrived]
        if new:
            await db.executemany(_ARRIVED, new)
        if news:
            await db.executemany(_LATEST, news)

    async def _known(self, db: aiosqlite.Connection, window: Window, part: int) -> "_Places":
        """The places of a part: from the file when it is first touched, then from memory."""
        if (window, part) not in self._places:
            found = await db.execute_fetchall(
                "SELECT id, place, first FROM arrival WHERE place >= ? AND place < ?",
                (_place(window.slot, part), _place(window.slot, part + 1)),
            )
            places = self._places[window, part] = _Places(_place(window.slot, part))
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


@asynccontextmanager
async def open_store(folder: Path) -> AsyncIterator[Store]:
    """Open or create the store in a folder of its own (0700); StoreError says what and how to mend it."""
    try:
        (folder / "days").mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreError(
            f"{folder}: the store cannot be created: {error.strerror}. Set store.folder to a folder you may write."
        ) from error
    async with _translated(str(folder / "state.db")):
        state = await _connect(folder / "state.db", "state")
    store = Store(folder, state)
    try:
        yield store
    finally:
        await store.close()


async def _connect(path: Path, schema: str) -> aiosqlite.Connection:
    db = await aiosqlite.connect(path, isolation_level=None)
    try:
        for pragma in _PRAGMAS:
            await db.execute(f"PRAGMA {pragma}")
        await _migrate(db, path, schema)
    except BaseException as error:
        await db.close()  # an open aiosqlite connection keeps the process from ending
        if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise StoreError(
                f"{path}: another program has it open; stop the other kiosk, or give this one its own store.folder"
            ) from error
        raise
    return db


async def _migrate(db: aiosqlite.Connection, path: Path, schema: str) -> None:
    """Apply kiosk/migrations/<schema>/NNNN_*.sql above user_version, each in one transaction. Forward only."""
    steps = sorted(
        (item for item in (resources.files("kiosk") / "migrations" / schema).iterdir() if item.name.endswith(".sql")),
        key=lambda item: item.name,
    )
    [(version,)] = [tuple(row) for row in await db.execute_fetchall("PRAGMA user_version")]
    if version > len(steps):
        raise StoreError(f"{path}: written by a newer kiosk (schema {version}, this one knows {len(steps)})")
    for number, step in enumerate(steps[version:], version + 1):
        script = step.read_text(encoding="utf-8")
        await db.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")


class _translated:
    """sqlite3's errors in our words: a full disk or I/O error may pass, anything else needs a restart."""

    def __init__(self, what: str) -> None:
        self._what = what

    async def __aenter__(self) -> None:
        return None

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, sqlite3.Error):
            return
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY):
            raise StoreUnavailable(f"store, {self._what}: {error}") from error
        raise StoreError(f"store, {self._what}: {error}") from error


class _Places:
    """Which place each id of a part has, and when those on disk arrived. New ids go to the end, whatever they are."""

    def __init__(self, start: int) -> None:
        self._places: dict[BluezoneId, int] = {}
        self._end = start
        self.arrived: dict[BluezoneId, UnixMs] = {}

    def resume(self, peer: BluezoneId, place: int, first: UnixMs) -> None:
        """An id that is on disk already."""
        self._places[peer] = place
        self._end = max(self._end, place + 1)
        self.arrived[peer] = first

    def of(self, peer: BluezoneId) -> int:
        """The id's place, a new one if it has none. A place of a flush that failed stays reserved."""
        if peer not in self._places:
            self._places[peer] = self._end
            self._end += 1
        return self._places[peer]


def _place(slot: int, part: int = 0) -> int:
    """The first place of a part: slot, part and order of arrival in one number, so that rows lie in that order."""
    return slot << 28 | part << 16


def _arrival(row: Encounter, place: int) -> tuple[int | bytes, ...]:
    first = row.first - row.window.start
    return (place, row.peer.raw, first, *_grown(row), _PLATFORMS.index(row.platform), _VIAS.index(row.via))


def _news(row: Encounter, place: int, arrived: UnixMs) -> tuple[int | None, ...]:
    return (place, None if row.first == arrived else row.first - row.window.start, *_grown(row))


def _grown(row: Encounter) -> tuple[int, int, int, int]:
    return row.last - row.window.start, row.receptions, row.rssi_best, row.rssi_sum


def _encounter(day: int, row: sqlite3.Row) -> Encounter:
    slot, part, raw, first, last, receptions, best, total, platform, via = row
    window = _window(day, slot)
    start = window.start
    return Encounter(
        window, BluezoneId(raw), part, UnixMs(start + first), UnixMs(start + last), receptions, best, total,
        _PLATFORMS[platform], _VIAS[via],
    )  # fmt: skip


def _window(day: int, slot: int) -> Window:
    return Window(UnixMs(day * DAY_MS + slot * WINDOW_MS))


def _is_day(path: Path) -> bool:
    try:
        datetime.strptime(path.stem, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    """A new or removed name is on disk only once its folder is."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
