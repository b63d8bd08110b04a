"""Timekeeping: the box believes a synchronised clock, a battery within reason, or staff; nothing else, and no step."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.timekeeping import LONGEST_STORED_MS, Source, Timekeeper
from kiosk.core.windows import DAY_MS, UnixMs
from tests.core.strategies import NOON

pytestmark = pytest.mark.guest

BOOT_MS = 40_000
SEAL = UnixMs(NOON - 3 * DAY_MS)
walls = st.integers(-(2**40), 2**43).map(UnixMs)


def keeper(*, last_seal: UnixMs | None = SEAL, battery: bool = False) -> Timekeeper:
    return Timekeeper(last_seal=last_seal, battery=battery)


def test_a_new_box_does_not_know_what_time_it_is() -> None:
    time = keeper(last_seal=None, battery=True)
    assert not time.look(NOON, BOOT_MS, synchronised=False)
    assert (time.trusted, time.now(BOOT_MS), time.source) == (False, None, None)


def test_a_synchronised_clock_is_believed_whatever_the_last_seal_says() -> None:
    time = keeper(last_seal=UnixMs(NOON + DAY_MS))  # sealed under a date that somebody confirmed wrongly
    assert time.look(NOON, BOOT_MS, synchronised=True)
    assert time.now(BOOT_MS + 5) == NOON + 5
    assert time.source is Source.NETWORK


@pytest.mark.parametrize(
    ("wall", "believed"),
    [
        (SEAL - 1, False),
        (SEAL, True),
        (NOON, True),
        (SEAL + LONGEST_STORED_MS, True),
        (SEAL + LONGEST_STORED_MS + 1, False),
        (0, False),
    ],
)
def test_a_battery_clock_is_believed_from_the_last_seal_on_for_400_days(wall: int, believed: bool) -> None:
    time = keeper(battery=True)
    assert time.look(UnixMs(wall), BOOT_MS, synchronised=None) is believed
    assert time.source is (Source.BATTERY if believed else None)


@given(walls)
def test_the_last_seal_alone_makes_no_clock_trusted(wall: UnixMs) -> None:
    time = keeper(battery=False)
    time.look(wall, BOOT_MS, synchronised=False)
    assert not time.trusted


def test_a_battery_counts_at_the_first_look_only() -> None:
    time = keeper(battery=True)
    time.look(UnixMs(0), BOOT_MS, synchronised=False)
    time.look(NOON, BOOT_MS + 1000, synchronised=False)  # somebody set the wall clock by hand
    assert not time.trusted


@given(walls, st.integers(0, 10**9))
def test_once_trusted_no_step_of_the_wall_clock_moves_our_time(wall: UnixMs, later: int) -> None:
    time = keeper()
    time.look(NOON, BOOT_MS, synchronised=True)
    assert not time.look(wall, BOOT_MS + later, synchronised=False)
    assert time.now(BOOT_MS + later) == NOON + later


def test_a_synchronised_correction_is_followed_and_told_if_it_is_a_step() -> None:
    time = keeper()
    time.look(NOON, BOOT_MS, synchronised=True)
    assert not time.look(UnixMs(NOON + 1010), BOOT_MS + 1000, synchronised=True)
    assert time.now(BOOT_MS + 1000) == NOON + 1010
    assert time.look(UnixMs(NOON - 1_200_000), BOOT_MS + 2000, synchronised=True)


def test_staff_are_believed_unless_time_would_run_backwards() -> None:
    time = keeper()
    time.look(UnixMs(0), BOOT_MS, synchronised=False)
    assert not time.confirm(UnixMs(SEAL - 1), BOOT_MS)
    assert not time.trusted
    assert time.confirm(NOON, BOOT_MS)
    assert (time.now(BOOT_MS + 9), time.source) == (NOON + 9, Source.STAFF)


def test_staff_do_not_overrule_the_network_but_it_overrules_them() -> None:
    time = keeper()
    time.confirm(UnixMs(NOON + DAY_MS), BOOT_MS)
    assert time.look(NOON, BOOT_MS, synchronised=True)
    assert time.confirm(UnixMs(NOON + DAY_MS), BOOT_MS)
    assert (time.now(BOOT_MS), time.source) == (NOON, Source.NETWORK)


def test_a_wall_clock_that_was_set_is_noticed_and_one_that_runs_is_not() -> None:
    time = keeper()
    assert time.stepped(NOON, BOOT_MS)  # nobody has looked yet
    time.look(NOON, BOOT_MS, synchronised=True)
    assert not time.stepped(UnixMs(NOON + 60_000), BOOT_MS + 60_000)
    assert time.stepped(UnixMs(NOON - 1_200_000), BOOT_MS + 60_000)


def test_the_year_2038_is_a_year_like_others() -> None:
    time = keeper(last_seal=UnixMs(2**31 * 1000 - DAY_MS), battery=True)
    assert time.look(UnixMs(2**31 * 1000 + 1), BOOT_MS, synchronised=False)
    assert time.now(BOOT_MS) == 2**31 * 1000 + 1
