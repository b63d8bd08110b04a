"""Venues: places, teams, and the free tree of units above them. Ids are short names, since they stand in links."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from kiosk.collector.database import Database, Statements
from kiosk.core.fleet.units import Unit
from kiosk.core.paper.venues import safe
from kiosk.errors import NotInBooks

LONGEST_ID: Final = 40


class Place(NamedTuple):
    """A venue as it was entered; `unit` "" is none."""

    id: str
    name: str
    profile: str
    unit: str
    retired_at: int | None


class Team(NamedTuple):
    """People who go round with a code of their own."""

    id: str
    name: str
    unit: str


_PLACE: Final = "SELECT id, name, profile, coalesce(unit, ''), retired_at FROM venue"


class Venues:
    """Whoever calls has made names NFC and checked profiles."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def units(self) -> list[Unit]:
        """The whole tree, in no order."""
        rows = await self._database.rows(_Unit, "SELECT id, name, coalesce(parent, '') FROM unit")
        return [Unit(*row) for row in rows]

    async def unit(self, path: Sequence[str]) -> str:
        """The unit at the end of a path of names from the top, with those above it made where missing; "" for none."""
        unit = ""
        async with self._database.transaction() as books:
            for name in path:
                unit = await _below(books, unit, name)
        return unit

    async def all(self) -> list[Place]:
        """Every venue, also retired ones, by id."""
        return await self._database.rows(Place, f"{_PLACE} ORDER BY id")

    async def find(self, venue: str) -> Place:
        """One venue. Raises NotInBooks."""
        found = await self._database.rows(Place, f"{_PLACE} WHERE id = $1", venue)
        if not found:
            raise NotInBooks(f"venue '{venue}' is unknown; `kiosk collector venue list` shows all")
        return found[0]

    async def add(self, name: str, profile: str, unit: str, now: int, id_: str = "") -> str:
        """A new venue; its id, made from its name if none is given. Raises NotInBooks if the given one is taken."""
        async with self._database.transaction() as books:
            new = await _free(books, id_, name)
            await books.run(
                "INSERT INTO venue (id, unit, name, profile, made_at) VALUES ($1, $2, $3, $4, $5)",
                new, unit or None, name, profile, now,
            )  # fmt: skip
        return new

    async def move(self, venue: str, unit: str) -> None:
        """Below another unit: provinces merge. Raises NotInBooks."""
        await self.find(venue)
        await self._database.run("UPDATE venue SET unit = $2 WHERE id = $1", venue, unit or None)

    async def retire(self, venue: str, now: int) -> None:
        """No kiosk is wanted here any more: its boxes lose their token, what was stays. Raises NotInBooks."""
        await self.find(venue)
        async with self._database.transaction() as books:
            here = "SELECT kiosk FROM placement WHERE venue = $1 AND until IS NULL"
            await books.run("UPDATE venue SET retired_at = coalesce(retired_at, $2) WHERE id = $1", venue, now)
            await books.run(
                f"UPDATE kiosk SET revoked_at = coalesce(revoked_at, $2) WHERE kiosk IN ({here})", venue, now
            )
            await books.run("UPDATE placement SET until = $2 WHERE venue = $1 AND until IS NULL", venue, now)
            await books.run("DELETE FROM code WHERE venue = $1 AND used_by IS NULL", venue)

    async def teams(self) -> list[Team]:
        """Every team, by id."""
        return await self._database.rows(Team, "SELECT id, name, coalesce(unit, '') FROM team ORDER BY id")

    async def add_team(self, name: str, unit: str, now: int, id_: str = "") -> str:
        """A new team; its id, which no venue has either. Raises NotInBooks if the given one is taken."""
        async with self._database.transaction() as books:
            new = await _free(books, id_, name)
            await books.run(
                "INSERT INTO team (id, unit, name, made_at) VALUES ($1, $2, $3, $4)", new, unit or None, name, now
            )
        return new

    async def has(self, source: str) -> bool:
        """Whether a smart link's source is a venue or a team."""
        sql = "SELECT 1 FROM venue WHERE id = $1 UNION ALL SELECT 1 FROM team WHERE id = $1"
        return bool(await self._database.rows(int, sql, source))


class _Unit(NamedTuple):
    id: str
    name: str
    parent: str


async def _below(books: Statements, parent: str, name: str) -> str:
    sql = "SELECT id FROM unit WHERE coalesce(parent, '') = $1 AND name = $2"
    if found := await books.rows(str, sql, parent, name):
        return found[0]
    new = await _numbered(books, safe(name)[:LONGEST_ID], "SELECT id FROM unit WHERE id = $1")
    await books.run("INSERT INTO unit (id, parent, name) VALUES ($1, $2, $3)", new, parent or None, name)
    return new


async def _free(books: Statements, wanted: str, name: str) -> str:
    """An id that neither a venue nor a team has."""
    taken = "SELECT id FROM venue WHERE id = $1 UNION ALL SELECT id FROM team WHERE id = $1"
    if not wanted:
        return await _numbered(books, safe(name)[:LONGEST_ID], taken)
    if await books.rows(str, taken, wanted):
        raise NotInBooks(f"id '{wanted}' is taken; choose another, or leave it out")
    return wanted


async def _numbered(books: Statements, name: str, taken: str) -> str:
    new, number = name, 1
    while await books.rows(str, taken, new):
        number += 1
        new = f"{name}-{number}"
    return new
