"""Every paper there is, measured: nothing overlaps, leaves the paper, enters a quiet zone or gets too small."""

from collections.abc import Iterator
from itertools import cycle, product
from typing import Final, NamedTuple

import pytest

from kiosk.core import look
from kiosk.core.campaign import PROFILES, Campaign, Links, compose
from kiosk.core.look import contrast
from kiosk.core.paper.kinds import KINDS, Kind, sheets
from kiosk.core.paper.setter import Languages
from kiosk.core.paper.sheet import DOT_MM, MARGIN_MM, QUIET, SIZES, Code, DoesNotFit, Logo, Panel, Sheet, Text
from kiosk.materials.poster import setter
from kiosk.shapes.letters import measure
from tests.logos import logos
from tests.printed import MODES, Mode, venue

ASCENT, DESCENT = 0.74, 0.0
"""Of a capital: lines are told apart by these, marks may share the room between."""
SLACK: Final = 0.05
LONG: Final = "Trung tâm Kiểm soát bệnh tật và Phòng khám Đa khoa khu vực huyện Nghĩa Hưng Đông"


LANGUAGES: Final[tuple[Languages, ...]] = ("both", "vi", "en")
RULE_MM: Final[dict[Kind, dict[str, float]]] = {
    "poster": {"A3": 3.33, "A4": 3.33, "A5": 2.34, "A6": 1.65},
    "leaflet": {"A3": 2.0, "A4": 2.0, "A5": 2.0, "A6": 1.56},
    "household": {"A3": 2.0, "A4": 2.0, "A5": 2.0, "A6": 1.56},
    "tent": {"A3": 3.0, "A4": 2.0, "A5": 1.56, "A6": 1.56},
}
"""Height of the smallest capital: 3 mm a metre, read from 1.11 m (the guide's 4.5 mm em of A4), 0.78, 0.55; 0.67 m and
0.52 m; 1 m, 0.67 m and 0.52 m."""


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


def box(item: Text | Code | Logo) -> Box:
    if isinstance(item, Logo):
        rim = 0.15 * item.height  # of its chip
        return Box("logo", item.x - rim, item.y - rim, item.x + item.width + rim, item.y + item.height + rim)
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
    boxes = [box(item) for item in sheet.items if isinstance(item, Text | Code | Logo)]
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


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return list(logos(tmp_path_factory.mktemp("logos")).values())


def made(kind: Kind, size: str, campaign: Campaign, languages: Languages = "both") -> tuple[Sheet, ...]:
    return sheets(kind, campaign, size, setter(languages))


@pytest.mark.parametrize("languages", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_overlaps_leaves_the_paper_or_gets_smaller_than_the_rule(
    kind: Kind, size: str, languages: Languages, files: list[str]
) -> None:
    """Every kind, size and language, for every profile, with one code and with two, with and without a logo."""
    found: list[str] = []
    for (profile, mode), logo in zip(product(PROFILES, MODES), cycle(("", *files))):
        if (kind, size) == ("tent", "A6") and mode != "one":
            continue  # refused: see below
        campaign = venue(profile, mode, logo=logo)
        made_ = made(kind, size, campaign, languages)
        ems = [item.size for sheet in made_ for item in sheet.walk() if isinstance(item, Text)]
        assert min(ems) * 0.74 >= RULE_MM[kind][size] - 0.01, f"{profile}, {mode}"
        other = {"vi": campaign.headline_en, "en": campaign.headline[-1], "both": "-" * 9}[languages]
        for sheet in made_:
            assert other not in " ".join(sheet.lines())
            found += [
                f"{profile}, {mode}: {each}"
                for paper in papers(sheet)
                for each in problems(paper, folded=kind == "tent")
            ]
    assert found == []


def test_a_tent_of_a6_holds_no_two_codes() -> None:
    with pytest.raises(DoesNotFit, match="A6 is too small for a tent"):
        made("tent", "A6", venue("market", "stores"))


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
        assert sizes[0] >= 4.498  # 17 px of 96 an inch
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
