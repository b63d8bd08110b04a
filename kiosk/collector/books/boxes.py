"""Boxes: who may send, where each stands and stood, and how far each is. Of codes and tokens only hashes come here."""

from typing import Final, NamedTuple

from kiosk.collector.books.turns import turn
from kiosk.collector.database import Database, Statements
from kiosk.core import wire
from kiosk.core.windows import DAY_MS, UnixMs, vietnam_day_start
from kiosk.errors import NotInBooks

LONGEST_BACK_MS: Final = 21 * DAY_MS
"""Visits of days before that, or of the future, come from a wrong clock and are not kept."""


class Box(NamedTuple):
    """A box as its token tells; `venue` "" while it stands nowhere."""

    kiosk: str
    enrolled_at: int
    revoked_at: int | None
    stolen: bool
    venue: str
    venue_name: str


class Stay(NamedTuple):
    """A box at a venue, [since, until)."""

    kiosk: str
    since: int
    until: int | None
    venue: str
    revoked_at: int | None
    stolen: bool


_BOX: Final = """SELECT kiosk.kiosk, enrolled_at, revoked_at, stolen, coalesce(venue.id, ''), coalesce(venue.name, '')
FROM kiosk LEFT JOIN placement ON placement.kiosk = kiosk.kiosk AND until IS NULL
LEFT JOIN venue ON venue.id = placement.venue"""


class Boxes:
    """Enrolment, tokens, places, heartbeats."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_code(self, code_sha256: str, venue: str, now: int, expires_at: int) -> None:
        """A one-time code for a venue."""
        await self._database.run(
            "INSERT INTO code (code_sha256, venue, made_at, expires_at) VALUES ($1, $2, $3, $4)",
            code_sha256, venue, now, expires_at,
        )  # fmt: skip

    async def codes(self, venue: str, now: int) -> list[int]:
        """When each code of a venue that nobody has used yet expires."""
        sql = "SELECT expires_at FROM code WHERE venue = $1 AND used_by IS NULL AND expires_at > $2 ORDER BY expires_at"
        return await self._database.rows(int, sql, venue, now)

    async def enrol(self, code_sha256: str, token_sha256: str, new: str, now: int) -> Box | None:
        """Use up a code: the box `new` stands at its venue from now on. The same token again gets the same answer.

        None if the code is unknown, expired, or used with another token.
        """
        async with self._database.transaction() as books:
            used = "UPDATE code SET used_by = $2, kiosk = $3 WHERE code_sha256 = $1 AND used_by IS NULL"
            if await books.run(f"{used} AND expires_at > $4 AND {_UNUSED}", code_sha256, token_sha256, new, now):
                await books.run(
                    "INSERT INTO kiosk (kiosk, token_sha256, enrolled_at) VALUES ($1, $2, $3)", new, token_sha256, now
                )
                venue = "SELECT $1, $2, venue FROM code WHERE code_sha256 = $3"
                await books.run(f"INSERT INTO placement (kiosk, since, venue) {venue}", new, now, code_sha256)
            sql = f"{_BOX} WHERE kiosk.kiosk = (SELECT kiosk FROM code WHERE code_sha256 = $1 AND used_by = $2)"
            found = await books.rows(Box, sql, code_sha256, token_sha256)
        return found[0] if found else None

    async def of_token(self, token_sha256: str) -> Box | None:
        """Whose token it is, also if it is revoked."""
        found = await self._database.rows(Box, f"{_BOX} WHERE token_sha256 = $1", token_sha256)
        return found[0] if found else None

    async def find(self, kiosk: str) -> Box:
        """One box. Raises NotInBooks."""
        found = await self._database.rows(Box, f"{_BOX} WHERE kiosk.kiosk = $1", kiosk)
        if not found:
            raise NotInBooks(f"kiosk '{kiosk}' is unknown; `kiosk collector venue list` shows which stand where")
        return found[0]

    async def all(self) -> list[Box]:
        """Every box ever enrolled, by venue."""
        return await self._database.rows(Box, f"{_BOX} ORDER BY 5, 1")

    async def stays(self, venue: str) -> list[Stay]:
        """Every box that stands or stood at a venue, oldest first."""
        sql = """SELECT placement.kiosk, since, until, venue, revoked_at, stolen FROM placement
        JOIN kiosk ON kiosk.kiosk = placement.kiosk WHERE venue = $1 ORDER BY since, placement.kiosk"""
        return await self._database.rows(Stay, sql, venue)

    async def move(self, kiosk: str, venue: str, now: int) -> None:
        """A box stands at another venue from now on; what it counted before stays with the old one."""
        async with self._database.transaction() as books:
            await _leave(books, kiosk, now)
            await books.run("INSERT INTO placement (kiosk, since, venue) VALUES ($1, $2, $3)", kiosk, now, venue)

    async def revoke(self, kiosk: str, now: int, *, stolen: bool) -> None:
        """Its token opens nothing from now on. A stolen box stays on its venue's line until another takes its place."""
        async with self._database.transaction() as books:
            await books.run(
                "UPDATE kiosk SET revoked_at = coalesce(revoked_at, $2), stolen = $3 WHERE kiosk = $1",
                kiosk, now, int(stolen),
            )  # fmt: skip
            if not stolen:
                await _leave(books, kiosk, now)

    async def leave(self, kiosk: str, now: int) -> None:
        """It stands nowhere any more."""
        async with self._database.transaction() as books:
            await _leave(books, kiosk, now)

    async def last(self, kiosk: str, store: str) -> int:
        """The highest parcel number of a series, 0 before the first."""
        found = await self._database.rows(int, "SELECT last FROM store WHERE kiosk = $1 AND store = $2", kiosk, store)
        return found[0] if found else 0

    async def heard(self, kiosk: str, heartbeat: wire.Heartbeat, now: UnixMs) -> None:
        """Keep the latest heartbeat, and the visits it tells."""
        async with self._database.transaction() as books:
            await books.run(
                """INSERT INTO heartbeat (kiosk, received_at, said) VALUES ($1, $2, $3) ON CONFLICT (kiosk) DO UPDATE
                SET received_at = excluded.received_at, said = excluded.said
                WHERE heartbeat.received_at <= excluded.received_at""",
                kiosk, now, wire.to_json(heartbeat).decode(),
            )  # fmt: skip
            await turn(books, kiosk, now, heartbeat.light, " ".join(note.code for note in heartbeat.faults))
            visits = heartbeat.visits
            if visits is not None and _plausible(visits, now):
                await books.run(
                    """INSERT INTO visit_day (kiosk, day_at, venue, until, visits)
                    SELECT kiosk, $2, venue, $3, $4 FROM placement WHERE kiosk = $1 AND placement.until IS NULL
                    ON CONFLICT (kiosk, day_at) DO UPDATE
                    SET venue = excluded.venue, until = excluded.until, visits = excluded.visits
                    WHERE visit_day.until < excluded.until""",
                    kiosk, visits.day, visits.until, visits.count,
                )  # fmt: skip


_UNUSED: Final = "NOT EXISTS (SELECT 1 FROM kiosk WHERE token_sha256 = $2)"
"""A token belongs to one box for ever."""


async def _leave(books: Statements, kiosk: str, now: int) -> None:
    """What began in this very moment never was."""
    await books.run("DELETE FROM placement WHERE kiosk = $1 AND since >= $2", kiosk, now)
    await books.run("UPDATE placement SET until = $2 WHERE kiosk = $1 AND until IS NULL", kiosk, now)


def _plausible(visits: wire.Visits, now: UnixMs) -> bool:
    whole = vietnam_day_start(UnixMs(visits.day)) == visits.day
    return whole and now - LONGEST_BACK_MS <= visits.day <= visits.until <= now + DAY_MS
