"""Charts: what may be seen in them, where things stand, and that they are well-formed."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core import charts
from kiosk.core.discretion import FEWEST, tellable
from kiosk.core.facts import AdoptionDay, AdoptionFacts, TallyFacts
from kiosk.core.windows import DAY_MS, UnixMs

MIDNIGHT = UnixMs(1_597_683_600_000)  # Tuesday 2020-08-18 in Vietnam


def tally(*visits: int, days: int = 0) -> TallyFacts:
    """Windows of this day, with so many quiet whole days before it."""
    return TallyFacts(UnixMs(MIDNIGHT - days * DAY_MS), (0,) * 96 * days + visits)


def bars(svg: str, kind: str) -> dict[int, float]:
    """Slot -> height in pixels."""
    (path,) = re.findall(rf'<path class="{kind}" d="([^"]*)"', svg)
    return {int(slot): float(tall) for slot, tall in re.findall(r"M(\d+)\.1 150v-([\d.]+)h", path)}


def texts(svg: str) -> list[str]:
    return [each.text or "" for each in ElementTree.fromstring(svg).iter("text")]


def told(svg: str) -> str | None:
    return ElementTree.fromstring(svg).get("aria-label")


def test_a_bar_is_as_high_as_its_count_on_the_scale() -> None:
    svg = charts.today(tally(*[0] * 28, 40, 80), "vi")
    assert bars(svg, "many") == {12: 69.0, 13: 138.0}, "slot 12 is 7 o'clock of a drawing that begins at 4"
    assert texts(svg)[:5] == ["0", "20", "40", "60", "80"]
    assert told(svg) == "Nhiều nhất 80 máy, lúc 07:15."
    assert told(charts.today(tally(*[0] * 28, 40, 80), "en")) == "Most: 80 phones, at 07:15."


@given(st.lists(st.integers(0, 19), min_size=1, max_size=96))
def test_small_windows_are_grey_and_look_like_empty_ones(visits: list[int]) -> None:
    nobody = tally(*[0] * len(visits), days=6)
    few = tally(*visits, days=6)
    assert charts.today(few, "vi") == charts.today(nobody, "vi")
    if not any(tellable(visits)):
        assert charts.week(few, "vi") == charts.week(nobody, "vi")


@given(st.lists(st.integers(0, 500), min_size=1, max_size=96))
def test_no_bar_between_nothing_and_twenty_is_ever_drawn(visits: list[int]) -> None:
    for svg in (charts.today(tally(*visits), "vi"), charts.week(tally(*visits), "vi")):
        scale = max(int(text.replace(".", "")) for text in texts(svg) if re.fullmatch(r"[\d.]+", text))
        least = 138 * FEWEST / scale
        assert set(bars(svg, "few").values()) <= {round(least, 1)}
        assert all(tall >= round(least, 1) for tall in bars(svg, "many").values())
        assert max(bars(svg, "many").values(), default=0) <= 138.0


def test_a_simulation_shows_its_small_numbers() -> None:
    svg = charts.today(tally(*[0] * 28, 3), "vi", exact=True)
    assert (bars(svg, "few"), list(bars(svg, "many"))) == ({}, [12])
    assert told(svg) == "Nhiều nhất 3 máy, lúc 07:00."


def test_the_day_is_drawn_from_four_to_ten_at_night_and_further_where_people_came() -> None:
    assert texts(charts.today(tally(0), "vi"))[-5:] == ["4 giờ", "8 giờ", "12 giờ", "16 giờ", "20 giờ"]
    night = charts.today(tally(*[0] * 4, 25, *[0] * 87, 30), "vi")
    assert texts(night)[-5:] == ["1 giờ", "6 giờ", "11 giờ", "16 giờ", "21 giờ"]
    assert set(bars(night, "many")) == {0, 88}


def test_an_hour_of_the_week_is_the_sum_of_its_windows_and_an_unfinished_one_is_not_drawn() -> None:
    svg = charts.week(tally(10, 10, 10, 10, 99, days=6), "vi")
    assert bars(svg, "many") == {144: 138.0}
    assert texts(svg)[-7:] == ["T4", "T5", "T6", "T7", "CN", "T2", "T3"]
    assert told(svg) == "Nhiều nhất 40 lượt một giờ, thứ Ba 18/8 lúc 00:00."
    assert texts(charts.week(tally(1), "en"))[-1:] == ["Tue"]


@pytest.mark.parametrize(
    ("most", "top", "step"),
    [(40, 40, 10), (41, 60, 20), (80, 80, 20), (81, 100, 25), (150, 150, 50), (160, 200, 50), (1601, 2000, 500)],
)
def test_the_scale_has_few_round_lines(most: int, top: int, step: int) -> None:
    assert charts.nice(most) == (top, step)


@given(st.integers(1, 10_000_000))
def test_every_scale_holds_its_highest_bar(most: int) -> None:
    top, step = charts.nice(most)
    assert top >= most
    assert 2 <= top / step <= 4


def rates(*shares: float) -> AdoptionFacts:
    first = MIDNIGHT - (len(shares) - 1) * DAY_MS
    return AdoptionFacts(
        tuple(
            AdoptionDay(UnixMs(first + place * DAY_MS), share, share - 0.04, share + 0.05)
            for place, share in enumerate(shares)
        )
    )


def test_the_install_rate_is_a_line_in_its_band_with_the_mark_of_the_province() -> None:
    svg = charts.adoption(rates(0.22, 0.25, 0.31), "vi")
    tree = ElementTree.fromstring(svg)
    assert texts(svg)[:5] == ["15%", "20%", "25%", "30%", "35%"]
    assert "mốc toàn tỉnh 26,12%" in texts(svg)
    assert "31%" in texts(svg)
    assert told(svg) == "Mới nhất 31%, nhiều khả năng từ 27% đến 36%."
    (mark,) = (line for line in tree.iter("line") if line.get("class") == "mark")
    lines = [float(line.get("y1") or 0) for line in tree.iter("line") if line.get("class") is None]
    at_25, at_30 = lines[2], lines[3]
    assert float(mark.get("y1") or 0) == pytest.approx(at_25 + (at_30 - at_25) * 1.12 / 5, abs=0.1)
    points = [float(point.get("cy") or 0) for point in tree.iter("circle")]
    assert points == sorted(points, reverse=True), "a rising rate rises"
    assert [text for text in texts(svg) if "/" in text] == ["18/8", "17/8", "16/8"]
    assert "provincial mark 26.12%" in texts(charts.adoption(rates(0.3), "en"))


@given(st.lists(st.floats(0.05, 0.94), min_size=1, max_size=40))
def test_every_install_rate_lies_inside_the_drawing(shares: list[float]) -> None:
    tree = ElementTree.fromstring(charts.adoption(rates(*shares), "vi"))
    heights = [float(point.get("cy") or 0) for point in tree.iter("circle")]
    heights += [float(at) for each in tree.iter("polygon") for at in re.findall(r",([\d.]+)", each.get("points") or "")]
    assert all(charts.TOP - 0.1 <= height <= charts.HEIGHT + 0.1 for height in heights)
    assert len([text for text in tree.iter("text") if "/" in (text.text or "")]) <= 6
