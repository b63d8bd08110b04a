"""Airtime: for how much of the time the box listened and sent, and its longest breaks, by what the kernel tells.

One radio scans, sends and connects, and takes turns between them. The kernel tells when a discovery begins and ends,
which advertisements it holds, and who is connected. A connect of ours begins with the end of the discovery; while it
lasts the advertisement pauses too, unless the chip sends and connects at once. So does a restart of the scan for an ask
count, for the moment it takes: what is told is the worse side of the truth.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, NamedTuple

from kiosk.core import mgmt

SPAN_S: Final = 900.0
"""A figure is that of so many seconds, once they are over; before that, of what there is."""


class Duty(NamedTuple):
    """How much of the time something was on, 0 to 1, and the longest time it was off."""

    share: float
    longest_gap_s: float


@dataclass(frozen=True, slots=True)
class AirtimeFacts:
    """What was measured over so many seconds; `sending` None: the chip sends past the kernel, which cannot tell."""

    seconds: float
    listening: Duty
    sending: Duty | None


class Meter:
    """Adds up one thing that is on or off. Times are monotonic seconds."""

    def __init__(self, uptime: float) -> None:
        self._on = False
        self._turned_at = self._began_at = self._added_at = uptime
        self._on_s = self._gap_s = 0.0
        self._last: Duty | None = None

    def turn(self, uptime: float, *, on: bool) -> None:
        """It is on, or off, from now on."""
        self._add(uptime)
        if on != self._on:
            self._on, self._turned_at = on, uptime

    def duty(self, uptime: float) -> Duty:
        """Of the last whole span, or of the first one so far; a gap under way counts as long as it is."""
        self._add(uptime)
        told = self._last or self._span(uptime)
        return told if self._on else told._replace(longest_gap_s=max(told.longest_gap_s, uptime - self._turned_at))

    def _add(self, uptime: float) -> None:
        if self._on:
            self._on_s += uptime - self._added_at
        else:
            self._gap_s = max(self._gap_s, uptime - self._turned_at)
        self._added_at = uptime
        if uptime - self._began_at >= SPAN_S:
            self._last = self._span(uptime)
            self._began_at, self._on_s, self._gap_s = uptime, 0.0, 0.0

    def _span(self, uptime: float) -> Duty:
        took = uptime - self._began_at
        return Duty(min(self._on_s / took, 1.0) if took > 0 else float(self._on), self._gap_s)


class Airtime:
    """Follows the kernel's events. Nothing is measured before `begin`, nor after `forget`."""

    def __init__(self) -> None:
        self._began_at: float | None = None
        self._listening = self._sending = Meter(0.0)
        self._powered = self._scans = self._dials = self._at_once = False
        self._instances: set[int] = set()
        self._guests: set[bytes] = set()
        """Centrals that connected to us: a connectable advertisement is off as long as they stay."""

    def begin(self, uptime: float, instances: Collection[int], *, at_once: bool) -> None:
        """A discovery begins: the controller is on and holds these advertisements."""
        if self._began_at is None:
            self._began_at, self._listening, self._sending = uptime, Meter(uptime), Meter(uptime)
        self._powered, self._dials, self._at_once = True, False, at_once
        self._instances = set(instances)
        self._guests.clear()
        self._turn(uptime)

    def tell(self, event: mgmt.Frame, uptime: float, asked: Collection[bytes]) -> None:
        """An event of the controller; `asked` are the addresses we are connected with, or about to be."""
        self._follow_links(event, event.body[:6], asked)
        match event.event:
            case mgmt.DISCOVERING if (runs := mgmt.discovering(event.body)) is not None:
                self._scans, self._dials = runs, not runs and bool(asked)
            case mgmt.ADVERTISING_ADDED:
                self._instances.update(event.body[:1])
            case mgmt.ADVERTISING_REMOVED:
                self._instances.difference_update(event.body[:1])
            case mgmt.NEW_SETTINGS:
                self._powered = mgmt.powered(event.body)
            case mgmt.INDEX_REMOVED:
                self._powered = False
                self._instances.clear()
            case _:
                pass
        self._turn(uptime)

    def _follow_links(self, event: mgmt.Frame, peer: bytes, asked: Collection[bytes]) -> None:
        if event.event in (mgmt.DEVICE_DISCONNECTED, mgmt.CONNECT_FAILED):
            self._dials = False
            self._guests.discard(peer)
        elif event.event == mgmt.DEVICE_CONNECTED and peer in asked:
            self._dials = False
        elif event.event == mgmt.DEVICE_CONNECTED:
            self._guests.add(peer)

    def facts(self, uptime: float, *, knows_air: bool = True) -> AirtimeFacts | None:
        """None: nothing was measured. Without `knows_air` the measure of sending begins anew."""
        if self._began_at is None:
            return None
        if not knows_air:
            self._sending = Meter(uptime)
            self._turn(uptime)
        sending = self._sending.duty(uptime) if knows_air else None
        return AirtimeFacts(min(uptime - self._began_at, SPAN_S), self._listening.duty(uptime), sending)

    def forget(self) -> None:
        """Somebody else listens now."""
        self._began_at = None

    def _turn(self, uptime: float) -> None:
        self._listening.turn(uptime, on=self._powered and self._scans)
        pauses = bool(self._guests) or (self._dials and not self._at_once)
        self._sending.turn(uptime, on=self._powered and bool(self._instances) and not pauses)
