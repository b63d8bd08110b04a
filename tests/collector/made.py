"""Made: boxes, parcels and rows for the collector's tests, the same in every run."""

from collections.abc import Sequence
from random import Random
from typing import Final

import msgspec

from kiosk.collector.books import Books
from kiosk.collector.database import Parcel
from kiosk.core import wire
from kiosk.core.batches import Row
from kiosk.core.parcels import Kind
from kiosk.core.windows import DAY_MS, UnixMs

DAY: Final = 20_780
NOW: Final = UnixMs(DAY * DAY_MS + 9 * 3_600_000)
BOX: Final = "aaaabbbb"
OTHER: Final = "ccccdddd"
OLD: Final = "aaaaaaaaaaaaaaaa"
NEW: Final = "bbbbbbbbbbbbbbbb"


def rows(count: int, seed: int = 1, slot: int = 30) -> list[Row]:
    """Encounters of one window, in order."""
    random = Random(seed)
    made: list[Row] = []
    for _ in range(count):
        first = random.randrange(800)
        made.append(
            (
                slot, 0, first, random.randbytes(12), first + random.randrange(100), random.randrange(1, 300),
                -random.randrange(40, 95), random.randrange(2), random.randrange(2),
            )
        )  # fmt: skip
    return sorted(made)


def parcel(n: int, content: Sequence[Row], *, kiosk: str = BOX, store: str = OLD, day: int = DAY) -> Parcel:
    """Encounters ready to be written; the name follows from the content."""
    name = Random(repr((day, list(content)))).randbytes(32).hex()
    return Parcel(kiosk, store, n, Kind.ENCOUNTERS, name, NOW, day, tuple(content), len(content))


async def enrolled(books: Books, kiosk: str = BOX, venue: str = "Chợ Bến Đò") -> str:
    """A box at a venue of its own; the venue's id."""
    where = await books.venues.add(venue, "market", "", NOW)
    await books.boxes.add_code(f"code of {kiosk}", where, NOW, NOW + DAY_MS)
    box = await books.boxes.enrol(f"code of {kiosk}", token_of(kiosk), kiosk, NOW)
    assert box is not None
    return where


def token_of(kiosk: str) -> str:
    """The hash of a box's token."""
    return Random(kiosk).randbytes(32).hex()


def heartbeat(**changes: object) -> wire.Heartbeat:
    """A box that is well."""
    told: dict[str, object] = {"at": NOW, "store": OLD, "version": "1.0", "light": "green", "share": "matches"}
    return msgspec.convert({**told, **changes}, wire.Heartbeat)


class HandClock:
    """A clock that a test sets; nobody sleeps on it."""

    def __init__(self) -> None:
        self.at, self.seconds = NOW, 0.0

    def now(self) -> UnixMs:
        return self.at

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        raise AssertionError(f"{seconds} s: nothing here sleeps")
