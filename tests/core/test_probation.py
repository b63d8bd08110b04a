"""Who may enter a table at once, and who must be heard again first."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.adverts import Platform
from kiosk.core.asking import Asking
from kiosk.core.encounters import Ledger, Sighting, Via, encounter_of
from kiosk.core.probation import BURST, DWELL_S, FORGET_S, PER_S, Probation, flood
from kiosk.core.windows import UnixMs
from tests.core.strategies import NOON, advert_of, an_id, asked

pytestmark = pytest.mark.guest


def key(number: int) -> bytes:
    return number.to_bytes(12, "big")


def flooded(*, burst: int = 10, slots: int = 1 << 12, per_s: float = 0.01) -> Probation:
    """A guard who has just seen more new keys than any venue has."""
    guard = Probation(b"salt", burst=burst, slots=slots, per_s=per_s)
    assert all(guard.passes(key(number), 0.0) for number in range(burst))
    assert not guard.passes(key(burst), 0.0)
    assert guard.since == 0.0
    return guard


def test_a_full_bus_station_enters_at_once_at_every_turn_of_the_window() -> None:
    guard = Probation()
    for window in range(96):
        for number in range(5000):
            assert guard.passes(key(window << 20 | number), window * 900.0 + number / 60)
    assert (guard.since, guard.ended, guard.held) == (None, None, 0)


def test_in_a_flood_only_who_is_heard_again_a_little_later_enters() -> None:
    guard = flooded()
    assert not guard.passes(b"true", 1.0)
    assert not guard.passes(b"true", 1.0 + DWELL_S - 0.5)
    assert guard.passes(b"true", 1.0 + DWELL_S)
    assert guard.held == 3


def test_who_was_heard_too_long_ago_begins_again() -> None:
    guard = flooded()
    assert not guard.passes(b"true", 1.0)
    assert not guard.passes(b"true", 1.5 + FORGET_S)
    assert guard.passes(b"true", 1.5 + FORGET_S + DWELL_S)


@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from([0.0, 0.5, 4.0])), max_size=200))
def test_nobody_enters_a_flooded_table_at_first_sight(steps: list[tuple[int, float]]) -> None:
    guard = flooded(slots=64)
    uptime, first = 1.0, dict[int, float]()
    for number, wait in steps:
        uptime += wait
        before = first.setdefault(number, uptime)
        if guard.passes(b"%d" % number, uptime) and guard.since is not None:
            assert uptime - before >= DWELL_S


def test_repetitions_in_a_row_prove_nothing() -> None:
    guard = flooded()
    for number in range(100):
        assert not any(guard.passes(key(1000 + number), 1.0 + number / 10) for _ in range(20))


def test_a_flood_is_over_once_new_ids_come_slowly_and_everybody_enters_at_once_again() -> None:
    guard = Probation(b"salt")
    for number in range(BURST + 1):
        guard.passes(key(number), 0.0)
    over = BURST / 2 / PER_S
    guard.look(over - 1)
    assert (guard.since, guard.ended) == (0.0, None)
    assert guard.passes(b"new", over + 1)
    assert (guard.since, guard.ended) == (None, over + 1)


def test_memory_for_a_flood_is_fixed_and_given_back() -> None:
    guard = flooded(slots=1 << 10)
    for number in range(5000):
        guard.passes(key(number + 100), 1.0)
    assert guard._slots is not None
    assert len(guard._slots) == 1 << 10
    guard.look(10_000.0)
    assert guard._slots is None


@given(st.lists(st.floats(0, 20), min_size=2, max_size=40))
def test_the_flood_facts_are_those_of_all_guards(waits: list[float]) -> None:
    one, other = (Probation(burst=burst, per_s=1.0, slots=64) for burst in (2, 3))
    uptime, told = 0.0, list[tuple[float | None, float | None]]()
    for number, wait in enumerate(waits):
        uptime += wait
        for guard in (one, other):
            guard.passes(key(number), uptime)
            guard.passes(key(number + 1000), uptime)
        told.append(flood((one, other), uptime))
        assert (told[-1][0] is not None) == (one.since is not None or other.since is not None)
    ends = [ended for _, ended in told if ended is not None]
    assert all(earlier <= later for earlier, later in pairwise(ends))


def test_a_ledger_in_a_flood_goes_on_with_whom_it_knows_and_takes_proven_newcomers() -> None:
    guard = flooded()
    ledger = Ledger(probation=guard)

    def heard(number: int, uptime: float) -> bool:
        at = UnixMs(NOON + int(uptime * 1000))
        return ledger.add(Sighting(an_id(number), at, -60, Platform.ANDROID, Via.ADVERT), uptime)

    assert ledger.fold(encounter_of(Sighting(an_id(1), NOON, -60, Platform.ANDROID, Via.ADVERT)), 0.0)
    assert not heard(2, 0.0)
    assert heard(1, 0.1)
    assert not any(heard(number, 0.2) for number in range(1000, 1100))
    assert heard(2, DWELL_S)
    assert len(ledger) == 2


def test_an_answer_enters_whatever_comes_by_the_air() -> None:
    guard = flooded()
    asking = Asking(probation=guard)
    assert asking.heard(advert_of("A", NOON), 0.0) is None
    assert asked(asking, NOON) is None
    encounter = asking.answered("B", an_id(1), NOON)
    ledger = Ledger(probation=guard)
    assert ledger.fold(encounter, 0.0)
    asking.heard(advert_of("A", NOON + 6000), 6.0)
    assert asked(asking, NOON + 6000) == "A"
