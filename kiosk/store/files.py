"""Files of the store: opened with the same pragmas, migrated forward, SQLite's errors in our words."""

import os
import sqlite3
from importlib import resources
from pathlib import Path

import aiosqlite

from kiosk.errors import StoreError, StoreUnavailable

_PRAGMAS = (
    "page_size=512",  # a new id dirties one page, and small ones are written whole for less: 48 MB a day, 51 with 1024
    "locking_mode=EXCLUSIVE",  # one daemon a store, and no -shm file, whose pages are written back every 30 s
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=5000",
    "wal_autocheckpoint=2000",  # pages: a log of 1 MB
    "journal_size_limit=4194304",
    "cache_size=-512",  # KiB a file; by default 2 MB of each open day would stay in memory
    "temp_store=MEMORY",  # what a query sorts never lies on the card: neither its wear nor its ids
    "secure_delete=ON",  # what is deleted from state.db is overwritten
)


_TABLES = {
    "day": "arrival, latest, seal",
    "state": "run, audit, series, parcel, sharing, notice, boot",
    "undated": "undated",
}
"""What a file of each schema holds, once it is migrated."""


class Malformed(sqlite3.DatabaseError):
    """SQLite's own check found a file to be broken; what it says comes first."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


async def connect(path: Path, schema: str) -> aiosqlite.Connection:
    db = await aiosqlite.connect(path, isolation_level=None)
    try:
        for pragma in _PRAGMAS:
            await db.execute(f"PRAGMA {pragma}")
        await _migrate(db, path, schema)
        await _known(db, schema)
    except BaseException as error:
        await db.close()  # an open aiosqlite connection keeps the process from ending
        if isinstance(error, UnicodeDecodeError):  # SQLite's message quotes what the file says
            raise Malformed("its schema is garbled") from error
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
        try:
            await db.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")
        except sqlite3.OperationalError as error:
            if version == 0 and error.sqlite_errorcode == sqlite3.SQLITE_ERROR:  # a new file that has tables already
                raise Malformed(str(error)) from error
            raise


async def _known(db: aiosqlite.Connection, schema: str) -> None:
    """Raises Malformed where the file calls itself ours and is not: its first page is garbled, or it is older than the
    first release."""
    try:
        await db.execute_fetchall(f"SELECT 1 FROM {_TABLES[schema]} LIMIT 0")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:  # no such table
            raise Malformed(str(error)) from error
        raise


async def examine(db: aiosqlite.Connection) -> None:
    """Read a whole file once. Raises Malformed, or whatever SQLite stumbles over."""
    [(told, *_)] = [tuple(row) for row in await db.execute_fetchall("PRAGMA quick_check(1)")]
    if told != "ok":
        raise Malformed(told)


_MAY_PASS = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
}
"""A worn card is made read-only by the kernel: then no file of a new day can be opened, and a restart would only take
the wall and the radio along."""


_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_UNREADABLE = {sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS}
"""Extended codes: a sector of a worn card that cannot be read any more."""


def is_damage(error: sqlite3.Error) -> bool:
    """Whether it is the file that is broken: no second try reads better, so it is set aside."""
    code = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF in _BROKEN or code in _UNREADABLE


class translated:
    """Errors of SQLite and of the disk in our words: a full, unwritable or broken file may pass, since a broken one is
    set aside; anything else needs a restart."""

    def __init__(self, what: str) -> None:
        self._what = what

    async def __aenter__(self) -> None:
        return None

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            raise StoreUnavailable(f"store, {self._what}: {error.strerror or error}") from error
        if not isinstance(error, sqlite3.Error):
            return
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _MAY_PASS or is_damage(error):
            raise StoreUnavailable(f"store, {self._what}: {error}") from error
        raise StoreError(f"store, {self._what}: {error}") from error


def sync_folder(folder: Path) -> None:
    """A new or removed name is on disk only once its folder is."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
