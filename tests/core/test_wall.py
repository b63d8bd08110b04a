"""The wall's layout on panels of every size: codes never give way, words never collide, and they leave in order."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core import boxes, look
from kiosk.core.blocks import drops_of
from kiosk.core.board import SMALLEST_MODULE_PX
from kiosk.core.items import Bar, Icon, Logo, Text, wrap
from kiosk.core.look import Ink
from kiosk.core.pages import pages_of
from kiosk.core.plan import Plan
from kiosk.core.screens import LogoFile, Screen
from kiosk.core.wall import plan
from kiosk.core.wording import Words
from tests.walls import CLAIM, DECLARATION, screen, told

pytestmark = pytest.mark.guest

TOLD = told("bus-station")
FULL = screen(TOLD, note=True)
CALM = screen(TOLD)
HOSPITAL = told("hospital", "Bệnh viện Đa khoa", declaration=DECLARATION)
STORES = told("market", "Chợ Bến Đò", mode="stores")
SCREENS = (
    FULL,
    CALM,
    replace(CALM, venue="", clock=""),
    *(screen(TOLD, page.name) for page in pages_of(TOLD, in_ten=3)),
    *(screen(HOSPITAL, page.name) for page in pages_of(HOSPITAL)),
    screen(STORES),
    screen(HOSPITAL, claim=CLAIM),
    screen(TOLD, claim=CLAIM),
    replace(screen(STORES, "steps"), english=True, dim=8, shift=(2, 2)),
    *(replace(FULL, logo=LogoFile("wide.png", shape)) for shape in (0.4, 1.0, 4.1)),
    replace(CALM, venue="", logo=LogoFile("wide.png", 2.5)),
    replace(screen(STORES, "privacy"), venue="Trường Tiểu học Nguyễn Bỉnh Khiêm", logo=LogoFile("square.png", 1.0)),
)


def modules(url: str) -> int:
    """As a code of level M has them."""
    return next(17 + 4 * version for version, size in enumerate((14, 26, 42, 62, 84, 106), 1) if len(url) <= size)


def measure(text: str, weight: int, size: float) -> float:
    """Be Vietnam Pro's letters are 0.47 em wide on average, bold ones 0.5."""
    return len(text) * size * (0.47 + 0.03 * (weight > 400))


def extent(text: Text) -> tuple[float, float, float, float]:
    """Accents of this text reach 0.92 em up and 0.22 em down, no further than the real font's."""
    right = text.x + measure(text.text, text.weight, text.size)
    return text.x, text.y - 0.92 * text.size, right, text.y + 0.22 * text.size


def placed(shown: Screen, width: int, height: int, ink: Ink = Ink.COLOUR) -> Plan:
    return plan(shown, width, height, modules, measure, ink)


def texts(picture: Plan) -> list[Text]:
    return [item for item in picture.items if isinstance(item, Text)]


def parts(picture: Plan) -> set[str]:
    return {item.part for item in picture.items}


def test_the_reference_panel_has_the_geometry_of_the_design() -> None:
    picture = placed(CALM, 1920, 1080)
    card = picture.card
    assert (card.module, card.label.height, card.radius, card.width, card.height) == (24, 104, 26, 904, 1000)
    assert (card.code_x - card.x, card.code_y - card.y) == (8 + 4 * 24, 8 + 4 * 24)
    assert [text.size for text in texts(picture) if text.part == "headline"] == [116, 116]
    radius, tone = picture.rings[-1]
    assert radius == pytest.approx(640, abs=10)
    assert tone == look.LAN_GAN


@given(st.integers(480, 3840), st.integers(320, 2160), st.booleans(), st.sampled_from(SCREENS))
def test_on_any_panel_codes_and_words_keep_their_places(long: int, short: int, turned: bool, shown: Screen) -> None:
    picture = placed(shown, *((short, long) if turned else (long, short)))
    assert boxes.problems(picture, extent) == ()
    assert picture.card.module >= SMALLEST_MODULE_PX
    assert {"headline", "note"} & parts(picture) or "no words beside the claim code" in picture.declared


@given(st.integers(100, 1200), st.integers(60, 1200), st.sampled_from(list(Ink)), st.sampled_from(SCREENS))
def test_no_panel_is_too_small_or_too_odd_for_some_wall(width: int, height: int, ink: Ink, shown: Screen) -> None:
    picture = placed(shown, width, height, ink)
    assert boxes.problems(picture, extent) == ()
    assert picture.cards or "no QR here" in " ".join(picture.declared)


@given(st.integers(480, 3840), st.integers(320, 2160), st.booleans())
def test_headline_and_call_are_on_every_panel(long: int, short: int, turned: bool) -> None:
    picture = placed(FULL, *((short, long) if turned else (long, short)))
    assert {"headline", "call"} <= parts(picture)


def test_two_codes_stand_on_different_colours_the_install_code_first_and_larger() -> None:
    for width, height in ((1920, 1080), (1080, 1920), (1280, 800), (800, 480)):
        first, second = placed(screen(HOSPITAL), width, height).cards
        assert first.url == HOSPITAL.cards[0].url
        assert first.module > second.module >= SMALLEST_MODULE_PX
        assert first.label.colour != second.label.colour
        assert (first.x, first.y) <= (second.x, second.y)

        claimed = placed(screen(HOSPITAL, claim=CLAIM), width, height).cards
        assert all(card.code_size <= claimed[0].code_size or card.module == SMALLEST_MODULE_PX for card in claimed)


def test_a_claim_code_never_takes_the_place_of_the_install_code() -> None:
    for width, height in ((1920, 1080), (1080, 1920), (800, 480), (480, 320), (320, 480)):
        for shown in (screen(TOLD, claim=CLAIM), screen(HOSPITAL, claim=CLAIM)):
            cards = placed(shown, width, height).cards
            assert cards[0].url == shown.install_url
            assert cards[-1].url == CLAIM.url


def test_numbers_stand_on_codes_that_visitors_count_and_on_no_other() -> None:
    def numbers(shown: Screen) -> list[str]:
        return [text.text for text in texts(placed(shown, 1920, 1080)) if text.text in "0123"]

    assert numbers(screen(HOSPITAL)) == ["1", "2"]
    assert [text.text for text in texts(placed(screen(HOSPITAL), 1920, 480)) if text.text in "012"] == ["1", "2"]
    assert numbers(screen(HOSPITAL, claim=CLAIM)) == ["1", "2"]
    assert numbers(screen(TOLD, claim=CLAIM)) == []


def test_below_two_stores_stands_what_people_may_type_on_one_line_or_not_at_all() -> None:
    for width, height in ((1920, 1080), (1080, 1920), (1280, 800), (3840, 2160), (800, 480)):
        picture = placed(screen(STORES), width, height)
        (typed,) = [text for text in texts(picture) if "bluezone.gov" in text.text]
        assert typed.text == STORES.short_url
        assert typed.y > picture.cards[0].label.y
    long = replace(STORES, cards=(replace(STORES.cards[0], typed="www.bluezone.example.org/cai-dat"), STORES.cards[1]))
    picture = placed(screen(long), 800, 480)
    assert [text.text for text in texts(picture) if "bluezone.example" in text.text] == []
    assert picture.declared == (f"no room for the address of code 1: {long.cards[0].typed}",)


def test_a_panel_with_too_little_room_for_two_codes_keeps_the_install_code_and_says_so() -> None:
    picture = placed(screen(STORES), 320, 480)
    assert [card.url for card in picture.cards] == [STORES.lone.url], "one code for every phone, not for Androids alone"
    assert picture.declared == tuple(f"no room for code {card.number}: {card.url}" for card in STORES.cards)
    (code,) = placed(screen(HOSPITAL), 320, 480).cards
    assert code.url == HOSPITAL.cards[0].url


def test_a_wall_of_leds_shows_one_code_for_every_phone_and_says_what_it_leaves_out() -> None:
    picture = placed(screen(STORES), 768, 384, Ink.LED)
    assert [card.url for card in picture.cards] == [STORES.lone.url]
    assert [line for line in picture.declared if "no room for code" in line] == [
        f"no room for code {card.number}: {card.url}" for card in STORES.cards
    ]


def test_a_panel_that_holds_one_code_does_not_speak_of_two() -> None:
    for page in ("steps", "health"):
        picture = placed(screen(HOSPITAL, page), 480, 320)
        assert [card.number for card in picture.cards] == [1]
        assert not any("số" in text.text and "2" in text.text for text in texts(picture))
        assert any("2" in text.text for text in texts(placed(screen(HOSPITAL, page), 1920, 1080)))


def test_words_leave_in_the_documented_order_as_the_panel_gets_lower() -> None:
    drops = [names[0] for names in drops_of(CALM.page)]
    left = [parts(placed(CALM, 1920, height)) & set(drops) for height in range(1080, 190, -10)]
    assert left[0] == set(drops) - {"phones"}
    for number, names in enumerate(left):
        gone = [name for name in drops if name not in names and name != "phones"]
        assert gone == [name for name in drops if name != "phones"][: len(gone)], f"height {1080 - 10 * number}"
    assert left[-1] < left[0]


def test_a_long_name_takes_two_lines_then_the_clocks_place_and_then_goes() -> None:
    def row(venue: str, width: int) -> tuple[int, bool]:
        shown = texts(placed(replace(FULL, venue=venue), width, width * 9 // 16))
        return sum(text.text in venue for text in shown), FULL.clock in {text.text for text in shown}

    long = "Trung tâm Phục vụ Hành chính công tỉnh Thừa Thiên Huế"
    assert row("Chợ Đông Ba", 1920) == (1, True)
    assert row(long, 1920) == (2, True)
    assert row(long[:50], 800) == (2, False)
    assert row(f"{long}, {long}", 800) == (0, True)


@pytest.mark.parametrize("shape", [0.4, 1.0, 4.1])
def test_a_logo_keeps_its_shape_and_costs_no_word_and_no_module(shape: float) -> None:
    shown = 0
    for width, height, ink in (
        (1920, 1080, Ink.COLOUR), (1280, 800, Ink.COLOUR), (1080, 1920, Ink.COLOUR), (800, 480, Ink.COLOUR),
        (480, 320, Ink.COLOUR), (320, 480, Ink.COLOUR), (800, 480, Ink.RED), (400, 300, Ink.MONO),
    ):  # fmt: skip
        for plain in (CALM, screen(STORES, "steps"), replace(CALM, venue="Trường Tiểu học Nguyễn Bỉnh Khiêm")):
            without, picture = (
                placed(each, width, height, ink) for each in (plain, replace(plain, logo=LogoFile("a.png", shape)))
            )
            logos = [item for item in picture.items if isinstance(item, Logo)]
            shown += len(logos)
            assert parts(picture) - {"logo"} == parts(without)
            assert [card.module for card in picture.cards] == [card.module for card in without.cards]
            for logo in logos:
                across, down = logo.width - 2 * logo.rim, logo.height - 2 * logo.rim
                assert across / down == pytest.approx(shape, abs=0.5 / down)
                assert min(across, down) >= 16
    assert shown >= 8


def test_a_small_panel_gives_the_logo_up_first_and_led_walls_never_have_one() -> None:
    logo = replace(CALM, logo=LogoFile("a.png", 3.0))
    assert "logo" in parts(placed(logo, 1920, 1080))
    small = parts(placed(logo, 800, 480))
    assert "logo" not in small
    assert {"headline", "headline_en", "top"} <= small
    assert "logo" not in parts(placed(logo, 768, 384, Ink.LED))
    assert "logo" not in parts(placed(replace(logo, closed=Words("Hẹn", "Bye")), 1920, 1080))


def test_a_logos_chip_is_as_dim_as_the_card_and_its_box_is_measured() -> None:
    night = placed(replace(CALM, logo=LogoFile("a.png", 3.0), dim=look.DIM_STEPS), 1920, 1080)
    (logo,) = [item for item in night.items if isinstance(item, Logo)]
    assert logo.colour == night.palette.card != look.GIAY
    (box,) = [box for box in boxes.report(night, extent).boxes if box.kind == "logo"]
    assert (box.name, box.width, box.height) == ("logo", logo.width, logo.height)


def test_a_logo_whose_file_cannot_be_read_leaves_the_row_as_it_is() -> None:
    assert placed(replace(CALM, logo=LogoFile("a.png")), 1920, 1080) == placed(CALM, 1920, 1080)


def test_a_panel_that_holds_one_language_speaks_them_in_turns() -> None:
    vi, en = (placed(replace(CALM, english=turn), 320, 240) for turn in (False, True))
    assert "headline_en" not in parts(vi)
    assert " ".join(text.text for text in texts(vi) if text.part == "headline") == "Lên xe an\u00a0tâm, bật Bluezone."
    assert " ".join(text.text for text in texts(en) if text.part == "headline") == TOLD.headline_en
    assert parts(placed(replace(CALM, english=True), 1920, 1080)) >= {"headline", "headline_en"}


def test_a_closed_wall_is_black_and_says_one_line() -> None:
    shut = replace(CALM, closed=Words("Hẹn gặp lại lúc 06:00.", "Back at 06:00."))
    picture = placed(shut, 1920, 1080)
    assert picture.palette.ground == (look.MUC_MA,)
    assert [text.text for text in texts(picture)] == list(shut.closed)
    assert picture.cards == ()


def test_everything_stands_aside_together() -> None:
    still, moved = placed(CALM, 1280, 720), placed(replace(CALM, shift=(2, 2)), 1280, 720)
    assert (moved.card.code_x, moved.card.code_y) == (still.card.code_x + 2, still.card.code_y + 2)
    for one, other in zip(still.items, moved.items, strict=True):
        assert (other.x, other.y) == pytest.approx((one.x + 2, one.y + 2))


def test_e_paper_shows_no_clock_but_the_staffs_code() -> None:
    shown = {text.text for text in texts(placed(FULL, 800, 480, Ink.MONO))}
    assert FULL.clock not in shown
    assert "S1" in shown


def test_an_led_wall_has_few_large_words_and_a_code_as_high_as_itself() -> None:
    picture = placed(CALM, 768, 384, Ink.LED)
    assert picture.card.height == 384
    assert picture.card.module == 10
    assert sum(len(text.text.split()) for text in texts(picture)) <= 10
    assert min(text.size for text in texts(picture)) >= 44


def test_a_board_too_small_for_a_code_shows_the_short_address_alone_and_says_so() -> None:
    picture = placed(CALM, 192, 96, Ink.LED)
    assert "".join(text.text for text in texts(picture)) == TOLD.short_url
    assert picture.declared[0].startswith("no QR here")


def test_planted_faults_are_found() -> None:
    picture = placed(CALM, 1920, 1080)
    headline = next(item for item in picture.items if isinstance(item, Text) and item.part == "headline")
    others = tuple(item for item in picture.items if item is not headline)
    card = picture.card

    def found(*items: Text | Logo, **changes: object) -> str:
        return " ".join(boxes.problems(replace(picture, items=(*others, *items), **changes), extent))  # type: ignore[arg-type]

    assert found(headline) == ""
    assert "leaves the panel" in found(headline._replace(x=-20.0))
    assert "runs onto the card" in found(headline._replace(x=500.0))
    assert "overlaps" in found(headline, headline._replace(y=headline.y + 40))
    assert "less than 34" in found(headline._replace(size=30))
    assert "contrast" in found(headline._replace(colour=look.VACH_TUONG))
    assert "quiet zone" in found(headline, cards=(replace(card, code_x=card.code_x - 20),))
    assert "3 px a module" in found(headline, cards=(replace(card, module=3),))
    assert "does not say so" in found(headline, cards=())
    chip = Logo(headline.x + 200, headline.y - 60, 90, 60, 8, "a.png", look.GIAY, "logo")
    assert "overlaps logo" in found(headline, chip)
    assert "logo: 'logo' leaves the panel" in found(headline, chip._replace(x=-4, y=4))
    assert "logo: 'logo' runs onto the card" in found(headline, chip._replace(x=card.x + 10.0))


def test_lines_break_at_plain_spaces_only_and_are_even() -> None:
    def width(text: str) -> float:
        return 10.0 * len(text)

    assert wrap("một hai ba bốn", 990, width) == ("một hai ba bốn",)
    assert wrap("aaaa bb cc dd", 90, width) == ("aaaa bb", "cc dd")
    assert wrap("từng ở gần người mắc COVID-19.", 270, width) == ("từng ở gần người", "mắc COVID-19.")
    assert wrap("số điện\u00a0thoại", 90, width) is None
    assert wrap("số điện\u00a0thoại", 100, width) == ("số", "điện\u00a0thoại")


@pytest.mark.parametrize("ink", list(Ink))
@pytest.mark.parametrize("dim", range(look.DIM_STEPS + 1))
def test_every_pair_of_colours_stands_far_enough_apart_by_day_by_night_and_between(ink: Ink, dim: int) -> None:
    colours = look.palette(ink, dim)
    for tone in colours.ground:
        assert look.contrast(colours.text, tone) >= 7
        assert look.contrast(colours.second, tone) >= 7
        assert look.contrast(colours.icon, tone) >= 3
        assert ink.paper or look.contrast(colours.accent, tone) >= 6.95  # the design rounds 6.97 to 7.0
    assert look.contrast(colours.on_accent, colours.accent) >= 7
    assert look.contrast(colours.card, colours.code) >= 7
    assert all(look.contrast(label.ground, label.ink) >= 7 for label in colours.labels)


def test_ripple_tones_stay_apart_on_a_16_bit_panel_by_day() -> None:
    seen = {(red >> 3, green >> 2, blue >> 3) for red, green, blue in look.LAN}
    assert len(seen) == len(look.LAN)


def test_the_strip_of_a_single_code_is_sunlit_and_no_other_bar_is() -> None:
    picture = placed(CALM, 1920, 1080)
    assert picture.card.label.colour == look.NANG
    assert not any(isinstance(item, Bar) and item.colour == look.NANG for item in picture.items)
    icons = {item.name for item in picture.items if isinstance(item, Icon)}
    assert icons == {"mark", "scan", "download", "bluetooth", "shield"}
