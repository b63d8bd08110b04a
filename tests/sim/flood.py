"""A venue with true phones under a flood of forged ids, at the speed at which a bounded queue lets them through."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp
from random import Random
from typing import Final, NamedTuple

from kiosk.core.adverts import Heard, Platform
from kiosk.core.asking import Asking
from kiosk.core.encounters import Ledger
from kiosk.core.hearing import Hearing
from kiosk.core.identity import BluezoneId
from kiosk.core.probation import Probation
from kiosk.core.strangers import Strangers
from kiosk.core.windows import WINDOW_MS, UnixMs, window_at
from kiosk.sim.phones import ANDROID_BEHIND, Duty, android_advert, iphone_behind
from tests.sim.queues import visitors

NOON: Final = UnixMs(1_795_348_800_000)
TURN_S: Final = 0.5
"""Collect empties the queue this often."""
ASK_S: Final = 3.0
"""An iPhone is asked this often."""


class Attack(NamedTuple):
    """`per_s` forged adverts, each `copies` times in a row; `iphones`: share that claims to be an iPhone."""

    per_s: int = 50_000
    copies: int = 1
    iphones: float = 0.2


@dataclass(eq=False)
class Guest:
    """A true phone near from `arrives` until `leaves`, reported each `every_s` on average while it sends."""

    number: int
    arrives: float
    leaves: float
    platform: Platform
    duty: Duty
    every_s: float

    def id_at(self, at: UnixMs) -> BluezoneId:
        return BluezoneId(b"true" + self.number.to_bytes(4, "big") + (at // WINDOW_MS % 2**32).to_bytes(4, "big"))

    @property
    def address(self) -> str:
        return f"4C:00:00:00:{self.number >> 8:02X}:{self.number & 0xFF:02X}"

    def advert(self, at: UnixMs) -> bytes:
        return android_advert(self.id_at(at)) if self.platform is Platform.ANDROID else iphone_behind()


class Result(NamedTuple):
    """What came of it."""

    kept: float
    """Of the Android phones near for 20 s or more of the flood: in the ledger."""
    asked: float
    """Of such iPhones: read."""
    rows: int
    """The ledger's largest size."""
    addresses: int
    """The ask table's."""
    forged: int
    """Forged rows in the ledger at the end."""
    held: int
    dropped: int
    alarm_s: float | None
    """From the first forged advert to the alarm."""


class Venue:
    """Hearing's tables behind a queue of `queue` adverts."""

    def __init__(self, *, present: int, seconds: float, every_s: float, queue: int, seed: int) -> None:
        self._random = Random(seed)
        self._seconds, self._queue = seconds, queue
        self._guests = [self._guest(each.number, each.arrives, each.leaves, every_s)
                        for each in visitors(present, seconds, seed)]  # fmt: skip
        self.ids, self.addresses = Probation(b"ids"), Probation(b"addresses")
        self._ledger = Ledger(probation=self.ids)
        self.hearing = Hearing(self._ledger, Asking(probation=self.addresses), Strangers())
        self.kept: set[int] = set()
        self.read: set[int] = set()
        self._by_address = {guest.address: guest for guest in self._guests}
        self._count = 0

    def _guest(self, number: int, arrives: float, leaves: float, every_s: float) -> Guest:
        if self._random.random() < 0.2:
            return Guest(number, arrives, leaves, Platform.IOS, Duty(1000, 1000), every_s)
        duty = ANDROID_BEHIND._replace(phase=self._random.randrange(ANDROID_BEHIND.cycle))
        return Guest(number, arrives, leaves, Platform.ANDROID, duty, every_s)

    def run(self, attack: Attack) -> Result:
        """The flood lasts from the first turn to the last."""
        dropped, most_rows, most_addresses, alarm = 0, 0, 0, None
        forged = round(attack.per_s * TURN_S)
        for turn in range(round(self._seconds / TURN_S)):
            uptime = turn * TURN_S
            share = min(1.0, self._queue / forged)
            heard = [*self._true(uptime, share), *self._forged(uptime, min(forged, self._queue), attack)]
            dropped += max(0, forged - self._queue)
            self.hearing.take(heard, uptime)
            self._keep(heard)
            self._ask(uptime)
            most_rows = max(most_rows, len(self.hearing.ledger))
            most_addresses = max(most_addresses, len(self.hearing.asking))
            if alarm is None and (self.ids.since is not None or self.addresses.since is not None):
                alarm = uptime
        return self._result(most_rows, most_addresses, dropped, alarm)

    def _true(self, uptime: float, share: float) -> Iterator[Heard]:
        """True phones' adverts of this turn that found room in the queue."""
        for guest in self._guests:
            if not guest.arrives <= uptime < guest.leaves:
                continue
            at = UnixMs(NOON + int((uptime + self._random.random() * TURN_S) * 1000))
            chance = share * (1 - exp(-TURN_S / guest.every_s))
            if guest.duty.speaks(at) and self._random.random() < chance:
                yield Heard(guest.address, "random", at, -70, guest.advert(at))

    def _forged(self, uptime: float, count: int, attack: Attack) -> Iterator[Heard]:
        at = UnixMs(NOON + int(uptime * 1000))
        iphone = iphone_behind()
        for _ in range(count // attack.copies):
            self._count += 1
            raw = self._random.randbytes(18)
            address = raw[12:].hex(":").upper()
            ad = iphone if raw[0] < attack.iphones * 256 else android_advert(BluezoneId(raw[:12]))
            for _ in range(attack.copies):
                yield Heard(address, "random", at, -60, ad)

    def _keep(self, heard: list[Heard]) -> None:
        rows = self._ledger._open
        for each in heard:
            guest = self._by_address.get(each.address)
            if guest is not None and guest.id_at(each.at) in rows.get(window_at(each.at), ()):
                self.kept.add(guest.number)

    def _ask(self, uptime: float) -> None:
        if uptime % ASK_S:
            return
        now = UnixMs(NOON + int(uptime * 1000))
        peer = self.hearing.asking.next(now)
        guest = self._by_address.get(peer.address) if peer else None
        if peer is not None and guest is not None and guest.leaves > uptime:
            self.hearing.answer(peer.address, guest.id_at(now), now, uptime)
            self.read.add(guest.number)
        elif peer is not None:
            self.hearing.asking.failed(peer.address, now)

    def _result(self, rows: int, addresses: int, dropped: int, alarm: float | None) -> Result:
        here = [g for g in self._guests if min(g.leaves, self._seconds) - max(g.arrives, 0.0) >= 20]
        android = [g.number in self.kept for g in here if g.platform is Platform.ANDROID]
        ios = [g.number in self.read for g in here if g.platform is Platform.IOS]
        open_rows = self._ledger._open.values()
        forged = sum(not peer.raw.startswith(b"true") for window in open_rows for peer in window)
        return Result(
            _share(android), _share(ios), rows, addresses, forged, self.ids.held + self.addresses.held, dropped, alarm
        )


def _share(yes: list[bool]) -> float:
    return sum(yes) / len(yes) if yes else 1.0
