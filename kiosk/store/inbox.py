"""Inbox: notices that the box has accepted, until they expire. The highest number is kept for good."""

from dataclasses import dataclass

from kiosk.core.windows import UnixMs
from kiosk.store.state import State


@dataclass(frozen=True, slots=True)
class Kept:
    """One notice: `content` is what was signed; b"" where it is not for this box to do, but for its number."""

    number: int
    kind: str
    expires: UnixMs
    content: bytes


class Inbox:
    """One writer: sync."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def last(self) -> int:
        """The highest number ever accepted; 0 if none was."""
        [row] = await self._state.rows("SELECT coalesce(max(number), 0) FROM notice")
        number: int = row[0]
        return number

    async def accept(self, notice: Kept, now: UnixMs) -> None:
        """Keep a notice. A campaign takes the place of the one before it."""
        async with self._state.transaction() as db:
            await db.execute(
                "INSERT INTO notice (number, kind, accepted_at, expires, content) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                (notice.number, notice.kind, now, notice.expires, notice.content or None),
            )
            if notice.kind == "campaign":
                await db.execute(
                    "UPDATE notice SET content = NULL WHERE kind = 'campaign' AND number < ?", (notice.number,)
                )

    async def to_do(self) -> list[Kept]:
        """Cases and requests that the box has not dealt with, oldest first."""
        found = await self._state.rows(
            "SELECT number, kind, expires, content FROM notice"
            " WHERE done_at IS NULL AND content IS NOT NULL AND kind <> 'campaign' ORDER BY number"
        )
        return [Kept(*row) for row in found]

    async def done(self, number: int, now: UnixMs) -> None:
        """What a notice asks for is done."""
        async with self._state.transaction() as db:
            await db.execute("UPDATE notice SET done_at = ? WHERE number = ?", (now, number))

    async def campaign(self) -> bytes | None:
        """The campaign in force."""
        found = await self._state.rows(
            "SELECT content FROM notice WHERE kind = 'campaign' AND content IS NOT NULL ORDER BY number DESC LIMIT 1"
        )
        return found[0][0] if found else None

    async def age(self, now: UnixMs) -> None:
        """Forget what has expired, all but the last number."""
        found = await self._state.rows("SELECT 1 FROM notice WHERE expires <= ? AND content IS NOT NULL LIMIT 1", now)
        if not found:
            return
        async with self._state.transaction() as db:
            await db.execute("UPDATE notice SET content = NULL WHERE expires <= ?", (now,))
            await db.execute("DELETE FROM notice WHERE content IS NULL AND number < (SELECT max(number) FROM notice)")
