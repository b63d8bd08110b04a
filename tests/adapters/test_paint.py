"""The painter on panels from 480x320 to 3840x2160: the code decodes, no letter is cut, all accents are there."""

import json
import math
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageFont

from kiosk.adapters import paint
from kiosk.core import look
from kiosk.core.campaign import PROFILES
from kiosk.core.catalogue import CATALOGUE
from kiosk.core.items import Text
from kiosk.core.look import Ink
from kiosk.core.pages import pages_of
from kiosk.core.plan import Plan
from kiosk.shapes import letters
from tests.logos import logos
from tests.walls import CLAIM, DECLARATION, URL, screen, told

pytestmark = pytest.mark.guest

FULL = screen(told(), note=True)
SIZES = [
    (1920, 1080),
    (1080, 1920),
    (1280, 800),
    (1280, 1024),
    (1024, 600),
    (800, 480),
    (480, 800),
    (480, 320),
    (320, 480),
    (1366, 768),
    (1920, 480),
]
LARGEST = (3840, 2160)
LONG_URL = "https://example.org/" + "cai-dat/" * 22


def decoded(image: Image.Image) -> str:
    (found,) = zxingcpp.read_barcodes(image)
    return found.text


@pytest.mark.parametrize(("width", "height"), [*SIZES, LARGEST])
def test_the_code_decodes_at_every_size(width: int, height: int) -> None:
    assert decoded(paint.paint(FULL, width, height)) == URL


@pytest.mark.parametrize(("width", "height"), [(800, 480), (480, 320), (480, 800)])
def test_a_long_address_still_gets_4_px_a_module_and_decodes(width: int, height: int) -> None:
    shown = replace(FULL, cards=(replace(FULL.cards[0], url=LONG_URL),))
    plan, _ = paint.planned(shown, width, height)
    assert plan.card.module >= 4
    assert decoded(paint.paint(shown, width, height)) == LONG_URL


def test_the_official_site_gets_version_3_with_the_best_correction_that_costs_nothing() -> None:
    plan, codes = paint.planned(FULL, 1920, 1080)
    assert (codes[URL].width, plan.card.module) == (29, 24)
    (found,) = zxingcpp.read_barcodes(paint.paint(FULL, 1920, 1080))
    assert found.ec_level == "Q"


def test_the_code_is_pure_black_on_white_in_whole_modules_with_its_quiet_zone() -> None:
    card = paint.planned(FULL, 800, 480)[0].card
    image = paint.paint(FULL, 800, 480)
    quiet = 4 * card.module
    left, top, size = card.code_x, card.code_y, card.code_size
    field = image.crop((left - quiet, top - quiet, left + size + quiet, top + size + quiet))
    assert {colour for _, colour in field.getcolors() or []} == {look.GIAY, look.MUC_MA}
    for x, y in ((0, 0), (0, field.height - quiet)):
        assert field.crop((x, y, field.width, y + quiet)).getcolors() == [(field.width * quiet, look.GIAY)]
    for x in (0, field.width - quiet):
        assert field.crop((x, 0, x + quiet, field.height)).getcolors() == [(field.height * quiet, look.GIAY)]
    small = field.resize((field.width // card.module,) * 2, Image.Resampling.NEAREST)
    assert small.resize(field.size, Image.Resampling.NEAREST).tobytes() == field.tobytes()


def ink(text: Text, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Where a text really leaves colour."""
    canvas = Image.new("RGB", size)
    paint.write(canvas, text._replace(colour=look.GIAY))
    box = canvas.getbbox()
    assert box is not None
    return box


def room(text: Text, plan: Plan) -> tuple[float, float, float, float]:
    """The part of the panel a text belongs to: its half of it, or the strip."""
    card = plan.card
    strip = card.label.y
    if text.colour == look.LAM_DEM:
        return card.x + 2, strip, card.x + card.width - 2, card.y + card.height
    if plan.width >= plan.height:
        return 0, 0, card.x, plan.height
    return (0, 0, plan.width, card.y) if text.y < card.y else (0, strip + card.label.height, plan.width, plan.height)


@pytest.fixture(params=["raqm", "basic"])
def layout(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pillow places letters with libraqm where the system has FriBiDi, and by itself where not."""
    if request.param == "basic":
        monkeypatch.setattr(ImageFont.core, "HAVE_RAQM", False)
    forget_fonts()
    yield
    forget_fonts()


def forget_fonts() -> None:
    for kept in (letters.face, letters._gauge, letters.kern, paint._ink_box, paint._packed):
        kept.cache_clear()


@pytest.mark.usefixtures("layout")
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_no_letter_leaves_its_place_and_no_two_lines_touch(width: int, height: int) -> None:
    plan, _ = paint.planned(FULL, width, height)
    boxes = []
    for text in (item for item in plan.items if isinstance(item, Text)):
        left, top, right, bottom = ink(text, (width, height))
        inside = room(text, plan)
        assert inside[0] <= left, text
        assert inside[1] <= top, text
        assert right <= inside[2], text
        assert bottom <= inside[3], text
        # A text cut at the panel's edge would touch it.
        assert left > 0
        assert top > 0
        assert right < width
        assert bottom < height
        boxes.append((left, top, right, bottom))
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


@pytest.mark.usefixtures("layout")
@pytest.mark.parametrize(("weight", "size"), [(400, 22), (400, 44), (600, 40), (700, 49), (700, 116), (700, 232)])
def test_measuring_agrees_with_painting(weight: int, size: int) -> None:
    text = Text(40, 300, "bật Bluetooth, nếu từng ở gần người mắc", weight, size, look.GIAY)
    measured = paint.measure(text.text, weight, size)
    left, _, right, _ = ink(text, (math.ceil(measured) + 200, 500))
    # The outer letters' own margins, up to 0.13 em together, are measured but hold no ink. Without libraqm each
    # letter's advance is rounded to a quarter pixel: an eighth of a pixel a letter, either way.
    rounding = len(text.text) / 8
    assert measured - 0.13 * size - rounding <= right - left <= measured + rounding


def alphabet() -> set[str]:
    """Every letter Vietnamese can be written with, and what else our texts use."""
    tones = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
    vowels = {unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in tones}
    texts = [FULL.staff_note, *FULL.call, *(fault.code for fault in CATALOGUE.values())]
    for profile in PROFILES:
        for page in pages_of(told(profile), in_ten=3):
            texts += [*page.headline, page.headline_en, *(word for pair in page.paragraphs for word in pair)]
    letters = vowels | set("bcdđghklmnpqrstvxfjwz")
    return letters | {letter.upper() for letter in letters} | set("0123456789:.,-–·()&/'\"") | set("".join(texts))


@pytest.mark.parametrize("weight", [400, 600, 700])
def test_the_fonts_hold_every_letter(weight: int) -> None:
    def drawn(letter: str) -> bytes:
        canvas = Image.new("RGB", (120, 120))
        paint.write(canvas, Text(30, 80, letter, weight, 40, look.GIAY))
        return canvas.tobytes()

    missing = drawn("\U0010fffd")
    assert all(drawn(letter) != missing for letter in alphabet() if not letter.isspace())
    assert paint.measure("a\u00a0b", weight, 40) == pytest.approx(paint.measure("a b", weight, 40), abs=1)


def test_stacked_marks_are_drawn_above_and_below_their_letter() -> None:
    plain, stacked = (ink(Text(50, 200, letter, 700, 116, look.GIAY), (300, 300)) for letter in "eệ")
    assert stacked[1] < plain[1] - 20
    assert stacked[3] > plain[3] + 15


def test_the_picture_has_its_parts_where_the_plan_says() -> None:
    plan, _ = paint.planned(FULL, 1920, 1080)
    image, card = paint.paint(FULL, 1920, 1080), plan.card
    assert image.getpixel((card.x, card.y)) in look.LAN
    assert image.getpixel((card.x + card.width - 1, card.y + card.height - 1)) in look.LAN
    assert image.getpixel((card.x + card.width // 2, card.y + 2)) == look.GIAY
    assert image.getpixel((card.x + card.width // 2, card.y + card.height - 3)) == look.NANG
    seen = {colour for _, colour in image.getcolors(1 << 16) or []}
    assert set(look.LAN[1:]) <= seen
    assert {look.GIAY, look.TROI, look.NANG, look.LAM_DEM, look.TROI_DAM, look.VACH_TUONG} <= seen


def test_rings_grow_lighter_towards_the_code() -> None:
    plan, _ = paint.planned(FULL, 1920, 1080)
    image, y = paint.paint(FULL, 1920, 1080), 1079 - 2
    tones = [image.getpixel((x, y)) for x in range(0, int(plan.centre[0]), 4)]
    order = [look.LAN.index(look.Colour(*tone)) for tone in tones if isinstance(tone, tuple) and tone in look.LAN]
    assert order == sorted(order)
    assert len(set(order)) >= 4


def test_a_panel_too_small_for_a_code_shows_the_address_in_words() -> None:
    assert paint.codes(FULL, 150, 100) == ()
    assert zxingcpp.read_barcodes(paint.paint(FULL, 150, 100)) == []
    told_in = paint.report(FULL, 150, 100)
    assert "".join(box.text for box in told_in.boxes) == "www.bluezone.gov.vn"
    assert told_in.declared[0].startswith("no QR here")


def test_e_paper_has_its_inks_and_no_half_tones() -> None:
    assert paint.paint(FULL, 400, 300, Ink.MONO).mode == "1"
    for ink, band in ((Ink.RED, (155, 0, 0)), (Ink.YELLOW, (255, 224, 0))):
        seen = {colour for _, colour in paint.paint(FULL, 800, 480, ink).getcolors() or []}
        assert seen == {(0, 0, 0), (255, 255, 255), band}


def test_every_code_on_a_board_decodes_and_is_told() -> None:
    hospital = screen(told("hospital", declaration=DECLARATION), claim=CLAIM)
    wanted = {card.url for card in (*hospital.cards, CLAIM)}
    assert set(paint.codes(hospital, 1920, 1080)) == wanted
    assert {found.text for found in zxingcpp.read_barcodes(paint.paint(hospital, 1920, 1080))} == wanted


def test_a_report_is_plain_values() -> None:
    values = json.loads(json.dumps(paint.report(FULL, 800, 480).values()))
    assert {"width", "height", "boxes", "codes", "declared"} <= set(values)
    headline = next(box for box in values["boxes"] if box["name"] == "headline")
    assert headline["cap"] == pytest.approx(0.74 * headline["size"], abs=0.1)


def test_a_png_is_the_picture() -> None:
    picture = Image.open(BytesIO(paint.png(FULL, 480, 320)))
    assert picture.format == "PNG"
    assert picture.convert("RGB").tobytes() == paint.paint(FULL, 480, 320).tobytes()


@pytest.mark.parametrize(
    ("width", "height", "ink"), [(1920, 1080, Ink.COLOUR), (480, 800, Ink.MONO), (800, 480, Ink.RED)]
)
def test_a_logo_stands_on_the_wall_in_the_panels_inks(width: int, height: int, ink: Ink, tmp_path: Path) -> None:
    shown = replace(screen(told(logo=logos(tmp_path)["square"])), venue="")
    (box,) = [box for box in paint.report(shown, width, height, ink).boxes if box.kind == "logo"]
    image = paint.paint(shown, width, height, ink).convert("RGB")
    chip = image.crop((int(box.x), int(box.y), int(box.x + box.width), int(box.y + box.height)))
    seen = {colour for _, colour in chip.getcolors(1 << 16) or []}
    if ink.paper:
        assert seen == {(0, 0, 0), look.GIAY}
    else:
        assert max(abs(a - b) for a, b in zip((0, 120, 80), chip.getpixel((12, chip.height // 2)), strict=True)) < 12  # type: ignore[arg-type]
        assert {look.GIAY} < seen
    assert decoded(image) == URL


def test_a_logo_that_breaks_leaves_the_codes_and_the_log_hears_of_it_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    torn = tmp_path / "logo.png"
    torn.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(20))
    broken, plain = (screen(told(logo=path), note=True) for path in (str(torn), ""))
    for _ in range(2):
        assert paint.paint(broken, 800, 480).tobytes() == paint.paint(plain, 800, 480).tobytes()
    (line,) = [record.getMessage() for record in caplog.records if record.name == paint.__name__]
    assert line.startswith(f"the wall is shown without its logo: campaign.logo {torn}: ")
    assert line.endswith("Give a PNG or JPEG file, or none")


PAINTS_IN_A_PROCESS = """
import asyncio, sys
from dataclasses import replace
from kiosk.adapters import memory, paint
from kiosk.adapters.png import PngDisplay
from kiosk.core import campaign, facts, screens

def kilobytes(name):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(name))

async def main():
    memory.give_back()
    screen = screens.screen_of(facts.Snapshot(0, 0, "", "", False), campaign.compose("", logo=sys.argv[1]))
    display = PngDisplay(paint.png, width=1920, height=1080)
    before = kilobytes("VmRSS")
    for minute in range(10):
        await display.draw(replace(screen, clock=f"07:{minute:02}"))
        await display.png()
    print(kilobytes("VmHWM"), kilobytes("VmRSS") - before)

asyncio.run(main())
"""


@pytest.mark.parametrize("logo", [False, True])
def test_painting_1080p_peaks_below_its_share_and_leaves_no_memory_behind(logo: bool, tmp_path: Path) -> None:
    """With the largest logo there may be, the first painting of a box needs somewhat more for a moment."""
    path = tmp_path / "logo.png"
    Image.new("RGBA", (2000, 2000), (0, 120, 80, 200)).save(path)
    command = [sys.executable, "-c", PAINTS_IN_A_PROCESS, str(path) if logo else ""]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    peak, left = (int(number) for number in run.stdout.split())
    assert peak < (75_000 if logo else 65_000)  # the whole kiosk may peak at 100 MB; its other rooms take about 30
    assert left < 12_000
