"""The heartbeat says what the page says, and no more."""

from dataclasses import replace

import pytest

from kiosk.core.facts import ClockFacts, SyncFacts, TallyFacts, Trouble
from kiosk.core.sync.beat import heartbeat
from kiosk.core.windows import UnixMs
from kiosk.core.wire import FaultNote, Heartbeat, Visits, from_json, to_json
from tests.web.conftest import NOW, TALLY, WELL, troubled

STORE = "abcdefgh234567aa"


def test_a_good_day() -> None:
    beat = heartbeat(WELL, "matches", STORE)
    assert (beat.light, beat.faults, beat.share, beat.version) == ("green", (), "matches", "0.1.0")
    assert beat.visits == Visits(day=1_597_683_600_000, until=NOW - 300_000, count=3106)
    assert from_json(to_json(beat), Heartbeat) == beat


def test_a_venue_that_shares_nothing_tells_no_number_of_people() -> None:
    assert heartbeat(WELL, "nothing", STORE).visits is None


@pytest.mark.parametrize(("counts", "told"), [((19,), 0), ((20,), 20), ((10, 9), 0), ((10, 10), 20)])
def test_small_groups_are_hidden_as_on_the_page(counts: tuple[int, ...], told: int) -> None:
    beat = heartbeat(replace(WELL, tally=TallyFacts(TALLY.since, counts, WELL.collect)), "matches", STORE)
    assert beat.visits is not None
    assert beat.visits.count == told


def test_faults_go_as_codes_without_words() -> None:
    beat = heartbeat(troubled(WELL, "advertise", Trouble.NO_ADAPTER), "matches", STORE)
    assert (beat.light, beat.faults) == ("red", (FaultNote(code="S1", level="red", owner="staff"),))
    assert b"in words" not in to_json(beat)


def test_what_waits_and_what_was_refused_is_told() -> None:
    sync = SyncFacts(waiting=3, oldest=UnixMs(NOW - 5))
    ill = replace(WELL, sync=sync, clock=ClockFacts(trusted=False))
    beat = heartbeat(ill, "matches", STORE, set_aside=2, notice=9, refused_notices=1)
    assert (beat.waiting, beat.oldest, beat.set_aside, beat.notice, beat.refused_notices) == (3, NOW - 5, 2, 9, 1)
    assert beat.clock_trusted is False


def test_a_simulated_kiosk_says_so() -> None:
    assert heartbeat(replace(WELL, simulated=True), "matches", STORE).simulated
    assert not heartbeat(WELL, "matches", STORE).simulated
