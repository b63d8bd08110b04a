"""Icons: path data become polylines that stay on the grid and end where SVG says."""

import math

import pytest

from kiosk.core.icons import GRID, PATHS, STROKE, flatten

pytestmark = pytest.mark.guest


@pytest.mark.parametrize("name", PATHS)
def test_every_icon_keeps_its_ink_on_the_grid(name: str) -> None:
    points = [point for line in flatten(PATHS[name]) for point in line]
    assert len(points) > 4
    assert all(STROKE / 2 <= value <= GRID - STROKE / 2 for point in points for value in point)


def test_lines_go_where_the_letters_say_absolute_and_relative() -> None:
    assert flatten("M1 2L3 4 5 6h2v-1H1V9z") == (((1, 2), (3, 4), (5, 6), (7, 6), (7, 5), (1, 5), (1, 9), (1, 2)),)
    assert flatten("m7 8 10 8-5 4V4") == (((7, 8), (17, 16), (12, 20), (12, 4)),)
    assert flatten("M1 1h1M.5 3v-.5") == (((1, 1), (2, 1)), ((0.5, 3), (0.5, 2.5)))


@pytest.mark.parametrize(("sweep", "middle"), [(1, (12, 4)), (0, (12, 18))])
def test_an_arc_turns_the_way_its_sweep_says_and_ends_exactly(sweep: int, middle: tuple[float, float]) -> None:
    (line,) = flatten(f"M5 11a7 7 0 0 {sweep} 14 0")
    assert line[-1] == (19.0, 11.0)
    assert all(math.dist(point, (12, 11)) == pytest.approx(7) for point in line)
    assert min(math.dist(point, middle) for point in line) < 0.5


def test_a_quarter_arc_bends_around_its_own_centre() -> None:
    (line,) = flatten("M4 5a1 1 0 0 1 1-1")
    assert all(math.dist(point, (5, 5)) == pytest.approx(1) for point in line)


def test_a_curve_starts_and_ends_at_its_ends_and_leans_to_its_handles() -> None:
    (line,) = flatten("M0 0C0 10 10 10 10 0")
    assert line[0] == pytest.approx((0, 0))
    assert line[-1] == pytest.approx((10, 0))
    assert max(y for _, y in line) == pytest.approx(7.5)
