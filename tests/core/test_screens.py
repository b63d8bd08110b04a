"""Screens: what the wall says, what it never says to visitors, and whose turn it is."""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import pytest

from kiosk.core import campaign
from kiosk.core.facts import AdvertiseFacts, CollectFacts, ServiceFacts, Snapshot, State, Trouble, WallOrders
from kiosk.core.faults import WAKING_MS
from kiosk.core.hours import ALWAYS, Hours, Span
from kiosk.core.look import DIM_STEPS
from kiosk.core.screens import LogoFile, Screen, screen_of, still
from kiosk.core.windows import UnixMs
from kiosk.core.wording import HOUR_MS, MINUTE_MS
from tests.walls import CLAIM, URL, told

pytestmark = pytest.mark.guest

TOLD = told()
START = UnixMs(1_577_839_500_000)
"""2020-01-01 07:45 in Vietnam, still 2019 in UTC."""
DAY = Hours(opening=Span(6 * 60, 22 * 60), night=Span(20 * 60, 6 * 60))


def snapshot(*services: ServiceFacts, venue: str = "Bến xe Trung tâm", after_ms: int = 2 * WAKING_MS) -> Snapshot:
    return Snapshot(
        at=UnixMs(START + after_ms),
        started=START,
        version="test",
        venue=venue,
        simulated=False,
        services=services or (ServiceFacts("advertise", State.RUNNING, 0.0),),
        advertise=AdvertiseFacts(on_air_since=START),
        collect=CollectFacts(listening_since=START),
    )


def troubled(name: str, trouble: Trouble) -> ServiceFacts:
    return ServiceFacts(name, State.TROUBLED, 0.0, trouble=trouble)


def at(hours: float) -> Snapshot:
    """So many hours after midnight of that day in Vietnam."""
    return replace(snapshot(), at=UnixMs(START + round((hours - 7.75) * HOUR_MS)))


def words(screen: Screen) -> Iterator[str]:
    page = screen.page
    yield from (*page.headline, page.headline_en, screen.venue, screen.clock, screen.staff_note, *screen.call)
    yield from (word for pair in (*page.paragraphs, *page.steps, page.privacy, screen.closed) for word in pair)
    yield from (word for card in screen.cards for word in (*card.title, *card.hint))


def a_round(after_ms: int = 0) -> list[Screen]:
    return [screen_of(snapshot(after_ms=after_ms + 1000 * second), TOLD) for second in range(240)]


def test_the_clock_is_vietnamese_and_changes_with_the_minute() -> None:
    assert screen_of(snapshot(after_ms=0), TOLD).clock == "07:45"
    assert screen_of(snapshot(after_ms=59_999), TOLD).clock == "07:45"
    assert screen_of(snapshot(after_ms=60_000), TOLD).clock == "07:46"


def test_the_wall_carries_the_link_the_venue_and_the_words_of_the_campaign() -> None:
    screen = screen_of(snapshot(), TOLD)
    assert (screen.install_url, screen.venue, screen.short_url) == (URL, "Bến xe Trung tâm", "www.bluezone.gov.vn")
    assert screen.install.headline == TOLD.headline
    assert screen.install.steps == campaign.STEPS


def test_the_wall_carries_the_logo_of_the_campaign_on_every_page_or_none() -> None:
    assert screen_of(snapshot(), TOLD).logo is None
    own = told(logo="/srv/logo.png")
    assert {screen_of(snapshot(after_ms=ms), own).logo for ms in range(0, 64_000, 4000)} == {LogoFile("/srv/logo.png")}


def test_pages_take_turns_and_the_code_never_leaves() -> None:
    screens = a_round()
    names = [screen.page.name for screen in screens]
    order = list(dict.fromkeys(names))
    assert set(order) == {"install", "steps", "family", "privacy"}
    assert names.count("install") > names.count("steps") > 0
    assert {screen.cards for screen in screens} == {TOLD.cards}


def test_the_page_about_ten_phones_comes_only_with_a_fact() -> None:
    def pages(in_ten: int | None) -> set[str]:
        return {screen_of(snapshot(after_ms=s * 1000), TOLD, in_ten=in_ten).page.name for s in range(240)}

    assert "count" not in pages(None)
    assert "count" not in pages(0)
    assert "count" in pages(3)


def test_the_health_page_comes_only_where_a_second_code_asks_for_it() -> None:
    hospital = told("hospital", declaration="https://khaibao.example.vn")
    pages = {screen_of(snapshot(after_ms=s * 1000), hospital).page.name for s in range(240)}
    assert "health" in pages
    assert "health" not in {screen.page.name for screen in a_round()}


def test_every_other_round_a_small_panel_speaks_english_first() -> None:
    turns = [screen.english for screen in a_round()]
    assert any(turns)
    assert not all(turns)
    ordered = replace(snapshot(), wall=WallOrders(english_first=True))
    assert screen_of(ordered, TOLD).english != screen_of(snapshot(), TOLD).english


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_every_text_is_nfc_however_the_venue_was_typed(form: Literal["NFC", "NFD"]) -> None:
    screen = screen_of(snapshot(venue=unicodedata.normalize(form, "Nhà văn hóa thôn Đường Lâm, Sơn Tây")), TOLD)
    assert screen.venue == "Nhà văn hóa thôn Đường Lâm, Sơn Tây"
    assert all(unicodedata.is_normalized("NFC", word) for screen in a_round() for word in words(screen))


def test_a_name_with_line_breaks_and_invisible_letters_becomes_one_line() -> None:
    assert screen_of(snapshot(venue=" Chợ\tĐông\u200b Ba\n\x07"), TOLD).venue == "Chợ Đông Ba"


def test_no_text_shouts() -> None:
    for screen in a_round():
        for word in words(screen):
            assert "!" not in word
            parts = word.replace("-", " ").split()
            assert not any(part.isupper() and part.isalpha() and len(part) > 1 for part in parts if part != "COVID")


@pytest.mark.parametrize(
    ("service", "trouble", "code"),
    [
        ("advertise", Trouble.NO_ADAPTER, "S1"),
        ("advertise", Trouble.BLOCKED, "S2"),
        ("collect", Trouble.SILENT, "S3"),
        ("collect", Trouble.STORE, "T4"),
    ],
)
def test_staff_see_a_code_and_visitors_the_same_wall(service: str, trouble: Trouble, code: str) -> None:
    well, ill = screen_of(snapshot(), TOLD), screen_of(snapshot(troubled(service, trouble)), TOLD)
    assert ill.staff_note == f"Nhân viên: xem trang trạm · mã\u00a0{code}"
    assert replace(ill, staff_note="") == well


def test_a_missing_screen_and_a_restart_are_not_told_on_the_screen() -> None:
    assert screen_of(snapshot(troubled("show", Trouble.NO_DISPLAY)), TOLD).staff_note == ""
    assert screen_of(snapshot(troubled("upkeep", Trouble.BUG)), TOLD).staff_note == ""


def test_a_kiosk_that_is_waking_up_calls_nobody() -> None:
    starting = ServiceFacts("advertise", State.STARTING, 0.0)
    both = snapshot(starting, troubled("collect", Trouble.SILENT), after_ms=1000)
    assert screen_of(both, TOLD).staff_note == ""


def test_a_claim_code_stands_beside_the_install_code() -> None:
    screen = screen_of(replace(snapshot(), wall=WallOrders(claim=CLAIM)), TOLD)
    assert screen.claim == CLAIM
    assert screen.install_url == URL


def test_a_wall_that_staff_blanked_says_when_it_is_back_and_then_is() -> None:
    until = UnixMs(START + 10 * HOUR_MS)
    blanked = replace(snapshot(), wall=WallOrders(blank_until=until))
    assert screen_of(blanked, TOLD).closed == ("Hẹn gặp lại lúc 17:45.", "Back at 17:45.")
    assert screen_of(replace(blanked, at=until), TOLD).closed == campaign.NOTHING


def test_a_closed_venue_names_its_hour_of_opening() -> None:
    assert screen_of(at(23), TOLD, DAY).closed == ("Hẹn gặp lại lúc 06:00.", "Back at 06:00.")
    assert screen_of(at(7), TOLD, DAY).closed == campaign.NOTHING
    assert screen_of(at(23), TOLD, ALWAYS).closed == campaign.NOTHING


def test_the_wall_dims_by_night() -> None:
    assert screen_of(at(12), TOLD, DAY).dim == 0
    assert screen_of(at(21), TOLD, DAY).dim == DIM_STEPS
    assert screen_of(at(21), TOLD, ALWAYS).dim == 0


def test_a_still_wall_knows_no_clock_no_turns_and_no_night() -> None:
    stills = {repr(still(screen_of(at(6 + minute / 60), TOLD, DAY))) for minute in range(30, 800, 7)}
    assert len(stills) == 1
    ill = screen_of(snapshot(troubled("advertise", Trouble.BLOCKED)), TOLD)
    assert still(ill).staff_note


def test_the_picture_stands_aside_every_ten_minutes() -> None:
    shifts = [screen_of(snapshot(after_ms=10 * MINUTE_MS * turn), TOLD).shift for turn in range(4)]
    assert len(set(shifts)) == 4
