"""Report: live facts -> the status document -> lines for a terminal. Pure."""

import re
from typing import Final

from kiosk.core.airtime import AirtimeFacts
from kiosk.core.boots import BootFacts
from kiosk.core.buttons import POSTER
from kiosk.core.discretion import stepped
from kiosk.core.facts import ClockFacts, Contact, PathFacts, ShowFacts, Snapshot, SyncFacts
from kiosk.core.faults import Fault, faults, waking, whom
from kiosk.core.firstboot import checks
from kiosk.core.redaction import redacted
from kiosk.core.rows import counted, is_sound, people, rows
from kiosk.core.status import (
    SCHEMA,
    Airtime,
    Boots,
    ClockTrust,
    Collect,
    Count,
    Document,
    FaultDocument,
    Light,
    OnAir,
    Person,
    Radio,
    Said,
    ServiceDocument,
    SetUp,
    SetUpLine,
    Show,
    Status,
    Sync,
    Upkeep,
)
from kiosk.core.sync.words import SENTENCES
from kiosk.core.windows import window_at
from kiosk.core.wording import Words, clock, composed, day, iso

_WELL: Final = Words("Mọi thứ đang chạy tốt", "All is running well")
_NOTHING: Final = Words("Bạn không cần làm gì.", "Nothing to do.")
_POSTER: Final = Words(
    "Bạn không cần làm gì. Rảnh tay, mời bạn dán thêm một tờ áp phích ở cửa vào.",
    "Nothing to do. If you have a minute, put up one more poster at the door.",
)
_WAKING: Final = Words("Trạm đang thức dậy", "The kiosk is waking up")
_MINUTE: Final = Words("Bạn chờ chừng một phút.", "It takes about a minute.")
SIMULATION: Final = Words(
    "Mô phỏng: điện thoại là giả, không phát sóng thật.", "Simulation: the phones are invented, nothing goes on air."
)
OWNERS: Final = {
    "staff": Words("Việc của nhân viên", "For staff here"),
    "helper": Words("Việc của người phụ trách", "For the person in charge"),
    "nobody": Words("Trạm tự lo", "The kiosk helps itself"),
}
MARKS: Final = {"green": "✓", "amber": "!", "red": "×", "starting": "…"}


def document(snapshot: Snapshot, dead: tuple[str, ...] = ()) -> Document:
    """Everything the status page knows; `dead` names vital services without a heartbeat."""
    found = faults(snapshot, dead)
    light, title, action, button = _verdict(snapshot, found)
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
        button=button,
        contact=_person(snapshot.contact),
        simulated=snapshot.simulated,
        venue=composed(snapshot.venue),
        version=snapshot.version,
        at=iso(snapshot.at),
        started=iso(snapshot.started),
        today=_said(day(snapshot.at)),
        clock=clock(snapshot.at),
        dead=list(dead),
        faults=[_fault(fault) for fault in found],
        rows=rows(snapshot, found),
        services=_services(snapshot),
        advertise=OnAir(since=iso(snapshot.advertise.on_air_since), window_start=iso(snapshot.advertise.window_start)),
        collect=_collect(snapshot),
        radio=_radio(snapshot.path),
        show=_show(snapshot.show),
        upkeep=_upkeep(snapshot),
        boots=_boots(snapshot.boots),
        sync=_sync(snapshot.sync),
        setup=_setup(snapshot),
        clock_trust=_clock_trust(snapshot.clock),
    )


def _clock_trust(facts: ClockFacts | None) -> ClockTrust | None:
    if facts is None:
        return None
    return ClockTrust(trusted=facts.trusted, source=facts.source.value if facts.source else None, on_hold=facts.on_hold)


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
        who = status["contact"]
        if who["phone"]:
            told.append(f"  {' · '.join(dict.fromkeys((who['name']['vi'], who['phone'])))}")
    for language in ("vi", "en"):
        told.append("")
        width = max(len(row["name"][language]) for row in status["rows"])
        told += [
            f"{MARKS[row['level']]} {row['name'][language]:<{width}}  {row['value'][language]}"
            for row in status["rows"]
        ]
    if status["upkeep"]["damaged"]:
        told += ["", f"  damaged/: {', '.join(status['upkeep']['damaged'])}"]
    troubled = [service for service in status["services"] if service["trouble"] is not None]
    if troubled:
        told.append("")
        told += [f"  {service['name']}: {service['trouble']}: {service['detail']}" for service in troubled]
    return told


def _verdict(snapshot: Snapshot, found: tuple[Fault, ...]) -> tuple[Light, Words, Words, str]:
    if found:
        return found[0].level.value, found[0].title, found[0].action, found[0].button
    if waking(snapshot):
        return "starting", _WAKING, _MINUTE, ""
    if POSTER in snapshot.buttons:
        return "green", _WELL, _POSTER, POSTER
    return "green", _WELL, _NOTHING, ""


def _person(contact: Contact) -> Person:
    call, zalo = (re.sub(r"[^0-9+]", "", number) for number in (contact.phone, contact.zalo))
    return Person(
        name=_said(whom(contact)),
        phone=contact.phone,
        call=f"tel:{call}" if call else "",
        zalo=f"https://zalo.me/{zalo.removeprefix('+')}" if zalo else "",
    )


def _collect(snapshot: Snapshot) -> Collect:
    seen, facts = people(snapshot), snapshot.collect
    stored = seen.heard.last_stored

    def count(value: int) -> Count:
        return counted(value, snapshot.simulated)

    def since_start(value: int) -> Count:
        return count(value if snapshot.simulated else stepped(value))

    return Collect(
        until=iso(seen.until),
        listening_since=iso(facts.listening_since),
        last_heard=iso(facts.last_heard),
        last_stored=None if stored is None else iso(window_at(stored).start),
        sound=is_sound(snapshot),
        phones_near=count(seen.near),
        visits_today=count(seen.today),
        strangers_near=count(seen.heard.strangers_near),
        waiting_to_ask=count(seen.heard.waiting_to_ask),
        answered=since_start(seen.heard.answered),
        unanswered=since_start(seen.heard.unanswered),
        packets=facts.packets,
        damaged=facts.damaged,
        dropped=facts.dropped,
    )


def _radio(facts: PathFacts | None) -> Radio | None:
    if facts is None:
        return None
    return Radio(
        ears=facts.ways.ears,
        ears_why=redacted(facts.ways.ears_why),
        air=facts.ways.air,
        air_why=redacted(facts.ways.air_why),
        sense=facts.sense,
        step=facts.step,
        stepped_at=iso(facts.stepped_at),
        refusal=redacted(facts.refusal),
        worked=facts.worked,
        worked_at=iso(facts.worked_at),
        steps=facts.steps,
        airtime=_airtime(facts.airtime),
    )


def _airtime(facts: AirtimeFacts | None) -> Airtime | None:
    if facts is None:
        return None
    sending = facts.sending
    return Airtime(
        seconds=round(facts.seconds),
        listening_share=round(facts.listening.share, 3),
        listening_gap_s=round(facts.listening.longest_gap_s, 2),
        sending_share=None if sending is None else round(sending.share, 3),
        sending_gap_s=None if sending is None else round(sending.longest_gap_s, 2),
    )


def _show(facts: ShowFacts) -> Show:
    return Show(surface=redacted(facts.surface), width=facts.width, height=facts.height, drawn_at=iso(facts.drawn_at))


def _upkeep(snapshot: Snapshot) -> Upkeep:
    facts = snapshot.upkeep
    return Upkeep(
        days=facts.days,
        bytes_on_disk=facts.bytes_on_disk,
        free_bytes=facts.free_bytes,
        purged_at=iso(facts.purged_at),
        damaged=list(facts.damaged),
    )


def _boots(facts: BootFacts | None) -> Boots | None:
    return None if facts is None else Boots(boots=facts.boots, cuts=facts.cuts, crashes=facts.crashes)


def _sync(facts: SyncFacts | None) -> Sync | None:
    if facts is None:
        return None
    return Sync(
        share=facts.share,
        sentence=_said(SENTENCES[facts.share]),
        waiting=facts.waiting,
        oldest=iso(facts.oldest),
        acknowledged_at=iso(facts.acknowledged_at),
        heard_at=iso(facts.heard_at),
        lost_since=iso(facts.lost_since),
        refused=facts.refused,
        set_aside=facts.set_aside,
        expired=facts.expired,
        answered=facts.answered,
        certificate_ends=iso(facts.certificate_ends),
    )


def _setup(snapshot: Snapshot) -> SetUp | None:
    facts = snapshot.setup
    if facts is None:
        return None
    page = checks.page_of(snapshot, facts)
    slips = facts.outcome.slips if facts.outcome else ()
    return SetUp(
        stands=facts.stands,
        headline=list(page.headline),
        headline_en=page.headline_en,
        action=_said(page.paragraphs[0]) if page.paragraphs else Said(vi="", en=""),
        lines=[
            SetUpLine(key=key, mark=told.mark.value, name=_said(told.name), value=_said(told.value))
            for key, told, _ in checks.lines(snapshot, facts)
        ],
        slips=[Said(vi=f"{slip.title.vi}. {slip.fix.vi}", en=f"{slip.title.en}. {slip.fix.en}") for slip in slips],
    )


def _services(snapshot: Snapshot) -> list[ServiceDocument]:
    return [
        ServiceDocument(
            name=service.name,
            state=service.state.value,
            restarts=service.restarts,
            hangs=service.hangs,
            trouble=service.trouble.value if service.trouble else None,
            detail=redacted(composed(service.detail)),
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
        button=fault.button,
    )


def _said(words: Words) -> Said:
    return Said(vi=words.vi, en=words.en)
