"""Timekeeping: the box believes a synchronised clock, a battery within reason, or staff; nothing else, and no step."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kiosk.core.timekeeping import AGREE_MS, EARLIEST, LONGEST_STORED_MS, NEW_UNTIL, Lent, Source, Timekeeper
from kiosk.core.windows import DAY_MS, UnixMs
from tests.core.strategies import NOON

pytestmark = pytest.mark.guest

BOOT_MS = 40_000
SEAL = UnixMs(NOON - 3 * DAY_MS)
walls = st.integers(-(2**40), 2**43).map(UnixMs)


def keeper(*, last_seal: UnixMs | None = SEAL, chip: int | None = None) -> Timekeeper:
    """A box whose clock chip, if it has one, says `chip` at BOOT_MS."""
    return Timekeeper(last_seal=last_seal, battery=None if chip is None else UnixMs(chip - BOOT_MS))


def test_a_new_box_does_not_know_what_time_it_is() -> None:
    time = keeper(last_seal=None, chip=NOON)
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
    time = keeper(chip=wall)
    assert time.look(UnixMs(wall), BOOT_MS, synchronised=None) is believed
    assert time.source is (Source.BATTERY if believed else None)


@given(walls)
def test_the_last_seal_alone_makes_no_clock_trusted(wall: UnixMs) -> None:
    time = keeper()
    time.look(wall, BOOT_MS, synchronised=False)
    assert not time.trusted


@given(walls, walls, st.none() | walls)
def test_a_battery_clock_is_never_believed_outside_its_limits_nor_against_the_wall_clock(
    wall: UnixMs, chip: UnixMs, seal: UnixMs | None
) -> None:
    time = keeper(last_seal=seal, chip=chip)
    time.look(wall, BOOT_MS, synchronised=False)
    within = seal is not None and seal <= chip <= seal + LONGEST_STORED_MS
    assert time.trusted is (within and abs(wall - chip) <= AGREE_MS)
    assert time.now(BOOT_MS) in (None, chip)


def test_an_empty_battery_is_not_believed_because_systemd_lifted_the_wall_clock() -> None:
    """At boot systemd sets an early clock to the time it last kept, which is later than the last seal."""
    time = keeper(chip=BOOT_MS)
    assert not time.look(UnixMs(SEAL + 60_000), BOOT_MS, synchronised=False)
    assert not time.trusted


def test_a_restart_after_somebody_set_the_wall_clock_does_not_take_it_for_the_battery_s() -> None:
    time = keeper(chip=NOON)
    time.look(UnixMs(NOON + 2 * AGREE_MS), BOOT_MS, synchronised=False)
    assert not time.trusted


def test_a_battery_counts_at_the_first_look_only() -> None:
    time = keeper(chip=0)
    time.look(UnixMs(0), BOOT_MS, synchronised=False)
    time.look(NOON, BOOT_MS + 1000, synchronised=False)  # somebody set the wall clock by hand
    assert not time.trusted


def test_a_time_that_is_known_is_not_asked_of_the_battery() -> None:
    time = keeper(chip=NOON)
    time.recall(UnixMs(NOON - BOOT_MS + 300_000), Source.STAFF)
    assert not time.look(NOON, BOOT_MS, synchronised=False)
    assert (time.now(BOOT_MS), time.source) == (NOON + 300_000, Source.STAFF)
    assert time.look(NOON, BOOT_MS, synchronised=True)
    assert (time.now(BOOT_MS), time.source) == (NOON, Source.NETWORK)


def test_a_suspend_passes_like_any_other_time() -> None:
    """Time since power-on counts sleep too, so does the wall clock after it."""
    time = keeper()
    time.look(NOON, BOOT_MS, synchronised=True)
    asleep = 9 * 3_600_000
    assert not time.stepped(UnixMs(NOON + asleep), BOOT_MS + asleep)
    assert time.now(BOOT_MS + asleep) == NOON + asleep


class Years(RuleBasedStateMachine):
    """A box over years: its wall clock is set by anybody, now and then a time server has set it. Whatever happens, its
    time is the one of whoever could be trusted last, plus what has passed since."""

    def __init__(self) -> None:
        super().__init__()
        self.boot_ms, self.wall_offset, self.true_offset = BOOT_MS, -BOOT_MS, int(NOON) - BOOT_MS
        self.keeper = keeper()
        self.known: int | None = None

    @rule(ms=st.integers(0, 400 * DAY_MS))
    def pass_time(self, ms: int) -> None:
        self.boot_ms += ms

    @rule(wall=walls)
    def set_by_anybody(self, wall: UnixMs) -> None:
        self.wall_offset = wall - self.boot_ms
        self.keeper.look(wall, self.boot_ms, synchronised=False)

    @rule(drift_ms=st.integers(-3_600_000, 3_600_000))
    def set_by_a_time_server(self, drift_ms: int) -> None:
        self.wall_offset = self.known = self.true_offset + drift_ms
        self.keeper.look(UnixMs(self.boot_ms + self.wall_offset), self.boot_ms, synchronised=True)

    @rule(synchronised=st.sampled_from([False, None]))
    def look(self, synchronised: bool | None) -> None:
        self.keeper.look(UnixMs(self.boot_ms + self.wall_offset), self.boot_ms, synchronised=synchronised)

    @invariant()
    def time_is_what_was_trusted_last(self) -> None:
        expected = None if self.known is None else self.boot_ms + self.known
        assert self.keeper.now(self.boot_ms) == expected


TestYears = Years.TestCase


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


def test_staff_are_believed_from_the_last_seal_on_for_400_days() -> None:
    time = keeper()
    time.look(UnixMs(0), BOOT_MS, synchronised=False)
    assert time.confirm(UnixMs(SEAL - 1), BOOT_MS) is Lent.BEFORE_SEAL
    assert time.confirm(UnixMs(SEAL + LONGEST_STORED_MS + 1), BOOT_MS) is Lent.LONG_AFTER_SEAL
    assert not time.trusted
    assert time.confirm(NOON, BOOT_MS) is Lent.TAKEN
    assert (time.now(BOOT_MS + 9), time.source) == (NOON + 9, Source.STAFF)
    assert time.confirm(UnixMs(SEAL + LONGEST_STORED_MS), BOOT_MS) is Lent.TAKEN


@pytest.mark.parametrize(
    ("phone", "lent"),
    [
        (EARLIEST - 1, Lent.NEVER),
        (EARLIEST, Lent.TAKEN),
        (NEW_UNTIL - 1, Lent.TAKEN),
        (NEW_UNTIL, Lent.NEVER),
    ],
)
def test_on_a_new_box_staff_are_believed_within_the_years_of_this_program(phone: int, lent: Lent) -> None:
    time = keeper(last_seal=None)
    assert time.confirm(UnixMs(phone), BOOT_MS) is lent
    assert time.trusted is (lent is Lent.TAKEN)


def test_staff_overrule_neither_the_network_nor_a_battery_clock_and_the_network_overrules_them() -> None:
    time = keeper()
    time.confirm(UnixMs(NOON + DAY_MS), BOOT_MS)
    assert time.look(NOON, BOOT_MS, synchronised=True)
    assert time.confirm(UnixMs(NOON + DAY_MS), BOOT_MS) is Lent.TAKEN
    assert (time.now(BOOT_MS), time.source) == (NOON, Source.NETWORK)
    time = keeper(chip=NOON)
    assert time.look(NOON, BOOT_MS, synchronised=False)
    time.confirm(UnixMs(NOON + DAY_MS), BOOT_MS)
    assert (time.now(BOOT_MS), time.source) == (NOON, Source.BATTERY)


def test_a_wall_clock_that_was_set_is_noticed_and_one_that_runs_is_not() -> None:
    time = keeper()
    assert time.stepped(NOON, BOOT_MS)  # nobody has looked yet
    time.look(NOON, BOOT_MS, synchronised=True)
    assert not time.stepped(UnixMs(NOON + 60_000), BOOT_MS + 60_000)
    assert time.stepped(UnixMs(NOON - 1_200_000), BOOT_MS + 60_000)


def test_the_year_2038_is_a_year_like_others() -> None:
    time = keeper(last_seal=UnixMs(2**31 * 1000 - DAY_MS), chip=2**31 * 1000 + 1)
    assert time.look(UnixMs(2**31 * 1000 + 1), BOOT_MS, synchronised=False)
    assert time.now(BOOT_MS) == 2**31 * 1000 + 1
