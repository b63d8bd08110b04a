"""The set-up card: each part's line, the one thing to do, how long it stands, and that the install code stays."""

from dataclasses import replace
from functools import cache

import pytest

from kiosk.adapters import paint
from kiosk.core import boxes
from kiosk.core.board import Placed
from kiosk.core.campaign import Card, compose
from kiosk.core.facts import AdvertiseFacts, ClockFacts, ServiceFacts, Snapshot, State, SyncFacts, Trouble
from kiosk.core.firstboot.checks import NAME, lines, page_of, well
from kiosk.core.firstboot.facts import (
    LASTS_S,
    READY_S,
    EnrolFacts,
    Enrolling,
    NetworkFacts,
    SetupFacts,
    Wifi,
    standing,
)
from kiosk.core.firstboot.outcome import Outcome
from kiosk.core.firstboot.slips import FILE, Slip
from kiosk.core.items import Text
from kiosk.core.look import Ink
from kiosk.core.pages import Mark
from kiosk.core.screens import Screen, screen_of
from kiosk.core.windows import UnixMs
from kiosk.core.wording import Words
from tests.adapters.test_every_wall import PANELS
from tests.walls import CLAIM, URL

NOW = UnixMs(1_795_305_600_000)
SSID = "Nhà Văn Hóa"
SURE, UNSURE = ClockFacts(trusted=True), ClockFacts(trusted=False, on_hold=True)
ON_AIR = AdvertiseFacts(NOW, NOW)
SLIP = Slip(
    FILE, 4, Words("thiếu dấu ngoặc kép", "quotation marks are missing"),
    Words('Viết: ssid = "Nhà Văn Hóa"', 'Write: ssid = "Nhà Văn Hóa"'),
)  # fmt: skip
READ = Outcome("b", "kiosk.toml", "0", ssid=SSID)
GOOD = SetupFacts(
    READ, fresh=True, network=NetworkFacts(Wifi.CONNECTED, SSID, "192.168.1.23"), page="http://192.168.1.23:8080",
    stands=True,
)  # fmt: skip


def box(
    setup: SetupFacts = GOOD,
    enrolment: EnrolFacts | None = None,
    *,
    clock: ClockFacts = SURE,
    air: AdvertiseFacts = ON_AIR,
    trouble: Trouble | None = None,
    age_s: int = 180,
) -> Snapshot:
    """A box some minutes after its start."""
    state = State.RUNNING if trouble is None else State.TROUBLED
    services = (ServiceFacts("advertise", state, 1.0, trouble=trouble), ServiceFacts("show", State.RUNNING, 1.0))
    return Snapshot(
        NOW, UnixMs(NOW - 1000 * age_s), "1", "Chợ Bến Đò", simulated=False, services=services,
        advertise=air, clock=clock, setup=setup, enrolment=enrolment,
    )  # fmt: skip


def wifi(state: Wifi, address: str = "") -> SetupFacts:
    return replace(GOOD, network=NetworkFacts(state, SSID, address), page="")


def told(snapshot: Snapshot) -> tuple[str, str, dict[str, Mark]]:
    """Headline, what to do, and every line's mark."""
    assert snapshot.setup is not None
    page = page_of(snapshot, snapshot.setup)
    action = page.paragraphs[0].vi if page.paragraphs else ""
    return " ".join(page.headline), action, {each.key: each.check.mark for each in lines(snapshot, snapshot.setup)}


def test_a_box_that_has_all_says_that_it_is_ready() -> None:
    headline, action, marks = told(box(enrolment=EnrolFacts(Enrolling.DONE, venue="Chợ Bến Đò")))
    assert (headline, action) == ("Trạm sẵn sàng.", "")
    assert list(marks) == ["file", "radio", "network", "page", "clock", "enrolment"]
    assert set(marks.values()) == {Mark.TICK}
    assert well(box(), GOOD)


def test_a_box_without_network_and_centre_can_be_ready_too() -> None:
    alone = SetupFacts(stands=True)
    headline, _, marks = told(box(alone))
    assert headline == "Trạm sẵn sàng."
    assert marks == {"radio": Mark.TICK, "network": Mark.NONE, "clock": Mark.TICK, "enrolment": Mark.NONE}
    assert told(box(replace(alone, network=NetworkFacts(address="10.0.0.2"))))[2]["network"] is Mark.TICK
    assert told(replace(box(alone), sync=SyncFacts()))[2]["enrolment"] is Mark.TICK


@pytest.mark.parametrize(
    ("state", "headline", "action"),
    [
        (Wifi.WRONG_PASSWORD, "Sai mật khẩu Wi-Fi.", "Sửa kiosk.toml trên thẻ nhớ, rồi cắm điện lại."),
        (Wifi.NOT_FOUND, "Không thấy Wi-Fi này.", "Sửa tên Wi-Fi trong kiosk.toml"),
        (Wifi.REFUSED, "Không vào được Wi-Fi.", "Thường là sai mật khẩu"),
        (Wifi.NO_DEVICE, "Không thấy bộ Wi-Fi.", "Cắm dây mạng vào trạm."),
        (Wifi.NO_ADDRESS, "Wi-Fi không cấp địa chỉ.", "Tắt bộ phát Wi-Fi"),
        (Wifi.OFF, "Wi-Fi đang bị tắt.", "Rút điện trạm"),
        (Wifi.JOINING, "Trạm đang thức dậy.", "Chờ chừng một phút."),
        (Wifi.UNKNOWN, "Trạm đang thức dậy.", "Chờ chừng một phút."),
    ],
)
def test_each_trouble_of_the_wifi_has_its_words(state: Wifi, headline: str, action: str) -> None:
    found = told(box(wifi(state)))
    assert found[0] == headline
    assert found[1].startswith(action)
    assert found[2]["network"] is (Mark.WAIT if state in (Wifi.JOINING, Wifi.UNKNOWN) else Mark.BANG)


def test_a_slip_in_the_file_comes_first_with_its_line_and_how_to_mend_it() -> None:
    outcome = replace(READ, slips=(SLIP, SLIP))
    headline, action, marks = told(box(replace(wifi(Wifi.WRONG_PASSWORD), outcome=outcome)))
    assert headline == "kiosk.toml, dòng 4: thiếu dấu ngoặc kép."
    assert action == 'Viết: ssid = "Nhà Văn Hóa"'
    assert marks["file"] is Mark.BANG
    value = lines(box(), replace(GOOD, outcome=outcome))[0].check.value
    assert value == ("Dòng 4: thiếu dấu ngoặc kép (và 1 chỗ nữa)", "Line 4: quotation marks are missing (and 1 more)")
    whole = replace(outcome, slips=(replace(SLIP, line=0),))
    assert told(box(replace(GOOD, outcome=whole)))[0] == "kiosk.toml: thiếu dấu ngoặc kép."
    assert "file" not in told(box(replace(GOOD, fresh=False)))[2], "an answer of an earlier power-on is no news"


def test_radio_clock_and_enrolment_have_their_words() -> None:
    assert told(box(trouble=Trouble.NO_ADAPTER, air=AdvertiseFacts()))[0] == "Trạm không thấy bộ phát Bluetooth."
    unsure = box(clock=UNSURE, air=AdvertiseFacts())
    assert told(unsure)[0] == "Trạm chưa chắc giờ."
    assert told(unsure)[2]["radio"] is Mark.WAIT
    assert told(box(clock=UNSURE, age_s=60))[2]["clock"] is Mark.WAIT
    assert told(box(wifi(Wifi.JOINING), clock=UNSURE))[2]["clock"] is Mark.WAIT
    headline, action, marks = told(box(enrolment=EnrolFacts(Enrolling.REFUSED, "used")))
    assert (headline, marks["enrolment"]) == ("Mã ghi danh không dùng được.", Mark.BANG)
    assert action.startswith("Xin mã mới")
    assert told(box(enrolment=EnrolFacts(Enrolling.WAITING, "no network")))[2]["enrolment"] is Mark.WAIT
    assert told(box(air=AdvertiseFacts(), age_s=0))[0] == "Trạm đang thức dậy."


@pytest.mark.parametrize(
    ("up_s", "claimed", "fresh", "well_for_s", "stands"),
    [
        (10, False, False, 0, True),
        (10, True, False, 0, False),
        (10, True, True, 0, True),
        (LASTS_S, False, True, 0, False),
        (100, False, True, READY_S - 1, True),
        (100, False, True, READY_S, False),
    ],
)
def test_the_card_stands_for_a_new_box_or_a_new_file_and_never_for_long(
    up_s: float, claimed: bool, fresh: bool, well_for_s: float, stands: bool
) -> None:
    assert standing(up_s, claimed=claimed, fresh=fresh, well_for_s=well_for_s) is stands


def shown(snapshot: Snapshot) -> Screen:
    return screen_of(snapshot, compose("market", venue="Chợ Bến Đò"))


def test_once_it_stands_no_more_the_wall_is_the_visitors() -> None:
    assert shown(box()).page.name == NAME
    assert shown(box()).staff_note == ""
    over = box(replace(wifi(Wifi.WRONG_PASSWORD), stands=False))
    assert shown(over).page.name != NAME
    assert shown(box()).install == shown(over).install, (
        "e-paper and LED walls turn no pages: they keep the install page"
    )


SCENES = {
    "ready": box(),
    "slip": box(replace(wifi(Wifi.JOINING), outcome=replace(READ, slips=(SLIP,)))),
    "password": box(wifi(Wifi.WRONG_PASSWORD), EnrolFacts(Enrolling.WAITING)),
    "not found": box(wifi(Wifi.NOT_FOUND), EnrolFacts(Enrolling.WAITING), clock=UNSURE),
    "refused": box(GOOD, EnrolFacts(Enrolling.REFUSED)),
    "no radio": box(trouble=Trouble.NO_ADAPTER, air=AdvertiseFacts()),
    "long": box(
        replace(
            wifi(Wifi.REFUSED),
            network=NetworkFacts(Wifi.REFUSED, "W" * 32, "255.255.255.255"),
            page="https://255.255.255.255:65535",
        ),
        clock=UNSURE,
    ),
}


@cache
def usual(width: int, height: int, ink: Ink, claim: Card | None) -> tuple[Placed, ...]:
    """Where the codes stand on the wall of every day."""
    wall = replace(shown(box(replace(GOOD, stands=False))), claim=claim)
    return paint.planned(wall, width, height, ink)[0].cards


@pytest.mark.parametrize("scene", SCENES)
def test_the_card_is_whole_on_every_panel_and_the_codes_stand_where_they_stand_every_day(scene: str) -> None:
    found: list[str] = []
    for width, height, ink in PANELS:
        for claim, english in ((None, False), (CLAIM, True)):
            wall = replace(shown(SCENES[scene]), claim=claim, english=english)
            plan, _ = paint.planned(wall, width, height, ink)
            found += [f"{width}x{height}: {problem}" for problem in boxes.problems(plan, paint.extent)]
            assert plan.cards == usual(width, height, ink, claim)
            if ink is Ink.COLOUR and min(width, height) > 320:
                texts = " ".join(item.text for item in plan.items if isinstance(item, Text))
                assert plan.page == NAME
                assert any(line.split()[0] in texts for line in (wall.page.headline[0], wall.page.headline_en))
                assert plan.cards[0].url == URL
    assert found == []
