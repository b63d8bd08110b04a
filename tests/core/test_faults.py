"""Faults: every one that facts can show today, one by one."""

from dataclasses import replace

import pytest

from kiosk.core.facts import AdvertiseFacts, CollectFacts, ServiceFacts, Snapshot, State, Trouble
from kiosk.core.faults import WAKING_MS, dead, faults, waking
from kiosk.core.windows import UnixMs

STARTED = UnixMs(1_597_701_420_000)  # 2020-08-18 04:57 in Vietnam
NOW = UnixMs(STARTED + 3_600_000)
NAMES = ("advertise", "collect", "show", "upkeep", "web")


def service(name: str, state: State = State.RUNNING, trouble: Trouble | None = None) -> ServiceFacts:
    return ServiceFacts(name, state, 100.0, trouble=trouble)


WELL = Snapshot(
    NOW,
    STARTED,
    "0.1.0",
    "Bến xe Trung tâm",
    False,
    tuple(service(name) for name in NAMES),
    AdvertiseFacts(STARTED, STARTED),
    CollectFacts(listening_since=STARTED, last_heard=NOW),
)


def with_services(snapshot: Snapshot, *changed: ServiceFacts) -> Snapshot:
    names = {each.name: each for each in changed}
    return replace(snapshot, services=tuple(names.get(each.name, each) for each in snapshot.services))


def codes(snapshot: Snapshot, dead_services: tuple[str, ...] = ()) -> list[str]:
    return [fault.code for fault in faults(snapshot, dead_services)]


def test_a_kiosk_that_does_its_work_has_no_fault() -> None:
    assert faults(WELL) == ()
    assert not waking(WELL)


@pytest.mark.parametrize(
    ("name", "trouble", "code"),
    [
        ("advertise", Trouble.NO_ADAPTER, "S1"),
        ("collect", Trouble.NO_ADAPTER, "S1"),
        ("advertise", Trouble.BLOCKED, "S2"),
        ("collect", Trouble.BLOCKED, "S2"),
        ("collect", Trouble.SILENT, "S3"),
        ("collect", Trouble.REFUSED, "S3"),
        ("collect", Trouble.NO_BLUETOOTHD, "S3"),
        ("collect", Trouble.OTHER, "S3"),
        ("collect", Trouble.BUG, "S3"),
        ("advertise", Trouble.REFUSED, "S4"),
        ("advertise", Trouble.NO_BLUETOOTHD, "S4"),
        ("advertise", Trouble.OTHER, "S4"),
        ("advertise", Trouble.BUG, "S4"),
        ("collect", Trouble.STORE, "T4"),
        ("upkeep", Trouble.STORE, "T4"),
        ("show", Trouble.NO_DISPLAY, "H1"),
        ("show", Trouble.BUG, "K1"),
        ("show", Trouble.OTHER, "K1"),
        ("upkeep", Trouble.BUG, "K1"),
        ("web", Trouble.OTHER, "K1"),
    ],
)
def test_every_trouble_of_a_service_has_its_fault(name: str, trouble: Trouble, code: str) -> None:
    (fault,) = faults(with_services(WELL, service(name, State.TROUBLED, trouble)))
    assert fault.code == code
    assert fault.services == (name,)


def test_no_trouble_of_any_service_goes_without_a_fault() -> None:
    for name in NAMES:
        for trouble in Trouble:
            assert codes(with_services(WELL, service(name, State.TROUBLED, trouble))), (name, trouble)


def test_one_cause_seen_by_two_services_is_one_fault() -> None:
    snapshot = with_services(
        WELL,
        service("advertise", State.TROUBLED, Trouble.NO_ADAPTER),
        service("collect", State.TROUBLED, Trouble.NO_ADAPTER),
    )
    (fault,) = faults(snapshot)
    assert (fault.code, fault.services) == ("S1", ("advertise", "collect"))


def test_the_worst_fault_comes_first_whatever_the_order_of_services() -> None:
    snapshot = with_services(
        WELL,
        service("show", State.TROUBLED, Trouble.BUG),
        service("collect", State.TROUBLED, Trouble.SILENT),
        service("advertise", State.TROUBLED, Trouble.REFUSED),
    )
    assert codes(snapshot) == ["S4", "S3", "K1"]
    assert codes(replace(snapshot, services=snapshot.services[::-1])) == ["S4", "S3", "K1"]


def test_silence_says_since_when_if_anything_was_ever_heard() -> None:
    silent = with_services(WELL, service("collect", State.TROUBLED, Trouble.SILENT))
    assert faults(silent)[0].title == ("Trạm không nghe được gì từ 05:57", "The kiosk has heard nothing since 05:57")
    never = replace(silent, collect=CollectFacts())
    assert faults(never)[0].title == ("Trạm không nghe được gì", "The kiosk hears nothing")


def test_an_old_trouble_of_a_service_that_runs_again_is_no_fault() -> None:
    assert codes(with_services(WELL, service("collect", State.RUNNING, Trouble.SILENT))) == []


def test_a_service_without_a_heartbeat_is_a_fault() -> None:
    assert codes(WELL, ("advertise",)) == ["S4"]
    assert codes(WELL, ("collect",)) == ["S3"]
    assert codes(WELL, ("upkeep",)) == ["K1"]


def test_only_vital_services_that_ended_or_are_late_are_dead() -> None:
    vital = ("advertise", "collect")
    assert dead(WELL, 145.0, vital, 45.0) == ()
    assert dead(WELL, 145.1, vital, 45.0) == vital
    stopped = with_services(WELL, service("collect", State.STOPPED), service("show", State.STOPPED))
    assert dead(stopped, 100.0, vital, 45.0) == ("collect",)


@pytest.mark.parametrize(
    ("facts", "code"), [({"advertise": AdvertiseFacts()}, "S4"), ({"collect": CollectFacts()}, "S3")]
)
def test_being_off_air_or_deaf_without_a_word_is_waking_for_a_minute_and_then_a_fault(
    facts: dict[str, AdvertiseFacts | CollectFacts], code: str
) -> None:
    mute = replace(WELL, **facts)  # type: ignore[arg-type] # the keys are Snapshot's own
    young = replace(mute, at=UnixMs(STARTED + WAKING_MS - 1))
    assert waking(young)
    assert codes(young) == []
    old = replace(mute, at=UnixMs(STARTED + WAKING_MS))
    assert not waking(old)
    assert codes(old) == [code]


def test_a_service_that_never_took_its_first_turn_is_a_fault_after_a_minute() -> None:
    hanging = with_services(WELL, service("show", State.STARTING))
    assert codes(hanging) == ["K1"]
    assert waking(replace(hanging, at=UnixMs(STARTED + 1000)))
    assert waking(replace(WELL, services=()))
