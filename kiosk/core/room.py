"""Room: which day's file goes when the store outgrows its cap, or the card is full. Pure."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kiosk.core.faults import FULL_BYTES


class Held(NamedTuple):
    """A day's file (days since 1970-01-01) and what it takes of the card."""

    day: int
    size: int


@dataclass(frozen=True, slots=True)
class Room:
    """What the store may take, and what the card has left (None: nobody knows). `sends`: whether days leave for the
    centre at all; where they do not, none is worth more than another."""

    cap: int
    free: int | None
    sends: bool

    def tight(self, held: Sequence[Held]) -> bool:
        """Whether a day must go."""
        return self.full or sum(each.size for each in held) > self.cap

    @property
    def full(self) -> bool:
        """Whether the card itself is."""
        return self.free is not None and self.free < FULL_BYTES

    def leaving(self, held: Sequence[Held], sent: Container[int], today: int) -> int | None:
        """The day to go: the oldest that is with the centre, then, on a full card only, the oldest of the others. Never
        today, or anything later."""
        past = sorted(each.day for each in held if each.day < today)
        if not self.tight(held):
            return None
        ready = [day for day in past if not self.sends or day in sent]
        return next(iter(ready or (past if self.full else [])), None)
