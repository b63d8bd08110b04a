"""Database: what the books need from an engine. Two bodies, sqlite.py and postgres.py, pass the same suite.

Statements are written once, in the SQL that both speak, with $1, $2 ... for values. What they do not share (taking a
parcel in at full speed, deleting a day) is a verb here.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from enum import Enum
from typing import Final, NamedTuple, Protocol, TypeVar

import msgspec

from kiosk.core.batches import Row
from kiosk.core.parcels import Kind
from kiosk.errors import StoreError

T = TypeVar("T")
Value = int | str | bytes | None

SCHEMA: Final = "migrations/collector"
"""Folder of the schema's steps inside the package, a subfolder for each body."""


class Parcel(NamedTuple):
    """A parcel that has been opened and understood, ready to be written. Only the part of its kind is filled."""

    kiosk: str
    store: str
    n: int
    kind: Kind
    sha256: str
    received_at: int
    day: int
    """UTC day of its content; of reports and answers that of receipt."""
    rows: Sequence[Row] = ()
    """Kind.ENCOUNTERS."""
    row_count: int = 0
    content: bytes = b""
    """Report and answer as they came; the key of Kind.DAY_KEY."""
    case_id: str = ""
    notice: int = 0


class Verdict(Enum):
    """What became of a parcel."""

    NEW = "new"
    KNOWN = "known"
    """The same parcel is here already."""
    CONFLICT = "conflict"
    """Another parcel with this number is here; noted as an alarm."""
    REVOKED = "revoked"
    """The box has been revoked since it showed its token."""


class Taken(NamedTuple):
    """The answer to a parcel; `last` is the highest number of its store."""

    verdict: Verdict
    last: int = 0


class Statements(Protocol):
    """Where statements run. Every verb raises StoreUnavailable when the database is away: try again later."""

    async def rows(self, of: type[T], sql: str, *values: Value) -> list[T]:
        """What a query finds, each row as a named tuple (or a single value) of this type."""
        ...

    async def run(self, sql: str, *values: Value) -> int:
        """How many rows a statement changed."""
        ...


class Database(Statements, Protocol):
    """One database; any number of processes may use the same."""

    def transaction(self) -> AbstractAsyncContextManager[Statements]:
        """Statements that happen together or not at all."""
        ...

    async def take(self, parcel: Parcel) -> Taken:
        """Write a parcel in one transaction, once: on disk when it returns. Parcels of one box wait for each other."""
        ...

    async def encounters(self, kiosk: str, day: int) -> list[Row]:
        """Every encounter of a box on a UTC day, in order."""
        ...

    async def forget(self, before_day: int) -> int:
        """Delete the content and the rows of parcels of days before this one, really; how many days were dropped."""
        ...

    async def close(self) -> None:
        """Let go of files and connections."""
        ...


def typed(of: type[T], rows: Sequence[Sequence[object]]) -> list[T]:
    """Rows of a database as values of a type; a single value where the type is no tuple."""
    wanted: Sequence[object] = rows if issubclass(of, tuple) else [row[0] for row in rows]
    try:
        return msgspec.convert(wanted, list[of], strict=False)  # type: ignore[valid-type]
    except msgspec.ValidationError as error:
        raise StoreError(f"the database holds what {of.__name__} cannot be: {error}") from error
