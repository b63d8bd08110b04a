"""Hours: opening, night with its fades, and the burn-in shift, over midnight too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.hours import (
    DAY_MINUTES,
    SHIFT_EVERY_MS,
    SHIFT_PX,
    Hours,
    Span,
    closed,
    dimmed,
    opens_at,
    shift,
    span,
    tomorrow,
)
from kiosk.core.look import DIM_STEPS
from kiosk.core.windows import UnixMs, vietnam_day_start
from kiosk.core.wording import MINUTE_MS, clock

pytestmark = pytest.mark.guest

MIDNIGHT = vietnam_day_start(UnixMs(1_795_000_000_000))
EVENING = Hours(opening=Span(6 * 60, 22 * 60), night=Span(21 * 60, 6 * 60))


def when(hour: int, minute: float = 0) -> UnixMs:
    return UnixMs(MIDNIGHT + round((60 * hour + minute) * MINUTE_MS))


def test_two_hours_are_read_and_none_means_never() -> None:
    assert span("06:00-22:30") == Span(360, 1350)
    assert span("21:00-06:00") == Span(1260, 360)
    assert span("00:00-24:00") == Span(0, 1440)
    assert span("") is None
    assert span("07:00-07:00") is None


@given(st.integers(0, DAY_MINUTES - 1), st.integers(0, DAY_MINUTES), st.integers(0, DAY_MINUTES - 1))
def test_a_span_and_its_rest_share_the_day_between_them(start: int, end: int, minute: int) -> None:
    if start != end % DAY_MINUTES and start != end:
        assert Span(start, end).holds(minute) != Span(end % DAY_MINUTES, start).holds(minute)


def test_a_venue_is_closed_from_its_closing_to_its_opening() -> None:
    assert [closed(EVENING, when(*at)) for at in ((5, 59), (6, 0), (21, 59), (22, 0), (0, 0))] == [
        True, False, False, True, True,
    ]  # fmt: skip
    assert not closed(Hours(), when(3))


def test_the_night_comes_and_goes_within_two_minutes() -> None:
    seconds = [dimmed(EVENING, when(20, 59 + step / 60)) for step in range(0, 240, 5)]
    assert seconds[0] == 0
    assert seconds[-1] == DIM_STEPS
    assert seconds == sorted(seconds)
    assert set(seconds) == set(range(DIM_STEPS + 1))
    morning = [dimmed(EVENING, when(5, 59 + step / 60)) for step in range(0, 240, 5)]
    assert morning == sorted(morning, reverse=True)
    assert (morning[0], morning[-1]) == (DIM_STEPS, 0)
    assert dimmed(EVENING, when(12)) == 0
    assert dimmed(EVENING, when(2)) == DIM_STEPS


def test_tomorrow_is_the_next_days_opening_or_six() -> None:
    assert clock(tomorrow(Hours(opening=Span(450, 1200)), when(23, 59))) == "07:30"
    assert tomorrow(Hours(), when(1)) == when(24 + 6)
    assert opens_at(Hours()) == "06:00"


def test_the_shift_visits_four_corners_and_stays_small() -> None:
    corners = [shift(UnixMs(MIDNIGHT + turn * SHIFT_EVERY_MS)) for turn in range(8)]
    assert corners[:4] == corners[4:]
    assert len(set(corners)) == 4
    assert all(0 <= x <= SHIFT_PX and 0 <= y <= SHIFT_PX for x, y in corners)
