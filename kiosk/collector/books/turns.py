"""Turns: when a box's light or faults became others. Kept as long as anybody may ask what happened here."""

from typing import Final, NamedTuple

from kiosk.collector.database import Database, Statements
from kiosk.core.windows import DAY_MS

KEPT_MS: Final = 90 * DAY_MS


class Turn(NamedTuple):
    """From `at` on the light was this, with these codes, a space between."""

    kiosk: str
    at: int
    light: str
    codes: str


class Turns:
    """One row a change, not a heartbeat."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, venue: str, count: int) -> list[Turn]:
        """The last ones at a venue, each of the box that stood there then, newest first."""
        return await self._database.rows(
            Turn,
            """SELECT turn.kiosk, at, light, codes FROM turn JOIN placement ON placement.kiosk = turn.kiosk
            AND since <= at AND (until IS NULL OR at < until) WHERE venue = $1 ORDER BY at DESC, turn.kiosk LIMIT $2""",
            venue, count,
        )  # fmt: skip

    async def forget(self, now: int) -> int:
        """Delete what nobody asks for any more."""
        return await self._database.run("DELETE FROM turn WHERE at < $1", now - KEPT_MS)


async def turn(books: Statements, kiosk: str, at: int, light: str, codes: str) -> None:
    """Note a heartbeat's light and codes if they are not those of the last turn."""
    last = await books.rows(Turn, f"{_LAST} WHERE kiosk = $1 ORDER BY at DESC LIMIT 1", kiosk)
    if not last or (last[0].light, last[0].codes) != (light, codes):
        await books.run(
            "INSERT INTO turn (kiosk, at, light, codes) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            kiosk, at, light, codes,
        )  # fmt: skip


_LAST: Final = "SELECT kiosk, at, light, codes FROM turn"
