"""A gate with iPhones, and three ways to decide who is asked next: ours, first come first served, the reference's.

Pure virtual time: no loop, no sleep; the same seed brings the same people to every queue.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from math import inf
from random import Random
from statistics import median
from typing import Final, NamedTuple, Protocol

from kiosk.core.adverts import Heard
from kiosk.core.asking import Asking
from kiosk.core.governor import Governor
from kiosk.core.identity import BluezoneId
from kiosk.core.windows import WINDOW_MS, UnixMs, window_at
from kiosk.sim.phones import Addresses
from kiosk.sim.street import LONGEST_STAY_S, MEAN_STAY_S

NOON: Final = UnixMs(1_795_348_800_000)
"""The start of a window."""
ROUND_S: Final = 10.4
"""A chip with its duplicate filter on reports an unchanged advertisement once per round (measured)."""
HEARD_WHILE_ASKING: Final = 0.31
"""Share of adverts heard while a connect is under way (measured)."""
AGAIN_S: Final = 0.5
"""What was not heard comes again: nothing filters it."""
PASSING: Final = 0.5
"""Share of people who only pass, in 20 to 120 s; the others stay."""
MEAN_S: Final = PASSING * 70 + (1 - PASSING) * (20 + MEAN_STAY_S)
LOOK_S: Final = 0.5


class Kind(Enum):
    """What answers an ask."""

    ANSWERS = auto()
    REFUSES = auto()
    SILENT = auto()
    OTHER_APP = auto()
    """Its bit in the overflow area stands for another app."""


KINDS: Final = {Kind.ANSWERS: 0.83, Kind.REFUSES: 0.05, Kind.SILENT: 0.06, Kind.OTHER_APP: 0.06}


class Reader(NamedTuple):
    """What asks cost: an answer takes `least_s` and an exponential tail of mean `tail_s`, no answer `deadline_s`."""

    least_s: float
    tail_s: float
    deadline_s: float
    refusal_s: float = 0.8


BLUETOOTHD: Final = Reader(0.6, 0.9, 6.0)
"""Through bluetoothd: connect, discover, read."""
ONE_REQUEST: Final = Reader(0.3, 0.2, 2.0, 0.4)
"""One connection, one ATT request."""
REFERENCE: Final = Reader(2.0, 0.0, 11.0, 2.0)
"""SPEC 4 and peers: about 2 s each, 11 s when one fails."""


@dataclass(eq=False)
class Visitor:
    """An iPhone with the app in the background."""

    number: int
    arrives: float
    leaves: float
    rssi: int
    kind: Kind
    addresses: Addresses
    told: set[int] = field(default_factory=set)
    """Windows in which it told its id."""
    told_at: float = inf
    """When it first did."""

    def address(self, at: float) -> str:
        return self.addresses.at(ms(at))


class Queue(Protocol):
    """Who is asked next."""

    def heard(self, advert: Heard) -> None: ...
    def next(self, at: UnixMs) -> str | None: ...
    def answered(self, address: str, number: int, at: UnixMs) -> None: ...
    def failed(self, address: str, at: UnixMs, *, other_app: bool) -> None: ...
    def wait_s(self, at: float) -> float: ...
    def spent(self, at: float, silence_s: float) -> None: ...


class Ours:
    """core.asking and core.governor."""

    def __init__(self, share: float, near: int) -> None:
        self._asking, self._governor, self._near = Asking(), Governor(share), near

    def heard(self, advert: Heard) -> None:
        self._asking.heard(advert)

    def next(self, at: UnixMs) -> str | None:
        peer = self._asking.next(at)
        return peer.address if peer else None

    def answered(self, address: str, number: int, at: UnixMs) -> None:
        told = (number << 40) + at // WINDOW_MS
        self._asking.answered(address, BluezoneId(told.to_bytes(12, "big")), at)

    def failed(self, address: str, at: UnixMs, *, other_app: bool) -> None:
        if other_app:
            self._asking.is_other_app(address, at)
        else:
            self._asking.failed(address, at)

    def wait_s(self, at: float) -> float:
        return self._governor.wait_s(at, self._near)

    def spent(self, at: float, silence_s: float) -> None:
        self._governor.spent(at, silence_s)


class FirstCome(Ours):
    """In the order in which they were first heard in the window; whoever fails goes to the end. Same governor."""

    def __init__(self, share: float, near: int) -> None:
        super().__init__(share, near)
        self._waiting: dict[str, UnixMs] = {}
        self._told: dict[str, int] = {}
        self._last: dict[str, UnixMs] = {}

    def heard(self, advert: Heard) -> None:
        self._last[advert.address] = advert.at
        if self._told.get(advert.address) != window_at(advert.at).start:
            self._waiting.setdefault(advert.address, advert.at)

    def next(self, at: UnixMs) -> str | None:
        while self._waiting:
            address = next(iter(self._waiting))
            if at - self._last[address] <= 25_000:
                return address
            del self._waiting[address]
        return None

    def answered(self, address: str, number: int, at: UnixMs) -> None:
        del number
        del self._waiting[address]
        self._told[address] = window_at(at).start

    def failed(self, address: str, at: UnixMs, *, other_app: bool) -> None:
        del other_app
        self._waiting[address] = self._waiting.pop(address, at)


class Serial(FirstCome):
    """The reference: one after the other without a pause; a failure is tried again at the next sighting."""

    def failed(self, address: str, at: UnixMs, *, other_app: bool) -> None:
        del at, other_app
        self._waiting.pop(address, None)

    def wait_s(self, at: float) -> float:
        del at
        return 0.0


class Result(NamedTuple):
    """What came of it. Shares count phones that would answer."""

    in_windows: float
    """Of all phones in all windows, 5 s or more: read in that window."""
    newcomers: float
    """Of those who came: read before they left."""
    within_a_minute: float
    """Of those who came and stayed at least 20 s: read within 60 s."""
    wait_s: float
    """Median from arrival to answer, of those who came and were read."""
    answers_a_minute: float
    silence: float
    """Share of the time under an ask."""
    asks: list[tuple[float, float]]
    """Each ask's begin and end."""


def ms(at: float) -> UnixMs:
    return UnixMs(NOON + int(at * 1000))


def visitors(present: int, seconds: float, seed: int) -> list[Visitor]:
    """A steady stream that keeps so many present; those of the two hours before are there when it begins."""
    random = Random(seed)
    found: list[Visitor] = []
    at = -LONGEST_STAY_S
    while (at := at + random.expovariate(present / MEAN_S)) < seconds:
        passes = random.random() < PASSING
        stay = random.uniform(20, 120) if passes else min(20 + random.expovariate(1 / MEAN_STAY_S), LONGEST_STAY_S)
        kind = random.choices([*KINDS], [*KINDS.values()])[0]
        seed_bytes, rssi = random.randbytes(16), round(random.uniform(-95, -55))
        if at + stay > 0:
            found.append(Visitor(len(found), at, at + stay, rssi, kind, Addresses(seed_bytes)))
    return found


class Gate:
    """One queue at one gate."""

    def __init__(self, people: list[Visitor], queue: Queue, reader: Reader, seed: int) -> None:
        self._people, self._queue, self._reader = people, queue, reader
        self._random = Random(seed)
        self._reports = [(max(each.arrives, 0.0) + self._random.random() * 0.3, each.number) for each in people]
        heapq.heapify(self._reports)
        self._by_address: dict[str, Visitor] = {}
        self.asks: list[tuple[float, float]] = []
        self.answers = 0
        self._last_ask = (0.0, 0.0)

    def run(self, seconds: float) -> Result:
        at = 0.0
        while at < seconds:
            self._hear(at)
            wait = self._queue.wait_s(at)
            address = self._queue.next(ms(at)) if wait <= 0 else None
            if address is None:
                at += max(min(wait, LOOK_S), 0.05) if wait > 0 else LOOK_S
                continue
            began, at = at, at + self._ask(address, at)
            self._last_ask = (began, at)
            self.asks.append(self._last_ask)
            self._news(at)
            self._queue.spent(at, at - began)
        return self._result(seconds)

    def _hear(self, now: float) -> None:
        """Every report until now; while we asked, most were missed and came again."""
        since, until = self._last_ask
        while self._reports and self._reports[0][0] <= now:
            at, number = heapq.heappop(self._reports)
            visitor = self._people[number]
            if at >= visitor.leaves:
                continue
            if since <= at < until and self._random.random() > HEARD_WHILE_ASKING:
                heapq.heappush(self._reports, (at + AGAIN_S, number))
                continue
            address = visitor.address(at)
            self._by_address[address] = visitor
            self._queue.heard(Heard(address, "random", ms(at), visitor.rssi + round(self._random.gauss(0, 4)), b""))
            heapq.heappush(self._reports, (at + ROUND_S + self._random.random() * 0.4, number))

    def _news(self, now: float) -> None:
        """Scanning began anew behind the ask: whoever is here is news to the chip."""
        self._reports = [
            (due if due <= now else min(due, now + self._random.random() * AGAIN_S), number)
            if self._people[number].arrives < now
            else (due, number)
            for due, number in self._reports
        ]
        heapq.heapify(self._reports)

    def _ask(self, address: str, at: float) -> float:
        """How long it took."""
        visitor, reader = self._by_address[address], self._reader
        takes = reader.least_s + (self._random.expovariate(1 / reader.tail_s) if reader.tail_s else 0.0)
        reached = self._random.random() < min(1.0, 0.5 + (visitor.rssi + 100) / 30)
        there = visitor.leaves > at + takes and visitor.address(at) == address
        if visitor.kind is Kind.SILENT or not there or not reached or takes >= reader.deadline_s:
            takes = reader.deadline_s
            self._queue.failed(address, ms(at + takes), other_app=False)
        elif visitor.kind is not Kind.ANSWERS:
            takes = reader.refusal_s if visitor.kind is Kind.REFUSES else takes
            self._queue.failed(address, ms(at + takes), other_app=visitor.kind is Kind.OTHER_APP)
        else:
            self.answers += 1
            visitor.told.add(window_at(ms(at + takes)).start)
            visitor.told_at = min(visitor.told_at, at + takes)
            self._queue.answered(address, visitor.number, ms(at + takes))
        return takes

    def _result(self, seconds: float) -> Result:
        able = [each for each in self._people if each.kind is Kind.ANSWERS]
        pairs = [window in each.told for each in able for window in _windows(each, seconds)]
        came = [each for each in able if 0 < each.arrives < seconds - 120]
        soon = [each.told_at - each.arrives <= 60 for each in came]
        waits = [each.told_at - each.arrives for each in came if each.told_at < inf]
        return Result(
            in_windows=_share(pairs),
            newcomers=_share([each.told_at < inf for each in came]),
            within_a_minute=_share(soon),
            wait_s=median(waits) if waits else inf,
            answers_a_minute=self.answers / seconds * 60,
            silence=sum(end - began for began, end in self.asks) / seconds,
            asks=self.asks,
        )


def _windows(visitor: Visitor, seconds: float) -> Iterator[int]:
    """The starts of the windows in which it was here for 5 s or more."""
    begins, ends = max(visitor.arrives, 0.0), min(visitor.leaves, seconds)
    window = window_at(ms(begins))
    while window.start < ms(ends):
        if min(ms(ends), window.end) - max(ms(begins), window.start) >= 5000:
            yield window.start
        window = window.after


def _share(yes: list[bool]) -> float:
    return sum(yes) / len(yes) if yes else 1.0
