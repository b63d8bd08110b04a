"""SQLite: the books in one file, for a province whose boxes one machine can serve.

One thread writes and one reads, so that a look at the fleet does not hold up parcels. Each commit is on disk when it
returns (WAL, synchronous FULL), and what is deleted is overwritten.
"""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from functools import lru_cache, partial
from importlib import resources
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from kiosk.collector.database import SCHEMA, Parcel, Statements, Taken, Value, Verdict, typed
from kiosk.core.batches import Row
from kiosk.core.parcels import Kind
from kiosk.errors import StoreError, StoreUnavailable

T = TypeVar("T")
PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "foreign_keys=ON",
    "busy_timeout=10000",
    "cache_size=-65536",
    "journal_size_limit=67108864",
)
_COLUMNS: Final = "slot, part, first_s, id, last_s, receptions, rssi_mean, platform, via"
_ENCOUNTERS: Final = "INSERT INTO encounter VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
_PASSING: Final = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class _DayOf(NamedTuple):
    day: int
    kiosk: str


class _Thread:
    """A connection and the one thread that uses it: what is asked runs in the order of asking."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="books")
        self._db: sqlite3.Connection | None = None

    async def do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run some work in the thread. Raises StoreUnavailable, StoreError."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._done, work)

    def soon(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """The same without waiting, for who has been cancelled; the next one asked comes after it."""
        self._pool.submit(self._done, work)

    def _done(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with _translated(self._path):
            if self._db is None:
                self._db = connect(self._path)
            return work(self._db)

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._pool, self._closed)
        self._pool.shutdown()

    def _closed(self) -> None:
        if self._db is not None:
            self._db.close()


class _Transaction:
    def __init__(self, thread: _Thread) -> None:
        self._thread = thread

    async def rows(self, of: type[T], sql: str, *values: Value) -> list[T]:
        return typed(of, await self._thread.do(lambda db: db.execute(_numbered(sql), values).fetchall()))

    async def run(self, sql: str, *values: Value) -> int:
        return await self._thread.do(lambda db: db.execute(_numbered(sql), values).rowcount)


class SqliteDatabase:
    """Database. Open one with `open_sqlite`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer, self._reader = _Thread(path), _Thread(path)
        self._turn = asyncio.Lock()

    async def migrate(self) -> None:
        """Bring the schema up to date."""
        await self._writer.do(partial(_migrate, self.path))

    async def rows(self, of: type[T], sql: str, *values: Value) -> list[T]:
        return await _Transaction(self._reader).rows(of, sql, *values)

    async def run(self, sql: str, *values: Value) -> int:
        async with self._turn:
            return await _Transaction(self._writer).run(sql, *values)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Statements]:
        async with self._turn:
            try:
                await self._writer.do(lambda db: db.execute("BEGIN IMMEDIATE"))
                yield _Transaction(self._writer)
                await self._writer.do(lambda db: db.execute("COMMIT"))
            except BaseException:
                self._writer.soon(_roll_back)
                raise

    async def take(self, parcel: Parcel) -> Taken:
        async with self._turn:
            return await self._writer.do(partial(_take, parcel))

    async def encounters(self, kiosk: str, day: int) -> list[Row]:
        sql = f"SELECT {_COLUMNS} FROM encounter WHERE day = ? AND kiosk = ? ORDER BY {_COLUMNS}"
        return await self._reader.do(lambda db: db.execute(sql, (day, kiosk)).fetchall())

    async def forget(self, before_day: int) -> int:
        """A day of one box a transaction, so that parcels get their turn in between."""
        found = await self.rows(
            _DayOf, "SELECT DISTINCT day, kiosk FROM batch WHERE day < $1 ORDER BY day, kiosk", before_day
        )
        for each in found:
            async with self._turn:
                await self._writer.do(partial(_forget, each))
        if found:
            await self._writer.do(lambda db: db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
        return len({each.day for each in found})

    async def copy(self, target: Path) -> None:
        """A copy of the whole file as it is at one moment, while boxes go on sending."""

        def work(db: sqlite3.Connection) -> None:
            into = sqlite3.connect(target)
            try:
                db.backup(into, pages=4096)
            finally:
                into.close()

        await self._reader.do(work)

    async def close(self) -> None:
        await self._reader.close()
        await self._writer.close()


async def open_sqlite(path: Path) -> SqliteDatabase:
    """Open or create the file and bring its schema up to date. Raises StoreError, StoreUnavailable."""
    database = SqliteDatabase(path)
    try:
        await database.migrate()
    except BaseException:
        await database.close()
        raise
    return database


def connect(path: Path) -> sqlite3.Connection:
    """A connection as the books want it; of transactions we keep account ourselves."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
    except OSError as error:
        raise StoreError(f"{path}: cannot be created: {error.strerror or error}") from error
    db = sqlite3.connect(path, isolation_level=None, cached_statements=256, check_same_thread=False)
    for pragma in PRAGMAS:
        db.execute(f"PRAGMA {pragma}")
    return db


def check_file(path: Path) -> None:
    """Whether a file holds whole books. Raises StoreError."""
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        with _translated(path):
            told = db.execute("PRAGMA integrity_check").fetchone()[0]
            known = db.execute("SELECT count(*) FROM sqlite_schema WHERE name IN ('kiosk', 'batch')").fetchone()[0]
    finally:
        db.close()
    if told != "ok" or known != 2:
        raise StoreError(f"{path}: holds no whole books of a collector: {told}")


def _migrate(path: Path, db: sqlite3.Connection) -> None:
    """Apply what lies above user_version, each step in one transaction. Forward only."""
    folder = resources.files("kiosk") / SCHEMA / "sqlite"
    steps = sorted((item for item in folder.iterdir() if item.name.endswith(".sql")), key=lambda item: item.name)
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    if version > len(steps):
        raise StoreError(f"{path}: written by a newer collector (schema {version}, this one knows {len(steps)})")
    for number, step in enumerate(steps[version:], version + 1):
        script = step.read_text(encoding="utf-8")
        try:
            db.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")
        except sqlite3.Error:
            _roll_back(db)
            if db.execute("PRAGMA user_version").fetchone()[0] < number:  # else another replica was quicker
                raise


def _take(parcel: Parcel, db: sqlite3.Connection) -> Taken:
    with _together(db):
        return _taken(db, parcel)


def _taken(db: sqlite3.Connection, parcel: Parcel) -> Taken:
    key = (parcel.kiosk, parcel.store, parcel.n)
    if db.execute("SELECT 1 FROM kiosk WHERE kiosk = ? AND revoked_at IS NULL", key[:1]).fetchone() is None:
        return Taken(Verdict.REVOKED)
    head = (*key, parcel.kind.value, parcel.sha256, parcel.day, parcel.row_count, parcel.received_at)
    new = db.execute("INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", head).rowcount == 1
    if new:
        _write(db, parcel)
        db.execute(
            "INSERT INTO store VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET last = max(last, excluded.last)",
            (*key, parcel.received_at),
        )
    last = db.execute("SELECT last FROM store WHERE kiosk = ? AND store = ?", key[:2]).fetchone()[0]
    if new:
        return Taken(Verdict.NEW, last)
    here = db.execute("SELECT sha256 FROM batch WHERE kiosk = ? AND store = ? AND n = ?", key).fetchone()[0]
    if here == parcel.sha256:
        return Taken(Verdict.KNOWN, last)
    db.execute(
        "INSERT INTO conflict VALUES (?, ?, ?, ?, ?, 1) ON CONFLICT DO UPDATE "
        "SET sha256 = excluded.sha256, at = excluded.at, times = times + 1",
        (*key, parcel.sha256, parcel.received_at),
    )
    return Taken(Verdict.CONFLICT, last)


def _write(db: sqlite3.Connection, parcel: Parcel) -> None:
    """What is inside. A row that is here already came under another store of the same box."""
    kiosk, at = parcel.kiosk, parcel.received_at
    match parcel.kind:
        case Kind.ENCOUNTERS:
            own = (parcel.day, kiosk)
            db.executemany(_ENCOUNTERS, [own + row for row in parcel.rows])
        case Kind.REPORT:
            row = (kiosk, parcel.sha256, parcel.case_id, parcel.notice, at, parcel.content)
            db.execute("INSERT INTO report VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", row)
        case Kind.ANSWER:
            told = (kiosk, parcel.sha256, parcel.case_id, parcel.notice, parcel.row_count, at, parcel.content)
            db.execute("INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", told)
        case Kind.DAY_KEY:
            db.execute(
                "INSERT INTO day_key VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (kiosk, parcel.day, parcel.content)
            )


def _forget(of: _DayOf, db: sqlite3.Connection) -> None:
    with _together(db):
        db.execute("DELETE FROM encounter WHERE day = ? AND kiosk = ?", of)
        db.execute("DELETE FROM day_key WHERE day = ? AND kiosk = ?", of)
        for table in ("report", "answer"):
            db.execute(
                f"DELETE FROM {table} WHERE (kiosk, sha256) IN "
                "(SELECT kiosk, sha256 FROM batch WHERE day = ? AND kiosk = ?)",
                of,
            )
        db.execute("DELETE FROM batch WHERE day = ? AND kiosk = ?", of)


@contextmanager
def _together(db: sqlite3.Connection) -> Iterator[None]:
    """A transaction."""
    try:
        db.execute("BEGIN IMMEDIATE")
        yield
        db.execute("COMMIT")
    except BaseException:
        _roll_back(db)
        raise


def _roll_back(db: sqlite3.Connection) -> None:
    if db.in_transaction:
        db.execute("ROLLBACK")


@lru_cache(maxsize=256)
def _numbered(sql: str) -> str:
    """$1 is ?1 here."""
    return re.sub(r"\$(\d+)", r"?\1", sql)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """sqlite3's errors in our words: what may pass, and what may not."""
    try:
        yield
    except sqlite3.Error as error:
        told = f"{path}: {error}"
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _PASSING:
            raise StoreUnavailable(told) from error
        raise StoreError(told) from error
