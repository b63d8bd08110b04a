"""Undated: what was met before the time was known is dated truly, whole, and never across a window's end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.adverts import Platform
from kiosk.core.encounters import Via
from kiosk.core.undated import MINUTE_MS, Undated, dated, merged
from tests.core.strategies import NOON, an_id, ids

pytestmark = pytest.mark.guest


@st.composite
def rows(draw: st.DrawFn) -> Undated:
    """Any row: its last reception lies in the minute of its first."""
    first = draw(st.integers(0, 10**9))
    last = draw(st.integers(first, first - first % MINUTE_MS + MINUTE_MS - 1))
    receptions = draw(st.integers(1 if first == last else 2, 1000))
    best = draw(st.integers(-127, 20))
    total = draw(st.integers(-127 * receptions, best * receptions))
    return Undated(draw(ids), first, last, receptions, best, total, draw(st.sampled_from(Platform)), Via.ADVERT)


@given(st.lists(rows(), max_size=20), st.integers(0, 2**42))
def test_every_reception_is_dated_once_inside_its_window(found: list[Undated], offset: int) -> None:
    encounters = list(dated(found, offset))
    assert sum(each.receptions for each in encounters) == sum(row.receptions for row in found)
    assert sum(each.rssi_sum for each in encounters) == sum(row.rssi_sum for row in found)
    for each in encounters:
        assert each.window.start <= each.first <= each.last < each.window.end
        assert each.receptions >= 1
        assert each.rssi_best * each.receptions >= each.rssi_sum
    times = {row.first + offset for row in found} | {row.last + offset for row in found}
    assert {each.first for each in encounters} | {each.last for each in encounters} == times


def test_a_row_within_one_window_stays_as_it_is() -> None:
    row = Undated(an_id(1), 1000, 2000, 5, -50, -300, Platform.IOS, Via.GATT)
    (encounter,) = dated([row], NOON)
    assert (encounter.window.start, encounter.first, encounter.last) == (NOON, NOON + 1000, NOON + 2000)
    assert (encounter.receptions, encounter.rssi_best, encounter.rssi_sum) == (5, -50, -300)


def test_a_row_across_a_boundary_is_parted_there() -> None:
    row = Undated(an_id(1), 0, 40_000, 4, -50, -240, Platform.ANDROID, Via.ADVERT)
    early, late = dated([row], NOON - 10_000)
    assert (early.window.end, late.window.start) == (NOON, NOON)
    assert (early.receptions, late.receptions) == (1, 3)
    assert (early.last, late.first) == (NOON - 10_000, NOON + 30_000)


def test_rows_of_one_minute_merge() -> None:
    one = Undated(an_id(1), 500, 600, 2, -60, -125, Platform.IOS, Via.GATT)
    two = Undated(an_id(1), 100, 550, 3, -55, -170, Platform.IOS, Via.GATT)
    assert merged(one, two) == Undated(an_id(1), 100, 600, 5, -55, -295, Platform.IOS, Via.GATT)
