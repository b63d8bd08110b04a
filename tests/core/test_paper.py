"""Every paper there is, measured: nothing overlaps, leaves the paper, enters a quiet zone or gets too small."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import pytest

from kiosk.core import look
from kiosk.core.campaign import PROFILES, Campaign, Links, compose
from kiosk.core.look import contrast
from kiosk.core.paper.kinds import KINDS, SMALLEST_MM, Kind, sheets, smallest
from kiosk.core.paper.setter import Languages
from kiosk.core.paper.sheet import DOT_MM, MARGIN_MM, QUIET, SIZES, Code, DoesNotFit, Panel, Sheet, Text
from kiosk.materials.poster import setter
from kiosk.shapes.letters import measure
from tests.printed import MODES, Mode, venue

ASCENT, DESCENT = 0.74, 0.0
"""Of a capital: lines are told apart by these, marks may share the room between."""
SLACK: Final = 0.05
LONG: Final = "Trung tâm Kiểm soát bệnh tật và Phòng khám Đa khoa khu vực huyện Nghĩa Hưng Đông"


class Box(NamedTuple):
    what: str
    left: float
    top: float
    right: float
    foot: float

    def meets(self, other: "Box") -> bool:
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.foot, other.foot) - max(self.top, other.top)
        return across > SLACK and down > SLACK


def box(item: Text | Code) -> Box:
    if isinstance(item, Code):
        quiet = QUIET * item.module
        side = item.side + 2 * quiet
        return Box(item.url, item.x - quiet, item.y - quiet, item.x - quiet + side, item.y - quiet + side)
    wide = measure(item.text, item.weight, item.size) + item.tracking * item.size * (len(item.text) - 1)
    return Box(item.text, item.x, item.y - ASCENT * item.size, item.x + wide, item.y + DESCENT * item.size)


def papers(sheet: Sheet) -> Iterator[Sheet]:
    """The sheet and each panel on it, once: a panel's edge is where somebody cuts."""
    yield sheet
    yield from {id(item.sheet): item.sheet for item in sheet.items if isinstance(item, Panel)}.values()


def outside(each: Box, sheet: Sheet, *, folded: bool) -> bool:
    """Nearer than the margin to an edge; a face of a tent ends at folds above and below, where words may stand."""
    beside = each.left < MARGIN_MM - SLACK or each.right > sheet.width - MARGIN_MM + SLACK
    margin = 0.0 if folded else MARGIN_MM
    return beside or each.top < margin - SLACK or each.foot > sheet.height - margin + SLACK


def problems(sheet: Sheet, *, folded: bool = False) -> list[str]:
    boxes = [box(item) for item in sheet.items if isinstance(item, Text | Code)]
    found = [f"{a.what} meets {b.what}" for i, a in enumerate(boxes) for b in boxes[i + 1 :] if a.meets(b)]
    inked = [box(item) for item in sheet.items if isinstance(item, Text)]
    found += [f"{each.what} is in the margin" for each in inked if outside(each, sheet, folded=folded)]
    for item in sheet.items:
        if isinstance(item, Code):
            whole = box(item)
            if min(whole.left, whole.top) < -SLACK or whole.right > sheet.width + SLACK:
                found.append("the quiet zone leaves the paper")
            dots = [value / DOT_MM for value in (item.x, item.y, item.module)]
            if max(abs(value - round(value)) for value in dots) > 1e-3:
                found.append("the code is not on whole dots")
    return found


def made(kind: Kind, size: str, campaign: Campaign, languages: Languages = "both") -> tuple[Sheet, ...]:
    return sheets(kind, campaign, size, setter(languages))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["poster", "leaflet", "tent"])
def test_nothing_overlaps_leaves_the_paper_or_gets_too_small(kind: Kind, size: str, mode: Mode) -> None:
    if (kind, size) == ("tent", "A6"):
        with pytest.raises(DoesNotFit, match="A6 is too small for a tent"):
            made(kind, size, venue("market", mode))
        return
    found: list[str] = []
    for profile in PROFILES if size == "A4" else list(PROFILES)[::3]:
        papers_ = made(kind, size, venue(profile, mode))
        assert smallest(papers_) >= SMALLEST_MM
        found += [
            f"{profile}: {each}"
            for sheet in papers_
            for paper in papers(sheet)
            for each in problems(paper, folded=kind == "tent")
        ]
    assert found == []


@pytest.mark.parametrize("languages", ["vi", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_one_language_alone_is_as_sound_and_says_no_word_of_the_other(kind: Kind, languages: Languages) -> None:
    for profile in list(PROFILES)[::2]:
        campaign = venue(profile)
        other = campaign.headline_en if languages == "vi" else campaign.headline[-1]
        for sheet in made(kind, "A4", campaign, languages):
            assert [each for paper in papers(sheet) for each in problems(paper, folded=kind == "tent")] == []
            assert other not in " ".join(sheet.lines())


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", KINDS)
def test_names_as_long_as_they_may_be_still_fit(kind: Kind, mode: Mode) -> None:
    for sheet in made(kind, "A4", venue("community-hall", mode, name=LONG, unit=LONG)):
        assert [each for paper in papers(sheet) for each in problems(paper, folded=kind == "tent")] == []


@pytest.mark.parametrize("kind", KINDS)
def test_an_address_as_long_as_it_may_be_is_in_the_code_even_where_nobody_could_type_it(kind: Kind) -> None:
    long = "https://example.org/" + "cai-dat/" * 22
    for links in (Links(site=long), Links(declaration=long)):
        campaign = compose("hospital", links=links, venue="Bệnh viện")
        for sheet in made(kind, "A4", campaign):
            assert [each for paper in papers(sheet) for each in problems(paper, folded=kind == "tent")] == []
        codes = {item.url for sheet in made(kind, "A4", campaign) for item in sheet.walk() if isinstance(item, Code)}
        assert long in codes


def test_an_a4_poster_is_read_from_a_metre() -> None:
    """Cap height 3 mm a metre; the cap height is 0.74 em."""
    for profile in PROFILES:
        (sheet,) = made("poster", "A4", venue(profile, unit="", name="Chợ Bến Đò"))
        sizes = sorted(item.size for item in sheet.items if isinstance(item, Text))
        assert sizes[0] * 0.74 >= 2.6
        assert sizes[-1] * 0.74 >= 7.5


def test_what_does_not_fit_on_any_paper_is_an_error_and_never_cut() -> None:
    with pytest.raises(DoesNotFit, match="a word of 'W"):
        made("poster", "A4", venue("market", name="W" * 80))


def test_a_sheet_of_leaflets_holds_as_many_as_it_can_with_marks_for_every_cut() -> None:
    for size, count, cuts in (("A3", 4, 12), ("A4", 2, 10), ("A5", 0, 0)):
        (sheet,) = made("leaflet", size, venue("market"))
        assert sum(isinstance(item, Panel) for item in sheet.items) == count
        assert sum(type(item).__name__ == "Stroke" for item in sheet.items) == cuts


def test_a_tent_has_two_faces_of_which_one_is_upside_down() -> None:
    (sheet,) = made("tent", "A4", venue("restaurant"))
    assert [item.turned for item in sheet.items if isinstance(item, Panel)] == [True, False]


def test_ink_on_paper_stands_out() -> None:
    for ink, ground in (
        (look.LAM_DEM, look.GIAY), (look.MUC_NHAT, look.GIAY), (look.LAM_DEM, look.NANG), (look.LAM_DEM, look.TROI),
        (look.LAM_DEM, look.LAM_NEN), (look.GIAY, look.LAN[-1]), (look.TROI, look.LAN[-1]), (look.GIAY, look.LAM_DEM),
    ):  # fmt: skip
        assert contrast(ink, ground) >= 7
