"""The diary: what really happened on the simulated street, so that a test can compare the store with it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from kiosk.core.adverts import Platform
from kiosk.core.identity import BluezoneId
from kiosk.core.windows import WINDOW_MS, UnixMs, Window, window_at
from kiosk.sim.phones import Phone


class Reception(NamedTuple):
    """What was delivered of one id in one window: exactly what the store should hold of it."""

    platform: Platform
    first: UnixMs
    last: UnixMs
    receptions: int
    rssi_best: int
    rssi_sum: int


class Aired(NamedTuple):
    """Our own id on air from `since` until `until` (None: still)."""

    peer: BluezoneId
    since: UnixMs
    until: UnixMs | None


class Presence(NamedTuple):
    """A phone with the app, near from `arrives` until `leaves`."""

    phone: Phone
    arrives: UnixMs
    leaves: UnixMs


class Answer(NamedTuple):
    """An id told over GATT."""

    peer: BluezoneId
    at: UnixMs


@dataclass(slots=True)
class Diary:
    """Written by the world only."""

    received: dict[tuple[Window, BluezoneId], Reception] = field(default_factory=dict)
    """Android adverts handed to the listener, by window of reception and id."""
    answers: list[Answer] = field(default_factory=list)
    aired: list[Aired] = field(default_factory=list)
    presences: list[Presence] = field(default_factory=list)

    def heard(self, peer: BluezoneId, at: UnixMs, rssi: int) -> None:
        """An Android phone's advert reached the listener."""
        key = (window_at(at), peer)
        old = self.received.get(key)
        if old is None:
            self.received[key] = Reception(Platform.ANDROID, at, at, 1, rssi, rssi)
            return
        best = max(old.rssi_best, rssi)
        self.received[key] = Reception(
            Platform.ANDROID, min(old.first, at), max(old.last, at), old.receptions + 1, best, old.rssi_sum + rssi
        )

    def answered(self, peer: BluezoneId, at: UnixMs) -> None:
        """An iPhone told its id."""
        self.answers.append(Answer(peer, at))

    def on_air(self, peer: BluezoneId | None, at: UnixMs) -> None:
        """Our own advertisement changed, or left the air (None)."""
        if self.aired and self.aired[-1].until is None:
            self.aired[-1] = self.aired[-1]._replace(until=at)
        if peer is not None:
            self.aired.append(Aired(peer, at, None))

    def near(self, window: Window) -> Iterator[Presence]:
        """Phones with the app that were near at some time of a window."""
        return (p for p in self.presences if p.arrives < window.end and p.leaves > window.start)

    def ids_near(self, window: Window) -> set[BluezoneId]:
        """Ids those phones may have had on air; by a slow clock or a late restart also that of the window before."""
        times = (UnixMs(window.start - WINDOW_MS), window.start, UnixMs(window.end - 1))
        return {presence.phone.id_at(at) for presence in self.near(window) for at in times}

    def forget_before(self, limit: UnixMs) -> None:
        """Drop what ended before a time: a simulation may run for weeks."""
        self.received = {key: value for key, value in self.received.items() if key[0].end > limit}
        self.answers = [answer for answer in self.answers if answer.at >= limit]
        self.aired = [aired for aired in self.aired if aired.until is None or aired.until >= limit]
        self.presences = [presence for presence in self.presences if presence.leaves >= limit]
