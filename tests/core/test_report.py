"""The status document: what it says, what it never says, and how a terminal shows it."""

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.facts import (
    AdvertiseFacts,
    CollectFacts,
    ServiceFacts,
    ShowFacts,
    Snapshot,
    State,
    Trouble,
    UpkeepFacts,
)
from kiosk.core.report import document, lines
from kiosk.core.status import Document
from kiosk.core.windows import UnixMs

STARTED = UnixMs(1_597_701_420_000)  # 2020-08-18 04:57 in Vietnam
NOW = UnixMs(1_597_734_300_000)  # 14:05
WELL = Snapshot(
    NOW,
    STARTED,
    "0.1.0",
    "Bến xe Trung tâm",
    False,
    tuple(ServiceFacts(name, State.RUNNING, 1.0) for name in ("advertise", "collect", "show", "upkeep", "web")),
    AdvertiseFacts(UnixMs(STARTED + 60_000), NOW),
    CollectFacts(STARTED, NOW, NOW, 43, 3106, 200, 30, 99_999, 5, 1, 40, 30),
    ShowFacts("framebuffer /dev/fb0", 1920, 1080, NOW),
    UpkeepFacts(3, 400_000, None, 12_300_000_000),
)


def values(status: Document) -> dict[str, str]:
    return {row["key"]: row["value"]["vi"] for row in status["rows"]}


def troubled(name: str, trouble: Trouble, detail: str = "") -> Snapshot:
    changed = ServiceFacts(name, State.TROUBLED, 1.0, trouble=trouble, detail=detail)
    return replace(WELL, services=tuple(changed if each.name == name else each for each in WELL.services))


def test_a_healthy_kiosk_is_green_and_asks_nothing() -> None:
    status = document(WELL)
    assert (status["status"], status["light"], status["code"], status["owner"]) == ("ok", "green", None, None)
    assert status["title"]["vi"] == "Mọi thứ đang chạy tốt"
    assert values(status) == {
        "on-air": "Liên tục từ 04:58 sáng nay",
        "phones": "43 máy ở gần · 3.106 lượt hôm nay",
        "screen": "Mã QR đang hiện, vẽ lúc 14:05",
        "box": "Bản 0.1.0 · chạy được 9 giờ · thẻ nhớ trống 12,3 GB",
    }


def test_the_worst_fault_gives_light_sentence_and_action() -> None:
    status = document(replace(troubled("advertise", Trouble.REFUSED), advertise=AdvertiseFacts()))
    assert (status["status"], status["light"], status["code"], status["owner"]) == ("troubled", "red", "S4", "staff")
    assert status["title"]["vi"] == "Trạm đã ngừng phát sóng"
    assert [row["level"] for row in status["rows"]] == ["red", "green", "green", "green"]
    assert values(status)["on-air"] == "Đang dừng"


def test_rows_keep_their_order_in_every_state() -> None:
    usual = [row["key"] for row in document(WELL)["rows"]]
    for snapshot in (troubled("show", Trouble.NO_DISPLAY), replace(WELL, services=()), troubled("web", Trouble.BUG)):
        assert [row["key"] for row in document(snapshot)["rows"]] == usual


def test_a_screen_that_cannot_be_drawn_does_not_claim_to_show_the_code() -> None:
    assert values(document(troubled("show", Trouble.NO_DISPLAY)))["screen"] == "Không hiện được, lần cuối lúc 14:05"


def test_a_starting_kiosk_is_neither_well_nor_in_trouble() -> None:
    services = tuple(ServiceFacts(each.name, State.STARTING, 1.0) for each in WELL.services)
    status = document(Snapshot(UnixMs(STARTED + 5000), STARTED, "0.1.0", "", False, services))
    assert (status["status"], status["light"]) == ("starting", "starting")
    assert {row["level"] for row in status["rows"]} == {"starting"}
    assert values(status)["box"] == "Bản 0.1.0 · vừa bật"


def test_a_dead_service_is_told_to_machines_and_people() -> None:
    status = document(WELL, ("collect",))
    assert (status["status"], status["dead"], status["code"]) == ("dead", ["collect"], "S3")


def test_counts_below_twenty_are_hidden() -> None:
    few = replace(WELL, collect=replace(WELL.collect, phones_near=19, visits_today=19, waiting_to_ask=3, answered=7))
    status = document(few)
    hidden = {"count": None, "fewer_than": 20}
    for key in ("phones_near", "visits_today", "waiting_to_ask", "answered"):
        assert status["collect"][key] == hidden
    assert values(status)["phones"] == "Dưới 20 máy, không hiện số để giữ riêng tư"
    some = replace(few, collect=replace(few.collect, visits_today=20))
    assert values(document(some))["phones"] == "Dưới 20 máy ở gần · 20 lượt hôm nay"


def test_the_simulation_shows_its_invented_counts() -> None:
    few = replace(WELL, simulated=True, collect=replace(WELL.collect, phones_near=3, visits_today=7))
    assert values(document(few))["phones"] == "3 máy ở gần · 7 lượt hôm nay"


@given(st.integers(0, 19), st.integers(0, 19), st.integers(0, 14 * 60_000))
def test_one_phone_coming_or_going_changes_nothing_below_twenty(near: int, visits: int, later: int) -> None:
    """Whoever polls must not learn that a certain phone has just arrived."""
    empty = replace(WELL.collect, phones_near=0, visits_today=0, waiting_to_ask=0, answered=0, unanswered=0)
    busy = replace(
        empty,
        phones_near=near,
        visits_today=visits,
        waiting_to_ask=near,
        answered=visits,
        unanswered=near,
        last_stored=UnixMs(1_597_734_000_000 + later),
    )
    empty = replace(empty, last_stored=UnixMs(1_597_734_000_000))
    assert document(replace(WELL, collect=busy)) == document(replace(WELL, collect=empty))


@given(st.binary(min_size=6, max_size=32))
def test_an_error_text_cannot_carry_an_address_an_id_or_a_key(secret: bytes) -> None:
    pairs = [f"{byte:02X}" for byte in secret]
    forms = (":".join(pairs[:6]), "dev_" + "_".join(pairs[:6]), secret.hex(), secret.hex().upper())
    for form in forms:
        told = document(troubled("collect", Trouble.OTHER, f"no answer from {form} in 6 s"))["services"][1]["detail"]
        assert told.removeprefix("no answer from ").removeprefix("dev_") == "… in 6 s"


def test_the_document_survives_json() -> None:
    assert json.loads(json.dumps(document(WELL))) == document(WELL)


def test_the_terminal_says_what_the_page_says() -> None:
    told = lines(document(troubled("advertise", Trouble.REFUSED, "rejected")))
    assert told[:5] == [
        "Bến xe Trung tâm · Trạm Bluezone 0.1.0 · thứ Ba 18/8 14:05",
        "",
        "× Trạm đã ngừng phát sóng. Rút điện trạm, đếm đến 10 rồi cắm lại.",
        "  The kiosk is off air. Unplug the kiosk, count to 10, plug it in again.",
        "  Việc của nhân viên · mã S4 / For staff here · code S4",
    ]
    assert "× Phát sóng            Liên tục từ 04:58 sáng nay" in told
    assert "✓ Bluezone phones  43 phones near · 3,106 visits today" in told
    assert told[-1] == "  advertise: refused: rejected"


def test_the_terminal_names_the_simulation() -> None:
    assert any("Mô phỏng" in line and "Simulation" in line for line in lines(document(replace(WELL, simulated=True))))
