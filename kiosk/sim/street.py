"""The street: who comes by, when, for how long and with what. Seeded: the same seed brings the same people."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log10
from random import Random
from typing import Final

from kiosk.core.adverts import Platform
from kiosk.core.identity import KEY_BYTES, DailyKey
from kiosk.core.windows import DAY_MS, UnixMs, day_start
from kiosk.sim.phones import Device, Manners, Phone, phone_device
from kiosk.sim.things import carried

HOUR_MS: Final = 3_600_000
VIETNAM_MS: Final = 7 * HOUR_MS
"""Asia/Ho_Chi_Minh is UTC+7 the year round."""
BUS_STATION: Final = (
    0.1, 0.1, 0.1, 0.2, 0.5, 1.1, 1.8, 2.1, 1.7, 1.2, 1.1, 1.3,
    1.3, 1.1, 1.1, 1.3, 1.7, 2.1, 1.7, 1.1, 0.7, 0.4, 0.1, 0.1,
)  # fmt: skip
"""Arrivals by the hour in Vietnam, as multiples of the day's mean: two rushes and a quiet night."""
MEAN_STAY_S: Final = 840.0
LONGEST_STAY_S: Final = 7200.0

APP_SHARE: Final = 0.45
"""Passers-by whose phone runs the app and has Bluetooth on."""
IPHONE_SHARE: Final = 0.35
IN_FRONT_SHARE: Final = 0.06
SLOW_CLOCK_SHARE: Final = 0.04
"""Phones whose clock is up to three minutes slow: they send last window's id for a while."""
MANNERS: Final = {Manners.ANSWERS: 0.88, Manners.REFUSES: 0.05, Manners.SILENT: 0.06, Manners.GARBLED: 0.01}
"""How iPhones meet a read: most answer."""
MORE_THINGS: Final = 0.35
"""Chance of each further thing a passer-by carries."""

TX_AT_1M_DBM: Final = -59
PATH_LOSS: Final = 2.4
"""RSSI = power at 1 m - 10 * exponent * log10(metres); 2 in the open, 2.7 to 3.5 indoors: a covered hall."""


@dataclass(frozen=True, slots=True, eq=False)
class Visit:
    """Somebody near the kiosk from `arrives` until `leaves`, with what is on air about them."""

    arrives: UnixMs
    leaves: UnixMs
    devices: tuple[Device, ...]


@dataclass(frozen=True, slots=True)
class Street:
    """`people` pass in an average hour, by the day curve `hours` (24 multiples of it, by Vietnamese hour)."""

    people: float = 300.0
    seed: int = 1
    hours: tuple[float, ...] = BUS_STATION

    def visits(self, since: UnixMs) -> Iterator[Visit]:
        """Everybody who arrives after a time, in order of arrival, without end.

        A Poisson stream at the peak rate, thinned to the rate of the hour.
        """
        random = Random(self.seed)
        peak = max(self.hours)
        mean_gap_ms = HOUR_MS / (self.people * peak) if self.people > 0 else float("inf")
        at = float(since)
        while mean_gap_ms < float("inf"):
            at += random.expovariate(1 / mean_gap_ms)
            if random.random() * peak < self.hours[int(at + VIETNAM_MS) % DAY_MS // HOUR_MS]:
                yield _visit(random, UnixMs(int(at)))


def _visit(random: Random, at: UnixMs) -> Visit:
    stay_s = min(20.0 + random.expovariate(1 / MEAN_STAY_S), LONGEST_STAY_S)
    metres = random.uniform(1.0, 25.0)
    rssi = round(TX_AT_1M_DBM - 10 * PATH_LOSS * log10(metres))
    devices = []
    if random.random() < APP_SHARE:
        devices.append(_with_app(random, at, rssi))
    else:
        devices.append(carried(random, rssi))
    while random.random() < MORE_THINGS:
        devices.append(carried(random, rssi - random.randrange(8)))
    return Visit(at, UnixMs(at + int(stay_s * 1000)), tuple(devices))


def _with_app(random: Random, at: UnixMs, rssi: int) -> Device:
    phone = Phone(
        platform=Platform.IOS if random.random() < IPHONE_SHARE else Platform.ANDROID,
        in_front=random.random() < IN_FRONT_SHARE,
        base_key=DailyKey(random.randbytes(KEY_BYTES)),
        base_time=UnixMs(day_start(at) - random.randrange(14) * DAY_MS),
        clock_ms=-random.randrange(20_000, 180_000) if random.random() < SLOW_CLOCK_SHARE else 0,
        manners=random.choices([*MANNERS], [*MANNERS.values()])[0],
        answer_s=min(0.6 + random.expovariate(1 / 0.9), 9.0),
        map_bits=0x08 if random.random() < 0.9 else 0x28,
    )
    return phone_device(phone, random.randbytes(16), rssi)
