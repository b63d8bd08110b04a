"""PDFs as other programs read them: every word with its marks, the font inside, no picture, the code's size in mm."""

import re
from functools import cache
from typing import Final

import pytest
from PIL import Image

from kiosk.core.campaign import PROFILES, Campaign
from kiosk.core.paper.kinds import KINDS, Kind
from kiosk.core.paper.sheet import INCH_MM, MARGIN_MM, Sheet
from kiosk.materials.order import Order, sheets
from kiosk.materials.pdf import pdf
from tests.printed import MODES, NEEDS_POPPLER, pages, plain, texts, told, venue

pytestmark = NEEDS_POPPLER
EVERYONE: Final = [venue(profile, mode) for profile in PROFILES for mode in MODES]
POINT_MM: Final = INCH_MM / 72


@cache
def every(kind: Kind, size: str = "A4") -> list[tuple[Campaign, Sheet]]:
    return [(campaign, sheet) for campaign in EVERYONE for sheet in sheets(Order(kind, size), campaign)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_text_of_every_page_is_what_was_laid_out_with_all_its_marks(kind: Kind) -> None:
    made = [sheet for _, sheet in every(kind)]
    assert texts(pdf(made, "all")) == [plain(" ".join(sheet.lines())) for sheet in made]


def test_a_poster_says_what_the_campaign_says() -> None:
    """In both languages, but for the last row's English: where steps are long, letters are kept large instead."""
    campaigns = [venue(profile) for profile in PROFILES]
    found = texts(pdf([sheets(Order("poster"), campaign)[0] for campaign in campaigns], "all"))
    whole = 0
    for campaign, text in zip(campaigns, found, strict=True):
        wanted = [campaign.venue, campaign.unit, " ".join(campaign.headline), campaign.headline_en, campaign.short_url]
        wanted += [campaign.privacy_short.vi, campaign.help_line.vi]
        for words in (campaign.call, *campaign.steps):
            wanted += words
        assert [each for each in wanted if plain(each) not in text] == []
        whole += all(words.en in text for words in (campaign.privacy_short, campaign.help_line))
    assert whole >= 12


@pytest.mark.parametrize("kind", ["leaflet", "household"])
def test_a_leaflet_says_all_of_it_with_the_reason_the_family_and_the_whole_privacy_sentence(kind: Kind) -> None:
    for campaign, text in zip(EVERYONE, texts(pdf([sheet for _, sheet in every(kind)], "all")), strict=True):
        wanted = [" ".join(campaign.headline), campaign.headline_en]
        for words in (campaign.reason, campaign.call, *campaign.steps, campaign.family, campaign.privacy):
            wanted += words
        for card in campaign.cards[1:] and campaign.cards:
            wanted += card.title
        assert [each for each in wanted if plain(each) not in text] == []


def test_the_font_is_inside_and_names_every_letter_and_nothing_is_a_picture() -> None:
    file = pdf([sheet for _, sheet in every("leaflet")], "all")
    rows = told("pdffonts", "{}", pdf=file).splitlines()[2:]
    fonts = {row.split()[0].partition("+")[2]: row.split()[-5:-2] for row in rows}
    assert set(fonts) == {"BeVietnamPro-Regular", "BeVietnamPro-SemiBold", "BeVietnamPro-Bold"}
    assert all(marks == ["yes", "yes", "yes"] for marks in fonts.values())  # embedded, subset, to Unicode
    assert len(told("pdfimages", "-list", "{}", pdf=file).splitlines()) == 2  # the head of the table alone


def black(page: Image.Image, dpi: int) -> tuple[float, float]:
    """Width and height in mm of all that is quite black: the code, since no text is."""
    box = page.convert("L").point(lambda value: 255 if value < 12 else 0).getbbox()
    assert box is not None
    return (box[2] - box[0]) / dpi * INCH_MM, (box[3] - box[1]) / dpi * INCH_MM


def test_the_code_of_every_a4_poster_is_at_least_150_mm_across() -> None:
    made = [sheet for _, sheet in every("poster")]
    assert len(made) == 16 + 2 * 16 + 2 * 16  # two codes: two sheets
    dpi = 100
    sizes = [black(page, dpi) for page in pages(pdf(made, "all"), dpi)]
    assert min(min(size) for size in sizes) >= 150
    assert max(abs(width - height) for width, height in sizes) <= 2 * INCH_MM / dpi


@pytest.mark.parametrize(("kind", "size"), [("poster", "A4"), ("poster", "A6"), ("leaflet", "A5"), ("tent", "A4")])
def test_no_word_stands_in_the_margin_where_printers_do_not_reach(kind: Kind, size: str) -> None:
    boxes = told("pdftotext", "-bbox", "{}", "-", pdf=pdf([sheet for _, sheet in every(kind, size)], "all"))
    width = height = 0.0
    outside, words = [], 0
    for line in boxes.splitlines():
        numbers = [float(number) * POINT_MM for number in re.findall(r'="([\d.-]+)"', line)]
        if "<page" in line:
            width, height = numbers
        elif "<word" in line:
            left, _, right, foot = numbers
            words += 1
            if left < MARGIN_MM or right > width - MARGIN_MM or foot > height - MARGIN_MM + 1:  # descender's room
                outside.append(line)
    assert words > 1000
    assert outside == []
