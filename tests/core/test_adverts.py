"""Advertisements: encoded and read back, never a crash, and the same verdict as a slow reader written here."""

from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.core.adverts import (
    IOS_SERVICE_UUID,
    Ask,
    CarriesId,
    Damaged,
    Kind,
    Stranger,
    Verdict,
    encode,
    read,
    structure,
    structures,
)
from kiosk.core.identity import BluezoneId
from tests.core.strategies import an_id, ids

pytestmark = pytest.mark.guest

Structures = list[tuple[int, bytes]]

BASE = bytes.fromhex("FB349B5F8000008000100000")
OURS_16 = (0x03, b"\x56\x4e")
IOS_128 = bytes(reversed(bytes.fromhex(IOS_SERVICE_UUID.replace("-", ""))))
OVERFLOW = b"\x4c\x00\x01\x08" + bytes(15)

SAID = [
    *[(kind, b"\x56\x4e") for kind in (0x02, 0x03)],
    *[(kind, b"\x56\x4e\x00\x00") for kind in (0x04, 0x05)],
    *[(kind, BASE + b"\x56\x4e\x00\x00") for kind in (0x06, 0x07)],
    *[(kind, IOS_128) for kind in (0x06, 0x07)],
    (0x03, b"\x0f\x18\x56\x4e"),
    (0x03, b"\x0f\x56\x4e\x18"),  # our two bytes, but across two UUIDs
    (0x03, b"\x0f\x18\x56"),  # a member cut short
    (0x04, b"\x56\x4e\x00\x01"),
    (0x16, b"\x56\x4e\x01"),  # service data, not a list of services
    (0x09, b"Bluezone"),
    (0xFF, b""),
    (0xFF, b"\xb5"),
    (0xFF, b"\xb5\x22"),
    (0xFF, b"\xb5\x22" + bytes(range(11))),
    (0xFF, b"\xb5\x22" + bytes(range(12))),
    (0xFF, b"\xb5\x22" + bytes(range(100, 112))),
    (0xFF, b"\xb5\x22" + bytes(range(13))),
    (0xFF, b"\x22\xb5" + bytes(range(12))),
    (0xFF, OVERFLOW),
    (0xFF, OVERFLOW[:-1]),
    (0xFF, OVERFLOW + b"\x07"),
    (0xFF, b"\x4c\x00\x01\xff" + bytes(15)),
    (0xFF, b"\x4c\x00\x01\xf7" + bytes(15)),
    (0xFF, b"\x4c\x00\x10\x02\x01\x04\x01\x08" + bytes(15)),
    (0xFF, b"\x4d\x00\x01\x08" + bytes(15)),
    *[(0xFF, company + b"\x01") for company in (b"\x4c\x00", b"\x75\x00", b"\xe0\x00", b"\x06\x00", b"\x00\x4c")],
    (0x01, b"\x06"),
]
said = st.sampled_from(SAID) | st.tuples(st.integers(0, 255), st.binary(max_size=20))
others = st.lists(
    st.tuples(st.integers(0, 255).filter(lambda kind: kind != 0xFF), st.binary(max_size=8))
    | st.tuples(st.just(0xFF), st.binary(max_size=20).filter(lambda data: data[:2] != b"\xb5\x22")),
    max_size=4,
)
endings = st.sampled_from([b"", b"\x00", bytes(9), b"\x00\x00\x05", b"\x05\x09abc", b"\xff"])


def packed(parts: Structures) -> bytes:
    """AD structures one after another."""
    return b"".join(structure(kind, data) for kind, data in parts)


def slow_parts(ad: bytes) -> Structures | None:
    """AD structures of a well-formed packet, or None."""
    if not ad or not any(ad):
        return []
    if ad[0] == 0 or ad[0] >= len(ad):
        return None
    rest = slow_parts(ad[1 + ad[0] :])
    return None if rest is None else [(ad[1], ad[2 : 1 + ad[0]]), *rest]


def slow_services(parts: Structures) -> set[str]:
    """Every service UUID said in any list, as 32 hex digits."""
    found = set()
    for sizes, size in (((2, 3), 2), ((4, 5), 4), ((6, 7), 16)):
        for data in (data for kind, data in parts if kind in sizes):
            for number in range(len(data) // size):
                uuid = data[number * size : (number + 1) * size][::-1].hex()
                found.add(uuid if size == 16 else uuid.rjust(8, "0") + "00001000800000805f9b34fb")
    return found


def slow_kind(parts: Structures) -> Kind:
    """What the first manufacturer entry with a whole company says."""
    companies = [int.from_bytes(data[:2], "little") for kind, data in parts if kind == 0xFF and len(data) >= 2]
    known = {0x4C: Kind.APPLE, 0x75: Kind.SAMSUNG, 0xE0: Kind.GOOGLE, 0x06: Kind.MICROSOFT}
    return known.get(companies[0], Kind.OTHER) if companies else Kind.UNSIGNED


def slow_read(ad: bytes) -> Verdict | type[Damaged]:
    """SPEC section 4 word for word, without any short cut."""
    parts = slow_parts(ad)
    if parts is None:
        return Damaged
    services = slow_services(parts)
    signed = [data for kind, data in parts if kind == 0xFF]
    if "00004e5600001000800000805f9b34fb" in services:
        ours = [data[2:] for data in signed if data.startswith(b"\xb5\x22")]
        return CarriesId(BluezoneId(ours[-1])) if ours and len(ours[-1]) == 12 else Damaged
    if "00004e5673f54bc4a12f17d1ad07a667" in services:
        return Ask(likely=False)
    apple = [data[2:] for data in signed if data.startswith(b"\x4c\x00")]
    if any(len(area) >= 17 and area[0] == 1 and area[1] // 8 % 2 == 1 for area in apple):
        return Ask(likely=True)
    return Stranger(slow_kind(parts))


def same(verdict: Verdict, slow: Verdict | type[Damaged]) -> bool:
    """Equal, or both damaged: the words of a Damaged are free."""
    return isinstance(verdict, Damaged) if slow is Damaged else verdict == slow


@given(st.lists(said, max_size=7), endings)
def test_verdict_is_that_of_the_slow_reader(parts: Structures, ending: bytes) -> None:
    ad = packed(parts) + ending
    assert same(read(ad), slow_read(ad))


@given(st.binary(max_size=80))
@example(b"\x02\x01")
@example(b"\x01\xff\x03\x03\x56\x4e")
def test_any_bytes_are_read_without_raising(ad: bytes) -> None:
    assert same(read(ad), slow_read(ad))


@given(st.lists(said, max_size=5), st.data())
def test_a_flipped_byte_is_read_like_the_slow_reader(parts: Structures, data: st.DataObject) -> None:
    ad = bytearray(packed([*parts, OURS_16, (0xFF, b"\xb5\x22" + bytes(12))]))
    ad[data.draw(st.integers(0, len(ad) - 1))] = data.draw(st.integers(0, 255))
    assert same(read(bytes(ad)), slow_read(bytes(ad)))


@given(ids)
def test_our_advertisement_is_20_bytes_without_flags(peer: BluezoneId) -> None:
    ad = encode(peer)
    assert ad == bytes.fromhex("0303564E0FFFB522") + peer.raw
    assert len(ad) + len(b"\x02\x01\x06") <= 31


@given(ids, others, st.randoms(use_true_random=False), st.sampled_from([b"", bytes(1), bytes(8)]))
def test_an_id_is_found_in_any_order_among_other_structures(
    peer: BluezoneId, around: Structures, random: Random, padding: bytes
) -> None:
    parts = [*structures(encode(peer)), *around]
    random.shuffle(parts)
    assert read(packed(parts) + padding) == CarriesId(peer)


@given(ids, ids, st.sampled_from([0x00, 0x02, 0x04, 0x06, 0x1A]))
def test_the_last_entry_of_our_company_counts_among_several(first: BluezoneId, last: BluezoneId, flags: int) -> None:
    entries = [(0x01, bytes([flags])), (0xFF, b"\xb5\x22" + first.raw), (0xFF, OVERFLOW), OURS_16]
    assert read(packed([*entries, (0xFF, b"\xb5\x22" + last.raw), (0xFF, b"\x06\x00\x01")])) == CarriesId(last)


@given(ids, others)
def test_a_truncated_packet_never_yields_an_id_that_was_not_whole(peer: BluezoneId, around: Structures) -> None:
    ad = packed([*around, *structures(encode(peer))])
    for size in range(len(ad)):
        assert not isinstance(read(ad[:size]), CarriesId)
        assert same(read(ad[:size]), slow_read(ad[:size]))


@given(ids, st.integers(0, 11))
def test_an_id_cut_short_is_never_completed_with_zeros(peer: BluezoneId, kept: int) -> None:
    """Android before 8.1 did so, and stored a wrong id (SPEC 4)."""
    cut = packed([(0x01, b"\x06"), OURS_16]) + b"\x0f\xff\xb5\x22" + peer.raw[:kept]
    assert isinstance(read(cut), Damaged)


@given(st.lists(said, max_size=6), endings)
def test_structures_are_those_before_the_end_or_the_cut(parts: Structures, ending: bytes) -> None:
    ad = packed(parts) + ending
    found = structures(ad)
    assert found[: len(parts)] == parts
    assert ad.startswith(packed(found))


def test_an_android_phone_that_also_runs_an_iphone_service_is_not_asked() -> None:
    ad = packed([(0x07, IOS_128), *structures(encode(an_id(7)))])
    assert read(ad) == CarriesId(an_id(7))


def test_an_empty_packet_is_a_stranger_that_says_nothing() -> None:
    assert read(b"") == read(bytes(31)) == Stranger(Kind.UNSIGNED)


def test_a_damaged_packet_says_why() -> None:
    verdicts = [read(bytes.fromhex(ad)) for ad in ("0303564E", "0303564E03FFB522", "05094142", "0000000109")]
    assert all(isinstance(verdict, Damaged) for verdict in verdicts)
    assert len({verdict.why for verdict in verdicts if isinstance(verdict, Damaged)}) == 4
