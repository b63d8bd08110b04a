"""Timetable: when the loudspeaker may speak, and that it does so once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.timetable import (
    GRACE_MS,
    due,
    is_quiet,
    minute_of,
    quiet_fault,
    span_of,
    times_fault,
)
from kiosk.core.windows import UnixMs

pytestmark = pytest.mark.guest

MIDNIGHT = UnixMs(1_597_683_600_000)
"""2020-08-18 00:00 in Vietnam."""
MINUTE = 60_000
TIMES = ("07:30", "09:30", "14:30", "16:30", "18:30")


def at(text: str, seconds: float = 0) -> UnixMs:
    minute = minute_of(text)
    assert minute is not None
    return UnixMs(MIDNIGHT + minute * MINUTE + round(seconds * 1000))


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        (at("05:59", 59.9), True),
        (at("06:00"), False),
        (at("11:29", 59.9), False),
        (at("11:30"), True),
        (at("13:29", 59.9), True),
        (at("13:30"), False),
        (at("19:59", 59.9), False),
        (at("20:00"), True),
        (at("00:00"), True),
    ],
)
def test_midday_and_night_are_quiet_to_the_second(moment: UnixMs, quiet: bool) -> None:
    assert is_quiet(moment) == quiet


def test_a_venue_has_quiet_hours_of_its_own_over_midnight_too() -> None:
    assert is_quiet(at("15:30"), ["15:00-16:00"])
    assert not is_quiet(at("16:00"), ["15:00-16:00"])
    assert is_quiet(at("06:30"), ["19:00-07:00"])


def test_an_announcement_is_due_from_its_time_on_for_two_minutes() -> None:
    before = UnixMs(MIDNIGHT)
    assert due(TIMES, (), at("09:29", 59.9), before) is None
    assert due(TIMES, (), at("09:30"), before) == at("09:30")
    assert due(TIMES, (), at("09:31", 59.9), before) == at("09:30")
    assert due(TIMES, (), at("09:32"), before) is None


def test_it_is_due_once_and_not_when_the_box_started_later() -> None:
    assert due(TIMES, (), at("09:30", 10), since=at("09:30", 5)) is None
    assert due(TIMES, (), at("09:30", 10), since=at("09:29", 59)) == at("09:30")


def test_what_is_said_ends_before_quiet_begins() -> None:
    assert due(["11:25"], (), at("11:25", 59), MIDNIGHT) == at("11:25")
    assert due(["11:25"], (), at("11:26"), MIDNIGHT) is None
    assert due(["14:59"], ["15:00-16:00"], at("14:59"), MIDNIGHT) is None


@given(
    now=st.integers(MIDNIGHT, MIDNIGHT + 3 * 86_400_000).map(UnixMs),
    minutes=st.lists(st.integers(0, 1439), max_size=20),
)
def test_no_list_of_times_makes_it_speak_at_midday_or_at_night(now: UnixMs, minutes: list[int]) -> None:
    times = [f"{minute // 60:02}:{minute % 60:02}" for minute in minutes]
    said = due(times, (), now, UnixMs(0))
    if said is not None:
        local = (now - MIDNIGHT) % 86_400_000 / MINUTE
        assert 360 <= local < 690 or 810 <= local < 1200
        assert 0 <= now - said < GRACE_MS


def test_a_day_of_turns_speaks_at_each_time_once() -> None:
    since, spoken = UnixMs(MIDNIGHT), []
    for now in range(MIDNIGHT, MIDNIGHT + 86_400_000, 10_000):
        if (time := due(TIMES, (), UnixMs(now), since)) is not None:
            since = UnixMs(now)
            spoken.append(time)
    assert spoken == [at(text) for text in TIMES]


@pytest.mark.parametrize(
    ("times", "told"),
    [
        (["7:30"], '"7:30"'),
        (["24:00"], '"24:00"'),
        (["12:00"], "12:00 is in"),
        (["20:00"], "20:00 is in"),
        (["19:59"], "19:59 is in or 4 minutes before"),
        (["08:00", "07:01"], "an hour or more apart"),
    ],
)
def test_times_that_cannot_be_kept_are_told(times: list[str], told: str) -> None:
    assert times_fault(times).startswith("expected ")
    assert told in times_fault(times)


def test_good_times_and_spans_have_no_fault() -> None:
    assert times_fault(TIMES) == times_fault([]) == times_fault(["06:00", "07:00", "19:55"]) == ""
    assert quiet_fault(["15:00-16:00", "22:00-05:00"]) == ""


@pytest.mark.parametrize("span", ["15:00", "15:00-25:00", "15:00-15:00", "a-b", ""])
def test_a_span_that_is_none_is_told(span: str) -> None:
    assert span_of(span) is None
    assert f'"{span}"' in quiet_fault([span])
