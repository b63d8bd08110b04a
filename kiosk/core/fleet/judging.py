"""Judging: a venue's light, what is the matter, and the sentence to say on the telephone.

A kiosk that goes on talking is judged by its own faults and by what only the collector can see of it: silence, a clock
that is wrong, parcels that do not arrive. The worst stands in the line; all stand on the venue's own page.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kiosk.core.catalogue import CATALOGUE, Entry
from kiosk.core.fleet import sentences
from kiosk.core.fleet.venues import Standing, Venue
from kiosk.core.status import Light
from kiosk.core.windows import UnixMs
from kiosk.core.wire import FaultNote, Heartbeat
from kiosk.core.wording import HOUR_MS, MINUTE_MS, Words, folded, lasted, moment

HEARTBEAT_MS: Final = 5 * MINUTE_MS
STALE_MS: Final = 2 * HEARTBEAT_MS
"""Silent for longer, a kiosk is no longer known to run; its next try may be 15 minutes off (docs/sync.md)."""
SILENT_MS: Final = 30 * MINUTE_MS
"""Silent for longer, somebody has to look."""
LATE_MS: Final = 6 * HOUR_MS
"""A parcel that waits longer, though its kiosk talks, does not get through."""
CLOCK_MS: Final = 5 * MINUTE_MS
"""A clock further off puts visits into wrong windows."""

RANKS: Final[dict[Light, int]] = {"red": 0, "amber": 1, "starting": 2, "green": 3}


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing to know of a venue: how bad, its code for the telephone ("": none), what it is, what to do."""

    level: Light
    code: str
    title: Words
    todo: Words
    owner: str


@dataclass(frozen=True, slots=True)
class Line:
    """A venue as the list shows it."""

    venue: Venue
    matters: tuple[Matter, ...]
    """Worst first, at least one."""
    waited_ms: int
    """How long it has been waiting for somebody: silent, or with an old parcel."""

    @property
    def worst(self) -> Matter:
        return self.matters[0]

    @property
    def light(self) -> Light:
        return self.matters[0].level

    @property
    def turned_at(self) -> UnixMs | None:
        """Since when a kiosk that talks has had its trouble."""
        troubled = bool(self.worst.code) and self.venue.standing is Standing.ACTIVE
        return self.venue.turned_at if troubled else None

    @property
    def retired(self) -> bool:
        return self.venue.standing is Standing.RETIRED


def judged(venue: Venue, now: UnixMs) -> Line:
    """What is the matter with a venue."""
    matters = sorted(_matters(venue, now), key=lambda matter: RANKS[matter.level])
    return Line(venue, tuple(matters) or (_WELL,), _waited(venue, now))


def worst_first(line: Line) -> tuple[int, int, str, str]:
    """Sorting key: red before amber before green, then who has waited longest, then by name."""
    return RANKS[line.light], -line.waited_ms, folded(line.venue.name), line.venue.id


def clock_off_ms(venue: Venue) -> int:
    """How far the box's clock was ahead of the collector's when it last spoke; what travelling takes is in it. A
    simulated one is not off: its time is its own."""
    if venue.heartbeat is None or venue.heard_at is None or venue.heartbeat.simulated:
        return 0
    return venue.heartbeat.at - venue.heard_at


_WELL: Final = Matter("green", "", Words("Chạy tốt", "Running well"), Words("", ""), "nobody")


def _matters(venue: Venue, now: UnixMs) -> Iterator[Matter]:
    if venue.standing is not Standing.ACTIVE:
        yield _standing(venue, now)
        return
    if venue.heartbeat is None or venue.heard_at is None:
        yield Matter("starting", "", sentences.FIRST, sentences.FIRST_TODO, "staff")
        return
    yield from _silence(venue.heard_at, now)
    if venue.heartbeat.simulated:
        yield Matter("green", "", sentences.SIMULATED, sentences.SIMULATED_TODO, "nobody")
    yield from (_fault(note) for note in venue.heartbeat.faults)
    yield from _seen_from_here(venue, venue.heartbeat, now)
    if venue.heartbeat.light != "green" and not venue.heartbeat.faults:
        yield Matter(venue.heartbeat.light, "", *sentences.LIGHTS[venue.heartbeat.light], "staff")


def _standing(venue: Venue, now: UnixMs) -> Matter:
    if venue.standing is Standing.WAITING:
        return Matter("starting", "", sentences.NOT_ENROLLED, sentences.NOT_ENROLLED_TODO, "helper")
    if venue.standing is Standing.RETIRED:
        return Matter("green", "", sentences.RETIRED, Words("", ""), "nobody")
    told = sentences.STOLEN if venue.stolen else sentences.REVOKED
    if venue.since is not None:
        told = _from(told, venue.since, now)
    return Matter("red", "", told, sentences.REVOKED_TODO, "helper")


def _silence(heard_at: UnixMs, now: UnixMs) -> Iterator[Matter]:
    silent = now - heard_at
    if silent > SILENT_MS:
        yield Matter("red", "", _from(sentences.SILENT, heard_at, now), sentences.SILENT_TODO, "staff")
    elif silent > STALE_MS:
        yield Matter("amber", "", _from(sentences.SILENT, heard_at, now), sentences.STALE_TODO, "nobody")


def _seen_from_here(venue: Venue, heartbeat: Heartbeat, now: UnixMs) -> Iterator[Matter]:
    """What only the collector can tell."""
    if heartbeat.refused_notices:
        yield Matter("amber", "", sentences.FORGED, sentences.FORGED_TODO, "helper")
    if heartbeat.simulated:  # its time is its own
        return
    off = clock_off_ms(venue)
    if abs(off) > CLOCK_MS and not any(note.code == "G1" for note in heartbeat.faults):
        by = lasted(abs(off))
        told = Words(f"Đồng hồ lệch {by.vi}", f"Clock off by {by.en}")
        yield Matter("amber", "", told, sentences.CLOCK_TODO, "staff")
    if heartbeat.waiting and heartbeat.oldest is not None and now - heartbeat.oldest > LATE_MS:
        told = _from(sentences.LATE, UnixMs(heartbeat.oldest), now)
        yield Matter("amber", "", told, sentences.LATE_TODO, "helper")


def _fault(note: FaultNote) -> Matter:
    """A kiosk's own fault, in the words of the one who telephones."""
    entry = CATALOGUE.get(note.code)
    todo = sentences.UNKNOWN_TODO if entry is None else _todo(note, entry)
    return Matter(note.level, note.code, title_of(note.code), todo, note.owner)


def title_of(code: str) -> Words:
    """What a fault is, without the times and numbers that no heartbeat carries; a newer kiosk knows more codes."""
    entry = CATALOGUE.get(code)
    if entry is None:
        return Words(f"Cảnh báo {code}", f"Alert {code}")
    return sentences.TITLES.get(code) or entry.plain or entry.title


def _todo(note: FaultNote, entry: Entry) -> Words:
    """What the catalogue asks of the fault's owner. Where two ways are written, the one that needs no page."""
    action = entry.action
    if entry.instead is not None and entry.instead[0].value == note.owner:
        action = entry.instead[1]
    action = sentences.TODOS.get(note.code, action)
    return Words(action.vi.format(call=sentences.CALL.vi), action.en.format(call=sentences.CALL.en))


def _from(told: Words, at: UnixMs, now: UnixMs) -> Words:
    when = moment(at, now)
    return Words(f"{told.vi} từ {when.vi}", f"{told.en} since {when.en}")


def _waited(venue: Venue, now: UnixMs) -> int:
    """Silence counts once it is stale; while the kiosk talks its fault, or its oldest parcel."""
    if venue.standing is Standing.REVOKED and venue.since is not None:
        return max(0, now - venue.since)
    if venue.standing is not Standing.ACTIVE or venue.heard_at is None:
        return 0
    silent = now - venue.heard_at
    told = venue.heartbeat
    oldest = None if told is None or told.simulated else told.oldest
    waiting = now - oldest if oldest is not None else 0
    faulty = told is not None and bool(told.faults)
    troubled = now - venue.turned_at if faulty and venue.turned_at is not None else 0
    return max(0, waiting, troubled, silent if silent > STALE_MS else 0)
