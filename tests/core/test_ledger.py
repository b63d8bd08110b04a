"""The ledger, by example: what a flush holds, when windows seal, what the clock may do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.adverts import Platform
from kiosk.core.encounters import UPDATE_AFTER_S, Encounter, Flush, Ledger, Sighting, Via, encounter_of
from kiosk.core.identity import BluezoneId
from kiosk.core.windows import SEAL_AFTER_MS, WINDOW_MS, UnixMs, Window, window_at
from tests.core.strategies import NOON, WINDOW, an_id, rssis, times_in

pytestmark = pytest.mark.guest

PHONE = an_id(1)


def sighting(at: int, peer: BluezoneId = PHONE, rssi: int = -60) -> Sighting:
    return Sighting(peer, UnixMs(at), rssi, Platform.ANDROID, Via.ADVERT)


def flushed(ledger: Ledger, now: int, uptime: float = 0.0, *, all_changes: bool = False) -> Flush:
    """One flush that reaches the disk."""
    flush = ledger.due(UnixMs(now), uptime, all_changes=all_changes)
    ledger.written(flush)
    return flush


receptions = st.lists(st.tuples(times_in(WINDOW), rssis), min_size=1, max_size=12)


@given(receptions.flatmap(lambda heard: st.tuples(st.just(heard), st.permutations(heard))))
def test_order_of_arrival_does_not_matter(orders: tuple[list[tuple[UnixMs, int]], list[tuple[UnixMs, int]]]) -> None:
    rows = []
    for order in orders:
        ledger = Ledger()
        for at, rssi in order:
            assert ledger.add(sighting(at, rssi=rssi), 0.0)
        rows.append(ledger.due(NOON, 0.0).rows)
    assert rows[0] == rows[1]
    times, strengths = zip(*orders[0], strict=True)
    assert rows[0] == [
        Encounter(
            WINDOW, PHONE, 0, min(times), max(times), len(times), max(strengths), sum(strengths),
            Platform.ANDROID, Via.ADVERT,
        )
    ]  # fmt: skip


@given(receptions, st.integers(0, 12))
def test_folding_a_spell_equals_adding_its_sightings(heard: list[tuple[UnixMs, int]], cut: int) -> None:
    one_by_one, folded, first_part = Ledger(), Ledger(), Ledger()
    for number, (at, rssi) in enumerate(heard):
        one_by_one.add(sighting(at, rssi=rssi), 0.0)
        (first_part if number < cut else folded).add(sighting(at, rssi=rssi), 0.0)
    for spell in first_part.due(NOON, 0.0).rows:
        folded.fold(spell, 0.0)
    assert folded.due(NOON, 0.0) == one_by_one.due(NOON, 0.0)


@given(times_in(WINDOW), rssis)
def test_an_encounter_of_one_sighting_lies_in_its_window(at: UnixMs, rssi: int) -> None:
    encounter = encounter_of(sighting(at, rssi=rssi))
    assert encounter == (WINDOW, PHONE, 0, at, at, 1, rssi, rssi, Platform.ANDROID, Via.ADVERT)


def test_each_window_and_id_has_its_own_row() -> None:
    ledger = Ledger()
    for at in (WINDOW.end - 1, WINDOW.end):
        for peer in (an_id(1), an_id(2)):
            ledger.add(sighting(at, peer), 0.0)
    rows = ledger.due(WINDOW.end, 0.0).rows
    assert {(row.window, row.peer) for row in rows} == {
        (window, peer) for window in (WINDOW, WINDOW.after) for peer in (an_id(1), an_id(2))
    }
    assert (len(ledger), ledger.near(WINDOW, WINDOW.start), ledger.near(WINDOW.before, WINDOW.start)) == (4, 2, 0)


def test_a_new_id_is_due_at_once_and_then_rests() -> None:
    ledger = Ledger()
    ledger.add(sighting(NOON), 0.0)
    assert len(flushed(ledger, NOON).rows) == 1
    assert flushed(ledger, NOON) == Flush([], [])


def test_a_changed_row_is_due_after_the_update_time() -> None:
    ledger = Ledger()
    ledger.add(sighting(NOON), 0.0)
    flushed(ledger, NOON)
    ledger.add(sighting(NOON + 5000), 5.0)
    ledger.add(sighting(NOON + 9000), 9.0)
    assert flushed(ledger, NOON, 5.0 + UPDATE_AFTER_S - 0.1).rows == []
    (row,) = flushed(ledger, NOON, 5.0 + UPDATE_AFTER_S).rows
    assert (row.first, row.last, row.receptions) == (NOON, NOON + 9000, 3)


def test_the_oldest_change_of_a_row_on_disk_is_known_until_it_is_written() -> None:
    ledger = Ledger()
    ledger.add(sighting(NOON), 0.0)
    assert ledger.changed_since is None  # nothing of it is on disk yet
    flushed(ledger, NOON)
    ledger.add(sighting(NOON + 5000), 5.0)
    ledger.add(sighting(NOON + 9000), 9.0)
    assert [ledger.changed_since] == [5.0]
    flush = ledger.due(NOON, 5.0 + UPDATE_AFTER_S)
    ledger.add(sighting(NOON + 9500), 130.0)
    ledger.written(flush)
    assert [ledger.changed_since] == [5.0 + UPDATE_AFTER_S]  # when the flush looked, it was all there
    flushed(ledger, NOON, 260.0)
    assert [ledger.changed_since] == [None]


def test_every_change_is_due_when_all_changes_are_asked_for() -> None:
    ledger = Ledger()
    for peer in (an_id(1), an_id(2)):
        ledger.add(sighting(NOON, peer), 0.0)
    flushed(ledger, NOON)
    ledger.add(sighting(NOON + 1, an_id(2)), 1.0)
    assert ledger.due(NOON, 1.0).rows == []
    assert [row.peer for row in flushed(ledger, NOON, 1.0, all_changes=True).rows] == [an_id(2)]
    assert flushed(ledger, NOON, 1.0, all_changes=True).rows == []


def test_sealing_writes_every_change_and_empties_the_window() -> None:
    ledger = Ledger()
    ledger.add(sighting(NOON), 0.0)
    flushed(ledger, NOON)
    ledger.add(sighting(NOON + 1), 1.0)
    assert flushed(ledger, WINDOW.sealed_at - 1, 1.0) == Flush([], [])
    flush = flushed(ledger, WINDOW.sealed_at, 1.0)
    assert [row.receptions for row in flush.rows] == [2]
    assert flush.seals == [(WINDOW, 0)]
    assert (len(ledger), ledger.near(WINDOW, WINDOW.start)) == (0, 0)
    assert flushed(ledger, WINDOW.sealed_at, 1.0, all_changes=True) == Flush([], [])


def test_what_comes_after_the_seal_opens_the_next_part() -> None:
    ledger = Ledger()
    now = WINDOW.sealed_at
    for part in range(3):
        ledger.add(sighting(NOON + part), 0.0)
        assert [row.part for row in flushed(ledger, now).rows] == [part]
        now = UnixMs(now + SEAL_AFTER_MS)
        assert flushed(ledger, now).seals == ([(WINDOW, part)] if part else [])


def test_a_late_part_waits_as_long_as_a_window_before_it_is_sealed() -> None:
    ledger = Ledger({WINDOW: 1})
    now = WINDOW.sealed_at + 10_000
    ledger.add(sighting(NOON), 0.0)
    assert flushed(ledger, now).seals == []
    ledger.add(sighting(NOON + 5), 1.0)
    assert flushed(ledger, now + SEAL_AFTER_MS - 1, 1.0).seals == []
    flush = flushed(ledger, now + SEAL_AFTER_MS, 1.0)
    assert flush.seals == [(WINDOW, 1)]
    assert [(row.part, row.receptions) for row in flush.rows] == [(1, 2)]


def test_a_late_part_is_sealed_in_time_though_the_clock_steps_back() -> None:
    ledger = Ledger({WINDOW: 1})
    ledger.add(sighting(NOON), 0.0)
    flushed(ledger, WINDOW.sealed_at + 86_400_000)
    flushed(ledger, WINDOW.sealed_at)
    assert flushed(ledger, WINDOW.sealed_at + SEAL_AFTER_MS).seals == [(WINDOW, 1)]


def test_a_window_entered_again_after_a_step_back_seals_like_any_other() -> None:
    ledger = Ledger()
    ledger.add(sighting(NOON), 0.0)
    assert flushed(ledger, NOON + 3_600_000).seals == [(WINDOW, 0)]
    ledger.add(sighting(NOON + 100), 0.0)
    assert flushed(ledger, NOON + 100).rows[0].part == 1
    assert flushed(ledger, WINDOW.sealed_at - 1).seals == []
    assert flushed(ledger, WINDOW.sealed_at).seals == [(WINDOW, 1)]


def test_windows_of_a_wrong_future_clock_are_sealed_when_it_is_put_right() -> None:
    ledger = Ledger()
    future = UnixMs(NOON + 40 * WINDOW_MS)
    ledger.add(sighting(future), 0.0)
    assert flushed(ledger, future).seals == []
    assert flushed(ledger, NOON).seals == [(window_at(future), 0)]
    assert len(ledger) == 0


def test_a_small_step_back_over_a_boundary_does_not_seal_the_window_ahead() -> None:
    ledger = Ledger()
    ledger.add(sighting(NOON), 0.0)
    assert flushed(ledger, NOON - SEAL_AFTER_MS).seals == []
    assert flushed(ledger, NOON - SEAL_AFTER_MS - 1).seals == [(WINDOW, 0)]


def test_what_arrives_while_a_window_is_being_sealed_goes_to_the_next_part() -> None:
    ledger = Ledger()
    ledger.add(sighting(NOON), 0.0)
    flush = ledger.due(WINDOW.sealed_at, 0.0)
    ledger.add(sighting(NOON + 7, rssi=-40), 0.0)
    ledger.written(flush)
    (row,) = ledger.due(WINDOW.sealed_at, 0.0).rows
    assert (row.part, row.first, row.receptions, row.rssi_best) == (1, NOON + 7, 1, -40)
    assert len(ledger) == 1


def test_what_arrives_while_a_seal_fails_stays_in_the_same_part() -> None:
    ledger = Ledger()
    ledger.add(sighting(NOON), 0.0)
    ledger.due(WINDOW.sealed_at, 0.0)
    ledger.add(sighting(NOON + 7), 0.0)
    ledger.add(sighting(NOON + 8, an_id(2)), 0.0)
    flush = flushed(ledger, WINDOW.sealed_at)
    assert [(row.peer, row.part, row.receptions) for row in flush.rows] == [(PHONE, 0, 2), (an_id(2), 0, 1)]
    assert flush.seals == [(WINDOW, 0)]
    assert len(ledger) == 0


def test_a_seal_that_failed_before_the_clock_was_put_right_counts_nothing_twice() -> None:
    ledger = Ledger()
    ledger.add(sighting(NOON), 0.0)
    assert ledger.due(UnixMs(NOON + 3_600_000), 0.0).seals == [(WINDOW, 0)]
    ledger.due(NOON, 0.0)
    flush = ledger.due(NOON, 0.0)
    assert (flush.seals, [row.receptions for row in flush.rows], len(ledger)) == ([], [1], 1)


def test_a_row_that_changes_while_it_is_written_is_written_again() -> None:
    ledger = Ledger()
    ledger.add(sighting(NOON), 0.0)
    flush = ledger.due(NOON, 0.0)
    ledger.add(sighting(NOON + 7), 0.0)
    ledger.written(flush)
    assert [row.receptions for row in flushed(ledger, NOON, 1.0, all_changes=True).rows] == [2]


def test_a_restart_continues_rows_and_seals() -> None:
    before = Ledger()
    before.add(sighting(NOON, rssi=-70), 0.0)
    rows = flushed(before, NOON).rows
    after = Ledger({WINDOW.before: 2}, rows)
    assert flushed(after, NOON, all_changes=True) == Flush([], [])
    after.add(sighting(NOON + 1, rssi=-50), 0.0)
    after.add(sighting(WINDOW.before.start), 0.0)
    flush = flushed(after, NOON, all_changes=True)
    assert {(row.window, row.part, row.first, row.receptions, row.rssi_sum) for row in flush.rows} == {
        (WINDOW, 0, NOON, 2, -120),
        (WINDOW.before, 2, WINDOW.before.start, 1, -60),
    }


def test_a_restart_long_after_seals_what_was_left_open() -> None:
    before = Ledger()
    before.add(sighting(NOON), 0.0)
    after = Ledger({}, flushed(before, NOON).rows)
    assert flushed(after, NOON + 86_400_000) == Flush([], [(WINDOW, 0)])


def test_a_full_ledger_refuses_new_ids_and_still_counts_known_ones() -> None:
    ledger = Ledger(capacity=2)
    assert [ledger.add(sighting(NOON, an_id(number)), 0.0) for number in (1, 2, 3, 1)] == [True, True, False, True]
    spell = encounter_of(sighting(NOON, an_id(4)))._replace(receptions=5)
    assert not ledger.fold(spell, 0.0)
    assert (len(ledger), ledger.refused) == (2, 6)
    flushed(ledger, WINDOW.sealed_at)
    assert ledger.add(sighting(WINDOW.end, an_id(3)), 0.0)


def test_near_counts_ids_heard_since_a_time() -> None:
    ledger = Ledger()
    for number, at in enumerate((NOON, NOON + 1000, NOON + 2000)):
        ledger.add(sighting(at, an_id(number)), 0.0)
    assert [ledger.near(WINDOW, UnixMs(NOON + since)) for since in (0, 1000, 1001, 2001)] == [3, 2, 1, 0]
    assert ledger.near(WINDOW.after, NOON) == 0


def test_seals_of_deleted_days_are_forgotten_and_others_kept() -> None:
    ledger = Ledger({WINDOW.before: 3, WINDOW: 1})
    ledger.forget_before(WINDOW.start)
    for window in (WINDOW.before, WINDOW):
        ledger.add(sighting(window.start), 0.0)
    assert {row.window: row.part for row in flushed(ledger, NOON).rows} == {WINDOW.before: 0, WINDOW: 1}


def test_a_flush_is_cut_by_day() -> None:
    midnight = window_at(UnixMs(NOON + 43_200_000))
    days = (midnight.before, midnight)
    ledger = Ledger(dict.fromkeys(days, 1))
    for window in days:
        ledger.add(sighting(window.start), 0.0)
    flush = Flush(ledger.due(midnight.start, 0.0).rows, [(window, 0) for window in days])
    cut = flush.by_day()
    assert [[row.window for row in each.rows] for each in cut] == [[window] for window in days]
    assert [each.seals for each in cut] == [[(window, 0)] for window in days]
    assert [Window(each.rows[0].window.start).day for each in cut] == [midnight.day - 1, midnight.day]
