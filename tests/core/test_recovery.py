"""The ladder: when silence is believed, when a step is taken, and which."""

from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kiosk.core.facts import Trouble
from kiosk.core.recovery import (
    HELPS,
    LONGEST_ROUND_S,
    PULSE_S,
    REBOOT_AFTER_S,
    REBOOT_EVERY_S,
    ROUND_S,
    SILENT_S,
    SPACING_S,
    Climb,
    Pulse,
    Rung,
    Sense,
    Signs,
    look,
    pulse,
)

pytestmark = pytest.mark.guest

ALL = tuple(Rung)
LOOK_S = 1.0
EIGHT_HOURS_S = 8 * 3600.0
troubles = st.none() | st.sampled_from(Trouble)


@dataclass
class Venue:
    """A box that is looked at once a second, and what it did."""

    rungs: tuple[Rung, ...] = ALL
    signs: Signs = field(default_factory=lambda: Signs(0.0, 0.0))
    climb: Climb = field(default_factory=Climb)
    look_s: float = LOOK_S
    steps: list[tuple[float, Rung]] = field(default_factory=list)
    worked: list[Rung] = field(default_factory=list)
    senses: list[Sense] = field(default_factory=list)
    rebooted_at: float | None = None

    def wait(self, seconds: float, **changes: object) -> None:
        """Look at it for so long with other signs."""
        self.signs = replace(self.signs, **changes)  # type: ignore[arg-type]
        end = self.signs.uptime + seconds
        while self.signs.uptime < end:
            self._look(self.signs.uptime + self.look_s)

    def hear(self) -> None:
        self.signs = replace(self.signs, heard_at=self.signs.uptime)

    def _look(self, uptime: float) -> None:
        since = None if self.rebooted_at is None else uptime - self.rebooted_at
        self.signs = replace(self.signs, uptime=uptime, since_reboot_s=since)
        self.climb, sense, step, worked = look(self.climb, self.signs, self.rungs)
        if not self.senses or self.senses[-1] is not sense:
            self.senses.append(sense)
        if step is not None:
            self.steps.append((uptime, step))
        if step is Rung.REBOOT:
            self.rebooted_at = uptime
        if worked is not None:
            self.worked.append(worked)

    @property
    def lines(self) -> int:
        """What a log would hold: each step, what worked, deaf or not."""
        return len(self.steps) + len(self.worked) + self.senses.count(Sense.DEAF)


# An empty venue


@pytest.mark.parametrize("crowd", range(5))
def test_an_empty_venue_with_a_controller_that_lives_takes_no_step_in_eight_hours(crowd: int) -> None:
    venue = Venue()
    venue.wait(EIGHT_HOURS_S, pulse=Pulse.BEATS, crowd=crowd)
    assert (venue.steps, venue.senses) == ([], [Sense.HEARING, Sense.EMPTY])


def test_a_lone_passer_by_each_ten_minutes_fills_no_log() -> None:
    venue = Venue(signs=Signs(0.0, 0.0, pulse=Pulse.BEATS, crowd=1))
    for _ in range(48):
        venue.hear()
        venue.wait(600.0)
    assert (venue.steps, venue.lines) == ([], 0)


def test_where_nobody_can_ask_the_controller_the_scan_starts_anew_once() -> None:
    venue = Venue()
    venue.wait(EIGHT_HOURS_S, pulse=Pulse.UNKNOWN)
    assert [rung for _, rung in venue.steps] == [Rung.RESTART_SCAN]
    assert venue.senses == [Sense.HEARING, Sense.DEAF, Sense.EMPTY]


def test_closing_time_costs_one_round_without_a_reboot() -> None:
    venue = Venue()
    venue.wait(EIGHT_HOURS_S, pulse=Pulse.BEATS, crowd=40)
    assert [rung for _, rung in venue.steps] == [Rung.RESTART_SCAN, Rung.POWER_CYCLE, Rung.REOPEN, Rung.REPROBE]
    assert venue.lines <= 20


@pytest.mark.parametrize(
    ("grew_at", "echo_at", "verdict"),
    [
        (None, None, Pulse.UNKNOWN),
        (None, 100.0 - PULSE_S, Pulse.BEATS),
        (None, 1.0, Pulse.UNKNOWN),
        (100.0 - PULSE_S, None, Pulse.BEATS),
        (99.0 - PULSE_S, None, Pulse.STILL),
        (99.0 - PULSE_S, 99.0, Pulse.BEATS),
    ],
)
def test_a_controller_lives_if_its_counters_grow_or_we_are_heard(
    grew_at: float | None, echo_at: float | None, verdict: Pulse
) -> None:
    assert pulse(100.0, grew_at=grew_at, echo_at=echo_at) is verdict


# Deaf ears


def test_a_crowd_that_falls_silent_is_noticed_within_a_minute_and_helped_within_ninety_seconds() -> None:
    venue = Venue()
    venue.wait(90.0, pulse=Pulse.BEATS, crowd=5)
    assert venue.steps[:2] == [(SILENT_S, Rung.RESTART_SCAN), (SILENT_S + 15, Rung.POWER_CYCLE)]


def test_a_controller_without_a_pulse_is_helped_though_nobody_was_here() -> None:
    venue = Venue()
    venue.wait(300.0, pulse=Pulse.STILL)
    assert [rung for _, rung in venue.steps] == [
        Rung.RESTART_SCAN, Rung.POWER_CYCLE, Rung.REOPEN, Rung.REPROBE, Rung.RESTART_BLUETOOTHD,
    ]  # fmt: skip


@pytest.mark.parametrize(("trouble", "rungs"), HELPS.items())
def test_a_trouble_with_a_name_takes_only_the_steps_that_can_help_it(trouble: Trouble, rungs: frozenset[Rung]) -> None:
    venue = Venue()
    venue.wait(800.0, trouble=trouble)
    assert {rung for _, rung in venue.steps} == rungs - {Rung.REBOOT}
    assert venue.steps[0] == (LOOK_S, Rung.RESTART_SCAN)


def test_the_box_reboots_last_and_after_a_quarter_of_an_hour() -> None:
    venue = Venue()
    venue.wait(REBOOT_AFTER_S, trouble=Trouble.REFUSED)
    assert venue.steps[-1] == (REBOOT_AFTER_S, Rung.REBOOT)
    assert [rung for _, rung in venue.steps].count(Rung.REBOOT) == 1


def test_the_rounds_come_ever_more_seldom() -> None:
    venue = Venue(rungs=(Rung.RESTART_SCAN,))
    venue.wait(5 * 3600.0, trouble=Trouble.OTHER)
    at = [when for when, _ in venue.steps]
    gaps = [later - earlier for earlier, later in pairwise(at)]
    assert gaps[:5] == [ROUND_S, 2 * ROUND_S, 4 * ROUND_S, LONGEST_ROUND_S, LONGEST_ROUND_S]


def test_a_box_that_can_do_nothing_takes_no_step() -> None:
    venue = Venue(rungs=())
    venue.wait(3600.0, trouble=Trouble.NO_ADAPTER)
    assert (venue.steps, venue.senses) == ([], [Sense.DEAF])


def test_the_step_that_worked_is_said_once() -> None:
    venue = Venue()
    venue.wait(70.0, pulse=Pulse.STILL)
    venue.hear()
    venue.wait(30.0)
    assert venue.worked == [Rung.POWER_CYCLE]
    assert venue.senses == [Sense.HEARING, Sense.DEAF, Sense.HEARING]


# Whatever happens


class Ladder(RuleBasedStateMachine):
    """A box through any sequence of signs, restarts of the process among them."""

    @initialize(rungs=st.sets(st.sampled_from(Rung)))
    def begin(self, rungs: set[Rung]) -> None:
        self.venue = Venue(rungs=tuple(rungs), look_s=5.0)
        self.fresh = True

    @rule(
        seconds=st.sampled_from([5.0, 15.0, 45.0, 200.0, 1000.0, 8000.0]),
        trouble=troubles,
        state=st.sampled_from(Pulse),
        crowd=st.sampled_from([0, 4, 5, 100]),
    )
    def time_passes(self, seconds: float, trouble: Trouble | None, state: Pulse, crowd: int) -> None:
        already = len(self.venue.steps)
        self.venue.wait(seconds, trouble=trouble, pulse=state, crowd=crowd)
        new = [rung for _, rung in self.venue.steps[already:]]
        if self.fresh and new:
            assert new[0] is min(self.possible(trouble, state), key=ALL.index)
            self.fresh = False

    def possible(self, trouble: Trouble | None, state: Pulse) -> list[Rung]:
        """Rungs that a first step may be."""
        helping = HELPS.get(trouble, frozenset(ALL)) if trouble is not None else frozenset(ALL)
        assert trouble is not None or state is not Pulse.BEATS or self.venue.signs.crowd >= 5
        usual = [rung for rung in self.venue.rungs if rung in helping]
        return [rung for rung in usual if rung is not Rung.UNBLOCK or trouble is Trouble.BLOCKED]

    @rule()
    def a_packet_comes(self) -> None:
        self.venue.hear()
        self.venue.wait(1.0, trouble=None)
        assert self.venue.climb.taken == ()
        assert self.venue.senses[-1] is Sense.HEARING
        self.fresh = True

    @rule()
    def the_process_starts_anew(self) -> None:
        self.venue.wait(20.0, trouble=None)
        self.venue.climb = Climb()
        self.venue.hear()
        self.fresh = True

    @invariant()
    def no_two_steps_come_close_together(self) -> None:
        at = [when for when, _ in self.venue.steps]
        assert all(later - earlier >= SPACING_S for earlier, later in pairwise(at))

    @invariant()
    def reboots_are_six_hours_apart(self) -> None:
        at = [when for when, rung in self.venue.steps if rung is Rung.REBOOT]
        assert all(later - earlier >= REBOOT_EVERY_S for earlier, later in pairwise(at))

    @invariant()
    def only_what_the_box_can_do_is_done(self) -> None:
        assert {rung for _, rung in self.venue.steps} <= set(self.venue.rungs)


TestLadder = Ladder.TestCase
TestLadder.settings = settings(max_examples=60, stateful_step_count=20)


@given(st.lists(st.tuples(st.floats(0, 44), st.sampled_from(Pulse)), max_size=20))
def test_who_hears_something_every_44_seconds_takes_no_step(silences: list[tuple[float, Pulse]]) -> None:
    climb, uptime = Climb(), 0.0
    for silence, state in silences:
        climb, sense, step, _ = look(climb, Signs(uptime + silence, uptime, pulse=state, crowd=9), ALL)
        assert (sense, step) == (Sense.HEARING, None)
        uptime += silence
