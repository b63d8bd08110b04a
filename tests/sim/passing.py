"""Passers-by with the app's real cadence: caught by the kiosk, and by one another, in the same simulation.

Both phones have the app in the background, as nearly all have. Virtual time, no loop; every phase is random.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from math import inf
from random import Random
from typing import Final, NamedTuple

from kiosk.sim.phones import ANDROID_BEHIND, Addresses, Duty
from tests.sim.queues import HEARD_WHILE_ASKING, Gate, Kind, Ours, Reader, Visitor

SCAN_BEHIND: Final = Duty(300_000, 40_000)
"""App in the background: 40 s of scan, 260 s of sleep. SPEC 6: AppConstants.java:39-40."""
ADVERT_S: Final = 0.1
DELAY_S: Final = 0.01
"""LOW_LATENCY: each 100 ms and up to 10 ms more (Core Vol 6 Part B 4.4.2.2)."""
RECEIVED: Final = 0.8
"""Share of adverts that get through a busy hall."""
READ_S: Final = 2.0
"""What reading one iPhone costs another phone (SPEC 4)."""
STARTS_S: Final = 600.0
"""Passers-by come from here on, evenly."""
GAP_S: Final = 4.0
"""Between two of them."""
Span = tuple[float, float]


class Shares(NamedTuple):
    """Of passers-by, who was caught."""

    android_by_kiosk: float
    iphone_by_kiosk: float
    kiosk_by_phone: float
    """Phones that heard the kiosk."""
    android_by_phone: float
    """Of two Android phones side by side: one named heard the other."""
    both_ways: float
    iphone_by_phone: float
    silence: float
    """Of the time under an ask."""


def shares(stay_s: float, *, passers: int, present: int, near: int, reader: Reader, seed: int = 1) -> Shares:
    """`passers` Android phones and as many iPhones that stay so long, one after the other, `present` iPhones beside."""
    random = Random(seed)
    seconds = STARTS_S + passers * GAP_S + stay_s
    arrivals = [STARTS_S + number * GAP_S + random.random() * GAP_S for number in range(passers)]
    people, first = _people(arrivals, stay_s, present, seconds, random)
    result = Gate(people, Ours(0.5, near), reader, seed).run(seconds)
    begins = [began for began, _ in result.asks]
    stays = [(at, at + stay_s) for at in arrivals]
    phones = [_phone_to_phone(stay, present, random) for stay in stays]
    return Shares(
        android_by_kiosk=_share([_is_heard(_on_air(ANDROID_BEHIND, stay, random), result.asks, begins, random)
                                 for stay in stays]),
        iphone_by_kiosk=_share([each.told_at <= each.leaves for each in people[first:]]),
        kiosk_by_phone=_share([_is_heard(_on_air(SCAN_BEHIND, stay, random), result.asks, begins, random)
                               for stay in stays]),
        android_by_phone=_share([each[0] for each in phones]),
        both_ways=_share([each[0] and each[1] for each in phones]),
        iphone_by_phone=_share([each[2] for each in phones]),
        silence=result.silence,
    )  # fmt: skip


def _people(
    arrivals: Sequence[float], stay_s: float, present: int, seconds: float, random: Random
) -> tuple[list[Visitor], int]:
    """Those who wait in the hall all the time, then the passers-by, who would all answer; and where these begin."""
    people = [
        Visitor(number, -inf, seconds, round(random.uniform(-95, -55)), Kind.ANSWERS, Addresses(random.randbytes(16)))
        for number in range(present)
    ]
    for at in arrivals:
        rssi = round(random.uniform(-85, -55))  # they come through the gate where the kiosk stands
        seed = random.randbytes(16)
        people.append(Visitor(len(people), at, at + stay_s, rssi, Kind.ANSWERS, Addresses(seed)))
    return people, present


def _on_air(duty: Duty, stay: Span, random: Random) -> list[Span]:
    """The spans of a stay in which a phone sends, or scans, at a phase of its own."""
    cycle, on = duty.cycle / 1000, duty.on / 1000
    at = stay[0] - random.random() * cycle
    found = []
    while at < stay[1]:
        if (span := (max(at, stay[0]), min(at + on, stay[1])))[0] < span[1]:
            found.append(span)
        at += cycle
    return found


def _adverts(spans: Sequence[Span], random: Random) -> Iterator[float]:
    for at, end in spans:
        while at < end:
            yield at
            at += ADVERT_S + random.random() * DELAY_S


def _is_heard(spans: Sequence[Span], asks: Sequence[Span], begins: Sequence[float], random: Random) -> bool:
    """Whether one advert of those spans gets through, though asks silence the kiosk."""
    for at in _adverts(spans, random):
        last = bisect_right(begins, at) - 1
        silenced = last >= 0 and at < asks[last][1]
        if random.random() < (RECEIVED * HEARD_WHILE_ASKING if silenced else RECEIVED):
            return True
    return False


def _phone_to_phone(stay: Span, present: int, random: Random) -> tuple[bool, bool, bool]:
    """Whether one phone hears the other, the other the one, and the one reads an iPhone among those present."""
    one, other = (_on_air(SCAN_BEHIND, stay, random) for _ in range(2))
    hears = [
        any(random.random() < RECEIVED for _ in _adverts(_common(scan, _on_air(ANDROID_BEHIND, stay, random)), random))
        for scan in (one, other)
    ]
    scanned = sum(end - began for began, end in one)
    return hears[0], hears[1], (random.randrange(present + 1) + 1) * READ_S <= scanned


def _common(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    both = ((max(a, c), min(b, d)) for a, b in some for c, d in others)
    return [span for span in both if span[0] < span[1]]


def _share(yes: Sequence[bool]) -> float:
    return sum(yes) / len(yes)
