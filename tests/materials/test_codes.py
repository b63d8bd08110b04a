"""Codes on paper: two decoders read each, straight and after what a phone's camera does to it."""

from collections.abc import Callable
from io import BytesIO
from typing import Final

import pytest
from PIL import Image, ImageChops

from kiosk.core.campaign import PROFILES
from kiosk.core.paper.kinds import Kind
from kiosk.core.paper.sheet import DOT_MM, Code
from kiosk.materials.order import Order, banners, files, sheets
from kiosk.materials.pdf import pdf
from kiosk.materials.picture import paint
from tests.cameras import HARMS, by_zbar, by_zxing
from tests.printed import MODES, NEEDS_POPPLER, Mode, pages, venue

DECODERS = [by_zxing, by_zbar]
DPI = {"A3": 90, "A4": 140, "A5": 190, "A6": 250}
"""What a phone's camera sees of each: all are about as many pixels."""
PAPERS: Final[list[tuple[Kind, str]]] = [
    ("poster", "A3"), ("poster", "A4"), ("poster", "A5"), ("poster", "A6"), ("leaflet", "A4"), ("leaflet", "A5"),
    ("leaflet", "A6"), ("household", "A5"), ("tent", "A4"), ("tent", "A5"), ("tent", "A6"),
]  # fmt: skip


def unread(image: Image.Image, wanted: set[str], decode: Callable[[Image.Image], set[str]]) -> list[str]:
    return [name for name, harm in HARMS.items() if decode(harm(image)) != wanted]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("kind", "size"), PAPERS)
@NEEDS_POPPLER[1]
@NEEDS_POPPLER[0]
def test_every_printed_code_decodes(kind: Kind, size: str, mode: Mode) -> None:
    mode = "one" if (kind, size) == ("tent", "A6") else mode  # it holds no two
    made = sheets(Order(kind, size), venue("hospital", mode))
    for sheet, page in zip(
        made, pages(pdf(made, "x"), round(DPI[size] * (0.6 if kind == "poster" and mode == "one" else 1))), strict=True
    ):
        wanted = {item.url for item in sheet.walk() if isinstance(item, Code)}
        assert wanted
        assert [unread(page, wanted, decode) for decode in DECODERS] == [[], []]


@pytest.mark.parametrize("mode", ["one", "stores"])
@pytest.mark.parametrize("kind", ["poster", "leaflet"])
def test_every_code_of_a_picture_decodes(kind: Kind, mode: Mode) -> None:
    made = files(Order(kind, "A4", file_format="png"), venue("school", mode))
    for sheet, data in zip(sheets(Order(kind), venue("school", mode)), made, strict=True):
        whole = Image.open(BytesIO(data))
        image = whole.convert("RGB").resize((whole.width // 2, whole.height // 2), Image.Resampling.BOX)
        wanted = {item.url for item in sheet.walk() if isinstance(item, Code)}
        assert [unread(image, wanted, decode) for decode in DECODERS] == [[], []]


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_prints_a_code_that_decodes(profile: str) -> None:
    made = [*sheets(Order("poster", "A6"), venue(profile)), *sheets(Order("leaflet", "A6"), venue(profile))]
    for image in (paint(sheet, 2 * DOT_MM) for sheet in made):
        assert [decode(image) for decode in DECODERS] == [{"https://www.bluezone.gov.vn"}] * 2


@pytest.mark.parametrize("languages", ["both", "vi", "en"])
def test_banners_have_their_sizes_and_their_codes_decode_where_one_fits(languages: str) -> None:
    made = banners(venue("market"), "both" if languages == "both" else "vi" if languages == "vi" else "en")
    pictures = {name: Image.open(BytesIO(data)).convert("RGB") for name, data in made.items()}
    assert [picture.size for picture in pictures.values()] == [(728, 90), (300, 250), (1200, 628)]
    for name in ("banner-300x250", "banner-1200x628"):
        found = [unread(pictures[name], {"https://www.bluezone.gov.vn"}, decode) for decode in DECODERS]
        assert found == [[], []]


def test_picture_and_pdf_show_the_same() -> None:
    """Both come from one layout; what differs is how edges are smoothed."""
    made = sheets(Order("leaflet"), venue("market"))
    (page,) = pages(pdf(made, "x"), 300)
    (data,) = files(Order("leaflet", file_format="png"), venue("market"))
    one, other = (
        picture.convert("RGB").resize((297, 210), Image.Resampling.BOX) for picture in (page, Image.open(BytesIO(data)))
    )
    counts = ImageChops.difference(one, other).convert("L").histogram()
    assert sum(counts[40:]) < 0.002 * sum(counts)
