"""A busy entrance: phones that stay, phones that come and go, strangers; each phone sends another id in each window."""

import asyncio
import random
import time
from collections.abc import Callable
from typing import Final

from tests.rig.air import Air, structures
from tests.rig.phones import Beacon, Phone, android, iphone_in_front, stranger

WINDOW_S: Final = 900
TICK_S: Final = 0.25
STAYING, STRANGERS = 30, 30
COME_A_SECOND: Final = 2
STAYS_S: Final = 20.0


class Crowd:
    """Phones around one machine; `clock` gives the time that their owners and the machine have, in s since 1970."""

    def __init__(self, air: Air, clock: Callable[[], float], dice: random.Random) -> None:
        self._air, self._clock, self._dice = air, clock, dice
        self._beacons: list[tuple[Beacon, float]] = []  # and when it leaves
        self._iphones: list[tuple[str, Phone]] = []
        self.sent: set[str] = set()
        """Every id that was on air."""
        self.left: dict[str, float] = {}
        """Android phones' ids -> when their phone left or took another one (monotonic s)."""

    @property
    def answered(self) -> dict[str, float]:
        """Ids of iPhones -> when they were first read."""
        return {peer: iphone.read_at[0] for peer, iphone in self._iphones if iphone.read_at}

    async def run(self) -> None:
        """Until cancelled."""
        for number in range(STRANGERS):
            stranger(self._air, number).start()
        window = -1
        try:
            while True:
                now = self._clock()
                if now // WINDOW_S != window:
                    window = int(now // WINDOW_S)
                    await self._all_anew(now)
                self._leave(now)
                if self._dice.random() < COME_A_SECOND * TICK_S:
                    self._come(now + STAYS_S)
                await asyncio.sleep(TICK_S)
        finally:
            self._air.silence_beacons()

    async def _all_anew(self, now: float) -> None:
        """A window begins: whoever is here has another id and another address."""
        until = [until for _, until in self._beacons] or [float("inf")] * STAYING
        self._leave(float("inf"))
        for each in until:
            self._come(each)
        for _, iphone in self._iphones[-1:]:
            await iphone.stop()
        peer = self._new_id()
        iphone = await iphone_in_front(self._air, self._address("6"), peer).start()
        self._iphones.append((peer.hex().upper(), iphone))

    def _come(self, until: float) -> None:
        phone = android(self._air, self._address("C"), self._new_id(), rssi=-self._dice.randint(40, 90))
        phone.interval = 0.3
        self._beacons.append((phone.start(), until))

    def _leave(self, now: float) -> None:
        for phone, until in self._beacons:
            if until <= now:
                phone.stop()
                self._air.beacons.remove(phone)
                self.left[dict(structures(phone.data))[0xFF][2:].hex().upper()] = time.monotonic()
        self._beacons = [(phone, until) for phone, until in self._beacons if until > now]

    def _new_id(self) -> bytes:
        peer = self._dice.randbytes(12)
        self.sent.add(peer.hex().upper())
        return peer

    def _address(self, first: str) -> str:
        return first + ":".join(f"{byte:02X}" for byte in self._dice.randbytes(6))[1:]
