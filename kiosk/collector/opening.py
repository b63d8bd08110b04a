"""Opening: an address such as sqlite:///path or postgresql://host/database becomes the books behind it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from kiosk.collector.books import Books
from kiosk.collector.database import Database
from kiosk.errors import ConfigError

SQLITE: Final = "sqlite://"
EXTRA: Final = "pip install 'bluezone-kiosk[collector]'"


@asynccontextmanager
async def open_books(address: str) -> AsyncIterator[Books]:
    """Open, bring the schema up to date, and close. Raises ConfigError, StoreError, StoreUnavailable."""
    books = Books(await _open(address))
    try:
        yield books
    finally:
        await books.close()


def sqlite_path(address: str) -> Path | None:
    """The file of an SQLite address, always from the root (a fourth slash is the habit of some); None for another."""
    return Path("/", address.removeprefix(SQLITE).lstrip("/")) if address.startswith(SQLITE) else None


async def _open(address: str) -> Database:
    path = sqlite_path(address)
    if path is not None:
        from kiosk.collector.sqlite import open_sqlite

        return await open_sqlite(path)
    try:
        from kiosk.collector.postgres import open_postgres
    except ModuleNotFoundError as error:
        raise ConfigError(f"PostgreSQL needs the Python package {error.name}: {EXTRA}") from error
    return await open_postgres(address)
