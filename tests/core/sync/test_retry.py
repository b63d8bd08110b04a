"""Waiting: full jitter within its cap, the collector's wish within bounds, bytes within their budget."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.sync.budget import BURST_S, SPREAD_S, Budget, Trickle
from kiosk.core.sync.retry import CAP_S, LONGEST_S, beat_s, delay_s, retry_after_s
from kiosk.core.windows import UnixMs

pytestmark = pytest.mark.guest

CHANCE = st.floats(0, 1, exclude_max=True)
NOW = UnixMs(1_795_305_600_000)  # 2026-11-22 00:00:00 UTC


@given(st.integers(1, 10_000), CHANCE)
def test_a_wait_lies_between_nothing_and_a_doubling_cap(failures: int, chance: float) -> None:
    assert 0 <= delay_s(failures, chance) < min(CAP_S, 2 * 2.0 ** min(failures, 30))


@given(st.integers(12, 1000))
def test_a_long_outage_spreads_a_fleet_over_the_whole_cap(failures: int) -> None:
    boxes = [delay_s(failures, number / 1000) for number in range(1000)]
    quarters = [sum(quarter * 225 <= at < (quarter + 1) * 225 for at in boxes) for quarter in range(4)]
    assert quarters == [250] * 4


@given(st.integers(1, 50), CHANCE, st.floats(0, LONGEST_S))
def test_the_collectors_wish_is_the_least_and_half_of_it_more_the_most(
    failures: int, chance: float, wish_s: float
) -> None:
    assert wish_s <= delay_s(failures, chance, wish_s) <= 1.5 * wish_s


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", None),
        ("soon", None),
        ("-5", None),
        ("0", 0),
        ("120", 120),
        ("9999999999", LONGEST_S),
        ("Sun, 22 Nov 2026 00:01:00 GMT", 60),
        ("Sun, 22 Nov 2020 00:01:00 GMT", 0),
        ("Sun, 22 Nov 2099 00:01:00 GMT", LONGEST_S),
    ],
)
def test_retry_after_is_a_number_or_a_date_within_bounds(header: str, seconds: float | None) -> None:
    assert retry_after_s(header, NOW) == seconds


@given(st.text(max_size=40))
def test_no_header_breaks_the_reading(header: str) -> None:
    found = retry_after_s(header, NOW)
    assert found is None or 0 <= found <= LONGEST_S


@given(CHANCE)
def test_heartbeats_come_every_five_minutes_or_so(chance: float) -> None:
    assert 270 <= beat_s(chance) <= 330


@given(st.floats(1, 1e6), st.lists(st.tuples(st.floats(0, 60), st.integers(0, 1_000_000)), max_size=50))
def test_over_any_stretch_no_more_is_sent_than_the_cap_allows(rate: float, sends: list[tuple[float, int]]) -> None:
    budget, now, sent, last = Budget(rate), 0.0, 0, 0
    for pause_s, size in sends:
        now += pause_s
        now += budget.wait_s(now)
        assert sent - last <= rate * (now + BURST_S) * 1.000001 + last
        budget.spend(size, now)
        sent, last = sent + size, size
    assert sent - last <= rate * (now + BURST_S) * 1.000001


def test_without_a_cap_nobody_waits() -> None:
    budget = Budget(0)
    budget.spend(10**9, 0)
    assert budget.wait_s(0) == 0


def test_a_clock_that_goes_back_costs_nothing() -> None:
    budget = Budget(100)
    budget.spend(2000, 50)
    assert budget.wait_s(10) == budget.wait_s(10) == 10


@given(st.integers(1, 5000), st.floats(0, 0.999), st.lists(st.floats(0.1, 60), min_size=1, max_size=200))
def test_a_backlog_leaves_no_faster_than_over_half_an_hour(waiting: int, chance: float, pauses: list[float]) -> None:
    trickle, now, sent = Trickle(), 100.0, 0
    trickle.begin(waiting, now, chance)
    for pause in pauses:
        now += pause
        for _ in range(trickle.parcels(8, now)):
            trickle.sent()
            sent += 1
        assert sent <= (now - 100.0) * waiting / SPREAD_S + 1 + 1e-6


def test_who_asks_for_everything_now_gets_it() -> None:
    trickle = Trickle()
    assert trickle.parcels(8, 0.0) == 8
    trickle.begin(1000, 0.0, 0.0)
    assert trickle.parcels(8, 1.0) == 0
    trickle.end()
    assert trickle.parcels(8, 1.0) == 8
