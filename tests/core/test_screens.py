"""Screens: what the wall says, and what it never says to visitors."""

import unicodedata
from dataclasses import replace
from typing import Literal

import pytest

from kiosk.core import campaign
from kiosk.core.facts import AdvertiseFacts, CollectFacts, ServiceFacts, Snapshot, State, Trouble
from kiosk.core.faults import WAKING_MS
from kiosk.core.screens import Screen, screen_of
from kiosk.core.windows import UnixMs

pytestmark = pytest.mark.guest

URL = "https://www.bluezone.gov.vn"
START = UnixMs(1_577_839_500_000)
"""2020-01-01 07:45 in Vietnam, still 2019 in UTC."""


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


def words(screen: Screen) -> list[str]:
    pairs = [screen.reason, screen.call, *screen.steps]
    single = [*screen.headline, screen.headline_en, screen.venue, screen.clock, screen.staff_note, screen.privacy]
    return [*single, *(word for pair in pairs for word in pair)]


def test_the_clock_is_vietnamese_and_changes_with_the_minute() -> None:
    assert screen_of(snapshot(after_ms=0), URL).clock == "07:45"
    assert screen_of(snapshot(after_ms=59_999), URL) == screen_of(snapshot(after_ms=0), URL)
    assert screen_of(snapshot(after_ms=60_000), URL).clock == "07:46"


def test_the_wall_carries_the_link_the_venue_and_all_words_of_the_profile() -> None:
    screen = screen_of(snapshot(), URL)
    assert (screen.install_url, screen.venue) == (URL, "Bến xe Trung tâm")
    assert screen.headline == campaign.ANY_VENUE.headline
    assert screen.steps == campaign.STEPS
    assert screen.privacy == campaign.PRIVACY


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_every_text_is_nfc_however_the_venue_was_typed(form: Literal["NFC", "NFD"]) -> None:
    screen = screen_of(snapshot(venue=unicodedata.normalize(form, "Nhà văn hóa thôn Đường Lâm, Sơn Tây")), URL)
    assert screen.venue == "Nhà văn hóa thôn Đường Lâm, Sơn Tây"
    assert all(unicodedata.is_normalized("NFC", word) for word in words(screen))


def test_a_name_with_line_breaks_and_invisible_letters_becomes_one_line() -> None:
    assert screen_of(snapshot(venue=" Chợ\tĐông\u200b Ba\n\x07"), URL).venue == "Chợ Đông Ba"


def test_headlines_have_two_or_three_lines_of_at_most_17_letters() -> None:
    assert 2 <= len(campaign.ANY_VENUE.headline) <= 3
    assert all(len(line) <= 17 for line in campaign.ANY_VENUE.headline)


def test_no_text_shouts() -> None:
    for word in words(screen_of(snapshot(), URL)):
        assert "!" not in word
        assert not any(part.isupper() and part.isalpha() and len(part) > 1 for part in word.replace("-", " ").split()
                       if part != "COVID")  # fmt: skip


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
    well, ill = screen_of(snapshot(), URL), screen_of(snapshot(troubled(service, trouble)), URL)
    assert ill.staff_note == f"Nhân viên: xem trang trạm · mã\u00a0{code}"
    assert replace(ill, staff_note="") == well


def test_a_missing_screen_and_a_restart_are_not_told_on_the_screen() -> None:
    assert screen_of(snapshot(troubled("show", Trouble.NO_DISPLAY)), URL).staff_note == ""
    assert screen_of(snapshot(troubled("upkeep", Trouble.BUG)), URL).staff_note == ""


def test_a_kiosk_that_is_waking_up_calls_nobody() -> None:
    starting = ServiceFacts("advertise", State.STARTING, 0.0)
    both = snapshot(starting, troubled("collect", Trouble.SILENT), after_ms=1000)
    assert screen_of(both, URL).staff_note == ""
