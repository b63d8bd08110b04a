"""Discretion: whoever keeps every picture of the page learns of no group smaller than twenty."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.discretion import FEWEST, stepped, tellable

WEEK = st.lists(st.integers(0, 60), min_size=1, max_size=7 * 96)


def test_small_windows_are_told_together_once_they_are_twenty() -> None:
    assert tellable([30, 5, 14, 25, 1, 7, 3]) == [30, 0, 0, 25, 20, 0, 0]
    assert tellable([19]) == [0]
    assert tellable([20]) == [20]


@given(WEEK)
def test_every_number_told_is_nothing_or_a_group(visits: list[int]) -> None:
    assert all(each == 0 or each >= FEWEST for each in tellable(visits))


@given(WEEK)
def test_no_two_totals_differ_by_less_than_a_group(visits: list[int]) -> None:
    """What a watcher gets from the day's total after each window."""
    totals = [sum(tellable(visits[:end])) for end in range(len(visits) + 1)]
    assert all(late == early or late - early >= FEWEST for early, late in pairwise(totals))


@given(WEEK)
def test_a_window_once_told_is_told_the_same_ever_after(visits: list[int]) -> None:
    """Else two pictures of one hour would differ by what was hidden."""
    whole = tellable(visits)
    assert all(tellable(visits[:end]) == whole[:end] for end in range(1, len(visits) + 1))
    assert tellable(visits[96:]) == whole[96:], "also when the week moves on by a day"


@given(WEEK)
def test_a_day_keeps_back_nineteen_at_most(visits: list[int]) -> None:
    for first in range(0, len(visits), 96):
        assert 0 <= sum(visits[first : first + 96]) - sum(tellable(visits)[first : first + 96]) < FEWEST


@given(st.integers(0, 10_000), st.integers(0, 19))
def test_a_count_since_the_start_moves_in_groups(count: int, more: int) -> None:
    assert stepped(count) <= count < stepped(count) + FEWEST
    assert stepped(count + more) - stepped(count) in (0, FEWEST)
