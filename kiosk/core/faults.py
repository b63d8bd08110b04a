"""Faults: what is wrong in words that a layman can act on. Pure: facts in, faults out, worst first.

The catalogue has the words; here are the rules. A rule whose facts nobody keeps yet is silent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from kiosk.core.catalogue import CATALOGUE, Entry, Level, Owner
from kiosk.core.facts import Contact, ServiceFacts, Snapshot, State, Trouble, Verdict
from kiosk.core.windows import DAY_MS, UnixMs, vietnam_day_start
from kiosk.core.wording import HOUR_MS, MINUTE_MS, Words, composed, moment

WAKING_MS: Final = 60_000
"""So long after its start the kiosk may be off air or deaf without a word: 'chờ chừng một phút' on the page."""
NEARLY_FULL_BYTES: Final = 200_000_000
"""A fortnight at 48,000 encounters a day takes a fifth of it."""
FULL_BYTES: Final = 16_000_000
"""A store that cannot be written with less room than this is out of room."""
LOST_MS: Final = 10 * MINUTE_MS
"""A network that is away for less is no matter for staff."""
EXPIRING_MS: Final = 30 * DAY_MS
HOT_CELSIUS: Final = 80.0
"""From here a Raspberry Pi slows itself down."""
QUIET_FROM_MS: Final = 10 * HOUR_MS
"""Before ten in the morning nobody wonders that no phone came by."""
QUIET_AFTER_MS: Final = 3 * HOUR_MS
"""And a box that listens for less than this has not listened long enough to say so."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, found: what `Entry` says, put into words, and who reported it."""

    code: str
    level: Level
    owner: Owner
    title: Words
    action: Words
    row: str
    services: tuple[str, ...] = ()
    button: str = ""


class Found(NamedTuple):
    """What a rule adds to the catalogue's words. Without `when` and `number` a fault has its plain title, if any."""

    when: UnixMs | None = None
    number: int | None = None
    level: Level | None = None
    services: tuple[str, ...] = ()


_BY_TROUBLE: Final = {
    Trouble.NO_ADAPTER: "S1",
    Trouble.BLOCKED: "S2",
    Trouble.NO_DISPLAY: "H1",
    Trouble.STORE: "T4",
    Trouble.KEY: "T6",
}
_EXPLAINS: Final = {"S1": ("S3", "S4"), "S2": ("S3", "S4"), "H1": ("H2",)}
"""Without a chip, or with a blocked one, nothing is heard or sent; who has no screen sees no code either."""
_BY_SERVICE: Final = {"advertise": "S4", "collect": "S3", "announce": "L1"}
"""What staff see of a service in any other trouble; a service they do not see is K1."""


def faults(snapshot: Snapshot, dead: tuple[str, ...] = ()) -> tuple[Fault, ...]:
    """What is wrong now, worst first; `dead` names services without a heartbeat."""
    reported: dict[str, tuple[str, ...]] = {}
    for service in snapshot.services:
        code = _code(service, snapshot, service.name in dead)
        if code is not None:
            reported[code] = (*reported.get(code, ()), service.name)
    found = {code: Found(services=services) for code, services in reported.items()}
    for code, rule in RULES.items():
        verdict = rule(snapshot)
        if verdict is not None:
            found[code] = verdict._replace(services=reported.get(code, ()))
    for code in list(found):
        for consequence in _EXPLAINS.get(code, ()):
            found.pop(consequence, None)
    if "S3" in found:
        found["S3"] = found["S3"]._replace(when=snapshot.collect.last_heard)
    worded = [_worded(entry, found[code], snapshot) for code, entry in CATALOGUE.items() if code in found]
    return tuple(sorted(worded, key=lambda fault: fault.level is not Level.RED))


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


def mute(service: ServiceFacts, snapshot: Snapshot) -> bool:
    """A service without a first turn, or one that says it runs while its own facts say that it does nothing."""
    if service.state is not State.RUNNING:
        return service.state is State.STARTING
    since = {"advertise": snapshot.advertise.on_air_since, "collect": snapshot.collect.listening_since}
    return service.name in since and since[service.name] is None and not _resting(service.name, snapshot)


def whom(contact: Contact) -> Words:
    """{call}: the contact's name, else the number, else 'the person in charge'."""
    named = composed(contact.name or contact.phone or contact.zalo)
    return Words(named, named) if named else Words("người phụ trách", "the person in charge")


def _code(service: ServiceFacts, snapshot: Snapshot, is_dead: bool) -> str | None:
    if service.state is State.TROUBLED and service.trouble in _BY_TROUBLE:
        code = _BY_TROUBLE[service.trouble]
        return "T2" if code == "T4" and _free(snapshot) < FULL_BYTES else code
    late = snapshot.at - snapshot.started >= WAKING_MS and mute(service, snapshot)
    if service.state is State.TROUBLED or is_dead or late:
        return _BY_SERVICE.get(service.name, "K1")
    return None


def _resting(service: str, snapshot: Snapshot) -> bool:
    """Off air on purpose: G1 says why."""
    return service == "advertise" and snapshot.clock is not None and snapshot.clock.on_hold


def _free(snapshot: Snapshot) -> float:
    free = snapshot.upkeep.free_bytes
    return float("inf") if free is None else free


def _unsure(snapshot: Snapshot) -> Found | None:
    clock = snapshot.clock
    if clock is None or clock.trusted:
        return None
    return Found(when=snapshot.at) if clock.on_hold else Found(level=Level.AMBER)


def _flooded(snapshot: Snapshot) -> Found | None:
    return Found() if snapshot.flood is not None and snapshot.flood.since is not None else None


def _quiet(snapshot: Snapshot) -> Found | None:
    """Judged by finished windows, so that nobody can watch the first phone of the day come in."""
    tally, listening = snapshot.tally, snapshot.collect.listening_since
    if tally is None or listening is None or sum(tally.today) > 0:
        return None
    midnight = vietnam_day_start(snapshot.at)
    tallied = tally.until >= midnight + QUIET_FROM_MS
    return Found() if tallied and tally.until - listening >= QUIET_AFTER_MS else None


def _nearly_full(snapshot: Snapshot) -> Found | None:
    full = any(service.trouble is Trouble.STORE for service in snapshot.services)
    return Found() if _free(snapshot) < NEARLY_FULL_BYTES and not full else None


def _set_aside(snapshot: Snapshot) -> Found | None:
    return Found() if snapshot.upkeep.set_aside_at is not None else None


def _forgot(snapshot: Snapshot) -> Found | None:
    return Found() if snapshot.upkeep.state_set_aside_at is not None else None


def _crowded(snapshot: Snapshot) -> Found | None:
    at, unsent = snapshot.upkeep.crowded_at, snapshot.upkeep.lost_unsent
    return None if at is None or snapshot.at - at >= DAY_MS else Found(number=unsent or None)


def _offline(snapshot: Snapshot) -> Found | None:
    since = snapshot.sync.lost_since if snapshot.sync else None
    return Found(when=since) if since is not None and snapshot.at - since >= LOST_MS else None


def _refused(snapshot: Snapshot) -> Found | None:
    return Found() if snapshot.sync is not None and snapshot.sync.refused else None


def _expiring(snapshot: Snapshot) -> Found | None:
    ends = snapshot.sync.certificate_ends if snapshot.sync else None
    if ends is None or ends - snapshot.at > EXPIRING_MS:
        return None
    left = -(-(ends - snapshot.at) // DAY_MS)
    return Found(number=left if left > 0 else None)


def _unplugged(snapshot: Snapshot) -> Found | None:
    return Found() if snapshot.proof.verdict is Verdict.UNPLUGGED else None


def _unseen(snapshot: Snapshot) -> Found | None:
    verdict = snapshot.proof.verdict
    return Found() if verdict is not None and verdict.alarm and verdict is not Verdict.UNPLUGGED else None


def _weak(snapshot: Snapshot) -> Found | None:
    return Found() if snapshot.health is not None and snapshot.health.weak_power else None


def _hot(snapshot: Snapshot) -> Found | None:
    celsius = snapshot.health.celsius if snapshot.health else None
    return Found(number=int(celsius)) if celsius is not None and celsius >= HOT_CELSIUS else None


def _not_updated(snapshot: Snapshot) -> Found | None:
    return Found() if snapshot.update is not None and snapshot.update.failed else None


RULES: Final[dict[str, Callable[[Snapshot], Found | None]]] = {
    "G1": _unsure,
    "S5": _flooded,
    "S6": _quiet,
    "T1": _nearly_full,
    "T3": _set_aside,
    "T5": _forgot,
    "T7": _crowded,
    "M1": _offline,
    "M2": _refused,
    "M3": _expiring,
    "H1": _unplugged,
    "H2": _unseen,
    "N1": _weak,
    "N2": _hot,
    "C1": _not_updated,
}
"""Faults that facts show; the others, and H1 too, are troubles that a service reports."""


def _worded(entry: Entry, found: Found, snapshot: Snapshot) -> Fault:
    owner, action, button = entry.owner, entry.action, entry.button
    if entry.instead is not None and button not in snapshot.buttons:
        (owner, action), button = entry.instead, ""
    title = entry.title
    if entry.plain is not None and found.when is None and found.number is None:
        title = entry.plain
    when = Words("", "") if found.when is None else moment(found.when, snapshot.at)
    call = whom(snapshot.contact)

    def fill(words: Words) -> Words:
        return Words(
            *(
                text.format(when=at, number=found.number, call=who)
                for text, at, who in zip(words, when, call, strict=True)
            )
        )

    level = found.level or entry.level
    return Fault(entry.code, level, owner, fill(title), fill(action), entry.row, found.services, button)
