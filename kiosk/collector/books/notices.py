"""Notices: what was signed for the boxes, by number. They are kept until they expire; nothing here can sign."""

from typing import Final, NamedTuple

from kiosk.collector.database import Database
from kiosk.core import wire

PAGE: Final = 50
LARGEST_PAGE: Final = 600_000
"""Bytes of content in one answer: in base64 it stays below wire.LARGEST_MESSAGE."""


class _Kept(NamedTuple):
    content: bytes
    signature: bytes


_FOR: Final = "kiosk IN ('', $1) AND expires > $2"


class Notices:
    """Numbers rise, and are never below the time in ms, so that a restored database goes on above what it forgot."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def next_number(self, now: int) -> int:
        """The number that the next notice gets."""
        [highest] = await self._database.rows(int, "SELECT coalesce(max(number), 0) FROM notice")
        return max(now, highest + 1)

    async def add(self, notice: wire.Notice, signed: wire.Signed) -> None:
        """Publish a signed notice."""
        await self._database.run(
            """INSERT INTO notice (number, kiosk, kind, issued, expires, content, signature)
            VALUES ($1, $2, $3, $4, $5, $6, $7)""",
            notice.number, notice.kiosk, type(notice.body).__name__.lower(), notice.issued, notice.expires,
            signed.notice, signed.signature,
        )  # fmt: skip

    async def after(self, kiosk: str, number: int, now: int) -> wire.Notices:
        """What a box does not have yet, oldest first, as much as fits."""
        sizes = await self._database.rows(
            _Size,
            f"SELECT number, length(content) FROM notice WHERE {_FOR} AND number > $3 ORDER BY number LIMIT {PAGE + 1}",
            kiosk, now, number,
        )  # fmt: skip
        fitting, size = 0, 0
        while fitting < min(PAGE, len(sizes)) and (not fitting or size + sizes[fitting].size <= LARGEST_PAGE):
            size += sizes[fitting].size
            fitting += 1
        if not fitting:
            return wire.Notices(notices=())
        kept = await self._database.rows(
            _Kept,
            f"SELECT content, signature FROM notice WHERE {_FOR} AND number > $3 AND number <= $4 ORDER BY number",
            kiosk, now, number, sizes[fitting - 1].number,
        )  # fmt: skip
        signed = tuple(wire.Signed(notice=each.content, signature=each.signature) for each in kept)
        return wire.Notices(notices=signed, more=fitting < len(sizes))

    async def newest(self, kiosk: str, now: int) -> int:
        """The number of a box's newest notice, 0 without one."""
        [number] = await self._database.rows(
            int, f"SELECT coalesce(max(number), 0) FROM notice WHERE {_FOR}", kiosk, now
        )
        return number

    async def forget(self, now: int) -> int:
        """Delete what has expired: lists hold ids."""
        return await self._database.run("DELETE FROM notice WHERE expires <= $1", now)


class _Size(NamedTuple):
    number: int
    size: int
