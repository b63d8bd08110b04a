"""The wall's layout on panels of every size: the code never gives way, words never collide, and they leave in order."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core import campaign, look
from kiosk.core.column import DROPS, SMALLEST_TEXT_PX, Bar, Icon, Text, wrap
from kiosk.core.screens import Screen
from kiosk.core.wall import QUIET, SMALLEST_MODULE_PX, PanelTooSmall, Plan, plan

pytestmark = pytest.mark.guest

MODULES = 29
FULL = Screen(
    install_url="https://www.bluezone.gov.vn",
    headline=campaign.ANY_VENUE.headline,
    headline_en=campaign.ANY_VENUE.headline_en,
    venue="Bến xe Trung tâm",
    clock="07:45",
    staff_note=campaign.staff_note("S1"),
    reason=campaign.ANY_VENUE.reason,
    steps=campaign.STEPS,
    privacy=campaign.PRIVACY,
)
SCREENS = (FULL, replace(FULL, staff_note=""), replace(FULL, venue="", clock=""))


def measure(text: str, weight: int, size: float) -> float:
    """Be Vietnam Pro's letters are 0.47 em wide on average, bold ones 0.5."""
    return len(text) * size * (0.47 + 0.03 * (weight > 400))


def texts(picture: Plan) -> list[Text]:
    return [item for item in picture.items if isinstance(item, Text)]


def box(text: Text) -> tuple[float, float, float, float]:
    """Where its letters may stand: accents reach 0.95 em up, tails 0.25 em down."""
    right = text.x + measure(text.text, text.weight, text.size)
    return text.x, text.y - 0.95 * text.size, right, text.y + 0.25 * text.size


def test_the_reference_panel_has_the_geometry_of_the_design() -> None:
    picture = plan(replace(FULL, staff_note=""), 1920, 1080, MODULES, measure)
    card = picture.card
    assert (card.module, card.strip, card.radius, card.width, card.height) == (24, 104, 26, 904, 1000)
    assert (card.code_x - card.x, card.code_y - card.y) == (8 + 4 * 24, 8 + 4 * 24)
    headline = [text for text in texts(picture) if text.weight == 700 and text.x < card.x]
    assert [text.size for text in headline] == [116, 116]
    radius, tone = picture.rings[-1]
    assert radius == pytest.approx(640, abs=10)
    assert tone == look.LAN_GAN


@given(st.integers(480, 3840), st.integers(320, 2160), st.booleans(), st.sampled_from(SCREENS))
def test_on_any_panel_code_and_words_keep_their_places(long: int, short: int, turned: bool, screen: Screen) -> None:
    width, height = (short, long) if turned else (long, short)
    picture = plan(screen, width, height, MODULES, measure)
    card = picture.card
    quiet = QUIET * card.module
    assert card.module >= SMALLEST_MODULE_PX
    assert card.code_size == card.module * MODULES
    assert card.x >= 0
    assert card.y >= 0
    assert card.x + card.width <= width
    assert card.y + card.height <= height
    assert card.code_x - quiet >= card.x + 0.3 * card.radius - 1
    assert card.code_x + card.code_size + quiet <= card.x + card.width - 0.3 * card.radius + 1
    assert card.code_y - quiet >= card.y + 0.3 * card.radius - 1
    assert card.code_y + card.code_size + quiet <= card.y + card.height - card.strip
    boxes = [box(text) for text in texts(picture)]
    assert all(left >= 0 and top >= 0 for left, top, _, _ in boxes)
    assert all(right <= width and bottom <= height for _, _, right, bottom in boxes)
    for number, (left, top, right, bottom) in enumerate(boxes):
        in_strip = top >= card.y + card.height - card.strip - 1 and left >= card.x and right <= card.x + card.width
        apart = right <= card.x or bottom <= card.y or top >= card.y + card.height
        assert in_strip or apart
        for other in boxes[number + 1 :]:
            # Lines of a paragraph stand 1.12 em or more apart, letters with marks reach over 1.2 em.
            depth = min(bottom, other[3]) - max(top, other[1])
            assert right <= other[0] or other[2] <= left or depth < 0.1 * (bottom - top)


@given(st.integers(480, 3840), st.integers(320, 2160), st.booleans())
def test_headline_and_call_are_on_every_panel(long: int, short: int, turned: bool) -> None:
    picture = plan(FULL, *((short, long) if turned else (long, short)), MODULES, measure)
    shown = [text.text for text in texts(picture)]
    assert set(FULL.headline) <= set(shown)
    assert FULL.call.vi in shown


def kept(picture: Plan) -> set[str]:
    shown = " ".join(text.text for text in texts(picture))
    icons = {item.name for item in picture.items if isinstance(item, Icon)}
    found = {
        "reason_en": FULL.reason.en.split()[0] in shown,
        "privacy": "shield" in icons,
        "reason": FULL.reason.vi.split()[-1] in shown,
        "steps": "bluetooth" in icons,
        "headline_en": FULL.headline_en.split()[0] in shown,
        "top": "mark" in icons,
    }
    return {name for name, there in found.items() if there}


def test_words_leave_in_the_documented_order_as_the_panel_gets_lower() -> None:
    calm = replace(FULL, staff_note="")
    left = [kept(plan(calm, 1920, height, MODULES, measure)) for height in range(1080, 190, -10)]
    assert left[0] == set(DROPS)
    for number, names in enumerate(left):
        gone = [name for name in DROPS if name not in names]
        assert gone == list(DROPS[: len(gone)]), f"height {1080 - 10 * number}"
    assert left[-1] < left[0]


def test_a_long_name_takes_two_lines_then_the_clocks_place_and_then_goes() -> None:
    def row(venue: str, width: int) -> tuple[int, bool]:
        shown = texts(plan(replace(FULL, venue=venue), width, width * 9 // 16, MODULES, measure))
        return sum(text.text in venue for text in shown), FULL.clock in {text.text for text in shown}

    long = "Trung tâm Phục vụ Hành chính công tỉnh Thừa Thiên Huế"
    assert row("Chợ Đông Ba", 1920) == (1, True)
    assert row(long, 1920) == (2, True)
    assert row(long[:50], 800) == (2, False)
    assert row(f"{long}, {long}", 800) == (0, True)


def test_no_text_is_smaller_than_can_be_read_but_for_staff_and_the_strip() -> None:
    for width, height in ((1920, 1080), (1280, 800), (800, 480), (480, 800), (480, 320)):
        for text in texts(plan(replace(FULL, staff_note=""), width, height, MODULES, measure)):
            assert text.size >= (18 if text.text == FULL.call.en else SMALLEST_TEXT_PX)


def test_a_panel_that_cannot_hold_the_code_says_so() -> None:
    with pytest.raises(PanelTooSmall, match="4 px"):
        plan(FULL, 200, 150, MODULES, measure)


def test_lines_break_at_plain_spaces_only_and_are_even() -> None:
    def width(text: str) -> float:
        return 10.0 * len(text)

    assert wrap("một hai ba bốn", 990, width) == ("một hai ba bốn",)
    assert wrap("aaaa bb cc dd", 90, width) == ("aaaa bb", "cc dd")
    assert wrap("từng ở gần người mắc COVID-19.", 270, width) == ("từng ở gần người", "mắc COVID-19.")
    assert wrap("số điện\u00a0thoại", 90, width) is None
    assert wrap("số điện\u00a0thoại", 100, width) == ("số", "điện\u00a0thoại")


def test_every_pair_of_colours_on_the_wall_stands_far_enough_apart() -> None:
    for ink in (look.GIAY, look.TROI, look.NANG):
        assert all(look.contrast(ink, tone) >= 6.95 for tone in look.LAN)  # the design rounds 6.97 to 7.0
    assert look.contrast(look.LAM_DEM, look.NANG) >= 7
    assert look.contrast(look.TROI_DAM, look.LAN_GAN) >= 3
    assert look.contrast(look.MUC_MA, look.GIAY) == pytest.approx(21)


def test_every_text_of_a_picture_is_written_on_a_ground_with_contrast_7() -> None:
    picture = plan(FULL, 1920, 1080, MODULES, measure)
    strip = next(item for item in picture.items if isinstance(item, Bar) and item.colour == look.NANG)
    for text in texts(picture):
        ground = look.NANG if strip.y <= text.y <= strip.y + strip.height and text.x > strip.x else look.LAN_GAN
        assert look.contrast(text.colour, ground) >= 7


def test_ripple_tones_stay_apart_on_a_16_bit_panel() -> None:
    seen = {(red >> 3, green >> 2, blue >> 3) for red, green, blue in look.LAN}
    assert len(seen) == len(look.LAN)
