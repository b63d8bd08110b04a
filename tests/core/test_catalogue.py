"""Every fault of the catalogue alone: there when its fact says so, absent otherwise, and exactly at its boundary."""

import string
from dataclasses import replace
from unicodedata import is_normalized

import pytest

from kiosk.core.buttons import LABELS
from kiosk.core.catalogue import CATALOGUE, Level, Owner
from kiosk.core.facts import (
    AdvertiseFacts,
    ClockFacts,
    CollectFacts,
    Contact,
    FloodFacts,
    HealthFacts,
    ProofFacts,
    ServiceFacts,
    Snapshot,
    State,
    SyncFacts,
    TallyFacts,
    Trouble,
    UpdateFacts,
    UpkeepFacts,
    Verdict,
)
from kiosk.core.faults import Fault, faults, waking
from kiosk.core.windows import DAY_MS, WINDOW_MS, UnixMs

STARTED = UnixMs(1_597_701_420_000)  # 2020-08-18 04:57 in Vietnam
MIDNIGHT = UnixMs(1_597_683_600_000)
NOW = UnixMs(STARTED + 9 * 3_600_000)  # 13:57
MINUTE = 60_000
NAMES = ("advertise", "collect", "show", "upkeep", "web")
WELL = Snapshot(
    NOW,
    STARTED,
    "0.1.0",
    "Bến xe Trung tâm",
    False,
    tuple(ServiceFacts(name, State.RUNNING, 100.0) for name in NAMES),
    AdvertiseFacts(STARTED, STARTED),
    CollectFacts(listening_since=STARTED, last_heard=NOW),
    upkeep=UpkeepFacts(free_bytes=200_000_000),
    tally=TallyFacts(MIDNIGHT, (0,) * 54 + (1,)),
    clock=ClockFacts(trusted=True),
    sync=SyncFacts(acknowledged_at=NOW),
    health=HealthFacts(celsius=46.0),
    update=UpdateFacts(),
    flood=FloodFacts(),
    buttons=frozenset(LABELS),
)
"""A good day with every subject there is, just inside the boundaries."""


MUTE = ServiceFacts("announce", State.TROUBLED, 100.0, trouble=Trouble.OTHER)


def trouble(name: str, what: Trouble) -> Snapshot:
    changed = ServiceFacts(name, State.TROUBLED, 100.0, trouble=what)
    return replace(WELL, services=tuple(changed if each.name == name else each for each in WELL.services))


def no_phones(windows: int, listening: UnixMs = STARTED) -> Snapshot:
    return replace(
        WELL,
        at=UnixMs(MIDNIGHT + windows * WINDOW_MS + MINUTE),
        tally=TallyFacts(MIDNIGHT, (0,) * windows),
        collect=replace(WELL.collect, listening_since=listening),
    )


def proven(verdict: Verdict | None) -> Snapshot:
    return replace(WELL, proof=ProofFacts(verdict))


FULL = replace(trouble("collect", Trouble.STORE), upkeep=UpkeepFacts(free_bytes=15_999_999))

PRESENT = {
    "S1": trouble("advertise", Trouble.NO_ADAPTER),
    "S2": trouble("collect", Trouble.BLOCKED),
    "S3": trouble("collect", Trouble.SILENT),
    "S4": trouble("advertise", Trouble.REFUSED),
    "S5": replace(WELL, flood=FloodFacts(since=NOW)),
    "S6": no_phones(40),
    "G1": replace(WELL, clock=ClockFacts(trusted=False, on_hold=True), advertise=AdvertiseFacts()),
    "T1": replace(WELL, upkeep=UpkeepFacts(free_bytes=199_999_999)),
    "T2": FULL,
    "T3": replace(WELL, upkeep=replace(WELL.upkeep, set_aside_at=NOW)),
    "T4": replace(FULL, upkeep=UpkeepFacts(free_bytes=16_000_000)),
    "T5": replace(WELL, upkeep=replace(WELL.upkeep, state_set_aside_at=NOW)),
    "T6": trouble("advertise", Trouble.KEY),
    "T7": replace(WELL, upkeep=replace(WELL.upkeep, crowded_at=UnixMs(NOW - DAY_MS + 1), lost_unsent=2)),
    "M1": replace(WELL, sync=SyncFacts(lost_since=UnixMs(NOW - 10 * MINUTE))),
    "M2": replace(WELL, sync=SyncFacts(refused=True)),
    "M3": replace(WELL, sync=SyncFacts(certificate_ends=UnixMs(NOW + 30 * DAY_MS))),
    "H1": trouble("show", Trouble.NO_DISPLAY),
    "H2": proven(Verdict.HIDDEN),
    "N1": replace(WELL, health=HealthFacts(weak_power=True)),
    "N2": replace(WELL, health=HealthFacts(celsius=80.0)),
    "C1": replace(WELL, update=UpdateFacts(failed="0.2.0")),
    "L1": replace(WELL, services=(*WELL.services, MUTE)),
    "K1": trouble("upkeep", Trouble.BUG),
}
"""The smallest thing that makes each of them."""

ABSENT = {
    "G1": replace(WELL, clock=ClockFacts(trusted=True)),
    "S6": no_phones(39),
    "M1": replace(WELL, sync=SyncFacts(lost_since=UnixMs(NOW - 10 * MINUTE + 1))),
    "M3": replace(WELL, sync=SyncFacts(certificate_ends=UnixMs(NOW + 30 * DAY_MS + 1))),
    "T7": replace(WELL, upkeep=replace(WELL.upkeep, crowded_at=UnixMs(NOW - DAY_MS))),
    "N2": replace(WELL, health=HealthFacts(celsius=79.9)),
}
"""One step on this side of the boundary; for the others that is WELL itself."""


def only(snapshot: Snapshot) -> Fault:
    (fault,) = faults(snapshot)
    return fault


def test_every_fault_of_the_catalogue_is_provoked_here() -> None:
    assert PRESENT.keys() == CATALOGUE.keys()
    assert len(CATALOGUE) >= 18


@pytest.mark.parametrize("code", PRESENT)
def test_a_fault_is_there_alone_when_its_fact_says_so(code: str) -> None:
    fault = only(PRESENT[code])
    assert (fault.code, fault.level, fault.owner) == (code, CATALOGUE[code].level, CATALOGUE[code].owner)
    assert fault.button == CATALOGUE[code].button


@pytest.mark.parametrize("code", PRESENT)
def test_a_fault_is_absent_one_step_before_its_boundary(code: str) -> None:
    assert faults(ABSENT.get(code, WELL)) == ()


def test_facts_that_nobody_keeps_make_no_fault() -> None:
    bare = replace(WELL, tally=None, clock=None, sync=None, health=None, update=None, flood=None, upkeep=UpkeepFacts())
    assert faults(bare) == ()


def test_no_phones_is_said_from_ten_in_the_morning_after_three_hours_of_listening() -> None:
    seven = UnixMs(MIDNIGHT + 7 * 3_600_000)
    assert only(no_phones(40, seven)).code == "S6"
    assert faults(no_phones(40, UnixMs(seven + 1))) == ()
    assert only(no_phones(95)).code == "S6"
    yesterday = no_phones(96)
    assert faults(replace(yesterday, at=UnixMs(MIDNIGHT + DAY_MS + MINUTE))) == (), "at midnight a new day begins"


def test_a_deaf_box_does_not_say_that_nobody_came() -> None:
    deaf = replace(no_phones(50), collect=CollectFacts(last_heard=NOW), services=PRESENT["S3"].services)
    assert [fault.code for fault in faults(deaf)] == ["S3"]


@pytest.mark.parametrize("verdict", [None, *Verdict])
def test_a_wall_that_visitors_cannot_read_is_h2_and_one_that_is_not_there_is_h1(verdict: Verdict | None) -> None:
    alarm = verdict is not None and verdict.alarm
    expected = "H1" if verdict is Verdict.UNPLUGGED else "H2"
    assert [fault.code for fault in faults(proven(verdict))] == ([expected] if alarm else [])


def test_a_missing_screen_is_not_said_twice() -> None:
    both = replace(PRESENT["H1"], proof=ProofFacts(Verdict.DARK))
    assert [(fault.code, fault.services) for fault in faults(both)] == [("H1", ("show",))]


def test_an_unsure_clock_is_red_off_air_and_amber_on_air() -> None:
    held = only(PRESENT["G1"])
    assert (held.level, held.title.vi) == (Level.RED, "Trạm chưa chắc giờ nên tạm nghỉ phát")
    assert not waking(replace(PRESENT["G1"], at=UnixMs(STARTED + 1000))), "off air on purpose is not waking"
    mild = only(replace(WELL, clock=ClockFacts(trusted=False)))
    assert (mild.code, mild.level, mild.title.vi) == ("G1", Level.AMBER, "Trạm chưa chắc giờ")


def test_an_amber_clock_stands_behind_every_red_fault() -> None:
    both = replace(PRESENT["N2"], clock=ClockFacts(trusted=False))
    assert [fault.code for fault in faults(both)] == ["N2", "G1"]


def test_times_and_numbers_are_composed_as_people_say_them() -> None:
    assert only(PRESENT["M1"]).title == ("Mất mạng từ 13:47", "No network since 13:47")
    long_lost = replace(WELL, sync=SyncFacts(lost_since=UnixMs(NOW - DAY_MS)))
    assert only(long_lost).title == ("Mất mạng từ 13:57 hôm qua", "No network since 13:57 yesterday")
    hot = replace(WELL, health=HealthFacts(celsius=84.9))
    assert only(hot).title == ("Hộp máy nóng 84 °C", "The box is hot, 84 °C")


@pytest.mark.parametrize(
    ("left", "title"),
    [
        (30 * DAY_MS, "Giấy thông hành của trung tâm còn 30 ngày"),
        (DAY_MS + 1, "Giấy thông hành của trung tâm còn 2 ngày"),
        (1, "Giấy thông hành của trung tâm còn 1 ngày"),
        (0, "Giấy thông hành của trung tâm đã hết hạn"),
        (-1, "Giấy thông hành của trung tâm đã hết hạn"),
    ],
)
def test_days_left_are_counted_up_so_that_the_last_one_is_one(left: int, title: str) -> None:
    assert only(replace(WELL, sync=SyncFacts(certificate_ends=UnixMs(NOW + left)))).title.vi == title


@pytest.mark.parametrize(
    ("contact", "vi", "en"),
    [
        (Contact(), "Gọi người phụ trách xin", "Call the person in charge for"),
        (Contact(phone="0912 345 678"), "Gọi 0912 345 678 xin", "Call 0912 345 678 for"),
        (Contact("chị Hạnh", "0912 345 678"), "Gọi chị Hạnh xin", "Call chị Hạnh for"),
        (Contact("chi\u0323 {Ha\u0323nh}"), "Gọi chị {Hạnh} xin", "Call chị {Hạnh} for"),
    ],
)
def test_whoever_is_to_be_called_is_named_as_the_settings_say(contact: Contact, vi: str, en: str) -> None:
    action = only(replace(PRESENT["M2"], contact=contact)).action
    assert action.vi.startswith(vi)
    assert action.en.startswith(en)


@pytest.mark.parametrize("code", [code for code, entry in CATALOGUE.items() if entry.button])
def test_a_box_without_the_button_is_told_something_it_can_do(code: str) -> None:
    entry = CATALOGUE[code]
    label = LABELS[entry.button]
    with_button, without = only(PRESENT[code]), only(replace(PRESENT[code], buttons=frozenset()))
    assert (with_button.button, without.button) == (entry.button, "")
    assert label.vi not in without.action.vi
    assert label.en not in without.action.en
    assert without.action != with_button.action


@pytest.mark.parametrize("code", ["S2", "S3", "H2", "M1"])
def test_an_action_that_is_a_button_names_it_in_the_buttons_own_words(code: str) -> None:
    entry = CATALOGUE[code]
    assert LABELS[entry.button].vi in entry.action.vi
    assert LABELS[entry.button].en in entry.action.en


def test_the_catalogue_is_written_worst_first_in_composed_letters_without_shouting() -> None:
    levels = [entry.level for entry in CATALOGUE.values()]
    assert levels == sorted(levels, key=[Level.RED, Level.AMBER].index)
    for code, entry in CATALOGUE.items():
        assert entry.code == code
        told = [entry.title, entry.action, entry.plain, entry.instead and entry.instead[1]]
        for text in (each for words in told if words for each in words):
            assert text
            assert is_normalized("NFC", text)
            assert "!" not in text
            assert len(text.split()) <= 20, "a sentence for a layman"
            assert {name for _, name, _, _ in string.Formatter().parse(text)} <= {None, "when", "number", "call"}
        if entry.owner is Owner.HELPER:
            assert "{call}" in entry.action.vi, "whoever is to act is named"
