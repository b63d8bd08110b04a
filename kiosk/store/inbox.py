"""Inbox: notices that the box has accepted, until they expire. The highest number is kept for good.

It is asked in every turn of sync and changes a few times a day: what is asked of it is remembered.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import NamedTuple

import aiosqlite

from kiosk.core.windows import UnixMs
from kiosk.store.state import State


@dataclass(frozen=True, slots=True)
class Kept:
    """One notice: `content` is what was signed; b"" where it is not for this box to do, but for its number."""

    number: int
    kind: str
    expires: UnixMs
    content: bytes


class _Known(NamedTuple):
    """The highest number, when the next one expires, what is to be done (number, kind), the campaign in force."""

    last: int
    expires: UnixMs | None
    to_do: list[tuple[int, str]]
    campaign: bytes | None


class Inbox:
    """One writer: sync."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._known: _Known | None = None
        """None once something has changed."""
        self._known_of = 0

    async def last(self) -> int:
        """The highest number ever accepted; 0 if none was."""
        return (await self._look()).last

    async def to_do(self) -> list[tuple[int, str]]:
        """(number, kind) of cases and requests that the box has not dealt with, oldest first."""
        return (await self._look()).to_do

    async def campaign(self) -> bytes | None:
        """The campaign in force."""
        return (await self._look()).campaign

    async def content(self, number: int) -> bytes:
        """What was signed."""
        [row] = await self._state.rows("SELECT content FROM notice WHERE number = ?", number)
        content: bytes = row[0]
        return content

    async def accept(self, notice: Kept, now: UnixMs) -> None:
        """Keep a notice. A campaign takes the place of the one before it."""
        async with self._changing() as db:
            await db.execute(
                "INSERT INTO notice (number, kind, accepted_at, expires, content) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                (notice.number, notice.kind, now, notice.expires, notice.content or None),
            )
            if notice.kind == "campaign":
                await db.execute(
                    "UPDATE notice SET content = NULL WHERE kind = 'campaign' AND number < ?", (notice.number,)
                )

    async def done(self, number: int, now: UnixMs) -> None:
        """What a notice asks for is done."""
        async with self._changing() as db:
            await db.execute("UPDATE notice SET done_at = ? WHERE number = ?", (now, number))

    async def age(self, now: UnixMs) -> None:
        """Forget what has expired, all but the last number."""
        expires = (await self._look()).expires
        if expires is None or expires > now:
            return
        async with self._changing() as db:
            await db.execute("UPDATE notice SET content = NULL WHERE expires <= ?", (now,))
            await db.execute("DELETE FROM notice WHERE content IS NULL AND number < (SELECT max(number) FROM notice)")

    @asynccontextmanager
    async def _changing(self) -> AsyncIterator[aiosqlite.Connection]:
        try:
            async with self._state.transaction() as db:
                yield db
        finally:
            self._known = None

    async def _look(self) -> _Known:
        if self._known is None or self._known_of != self._state.births:
            self._known_of = self._state.births
            [(last, expires)] = await self._state.rows(
                "SELECT coalesce(max(number), 0), min(expires) FILTER (WHERE content IS NOT NULL) FROM notice"
            )
            to_do = await self._state.rows(
                "SELECT number, kind FROM notice"
                " WHERE done_at IS NULL AND content IS NOT NULL AND kind <> 'campaign' ORDER BY number"
            )
            campaign = await self._state.rows(
                "SELECT content FROM notice WHERE kind = 'campaign' AND content IS NOT NULL"
                " ORDER BY number DESC LIMIT 1"
            )
            self._known = _Known(
                last, expires, [(row[0], row[1]) for row in to_do], campaign[0][0] if campaign else None
            )
        return self._known
