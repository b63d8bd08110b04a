"""The budget of silence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.governor import BREATH_S, FULL, LONGEST_S, QUIET, QUIET_SHARE, SAVED_S, Governor, share_at

shares = st.floats(0.05, 1.0)
costs = st.lists(st.floats(0.0, 12.0), min_size=1, max_size=60)


@given(shares, costs, st.integers(0, 200))
def test_asks_never_take_more_than_their_share_and_what_was_saved_up(
    share: float, costs: list[float], near: int
) -> None:
    governor = Governor(share)
    at = silence = 0.0
    for cost in costs:
        at += governor.wait_s(at, near)
        assert governor.wait_s(at, near) <= 1e-6
        at += cost
        silence += cost
        governor.spent(at, cost)
        assert silence <= at * share_at(share, near) + SAVED_S + max(costs) + 1e-6


@given(shares, costs)
def test_at_a_full_gate_the_share_is_that_of_the_settings(share: float, costs: list[float]) -> None:
    assert share_at(share, FULL) == share_at(share, 10 * FULL) == pytest.approx(share)


@given(shares, st.integers(0, 500))
def test_the_fuller_the_gate_the_smaller_the_share(share: float, near: int) -> None:
    assert share_at(share, near + 1) <= share_at(share, near) + 1e-9
    assert share - 1e-9 <= share_at(share, near) <= max(share, QUIET_SHARE)
    assert share_at(share, QUIET) == max(share, QUIET_SHARE)


def test_two_seconds_without_an_answer_delay_the_next_ask_by_at_most_six() -> None:
    governor = Governor(0.5, saved_s=0.0)
    assert governor.wait_s(0.0, FULL) == 0
    governor.spent(2.0, 2.0)
    assert 0 < governor.wait_s(2.0, FULL) <= 4.0


def test_after_a_lull_several_quick_answers_follow_one_another_with_a_breath_between() -> None:
    governor = Governor(0.5)
    at, asks = 0.0, 0
    while (wait := governor.wait_s(at, FULL)) <= BREATH_S + 1e-9:
        at += wait + 0.5
        governor.spent(at, 0.5)
        asks += 1
        assert governor.wait_s(at, FULL) >= BREATH_S - 1e-9
    assert asks >= 6


@given(shares, st.floats(0, 1e9))
def test_no_measurement_silences_the_asks_for_long(share: float, cost: float) -> None:
    governor = Governor(share)
    governor.wait_s(0.0, FULL)
    governor.spent(1.0, cost)
    assert governor.wait_s(1.0, FULL) <= LONGEST_S / share + 1e-6
