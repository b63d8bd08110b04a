"""Ids: 96 a day from a daily key, independent days for the box, a forward chain for phones."""

import hashlib
import hmac

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kiosk.core.identity import ID_BYTES, KEY_BYTES, BluezoneId, DailyKey, RootKey, reference_id
from kiosk.core.windows import DAY_MS, WINDOWS_PER_DAY, UnixMs, Window, window_at
from tests.core.strategies import NOON, daily_keys, days, root_keys, times, windows

pytestmark = pytest.mark.guest


@given(daily_keys)
def test_a_day_has_96_distinct_ids_of_12_bytes(key: DailyKey) -> None:
    ids = key.ids()
    assert len(ids) == len(set(ids)) == WINDOWS_PER_DAY
    assert {len(each.raw) for each in ids} == {ID_BYTES}


@given(daily_keys, times, st.integers(0, 40), st.integers(0, DAY_MS - 1))
def test_the_reference_chain_equals_repeated_next(key: DailyKey, base: UnixMs, steps: int, into_day: int) -> None:
    at = UnixMs(base - base % DAY_MS + steps * DAY_MS + into_day)
    walked = key
    for _ in range(steps):
        walked = walked.next
    assert reference_id(key, base, at) == walked.ids()[window_at(at).slot]


@given(daily_keys, st.integers(0, 5))
def test_nothing_is_hashed_before_the_base_day(key: DailyKey, days_before: int) -> None:
    assert reference_id(key, NOON, UnixMs(NOON - days_before * DAY_MS)) == key.ids()[48]


@given(root_keys, windows)
def test_the_box_id_of_a_window_is_the_slot_of_its_day(root: RootKey, window: Window) -> None:
    assert root.id_in(window) == root.daily_key(window.day).ids()[window.slot]


@given(root_keys, days)
def test_the_box_day_key_is_the_hmac_of_the_day(root: RootKey, day: int) -> None:
    message = bytes((day >> shift) & 0xFF for shift in range(56, -1, -8))
    assert root.daily_key(day).raw == hmac.new(root.raw, message, hashlib.sha256).digest()


@given(root_keys, days, st.integers(1, 30))
def test_a_day_of_the_box_tells_nothing_of_later_days(root: RootKey, day: int, later: int) -> None:
    """Hashing forward, as anybody who holds a day's key can, never meets the box's own later keys."""
    walked = root.daily_key(day)
    for _ in range(later):
        walked = walked.next
    assert walked != root.daily_key(day + later)
    assert not set(walked.ids()) & set(root.daily_key(day + later).ids())


@given(root_keys, root_keys, windows)
def test_different_root_keys_send_different_ids(one: RootKey, two: RootKey, window: Window) -> None:
    assume(one != two)
    assert one.id_in(window) != two.id_in(window)


@pytest.mark.parametrize("size", [0, ID_BYTES - 1, ID_BYTES + 1, KEY_BYTES])
def test_an_id_of_another_length_cannot_be_made(size: int) -> None:
    with pytest.raises(ValueError, match=f"12 bytes, not {size}"):
        BluezoneId(bytes(size))


@pytest.mark.parametrize("size", [0, ID_BYTES, KEY_BYTES - 1, KEY_BYTES + 1])
def test_a_key_of_another_length_cannot_be_made(size: int) -> None:
    with pytest.raises(ValueError, match=f"32 bytes, not {size}"):
        DailyKey(bytes(size))
    with pytest.raises(ValueError, match=f"32 bytes, not {size}"):
        RootKey(bytes(size))


@given(st.binary(min_size=32, max_size=32))
def test_no_key_and_no_whole_id_shows_in_a_repr(raw: bytes) -> None:
    assume(raw[2:5] != bytes(3))
    peer = BluezoneId(raw[:12])
    shown = repr((RootKey(raw), DailyKey(raw), peer, [peer], {"peer": peer}))
    assert raw.hex() not in shown.lower()
    assert raw[2:5].hex() not in shown.lower()
    assert repr(raw) not in shown
    assert repr(peer) == f"BluezoneId({raw[:2].hex()}…)"


def test_hex_is_upper_case_as_the_reference_prints_it() -> None:
    assert BluezoneId(bytes(range(0xF4, 0x100))).hex == "F4F5F6F7F8F9FAFBFCFDFEFF"
