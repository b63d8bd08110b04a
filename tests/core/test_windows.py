"""Windows cut time into spans without gap or overlap."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given

from kiosk.core.windows import (
    DAY_MS,
    SEAL_AFTER_MS,
    WINDOW_MS,
    WINDOWS_PER_DAY,
    UnixMs,
    Window,
    day_start,
    vietnam_day_start,
    window_at,
)
from tests.core.strategies import boundaries, times, windows

pytestmark = pytest.mark.guest


@given(times)
def test_every_time_lies_in_exactly_one_window(at: UnixMs) -> None:
    window = window_at(at)
    assert at in window
    assert at not in window.before
    assert at not in window.after


@given(boundaries)
def test_boundary_times_lie_in_exactly_one_window(at: UnixMs) -> None:
    window = window_at(at)
    assert [at in each for each in (window.before, window, window.after)] == [False, True, False]


@given(windows)
def test_a_window_holds_its_start_and_not_its_end(window: Window) -> None:
    assert window.start in window
    assert window.end - 1 in window
    assert window.end not in window
    assert window.start - 1 not in window


@given(windows)
def test_windows_touch_without_gap_or_overlap(window: Window) -> None:
    assert window.end - window.start == WINDOW_MS == 900_000
    assert window.after.start == window.end
    assert window.before.end == window.start
    assert window.after.before == window == window.before.after


@given(times)
def test_slot_and_day_say_where_a_window_lies(at: UnixMs) -> None:
    window = window_at(at)
    assert 0 <= window.slot < WINDOWS_PER_DAY
    assert window.start == window.day * DAY_MS + window.slot * WINDOW_MS
    assert day_start(at) == window.day * DAY_MS
    assert day_start(at) <= at < day_start(at) + DAY_MS


@given(windows)
def test_slots_count_up_and_wrap_with_the_day(window: Window) -> None:
    after = window.after
    assert after.slot == (window.slot + 1) % WINDOWS_PER_DAY
    assert after.day - window.day == (1 if window.slot == WINDOWS_PER_DAY - 1 else 0)


@given(windows)
def test_windows_sort_by_time_and_seal_after_their_end(window: Window) -> None:
    assert window.before < window < window.after
    assert window.sealed_at == window.end + SEAL_AFTER_MS == window.end + 120_000
    assert window.sealed_at in window.after


def test_a_window_holds_only_whole_milliseconds() -> None:
    window = window_at(UnixMs(0))
    strange: list[object] = ["0", 0.5, None]
    assert not any(each in window for each in strange)
    assert window == Window(UnixMs(0))


@given(times)
def test_the_vietnamese_day_begins_at_midnight_in_ho_chi_minh_city(at: UnixMs) -> None:
    hanoi = timezone(timedelta(hours=7))
    local = datetime.fromtimestamp(0, hanoi) + timedelta(milliseconds=at)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    assert vietnam_day_start(at) == midnight.timestamp() * 1000
