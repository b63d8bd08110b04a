"""Batches: what a box packs is what a collector opens, and nothing else opens."""

import gzip
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.adverts import Platform
from kiosk.core.batches import LARGEST_ROWS, Batch, batch_of, decoded, encoded
from kiosk.core.encounters import Encounter, Via
from kiosk.core.parcels import LARGEST_PACKED, LARGEST_UNPACKED, digest, opened, wrapped
from kiosk.core.windows import UnixMs, Window
from kiosk.errors import BadBatch
from tests.core.strategies import WINDOW, an_id, ids

pytestmark = pytest.mark.guest


@st.composite
def encounters(draw: st.DrawFn) -> Encounter:
    """Any encounter of WINDOW's day."""
    window = Window(UnixMs(WINDOW.day * 86_400_000 + draw(st.integers(0, 95)) * 900_000))
    first, last = sorted(draw(st.tuples(st.integers(0, 899_999), st.integers(0, 899_999))))
    receptions = draw(st.integers(1, 10_000))
    best = draw(st.integers(-127, 20))
    total = receptions * draw(st.integers(-127, best))
    platform, via = draw(st.sampled_from(Platform)), draw(st.sampled_from(Via))
    part = draw(st.integers(0, 3))
    first, last = UnixMs(window.start + first), UnixMs(window.start + last)
    return Encounter(window, draw(ids), part, first, last, receptions, best, total, platform, via)


def packed(batch: Batch) -> bytes:
    """As a box sends it."""
    return wrapped(encoded(batch))


def unpacked(parcel: bytes) -> Batch:
    """As a collector reads it."""
    return decoded(opened(parcel))


days_of_encounters = st.lists(encounters(), max_size=30, unique_by=lambda row: (row.window, row.part, row.peer))


def crowd(count: int, windows: int = 1) -> list[Encounter]:
    """As a busy gate gives them: some stay, most pass."""
    random, rows = Random(1), []
    for number in range(count * windows):
        window = Window(UnixMs(WINDOW.start + number // count * 900_000))
        first = random.randrange(880_000)
        last = min(899_999, first + int(random.expovariate(1 / 90_000)))
        receptions = 1 + int((last - first) / random.uniform(300, 4000))
        best = random.randrange(-92, -45)
        platform = random.choice(list(Platform))
        via = Via.GATT if platform is Platform.IOS else Via.ADVERT
        peer = an_id(random.getrandbits(96))
        total = receptions * (best - random.randrange(12))
        first, last = UnixMs(window.start + first), UnixMs(window.start + last)
        rows.append(Encounter(window, peer, 0, first, last, receptions, best, total, platform, via))
    return rows


@given(days_of_encounters)
def test_what_was_packed_is_unpacked_whole(rows: list[Encounter]) -> None:
    batch = batch_of(WINDOW.day, rows)
    assert unpacked(packed(batch)) == batch
    assert {(visit.slot, visit.part, visit.peer) for visit in batch.visits} == {
        (row.window.slot, row.part, row.peer) for row in rows
    }


@given(days_of_encounters, st.randoms())
def test_the_same_encounters_in_any_order_give_the_same_bytes(rows: list[Encounter], random: Random) -> None:
    shuffled = random.sample(rows, len(rows))
    parcel = packed(batch_of(WINDOW.day, rows))
    assert packed(batch_of(WINDOW.day, shuffled)) == parcel
    assert digest(opened(parcel)) == digest(encoded(batch_of(WINDOW.day, shuffled)))


def test_a_visit_has_whole_seconds_and_the_mean_signal() -> None:
    window = WINDOW
    row = Encounter(
        window, an_id(7), 1, UnixMs(window.start + 1999), UnixMs(window.start + 61_000), 4, -50, -243,
        Platform.IOS, Via.GATT,
    )  # fmt: skip
    (visit,) = batch_of(window.day, [row]).visits
    assert (visit.slot, visit.part, visit.first_s, visit.last_s) == (window.slot, 1, 1, 61)
    assert (visit.receptions, visit.rssi_mean, visit.platform, visit.via) == (4, -61, Platform.IOS, Via.GATT)


def test_an_encounter_costs_at_most_20_bytes_in_a_crowd_of_500() -> None:
    rows = crowd(500)
    assert len(packed(batch_of(WINDOW.day, rows))) / len(rows) <= 20


def test_the_largest_batch_fits_the_limits_and_a_larger_one_is_not_packed() -> None:
    rows = crowd(LARGEST_ROWS // 40, windows=40)
    parcel = packed(batch_of(WINDOW.day, rows))
    assert len(parcel) < LARGEST_PACKED
    assert len(gzip.decompress(parcel)) < LARGEST_UNPACKED
    assert len(unpacked(parcel).visits) == LARGEST_ROWS
    with pytest.raises(ValueError, match="20001 visits"):
        packed(batch_of(WINDOW.day, [*rows, rows[0]]))


@given(st.binary(max_size=200) | st.binary(max_size=200).map(gzip.compress))
def test_strange_bytes_are_refused(noise: bytes) -> None:
    with pytest.raises(BadBatch):
        unpacked(noise)


@settings(max_examples=300)
@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_damaged_byte_never_passes_for_another_batch(place: int, flip: int) -> None:
    rows = crowd(20)
    parcel = bytearray(packed(batch_of(WINDOW.day, rows)))
    place %= len(parcel)
    parcel[place] ^= flip
    try:
        assert unpacked(bytes(parcel)) == batch_of(WINDOW.day, rows)  # gzip's name of the system may change
    except BadBatch:
        assert place not in range(4, 10)


@given(st.integers(0, 400))
def test_a_batch_cut_short_or_followed_by_more_is_refused(length: int) -> None:
    parcel = packed(batch_of(WINDOW.day, crowd(20)))
    with pytest.raises(BadBatch):
        unpacked(parcel[: length % len(parcel)])
    with pytest.raises(BadBatch, match="follows"):
        unpacked(parcel + b"\x00")


def test_a_bomb_is_not_opened() -> None:
    with pytest.raises(BadBatch, match="opens to more than"):
        unpacked(gzip.compress(bytes(50_000_000)))
    with pytest.raises(BadBatch, match=f"at most {LARGEST_PACKED}"):
        unpacked(bytes(LARGEST_PACKED + 1))


def columns() -> list[object]:
    """A good batch of two visits, taken apart."""
    found: list[object] = msgspec.msgpack.decode(gzip.decompress(packed(batch_of(WINDOW.day, crowd(2)))))
    return found


def parcel_of(content: object) -> bytes:
    return wrapped(msgspec.msgpack.encode(content))


def test_the_columns_taken_apart_and_wrapped_again_are_a_batch() -> None:
    assert len(unpacked(parcel_of(columns())).visits) == 2


@pytest.mark.parametrize(
    ("place", "value", "why"),
    [
        (0, 2, "version 2; known is 1"),
        (1, -1, "day|>= 0"),
        (2, [[WINDOW.slot, 0, 1]], "columns differ in length"),
        (2, [[96, 0, 2]], "Expected `int` <= 95"),
        (2, [[WINDOW.slot, 0, 1], [WINDOW.slot - 1, 0, 1]], "not in order"),
        (2, "runs", "not a batch of version 1"),
        (3, bytes(24), "outside its window|not in order|there twice"),
        (3, bytes(23), "columns differ in length"),
        (4, [0, 900], "Expected `int` <= 899"),
        (5, [899, 899], "outside its window"),
        (5, [900, 0], "Expected `int` <= 899"),
        (2, [[WINDOW.slot, 4096, 2]], "Expected `int` <= 4095"),
        (6, [0, 1], "Expected `int` >= 1"),
        (6, [2**31, 1], "Expected `int` <="),
        (6, [1], "columns differ in length"),
        (7, [-129, 0], "not a batch of version 1"),
        (8, b"\x04\x00", "unknown kind"),
        (8, b"", "columns differ in length"),
    ],
)
def test_a_batch_that_contradicts_itself_is_refused_with_its_reason(place: int, value: object, why: str) -> None:
    parts = columns()
    parts[place] = value
    if place == 3 and isinstance(value, bytes):
        parts[4] = [5, 0]  # the same id twice in the same second
    with pytest.raises(BadBatch, match=why):
        unpacked(parcel_of(parts))
    with pytest.raises(BadBatch):
        unpacked(parcel_of([*columns(), 1, 2]))
