"""The status document: what it says, what it never says, and how a terminal shows it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.facts import (
    AdvertiseFacts,
    ClockFacts,
    CollectFacts,
    Contact,
    FloodFacts,
    HealthFacts,
    ProofFacts,
    ServiceFacts,
    ShowFacts,
    Snapshot,
    State,
    SyncFacts,
    TallyFacts,
    Trouble,
    UpkeepFacts,
    Verdict,
)
from kiosk.core.report import document, lines
from kiosk.core.status import Document
from kiosk.core.sync.words import SENTENCES
from kiosk.core.timekeeping import Source
from kiosk.core.windows import UnixMs, vietnam_day_start

STARTED = UnixMs(1_597_701_420_000)  # 2020-08-18 04:57 in Vietnam
NOW = UnixMs(1_597_734_300_000)  # 14:05
HEARD = CollectFacts(STARTED, NOW, NOW, 43, 3106, 200, 30, 99_999, 5, 1, 40, 30)
TALLY = TallyFacts(UnixMs(1_597_683_600_000), (0,) * 20 + (105,) + (87,) * 34 + (43,), HEARD)
"""A day's windows from midnight to 14:00, 3106 visits in all."""
WELL = Snapshot(
    NOW,
    STARTED,
    "0.1.0",
    "Bến xe Trung tâm",
    False,
    tuple(ServiceFacts(name, State.RUNNING, 1.0) for name in ("advertise", "collect", "show", "upkeep", "web")),
    AdvertiseFacts(UnixMs(STARTED + 60_000), NOW),
    HEARD,
    ShowFacts("framebuffer /dev/fb0", 1920, 1080, NOW),
    UpkeepFacts(3, 400_000, None, 12_300_000_000),
    tally=TALLY,
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
        "phones": "43 máy ở gần · 3.106 lượt hôm nay · tính đến 14:00",
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


def tallied(*visits: int, **heard: int) -> Snapshot:
    """The day with other finished windows and other counts at their end."""
    return replace(WELL, tally=TallyFacts(TALLY.since, visits, replace(HEARD, **heard)))  # type: ignore[arg-type]


def test_counts_below_twenty_are_hidden() -> None:
    status = document(tallied(*[0] * 55, 19, waiting_to_ask=3, answered=7))
    hidden = {"count": None, "fewer_than": 20}
    for key in ("phones_near", "visits_today", "waiting_to_ask", "answered"):
        assert status["collect"][key] == hidden
    assert values(status)["phones"] == "Dưới 20 máy, không hiện số để giữ riêng tư"
    some = tallied(*[0] * 54, 1, 19)
    assert values(document(some))["phones"] == "Dưới 20 máy ở gần · 20 lượt hôm nay · tính đến 14:00"


def test_the_simulation_shows_its_invented_counts_live() -> None:
    few = replace(WELL, simulated=True, collect=replace(HEARD, phones_near=3, visits_today=7))
    assert values(document(few))["phones"] == "3 máy ở gần · 7 lượt hôm nay"
    assert document(few)["collect"]["until"] is None


@pytest.mark.parametrize(
    ("flood", "sound"),
    [
        (None, True),
        (FloodFacts(), True),
        (FloodFacts(since=NOW), False),
        (FloodFacts(ended=NOW), False),
        (FloodFacts(ended=UnixMs(vietnam_day_start(NOW) - 1)), True),
    ],
)
def test_counts_of_a_day_with_a_flood_of_fake_ids_are_marked(flood: FloodFacts | None, sound: bool) -> None:
    status = document(replace(WELL, flood=flood))
    assert status["collect"]["sound"] is sound
    assert ("số có thể sai" in values(status)["phones"]) is not sound


def test_a_new_day_begins_with_no_visits() -> None:
    midnight = UnixMs(TALLY.since + 86_400_000)
    new_day = replace(tallied(*[50] * 96), at=UnixMs(midnight + 1000))
    assert values(document(new_day))["phones"] == "50 máy ở gần · dưới 20 lượt hôm nay · tính đến 00:00"


@given(
    live=st.builds(
        CollectFacts,
        listening_since=st.just(STARTED),
        last_heard=st.just(NOW),
        last_stored=st.none() | st.integers(STARTED, NOW).map(UnixMs),
        **{
            name: st.integers(0, 999)
            for name in ("phones_near", "visits_today", "strangers_near", "waiting_to_ask", "answered", "unanswered")
        },
    )
)
def test_nobody_who_polls_can_watch_a_phone_come_or_go(live: CollectFacts) -> None:
    """Between the ends of two windows nothing that is shown depends on how many phones there are."""
    still = replace(HEARD, packets=0, damaged=0, dropped=0)
    assert document(replace(WELL, collect=live)) == document(replace(WELL, collect=still))


@given(st.lists(st.integers(0, 19), min_size=1, max_size=4), st.integers(0, 19), st.integers(0, 14 * 60_000))
def test_one_phone_more_or_less_changes_nothing_below_twenty(visits: list[int], few: int, later: int) -> None:
    visits = [visit * (sum(visits) < 19) for visit in visits]  # and one early bird, so that S6 has nothing to say
    nobody = dict.fromkeys(("waiting_to_ask", "answered", "unanswered", "strangers_near"), 0)
    empty = tallied(1, *[0] * 51, *(0 for _ in visits), last_stored=1_597_734_000_000, **nobody)
    busy = tallied(1, *[0] * 51, *visits, last_stored=1_597_734_000_000 + later, **dict.fromkeys(nobody, few))
    assert document(busy) == document(empty)


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
    assert "✓ Bluezone phones  43 phones near · 3,106 visits today · as of 14:00" in told
    assert told[-1] == "  advertise: refused: rejected"


def test_a_green_box_that_can_print_invites_to_put_up_a_poster() -> None:
    status = document(replace(WELL, buttons=frozenset({"poster"})))
    assert (status["light"], status["button"]) == ("green", "poster")
    assert status["action"]["vi"].endswith("mời bạn dán thêm một tờ áp phích ở cửa vào.")


def test_the_contact_becomes_links_for_one_tap() -> None:
    status = document(replace(WELL, contact=Contact("chị Hạnh", "0912 345 678", "+84 (91) 234-5678")))
    assert status["contact"] == {
        "name": {"vi": "chị Hạnh", "en": "chị Hạnh"},
        "phone": "0912 345 678",
        "call": "tel:0912345678",
        "zalo": "https://zalo.me/84912345678",
    }
    assert document(WELL)["contact"] == {
        "name": {"vi": "người phụ trách", "en": "the person in charge"},
        "phone": "",
        "call": "",
        "zalo": "",
    }


def test_the_terminal_names_whom_to_call() -> None:
    called = replace(troubled("upkeep", Trouble.STORE), contact=Contact("chị Hạnh", "0912 345 678"))
    told = lines(document(called))
    assert told[2] == "× Trạm không ghi được vào thẻ nhớ. Gọi chị Hạnh, đọc mã T4. Bảng chào vẫn chạy."
    assert "  chị Hạnh · 0912 345 678" in told


def rows_of(**facts: object) -> dict[str, tuple[str, str]]:
    snapshot = replace(WELL, **facts)  # type: ignore[arg-type] # the keys are Snapshot's own
    return {row["key"]: (row["level"], row["value"]["vi"]) for row in document(snapshot)["rows"]}


def test_a_row_without_a_subject_is_absent_and_with_one_stands_in_its_place() -> None:
    assert list(rows_of()) == ["on-air", "phones", "screen", "box"]
    everything = rows_of(sync=SyncFacts(), clock=ClockFacts(trusted=True), health=HealthFacts(46.2))
    assert list(everything) == ["on-air", "phones", "screen", "sync", "box", "clock"]
    assert everything["clock"] == ("green", "Đúng giờ")


@pytest.mark.parametrize(
    ("sync", "told"),
    [
        (SyncFacts(), ("green", "Chưa gửi gì")),
        (SyncFacts(acknowledged_at=NOW), ("green", "Đã gửi hết lúc 14:05")),
        (SyncFacts(waiting=1212), ("green", "Chờ gửi 1.212 gói")),
        (
            SyncFacts(waiting=3, oldest=UnixMs(NOW - 3_600_000), lost_since=UnixMs(NOW - 3_600_000)),
            ("amber", "Chờ gửi 3 gói · gói cũ nhất từ 13:05"),
        ),
        (SyncFacts(acknowledged_at=NOW, answered=1), ("green", "Đã gửi hết lúc 14:05 · Đã trả lời 1 yêu cầu")),
    ],
)
def test_the_sending_row_says_what_waits(sync: SyncFacts, told: tuple[str, str]) -> None:
    assert rows_of(sync=sync)["sync"] == told


def test_the_box_row_tells_its_health_where_someone_measures_it() -> None:
    told = rows_of(health=HealthFacts(46.2, weak_power=True, memory_free_bytes=310_000_000, card_used=0.07))["box"]
    assert told == (
        "amber",
        "46 °C · điện yếu · bộ nhớ trống 0,3 GB · thẻ nhớ đã mòn 7% · Bản 0.1.0 · chạy được 9 giờ"
        " · thẻ nhớ trống 12,3 GB",
    )


@pytest.mark.parametrize(
    ("proof", "told"),
    [
        (ProofFacts(), "Mã QR đang hiện, vẽ lúc 14:05"),
        (ProofFacts(Verdict.UNDECODED, looked_at=NOW), "Mã QR đang hiện, vẽ lúc 14:05"),
        (ProofFacts(Verdict.SEEN, looked_at=NOW, qr_seen_at=NOW), "Mã QR hiện rõ, xem lúc 14:05"),
        (
            ProofFacts(Verdict.SEEN, looked_at=NOW, qr_seen_at=NOW, since=STARTED),
            "Mã QR hiện rõ, xem lúc 14:05 · liên tục từ 04:57",
        ),
        (ProofFacts(Verdict.RESTING, looked_at=NOW), "Đang nghỉ, sáng mai hiện lại"),
        (ProofFacts(Verdict.DARK, looked_at=NOW, qr_seen_at=STARTED), "Không đọc được mã QR, lần cuối rõ lúc 04:57"),
        (ProofFacts(Verdict.WRONG, looked_at=NOW), "Không đọc được mã QR"),
    ],
)
def test_the_screen_row_tells_what_was_read_back_from_the_wall(proof: ProofFacts, told: str) -> None:
    level, value = rows_of(proof=proof)["screen"]
    assert value == told
    assert level == ("red" if proof.verdict is not None and proof.verdict.alarm else "green")


def test_a_full_card_lights_the_row_of_the_box_and_a_missing_radio_those_who_miss_it() -> None:
    def red(snapshot: Snapshot) -> list[str]:
        return [row["key"] for row in document(snapshot)["rows"] if row["level"] == "red"]

    assert red(troubled("collect", Trouble.STORE)) == ["box"]
    assert red(troubled("collect", Trouble.NO_ADAPTER)) == ["phones"]
    assert red(troubled("advertise", Trouble.NO_ADAPTER)) == ["on-air"]
    assert red(troubled("show", Trouble.NO_DISPLAY)) == ["screen"]


def test_an_unsure_clock_is_seen_in_its_row() -> None:
    assert rows_of(clock=ClockFacts(trusted=False))["clock"] == ("amber", "Chưa chắc giờ")


def test_machines_are_told_who_set_the_clock() -> None:
    assert document(WELL)["clock_trust"] is None
    lent = document(replace(WELL, clock=ClockFacts(trusted=True, source=Source.STAFF)))
    assert lent["clock_trust"] == {"trusted": True, "source": "staff", "on_hold": False}
    unsure = document(replace(WELL, clock=ClockFacts(trusted=False, on_hold=True)))
    assert unsure["clock_trust"] == {"trusted": False, "source": None, "on_hold": True}


def test_the_terminal_names_the_simulation() -> None:
    assert any("Mô phỏng" in line and "Simulation" in line for line in lines(document(replace(WELL, simulated=True))))


@pytest.mark.parametrize("share", SENTENCES)
def test_what_a_venue_shares_is_one_sentence_the_same_in_the_document_and_in_the_docs(share: str) -> None:
    told = document(replace(WELL, sync=SyncFacts(share=share)))["sync"]
    assert told is not None
    page = (Path(__file__).parents[2] / "docs/privacy.md").read_text(encoding="utf-8")
    assert f"| `{share}` | {told['sentence']['vi']} · {told['sentence']['en']} |" in page
    assert document(WELL)["sync"] is None


def test_the_terminal_names_the_files_that_were_set_aside() -> None:
    name = "2026-11-22.2026-11-25T08-30-00Z.db"
    told = lines(document(replace(WELL, upkeep=UpkeepFacts(set_aside_at=UnixMs(0), damaged=(name,)))))
    assert told[2].startswith("! Sổ ghi cũ bị hỏng, trạm đã mở sổ mới.")
    assert told[-1] == f"  damaged/: {name}"
