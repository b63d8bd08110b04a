"""People: who may look at the fleet, who is signed in, and the log of what was done."""

from typing import NamedTuple

from kiosk.collector.database import Database
from kiosk.errors import NotInBooks


class Person(NamedTuple):
    """Somebody with a password; `password` is the hash of core/pins.py's kind, never the words."""

    name: str
    role: str
    password: str


class Deed(NamedTuple):
    """A line of the audit log; `who` "" is the terminal."""

    at: int
    who: str
    what: str
    subject: str


class People:
    """Sessions lie in the database, as hashes, so that every collector knows them and signing out is final."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, person: Person, now: int) -> None:
        """A new person. Raises NotInBooks if the name is taken."""
        added = await self._database.run(
            "INSERT INTO person (name, role, password, made_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            *person, now,
        )  # fmt: skip
        if not added:
            raise NotInBooks(f"user '{person.name}' is there already; `kiosk collector user passwd` changes a password")

    async def change(self, person: Person) -> None:
        """Another role or password; whoever was signed in under that name is signed out. Raises NotInBooks."""
        async with self._database.transaction() as books:
            changed = await books.run("UPDATE person SET role = $2, password = $3 WHERE name = $1", *person)
            await books.run("DELETE FROM session WHERE person = $1", person.name)
        if not changed:
            raise NotInBooks(f"user '{person.name}' is unknown")

    async def find(self, name: str) -> Person | None:
        """Somebody by name."""
        found = await self._database.rows(Person, "SELECT name, role, password FROM person WHERE name = $1", name)
        return found[0] if found else None

    async def all(self) -> list[Person]:
        """Everybody, by name."""
        return await self._database.rows(Person, "SELECT name, role, password FROM person ORDER BY name")

    async def sign_in(self, token_sha256: str, name: str, expires_at: int) -> None:
        """A session; its token is known to the browser alone."""
        await self._database.run(
            "INSERT INTO session (token_sha256, person, expires_at) VALUES ($1, $2, $3)", token_sha256, name, expires_at
        )

    async def signed_in(self, token_sha256: str, now: int) -> Person | None:
        """Whose session it is, if it has not expired."""
        sql = """SELECT name, role, password FROM session JOIN person ON name = person
        WHERE token_sha256 = $1 AND expires_at > $2"""
        found = await self._database.rows(Person, sql, token_sha256, now)
        return found[0] if found else None

    async def sign_out(self, token_sha256: str) -> None:
        """The end of a session."""
        await self._database.run("DELETE FROM session WHERE token_sha256 = $1", token_sha256)

    async def forget(self, now: int) -> int:
        """Delete sessions that have expired."""
        return await self._database.run("DELETE FROM session WHERE expires_at <= $1", now)

    async def note(self, deed: Deed) -> None:
        """Add a line to the audit log."""
        await self._database.run("INSERT INTO audit (at, who, what, subject) VALUES ($1, $2, $3, $4)", *deed)

    async def noted(self, count: int) -> list[Deed]:
        """The last lines of the audit log, newest first."""
        return await self._database.rows(
            Deed, "SELECT at, who, what, subject FROM audit ORDER BY number DESC LIMIT $1", count
        )

    async def setting(self, name: str) -> str:
        """What all collectors of this database must agree on; "" if nobody said yet."""
        found = await self._database.rows(str, "SELECT value FROM setting WHERE name = $1", name)
        return found[0] if found else ""

    async def set(self, name: str, value: str) -> None:
        """Say it."""
        sql = (
            "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        )
        await self._database.run(sql, name, value)
