"""Damaged parcels, bombs, wrong counts, giant strings: refused with a reason, in bounded memory, nothing stored."""

import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from random import Random
from typing import Final

import msgspec
import pytest

from kiosk.collector.api.unpacking import unpacked
from kiosk.collector.books import Books
from kiosk.collector.sqlite import open_sqlite
from kiosk.core import wire
from kiosk.core.parcels import LARGEST_UNPACKED, Kind, wrapped
from kiosk.errors import BadBatch
from tests.collector.made import BOX, DAY, NOW, OLD, HandClock, rows
from tests.collector.served import Asker, asking, content_of

MOST_BYTES: Final = 150_000_000
"""What unpacking one parcel may need at most, whatever it is."""
COUNTED: Final = "batch", "encounter", "report", "answer", "day_key", "store", "conflict"
PRESENCE: Final = wire.Presence(window=NOW, first_s=1, last_s=60, receptions=3, rssi_mean=-60, others=21)
GOOD: Final = {
    Kind.ENCOUNTERS: content_of(rows(30)),
    Kind.REPORT: wire.to_msgpack(wire.Report(case="CA-1", notice=7, presences=(PRESENCE,))),
    Kind.ANSWER: wire.to_msgpack(wire.Answer(request=8, case="CA-1", batches=(content_of(rows(3)),))),
    Kind.DAY_KEY: wire.to_msgpack(wire.OwnDay(day=DAY - 1, key=bytes(32))),
}


@pytest.fixture
async def books(tmp_path: Path) -> AsyncIterator[Books]:
    found = Books(await open_sqlite(tmp_path / "books.db"))
    yield found
    await found.close()


@pytest.fixture
async def box(books: Books) -> AsyncIterator[Asker]:
    async with asking(books, HandClock()) as asker:
        yield asker


async def stored(books: Books) -> list[int]:
    return [(await books.database.rows(int, f"SELECT count(*) FROM {table}"))[0] for table in COUNTED]


def flipped(random: Random, good: bytes) -> bytes:
    """A few bytes changed."""
    changed = bytearray(good)
    for _ in range(random.randrange(1, 4)):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def cut(random: Random, good: bytes) -> bytes:
    return good[: random.randrange(len(good))]


def doubled(random: Random, good: bytes) -> bytes:
    return good + good[: random.randrange(1, len(good))]


def noise(random: Random, good: bytes) -> bytes:
    return random.randbytes(random.randrange(200))


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("damage", [flipped, cut, doubled, noise])
@pytest.mark.parametrize("inside", [False, True], ids=["wrapping", "content"])
async def test_damage_is_told_and_leaves_nothing_behind(
    box: Asker, books: Books, kind: Kind, damage: Callable[[Random, bytes], bytes], inside: bool
) -> None:
    """What is damaged may by chance be good again, inside; then it is stored like anything good."""
    random, good = Random(1), GOOD[kind]
    before = await stored(books)
    for n in range(1, 61):
        body = wrapped(damage(random, good)) if inside else damage(random, wrapped(good))
        told = await box.put(n, body, kind=kind)
        after = await stored(books)
        if told.status == 201:
            before = after
            continue
        assert told.status in (400, 409, 422), told
        assert told.problem.detail
        assert after == before


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(
    "value",
    [None, True, -1, 2**64 - 1, 1.5, "x" * 100_000, bytes(100_000), [], [None] * 1000, {}, {"case": "x" * 100_000}],
    ids=lambda value: f"{type(value).__name__} {len(value) if hasattr(value, '__len__') else value}",
)
async def test_values_of_another_shape_are_refused(box: Asker, books: Books, kind: Kind, value: object) -> None:
    told = await box.put(1, wrapped(msgspec.msgpack.encode(value)), kind=kind)
    assert (told.status, told.problem.code) == (400, "bad-parcel")
    assert (await stored(books))[0] == 0


def nested(depth: int) -> bytes:
    return b"\x91" * depth + b"\x90"


def columns(**changed: object) -> bytes:
    """A good batch with other columns."""
    names = ("version", "day", "runs", "ids", "first_s", "stay_s", "receptions", "rssi_mean", "kinds")
    found: list[object] = msgspec.msgpack.decode(GOOD[Kind.ENCOUNTERS])
    return msgspec.msgpack.encode([changed.get(name, value) for name, value in zip(names, found, strict=True)])


MANY: Final = 3_900_000
BOMBS: Final = {
    "zeros": gzip.compress(bytes(500_000_000), 9, mtime=0)[:1_000_000],
    "full of small numbers": wrapped(columns(first_s=[0] * MANY)),
    "full of runs": wrapped(columns(runs=[[0, 0, 0]] * (MANY // 4))),
    "full of ids": wrapped(columns(ids=bytes(MANY))),
    "deeply nested": wrapped(nested(MANY)),
    "gzip in gzip": gzip.compress(gzip.compress(gzip.compress(bytes(500_000_000), 9), 9), 9, mtime=0),
    "a gzip header without end": zlib.compress(b"", 9, 31)[:10] + bytes(900_000),
}


@pytest.mark.parametrize("kind", [Kind.ENCOUNTERS, Kind.ANSWER])
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_costs_no_more_memory_than_a_full_parcel(kind: Kind, bomb: str) -> None:
    assert len(BOMBS[bomb]) <= 1_000_000
    tracemalloc.start()
    try:
        with pytest.raises(BadBatch):
            unpacked(BOX, OLD, 1, kind, BOMBS[bomb], NOW, 21)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MOST_BYTES


@pytest.mark.parametrize("bomb", BOMBS)
async def test_a_bomb_is_refused_with_its_reason(box: Asker, books: Books, bomb: str) -> None:
    told = await box.put(1, BOMBS[bomb])
    assert told.status in (400, 422)
    assert told.problem.detail
    assert sum((await stored(books))[:2]) == 0


def test_a_parcel_as_large_as_can_be_is_taken() -> None:
    content = content_of(rows(20_000))
    assert len(content) < LARGEST_UNPACKED
    assert unpacked(BOX, OLD, 1, Kind.ENCOUNTERS, wrapped(content), NOW, 21).row_count == 20_000
