"""The world: who is near the kiosk now, what reaches its radio, and who answers. Computed when asked, no task runs."""

import heapq
from collections.abc import Iterator
from random import Random
from typing import Final, NamedTuple

from kiosk.core.adverts import Heard, Platform
from kiosk.core.windows import DAY_MS, UnixMs
from kiosk.ports import Clock
from kiosk.sim.diary import Diary, Presence
from kiosk.sim.phones import NEVER, Device
from kiosk.sim.street import LONGEST_STAY_S, Street, Visit
from kiosk.sim.things import fixtures

ROUND_MS: Final = 10_400
"""A chip with the duplicate filter on reports an unchanged advert once per discovery round (measured: 10.4 s)."""
JITTER_MS: Final = 400
SOON_MS: Final = 300
"""A new or changed advert is reported within this time."""
WEAKEST_DBM: Final = -100
"""What is weaker is not heard."""
NOISE_DB: Final = 4.0
DUTY_IN_CONNECT: Final = 0.31
"""Share of the adverts still heard while a connect is under way (measured)."""
REMEMBER_MS: Final = 2 * DAY_MS
"""How far back the diary goes."""
FULL: Final = 10_000
"""Adverts that wait for `take`; what comes on top pushes the oldest out, as the real queue does."""


class _Report(NamedTuple):
    """The next report of a device; `number` orders equal times."""

    at: UnixMs
    number: int
    device: Device
    leaves: UnixMs


class World:
    """A street (or nobody, then `place` puts devices near). All randomness comes from the seed of the street.

    The world lives in true time; the kiosk's wall clock may be wrong or jump, and what is heard carries its time.
    """

    def __init__(self, clock: Clock, street: Street | None = None) -> None:
        self._clock = clock
        self._origin = UnixMs(clock.now() - int(clock.monotonic() * 1000))
        self.diary = Diary()
        self.connect_since: UnixMs = NEVER
        self.connect_until: UnixMs = NEVER
        """The last connect to a phone: while it lasts the radio misses most adverts."""
        self._random = Random(street.seed if street is not None else 0)
        self._reports: list[_Report] = []
        self._count = 0
        self._coming: Iterator[Visit] = iter(())
        self._next: Visit | None = None
        self._forget_at = UnixMs(self.now() + DAY_MS)
        if street is not None:
            for device in fixtures(Random(street.seed)):
                self.place(device)
            self._coming = street.visits(UnixMs(self.now() - int(LONGEST_STAY_S * 1000)))
            self._next = next(self._coming, None)

    def now(self) -> UnixMs:
        """True time, whatever the kiosk's wall clock says."""
        return UnixMs(self._origin + int(self._clock.monotonic() * 1000))

    def place(self, device: Device, leaves: UnixMs = NEVER, *, arrives: UnixMs | None = None) -> None:
        """Put a device near, from now or from a later time on."""
        arrives = self.now() if arrives is None else arrives
        self._report(UnixMs(arrives + self._random.randrange(SOON_MS)), device, leaves)
        if device.phone is not None:
            self.diary.presences.append(Presence(device.phone, arrives, leaves))

    def phones_near(self) -> int:
        """How many phones with the app are near now."""
        now = self.now()
        self._let_in(now)
        return sum(1 for presence in self.diary.presences if presence.arrives <= now < presence.leaves)

    def listen_anew(self) -> None:
        """A scan begins: everything on air is news to it, and nothing from before is reported."""
        now = self.now()
        self._let_in(now)
        reports, self._reports = sorted(self._reports), []
        for at, _, device, leaves in reports:
            if leaves > now:
                self._report(UnixMs(max(at, now) + self._random.randrange(SOON_MS)), device, leaves)

    def hear(self) -> tuple[list[Heard], int]:
        """Adverts reported since the last call, oldest first, and how many were lost because nobody took them."""
        now = self.now()
        self._let_in(now)
        heard: list[tuple[Heard, Device, UnixMs]] = []
        while self._reports and self._reports[0].at <= now:
            report = heapq.heappop(self._reports)
            if report.at < report.leaves:
                self._speak(report, heard)
        lost = max(0, len(heard) - FULL)
        for advert, device, began in heard[lost:]:
            if device.phone is not None and device.phone.platform is Platform.ANDROID:
                self.diary.heard(device.phone.id_at(began), advert.at, advert.rssi)
        return [advert for advert, _, _ in heard[lost:]], lost

    def find(self, address: str) -> Device | None:
        """Who has this address now."""
        now = self.now()
        return next((d for at, _, d, leaves in self._reports if leaves > now and d.addresses.at(now) == address), None)

    def is_near(self, device: Device) -> bool:
        """Whether it is still here."""
        now = self.now()
        return any(report.device is device and report.leaves > now for report in self._reports)

    def _speak(self, report: _Report, heard: list[tuple[Heard, Device, UnixMs]]) -> None:
        """One report of a device that is near, and when the next one comes."""
        at, _, device, leaves = report
        duty = device.duty
        began = duty.began(at)
        soon = self._random.randrange(SOON_MS)
        if at - began >= duty.on:
            self._report(UnixMs(began + duty.cycle + soon), device, leaves)
            return
        rssi = device.rssi + round(self._random.gauss(0.0, NOISE_DB))
        if rssi >= WEAKEST_DBM and not self._is_deaf(at):
            kiosk_time = UnixMs(at + self._clock.now() - self.now())
            addresses = device.addresses
            advert = Heard(addresses.at(at), addresses.address_type, kiosk_time, rssi, device.advert(began))
            heard.append((advert, device, began))
        again = at + ROUND_MS + self._random.randrange(JITTER_MS)
        change = device.next_change(at)
        if change < again and device.differs(at, change):
            again = change + soon
        self._report(UnixMs(again), device, leaves)

    def _is_deaf(self, at: UnixMs) -> bool:
        return self.connect_since <= at < self.connect_until and self._random.random() > DUTY_IN_CONNECT

    def _report(self, at: UnixMs, device: Device, leaves: UnixMs) -> None:
        self._count += 1
        heapq.heappush(self._reports, _Report(at, self._count, device, leaves))

    def _let_in(self, now: UnixMs) -> None:
        """Everybody who has arrived by now; once a day, forget long ago."""
        while self._next is not None and self._next.arrives <= now:
            visit, self._next = self._next, next(self._coming, None)
            if visit.leaves > now:
                for device in visit.devices:
                    self.place(device, visit.leaves, arrives=visit.arrives)
        if now >= self._forget_at:
            self._forget_at = UnixMs(now + DAY_MS)
            self.diary.forget_before(UnixMs(now - REMEMBER_MS))
