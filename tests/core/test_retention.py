"""Retention: days go when they are old enough, and never because somebody's phone has the wrong month."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.retention import first_kept

KEPT_DAYS = 14
day_sets = st.sets(st.integers(20_000, 20_500), max_size=60).map(sorted)


def test_on_a_time_that_is_known_what_is_too_old_goes_whatever_gap_there_is() -> None:
    assert first_kept(120, KEPT_DAYS, [98, 99, 100], lent=False) == 107


def test_on_a_lent_time_a_week_later_days_go_as_always() -> None:
    assert first_kept(107, KEPT_DAYS, [92, 93, 99, 100], lent=True) == 94


def test_a_lent_time_that_jumps_over_all_that_is_on_the_card_takes_nothing_away() -> None:
    assert first_kept(400, KEPT_DAYS, [98, 99, 100], lent=True) == 98


def test_nor_does_it_while_the_box_runs_on_from_there() -> None:
    assert first_kept(409, KEPT_DAYS, [98, 99, 100, *range(400, 409)], lent=True) == 98


def test_once_it_has_run_as_long_as_days_are_kept_they_are_too_old_whichever_time_is_right() -> None:
    assert first_kept(414, KEPT_DAYS, [98, 99, 100, *range(400, 414)], lent=True) == 401


def test_a_second_jump_begins_the_wait_anew() -> None:
    assert first_kept(500, KEPT_DAYS, [100, *range(400, 420)], lent=True) == 100


def test_an_empty_card_has_nothing_to_lose() -> None:
    assert first_kept(400, KEPT_DAYS, [], lent=True) == 387


@given(day_sets, st.integers(20_000, 20_600), st.integers(1, 30))
def test_a_lent_time_never_takes_more_than_a_known_one(days: list[int], today: int, kept_days: int) -> None:
    assert first_kept(today, kept_days, days, lent=True) <= first_kept(today, kept_days, days, lent=False)
