"""Report: live facts -> the status document -> lines for a terminal. Pure."""

import re
from typing import Final

from kiosk.core.facts import CollectFacts, ShowFacts, Snapshot, State
from kiosk.core.faults import Fault, faults, mute, waking
from kiosk.core.status import (
    SCHEMA,
    Collect,
    Count,
    Document,
    FaultDocument,
    Light,
    OnAir,
    Row,
    Said,
    ServiceDocument,
    Show,
    Status,
    Upkeep,
)
from kiosk.core.windows import window_at
from kiosk.core.wording import MINUTE_MS, Words, clock, composed, day, gigabytes, iso, lasted, moment, number, since

FEWEST: Final = 20
"""Smaller counts are hidden (in real life, not in the simulation, whose phones are invented)."""

_WELL: Final = Words("Mọi thứ đang chạy tốt", "All is running well")
_NOTHING: Final = Words("Bạn không cần làm gì.", "Nothing to do.")
_WAKING: Final = Words("Trạm đang thức dậy", "The kiosk is waking up")
_MINUTE: Final = Words("Bạn chờ chừng một phút.", "It takes about a minute.")
_HIDDEN: Final = Words("Dưới 20 máy, không hiện số để giữ riêng tư", "Fewer than 20; number hidden for privacy")
_READY: Final = Words("Đang chuẩn bị", "Getting ready")
SIMULATION: Final = Words(
    "Mô phỏng: điện thoại là giả, không phát sóng thật.", "Simulation: the phones are invented, nothing goes on air."
)
OWNERS: Final = {
    "staff": Words("Việc của nhân viên", "For staff here"),
    "helper": Words("Việc của người phụ trách", "For the person in charge"),
    "nobody": Words("Trạm tự lo", "The kiosk helps itself"),
}
MARKS: Final = {"green": "✓", "amber": "!", "red": "×", "starting": "…"}
_DAMPED: Final = re.compile(r"[0-9A-Fa-f]{2}(?:[:_-][0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{12,}")
"""What could be a Bluetooth address, an id or a key in an error of the operating system."""


def document(snapshot: Snapshot, dead: tuple[str, ...] = ()) -> Document:
    """Everything the status page knows; `dead` names vital services without a heartbeat."""
    found = faults(snapshot, dead)
    light, title, action = _verdict(snapshot, found)
    worst = found[0] if found else None
    status: Status = "ok" if light == "green" else "starting" if light == "starting" else "troubled"
    return Document(
        schema=SCHEMA,
        status="dead" if dead else status,
        light=light,
        title=_said(title),
        action=_said(action),
        code=worst.code if worst else None,
        owner=worst.owner.value if worst else None,
        simulated=snapshot.simulated,
        venue=composed(snapshot.venue),
        version=snapshot.version,
        at=iso(snapshot.at),
        started=iso(snapshot.started),
        today=_said(day(snapshot.at)),
        clock=clock(snapshot.at),
        dead=list(dead),
        faults=[_fault(fault) for fault in found],
        rows=_rows(snapshot, found),
        services=_services(snapshot),
        advertise=OnAir(since=iso(snapshot.advertise.on_air_since), window_start=iso(snapshot.advertise.window_start)),
        collect=_collect(snapshot.collect, snapshot.simulated),
        show=_show(snapshot.show),
        upkeep=_upkeep(snapshot),
    )


def lines(status: Document) -> list[str]:
    """The document for a terminal: Vietnamese first, English under it."""
    venue = f"{status['venue']} · " if status["venue"] else ""
    told = [f"{venue}Trạm Bluezone {status['version']} · {status['today']['vi']} {status['clock']}"]
    if status["simulated"]:
        told.append(f"{SIMULATION.vi} / {SIMULATION.en}")
    told += ["", f"{MARKS[status['light']]} {status['title']['vi']}. {status['action']['vi']}"]
    told.append(f"  {status['title']['en']}. {status['action']['en']}")
    if status["code"] is not None:
        owner = OWNERS[status["owner"] or "nobody"]
        told.append(f"  {owner.vi} · mã {status['code']} / {owner.en} · code {status['code']}")
    for language in ("vi", "en"):
        told.append("")
        width = max(len(row["name"][language]) for row in status["rows"])
        told += [
            f"{MARKS[row['level']]} {row['name'][language]:<{width}}  {row['value'][language]}"
            for row in status["rows"]
        ]
    troubled = [service for service in status["services"] if service["trouble"] is not None]
    if troubled:
        told.append("")
        told += [f"  {service['name']}: {service['trouble']}: {service['detail']}" for service in troubled]
    return told


def _verdict(snapshot: Snapshot, found: tuple[Fault, ...]) -> tuple[Light, Words, Words]:
    if found:
        return found[0].level.value, found[0].title, found[0].action
    if waking(snapshot):
        return "starting", _WAKING, _MINUTE
    return "green", _WELL, _NOTHING


def _rows(snapshot: Snapshot, found: tuple[Fault, ...]) -> list[Row]:
    """Always the same rows in the same order, whatever breaks."""
    parts = (
        ("on-air", ("advertise",), Words("Phát sóng", "On air"), _on_air(snapshot)),
        ("phones", ("collect",), Words("Điện thoại Bluezone", "Bluezone phones"), _phones(snapshot)),
        ("screen", ("show",), Words("Màn hình", "Screen"), _screen(snapshot)),
        ("box", ("upkeep", "web"), Words("Hộp máy", "Box"), _box(snapshot)),
    )
    return [
        Row(key=key, level=_level(services, snapshot, found), name=_said(name), value=_said(value))
        for key, services, name, value in parts
    ]


def _level(services: tuple[str, ...], snapshot: Snapshot, found: tuple[Fault, ...]) -> Light:
    """The worst fault that one of these services reported (faults come worst first)."""
    for fault in found:
        if set(services) & set(fault.services):
            return fault.level.value
    silent = any(mute(service, snapshot) for service in snapshot.services if service.name in services)
    return "starting" if silent or not snapshot.services else "green"


def _on_air(snapshot: Snapshot) -> Words:
    began = snapshot.advertise.on_air_since
    if began is None:
        return _READY if waking(snapshot) else Words("Đang dừng", "Off air")
    at = since(began, snapshot.at)
    return Words(f"Liên tục từ {at.vi}", f"On since {at.en}")


def _phones(snapshot: Snapshot) -> Words:
    facts = snapshot.collect
    if facts.listening_since is None:
        if facts.last_heard is None:
            return _READY if waking(snapshot) else Words("Chưa nghe được gì", "Nothing heard yet")
        at = moment(facts.last_heard, snapshot.at)
        return Words(f"Không nghe được từ {at.vi}", f"Nothing heard since {at.en}")
    near, visits = (_count(value, snapshot.simulated) for value in (facts.phones_near, facts.visits_today))
    if near["count"] is None and visits["count"] is None:
        return _HIDDEN
    return Words(
        f"{_few(near).vi} máy ở gần · {_few(visits).vi.lower()} lượt hôm nay",
        f"{_few(near).en} phones near · {_few(visits).en.lower()} visits today",
    )


def _screen(snapshot: Snapshot) -> Words:
    facts = snapshot.show
    if facts.drawn_at is None:
        return _READY if waking(snapshot) else Words("Chưa vẽ bảng chào", "Nothing drawn yet")
    at = moment(facts.drawn_at, snapshot.at)
    show = snapshot.service("show")
    if show is not None and show.state is State.TROUBLED:
        return Words(f"Không hiện được, lần cuối lúc {at.vi}", f"Not shown, last drawn {at.en}")
    return Words(f"Mã QR đang hiện, vẽ lúc {at.vi}", f"QR on screen, drawn {at.en}")


def _box(snapshot: Snapshot) -> Words:
    age, free = snapshot.at - snapshot.started, snapshot.upkeep.free_bytes
    up = Words("vừa bật", "just started")
    if age >= MINUTE_MS:
        up = Words(f"chạy được {lasted(age).vi}", f"up {lasted(age).en}")
    told = Words(f"Bản {snapshot.version} · {up.vi}", f"Version {snapshot.version} · {up.en}")
    if free is None:
        return told
    room = gigabytes(free)
    return Words(f"{told.vi} · thẻ nhớ trống {room.vi}", f"{told.en} · {room.en} free")


def _collect(facts: CollectFacts, simulated: bool) -> Collect:
    stored = facts.last_stored
    return Collect(
        listening_since=iso(facts.listening_since),
        last_heard=iso(facts.last_heard),
        last_stored=None if stored is None else iso(window_at(stored).start),
        phones_near=_count(facts.phones_near, simulated),
        visits_today=_count(facts.visits_today, simulated),
        strangers_near=_count(facts.strangers_near, simulated),
        waiting_to_ask=_count(facts.waiting_to_ask, simulated),
        answered=_count(facts.answered, simulated),
        unanswered=_count(facts.unanswered, simulated),
        packets=facts.packets,
        damaged=facts.damaged,
        dropped=facts.dropped,
    )


def _show(facts: ShowFacts) -> Show:
    return Show(
        surface=_DAMPED.sub("…", facts.surface), width=facts.width, height=facts.height, drawn_at=iso(facts.drawn_at)
    )


def _upkeep(snapshot: Snapshot) -> Upkeep:
    facts = snapshot.upkeep
    return Upkeep(
        days=facts.days, bytes_on_disk=facts.bytes_on_disk, free_bytes=facts.free_bytes, purged_at=iso(facts.purged_at)
    )


def _services(snapshot: Snapshot) -> list[ServiceDocument]:
    return [
        ServiceDocument(
            name=service.name,
            state=service.state.value,
            restarts=service.restarts,
            trouble=service.trouble.value if service.trouble else None,
            detail=_DAMPED.sub("…", composed(service.detail)),
        )
        for service in snapshot.services
    ]


def _fault(fault: Fault) -> FaultDocument:
    return FaultDocument(
        code=fault.code,
        level=fault.level.value,
        owner=fault.owner.value,
        title=_said(fault.title),
        action=_said(fault.action),
        services=list(fault.services),
    )


def _count(value: int, simulated: bool) -> Count:
    if simulated or value >= FEWEST:
        return Count(count=value, fewer_than=None)
    return Count(count=None, fewer_than=FEWEST)


def _few(count: Count) -> Words:
    if count["count"] is None:
        return Words(f"Dưới {FEWEST}", f"Fewer than {FEWEST}")
    return number(count["count"])


def _said(words: Words) -> Said:
    return Said(vi=words.vi, en=words.en)
