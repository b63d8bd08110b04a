"""Faults: what is wrong in words that a layman can act on. Pure: facts in, faults out, worst first.

Codes and words are those of the copy deck; K1 and T4 are our own additions. A fault whose facts nobody keeps yet is
not here: whoever adds the fact adds the fault.
"""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from kiosk.core.facts import ServiceFacts, Snapshot, State, Trouble
from kiosk.core.windows import UnixMs
from kiosk.core.wording import Words, clock

WAKING_MS: Final = 60_000
"""So long after its start the kiosk may be off air or deaf without a word: 'chờ chừng một phút' on the page."""


class Level(Enum):
    """The traffic light. GREEN runs well, AMBER needs a look, RED must be acted on now."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Owner(Enum):
    """Who is to act."""

    STAFF = "staff"
    HELPER = "helper"
    """The person in charge outside the venue ({gọi} in the copy deck)."""
    NOBODY = "nobody"
    """The kiosk helps itself."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: its code for the telephone, how bad, whose to mend, what it is, what to do, and who reported it."""

    code: str
    level: Level
    owner: Owner
    title: Words
    action: Words
    services: tuple[str, ...] = ()


_UNPLUG: Final = Words("Rút điện trạm, đếm đến 10 rồi cắm lại.", "Unplug the kiosk, count to 10, plug it in again.")

CATALOGUE: Final = {
    fault.code: fault
    for fault in (
        Fault(
            "S1",
            Level.RED,
            Owner.STAFF,
            Words("Trạm không thấy bộ phát Bluetooth", "The kiosk cannot find its Bluetooth radio"),
            _UNPLUG,
        ),
        Fault(
            "S2",
            Level.RED,
            Owner.HELPER,  # the deck's 'press Turn Bluetooth back on' comes with the page's buttons
            Words("Bluetooth của trạm đang bị tắt", "The kiosk's Bluetooth is switched off"),
            Words(
                "Gọi người phụ trách, đọc mã S2, nhờ bật lại Bluetooth.",
                "Call the person in charge, read out code S2 and ask for Bluetooth to be turned back on.",
            ),
        ),
        Fault("S4", Level.RED, Owner.STAFF, Words("Trạm đã ngừng phát sóng", "The kiosk is off air"), _UNPLUG),
        Fault(
            "S3",
            Level.RED,
            Owner.STAFF,
            Words("Trạm không nghe được gì", "The kiosk hears nothing"),
            Words(
                "Rút điện trạm, đếm đến 10 rồi cắm lại, chờ 2 phút.",
                "Unplug the kiosk, count to 10, plug it in again and wait 2 minutes.",
            ),
        ),
        Fault(
            "T4",
            Level.RED,
            Owner.HELPER,
            Words("Trạm không ghi được vào thẻ nhớ", "The kiosk cannot write to its memory card"),
            Words(
                "Gọi người phụ trách, đọc mã T4. Bảng chào vẫn chạy.",
                "Call the person in charge and read out code T4. The wall still works.",
            ),
        ),
        Fault(
            "H1",
            Level.RED,
            Owner.STAFF,
            Words("Trạm không thấy màn hình", "The kiosk cannot find its screen"),
            Words("Bật công tắc màn hình, cắm chặt dây hình.", "Switch the screen on and push its cable in."),
        ),
        Fault(
            "K1",
            Level.AMBER,
            Owner.NOBODY,
            Words("Trạm đang tự khắc phục", "The kiosk is putting itself right"),
            Words(
                "Bạn chờ 2 phút. Nếu vẫn vậy, gọi người phụ trách, đọc mã K1.",
                "Wait 2 minutes. If it stays so, call the person in charge and read out code K1.",
            ),
        ),
    )
}
"""Every fault that facts can show today, red before amber, the one to mend first on top."""

_BY_TROUBLE: Final = {
    Trouble.NO_ADAPTER: "S1",
    Trouble.BLOCKED: "S2",
    Trouble.NO_DISPLAY: "H1",
    Trouble.STORE: "T4",
}
_BY_SERVICE: Final = {"advertise": "S4", "collect": "S3"}
"""What staff see of a service in any other trouble; a service they do not see is K1."""


def faults(snapshot: Snapshot, dead: tuple[str, ...] = ()) -> tuple[Fault, ...]:
    """What is wrong now, worst first; `dead` names services without a heartbeat."""
    found: dict[str, list[str]] = {}
    for service in snapshot.services:
        code = _code(service, snapshot, service.name in dead)
        if code is not None:
            found.setdefault(code, []).append(service.name)
    return tuple(
        _worded(replace(fault, services=tuple(found[code])), snapshot)
        for code, fault in CATALOGUE.items()
        if code in found
    )


def dead(snapshot: Snapshot, monotonic: float, vital: tuple[str, ...], limit_s: float) -> tuple[str, ...]:
    """Vital services that ended or whose last heartbeat is older than `limit_s`."""
    return tuple(
        service.name
        for service in snapshot.services
        if service.name in vital and (service.state is State.STOPPED or monotonic - service.beat > limit_s)
    )


def waking(snapshot: Snapshot) -> bool:
    """Whether the kiosk is in its first minute and some service has not shown what it does."""
    if not snapshot.services:
        return True
    young = snapshot.at - snapshot.started < WAKING_MS
    return young and any(mute(service, snapshot) for service in snapshot.services)


def _code(service: ServiceFacts, snapshot: Snapshot, is_dead: bool) -> str | None:
    if service.state is State.TROUBLED and service.trouble in _BY_TROUBLE:
        return _BY_TROUBLE[service.trouble]
    late = snapshot.at - snapshot.started >= WAKING_MS and mute(service, snapshot)
    if service.state is State.TROUBLED or is_dead or late:
        return _BY_SERVICE.get(service.name, "K1")
    return None


def mute(service: ServiceFacts, snapshot: Snapshot) -> bool:
    """A service without a first turn, or one that says it runs while its own facts say that it does nothing."""
    if service.state is not State.RUNNING:
        return service.state is State.STARTING
    since = {"advertise": snapshot.advertise.on_air_since, "collect": snapshot.collect.listening_since}
    return service.name in since and since[service.name] is None


def _worded(fault: Fault, snapshot: Snapshot) -> Fault:
    """S3 says since when, if anything was ever heard."""
    heard: UnixMs | None = snapshot.collect.last_heard
    if fault.code != "S3" or heard is None:
        return fault
    at = clock(heard)
    return replace(fault, title=Words(f"Trạm không nghe được gì từ {at}", f"The kiosk has heard nothing since {at}"))
