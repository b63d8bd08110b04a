"""Everything about the books is played on both databases: SQLite in a file, and a real PostgreSQL."""

import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from kiosk.collector.books import Books
from kiosk.collector.postgres import open_postgres
from kiosk.collector.sqlite import open_sqlite
from tests.collector.servers import POSTGRES, Postgres, postgres_programs, running_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    programs = postgres_programs()
    if programs is None:
        pytest.skip(POSTGRES)
    with running_postgres(programs) as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the books lie, as --db says it."""
    if request.param == "sqlite":
        return f"sqlite://{tmp_path}/books.db"
    server: Postgres = request.getfixturevalue("postgres")
    return server.create(f"books_{secrets.token_hex(6)}")


@pytest.fixture
async def books(address: str) -> AsyncIterator[Books]:
    opened = await (
        open_sqlite(Path(address.removeprefix("sqlite://"))) if "sqlite" in address else open_postgres(address)
    )
    found = Books(opened)
    yield found
    await found.close()
