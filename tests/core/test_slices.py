"""Slices: how long each turn is, and which chips need turns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.governor import FULL, QUIET
from kiosk.core.slices import FULL_SHARE, PERIOD_S, QUIET_SHARE, does_both, plan

CHANGE_OVER_S = 0.4
"""What two changes over took together on the virtual Pi, which is ten times slower than a Pi."""
EVERYTHING = bytes.fromhex("ffff3fffff030000")


@given(st.integers(0, 10_000))
def test_no_break_of_ours_is_longer_than_three_seconds(near: int) -> None:
    slices = plan(near)
    assert slices.listen_s + CHANGE_OVER_S <= 3.0
    assert slices.listen_s + slices.send_s == pytest.approx(PERIOD_S)


@given(st.integers(0, 10_000))
def test_each_turn_has_time_for_some_advertisements(near: int) -> None:
    """Ours go out each 100 to 150 ms, and so do a phone's."""
    assert min(plan(near)) >= 4 * 0.15


@given(st.integers(0, 10_000), st.integers(0, 1000))
def test_the_fuller_the_gate_the_more_is_listened(near: int, more: int) -> None:
    assert plan(near + more).listen_s >= plan(near).listen_s


@pytest.mark.parametrize(("near", "share"), [(0, QUIET_SHARE), (QUIET, QUIET_SHARE), (FULL, FULL_SHARE)])
def test_the_share_of_listening_is_the_governors_at_either_end(near: int, share: float) -> None:
    assert plan(near).listen_s == pytest.approx(share * PERIOD_S)


@pytest.mark.parametrize(
    ("states", "connectable", "both"),
    [
        (EVERYTHING, True, True),
        (b"", True, True),
        (bytes.fromhex("ff00000000000000"), True, False),
        (bytes.fromhex("ff00000000000000"), False, False),
        (bytes.fromhex("ff10000000000000"), True, False),
        (bytes.fromhex("ff10000000000000"), False, True),
        (bytes.fromhex("ff40000000000000"), True, True),
    ],
)
def test_a_chip_says_whether_it_scans_and_advertises_at_once(states: bytes, connectable: bool, both: bool) -> None:
    assert does_both(states, connectable=connectable) is both
