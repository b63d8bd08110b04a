"""Every wall there is: all profiles, both languages, all pages, on twenty panels, measured; a covering part painted and
its codes read by two decoders, straight and after what a phone's camera does to them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest
from PIL import Image

from kiosk.adapters import paint
from kiosk.core import boxes
from kiosk.core.campaign import PROFILES, Campaign
from kiosk.core.look import DIM_STEPS, Ink
from kiosk.core.pages import pages_of
from kiosk.core.screens import Screen
from kiosk.core.wording import Words
from tests.cameras import HARMS, by_zbar, by_zxing
from tests.logos import KINDS, logos
from tests.walls import CLAIM, DECLARATION, Mode, screen, told

SCREENS: Final = [
    (480, 320), (320, 480), (800, 480), (480, 800), (1024, 600), (1280, 800), (1280, 1024), (1366, 768),
    (1920, 1080), (1080, 1920), (3840, 2160), (2160, 3840), (1920, 480),
]  # fmt: skip
PANELS: Final = [
    *((width, height, Ink.COLOUR) for width, height in SCREENS),
    (250, 122, Ink.MONO), (400, 300, Ink.MONO), (400, 300, Ink.YELLOW), (800, 480, Ink.RED), (480, 800, Ink.MONO),
    (768, 384, Ink.LED), (512, 1024, Ink.LED), (192, 96, Ink.LED),
]  # fmt: skip
NO_CODE: Final = {(250, 122), (192, 96)}
LONG: Final = "Trường Tiểu học Nguyễn Bỉnh Khiêm"
MODES: Final[tuple[Mode, ...]] = ("site", "stores")
SHUT: Final = Words("Hẹn gặp lại lúc 06:00.", "Back at 06:00.")


def wrong(shown: Screen, width: int, height: int, ink: Ink) -> list[str]:
    picture, _ = paint.planned(shown, width, height, ink)
    return [f"{width}x{height} {ink.value}: {problem}" for problem in boxes.problems(picture, paint.extent)]


def kinds(profile: str, logo: str = "") -> list[Campaign]:
    """A venue with one code, with two stores, and with the health declaration where it asks for one."""
    return [
        told(profile, logo=logo),
        told(profile, mode="stores", logo=logo),
        told(profile, declaration=DECLARATION, logo=logo),
    ]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return logos(tmp_path_factory.mktemp("logos"))


@pytest.mark.parametrize("profile", ["", *PROFILES])
@pytest.mark.parametrize("english", [False, True])
def test_nothing_overflows_overlaps_is_cut_too_small_or_too_pale(profile: str, english: bool) -> None:
    found: list[str] = []
    for campaign in kinds(profile):
        for width, height, ink in PANELS:
            shown = replace(screen(campaign, note=True), english=english)
            found += wrong(shown, width, height, ink)
            if english and ink is Ink.COLOUR:
                found += wrong(replace(shown, claim=CLAIM, dim=DIM_STEPS, shift=(2, 2)), width, height, ink)
    assert found == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_logo_of_any_shape_is_as_sound_on_every_panel(kind: str, files: dict[str, str]) -> None:
    found: list[str] = []
    seen: set[tuple[int, int]] = set()
    for profile in ["", *PROFILES][::5]:
        for campaign in kinds(profile, files[kind]):
            shown = screen(campaign, note=True)
            for each in (shown, replace(shown, venue="", shift=(2, 2)), replace(shown, venue=LONG, dim=DIM_STEPS)):
                for width, height, ink in PANELS:
                    found += wrong(each, width, height, ink)
                    boxes_ = paint.report(each, width, height, ink).boxes
                    seen.update((width, height) for box in boxes_ if box.kind == "logo")
    assert found == []
    assert {(1920, 1080), (1080, 1920), (3840, 2160), (1280, 800), (800, 480)} <= seen


@pytest.mark.parametrize("profile", ["", "hospital", "school", "restaurant"])
def test_every_page_is_as_sound_as_the_first(profile: str) -> None:
    campaign = told(profile, declaration=DECLARATION)
    found: list[str] = []
    for page in pages_of(campaign, in_ten=3)[1:]:
        for width, height in SCREENS:
            found += wrong(screen(campaign, page.name), width, height, Ink.COLOUR)
    assert found == []


@pytest.mark.parametrize("profile", ["", *PROFILES])
def test_every_page_holds_both_languages_or_takes_turns(profile: str) -> None:
    campaign = told(profile)
    for page in pages_of(campaign, in_ten=3):
        for width, height in SCREENS:
            vi, en = (
                paint.report(replace(screen(campaign, page.name), english=turn), width, height)
                for turn in (False, True)
            )
            headlines = [
                " ".join(box.text for box in one.boxes if box.name in ("headline", "headline_en")) for one in (vi, en)
            ]
            assert " ".join(page.headline) in headlines[0].replace("  ", " ")
            assert page.headline_en in headlines[1]


@pytest.mark.parametrize(("width", "height"), SCREENS)
@pytest.mark.parametrize("kind", range(3))
def test_codes_stand_still_whatever_page_language_or_trouble(width: int, height: int, kind: int) -> None:
    campaign = kinds("hospital")[kind]
    cards = set()
    for page in pages_of(campaign, in_ten=3):
        shown = screen(campaign, page.name, note=page.name == "steps")
        for turn in (shown, replace(shown, english=True)):
            cards.add(paint.planned(turn, width, height)[0].cards)
    assert len(cards) == 1


@pytest.mark.parametrize(("width", "height", "ink"), PANELS)
def test_a_closed_wall_is_sound_on_every_panel(width: int, height: int, ink: Ink) -> None:
    shut = replace(screen(told()), closed=SHUT)
    assert wrong(shut, width, height, ink) == []
    assert {box.text for box in paint.report(shut, width, height, ink).boxes} == set(SHUT)


@pytest.mark.parametrize(("width", "height", "ink"), PANELS)
def test_a_panel_holds_a_code_or_says_that_it_does_not(width: int, height: int, ink: Ink) -> None:
    told_in = paint.report(screen(told()), width, height, ink)
    if (width, height) in NO_CODE:
        assert told_in.codes == ()
        assert told_in.declared[0].startswith("no QR here")
        address = "".join(box.text for box in told_in.boxes if box.name == "address")
        assert address == "www.bluezone.gov.vn"
    else:
        assert told_in.declared == ()
        assert all(code.module >= 4 and code.quiet == 4 and code.contrast >= 7 for code in told_in.codes)


@pytest.mark.parametrize(("width", "height", "ink"), [*PANELS, (1280, 720, Ink.COLOUR), (800, 480, Ink.MONO)])
def test_below_two_stores_stands_the_address_or_the_report_says_that_there_is_no_room(
    width: int, height: int, ink: Ink
) -> None:
    told_in = paint.report(screen(told("market", mode="stores")), width, height, ink)
    written = [box.name for box in told_in.boxes if box.text == "www.bluezone.gov.vn"]
    if len(told_in.codes) < 2:
        assert any(line.startswith(("no QR here", "no room for code")) for line in told_in.declared)
    elif (width, height, ink) in ((480, 800, Ink.COLOUR), (1920, 480, Ink.COLOUR)):
        assert told_in.declared == ("no room for the address of code 1: www.bluezone.gov.vn",)
    else:
        assert written == ["typed" if (width, height) == (1280, 1024) else "code 1"]
        assert told_in.declared == ()


WALLS: Final = {
    "one code": screen(told("bus-station")),
    "by night": replace(screen(told("bus-station")), dim=DIM_STEPS, shift=(2, 2)),
    "declaration": screen(told("hospital", "Bệnh viện Đa khoa", declaration=DECLARATION)),
    "two stores": screen(told("market", "Chợ Bến Đò", mode="stores")),
    "claim": screen(told("bus-station"), claim=CLAIM),
}


@pytest.mark.parametrize("decode", [by_zxing, by_zbar])
@pytest.mark.parametrize("kind", KINDS)
def test_a_logo_takes_no_code_away(kind: str, files: dict[str, str], decode: Callable[[Image.Image], set[str]]) -> None:
    for mode in MODES:
        shown = replace(screen(told("market", mode=mode, logo=files[kind])), venue="")
        image = paint.paint(shown, 1280, 800)
        failed = [name for name, harm in HARMS.items() if decode(harm(image)) != {card.url for card in shown.cards}]
        assert failed == []


@pytest.mark.parametrize("decode", [by_zxing, by_zbar])
@pytest.mark.parametrize("wall", WALLS)
@pytest.mark.parametrize(("width", "height", "ink"), [panel for panel in PANELS if panel[:2] not in NO_CODE])
def test_every_code_decodes_after_what_a_camera_does_to_it(
    width: int, height: int, ink: Ink, wall: str, decode: Callable[[Image.Image], set[str]]
) -> None:
    shown = WALLS[wall]
    image = paint.paint(shown, width, height, ink).convert("RGB")
    if max(width, height) > 1920:
        image = image.resize((image.width // 2, image.height // 2), Image.Resampling.BOX)  # a camera has no more
    wanted = set(paint.codes(shown, width, height, ink))
    assert wanted & {shown.install_url, shown.with_one_code().install_url}
    failed = [name for name, harm in HARMS.items() if decode(harm(image)) != wanted]
    assert failed == []
