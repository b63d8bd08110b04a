"""When e-paper gets a picture: two an hour at most, one cleaning a night, nothing for nothing."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.redraw import GAP_MS, NIGHT_MS, Drawn, Refresh, after, due
from kiosk.core.windows import UnixMs, vietnam_day_start

MINUTE_MS = 60_000
MIDNIGHT = vietnam_day_start(UnixMs(1_600_000_000_000))
NOON = UnixMs(MIDNIGHT + 12 * 3_600_000)


def test_a_panel_nobody_knows_is_cleaned() -> None:
    assert due(Drawn(), "a", NOON) is Refresh.CLEANED


def test_the_same_picture_is_not_drawn_again_by_day() -> None:
    drawn = Drawn("a", NOON, NOON)
    assert due(drawn, "a", UnixMs(NOON + 10 * 3_600_000)) is Refresh.NOTHING


def test_another_picture_waits_for_its_half_hour() -> None:
    drawn = Drawn("a", NOON, NOON)
    assert due(drawn, "b", UnixMs(NOON + GAP_MS - 1)) is Refresh.NOTHING
    assert due(drawn, "b", UnixMs(NOON + GAP_MS)) is Refresh.PICTURE


def test_at_three_at_night_it_is_cleaned_once_though_nothing_changed() -> None:
    drawn = Drawn("a", NOON, NOON)
    tomorrow = MIDNIGHT + 24 * 3_600_000
    assert due(drawn, "a", UnixMs(tomorrow + NIGHT_MS - 1)) is Refresh.NOTHING
    night = UnixMs(tomorrow + NIGHT_MS)
    assert due(drawn, "a", night) is Refresh.CLEANED
    cleaned = after(drawn, Refresh.CLEANED, "a", night)
    assert due(cleaned, "a", UnixMs(night + GAP_MS)) is Refresh.NOTHING


def test_a_clock_that_was_set_back_does_not_stop_the_panel() -> None:
    assert due(Drawn("a", NOON, NOON), "b", UnixMs(NOON - 86_400_000)) is Refresh.PICTURE


@given(st.lists(st.sampled_from("abc"), min_size=24 * 60, max_size=24 * 60))
def test_a_day_of_changes_each_minute_costs_two_pictures_an_hour_and_one_cleaning(pictures: list[str]) -> None:
    drawn = Drawn("", NOON, NOON)
    times, cleanings = [], 0
    for minute, picture in enumerate(pictures):
        now = UnixMs(NOON + minute * MINUTE_MS)
        refresh = due(drawn, picture, now)
        if refresh is not Refresh.NOTHING:
            drawn = after(drawn, refresh, picture, now)
            times.append(now)
            cleanings += refresh is Refresh.CLEANED
    assert cleanings == 1
    assert all(later - earlier >= GAP_MS for earlier, later in pairwise(times))
