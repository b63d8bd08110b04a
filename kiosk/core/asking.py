"""Asking: which iPhone to ask next over GATT, and what each address has answered in this window.

An iPhone tells its id only over a connection, and a connect silences our scan and our advertisement while it lasts
(measured: both at 31 % duty during serial reads). So every ask is chosen: who is near answers soonest; who has just
come may just be passing, who was here before can wait, but not beyond the window's end; who failed waits longer each
time; who waits longest goes first among equals. One answer per address and window is enough, three a day.
"""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Final, NamedTuple

from kiosk.core.adverts import RSSI_UNKNOWN, Heard, Platform
from kiosk.core.daybook import Daybook
from kiosk.core.encounters import Encounter, Via
from kiosk.core.identity import BluezoneId
from kiosk.core.probation import Probation
from kiosk.core.windows import UnixMs, Window, vietnam_day_start, window_at

DEADLINE_S: Final = 6.0
"""Longest one ask may hold the radio (the reference waits 10 s, SPEC 1: AppConstants.java:62)."""
COOL_DOWN_MS: Final = 30_000
"""A phone that did not answer is left alone this long, twice as long after a second failure ..."""
MOST_DOUBLINGS: Final = 3
"""... and at most eight times."""
FRESH_MS: Final = 25_000
"""Only phones heard this recently are asked: BlueZ reports an unchanged advertisement once per 10.4 s round."""
EARLY_MS: Final = 300_000
"""An id that equals last window's, read this early in the window, shows a slow phone clock ..."""
ASK_AGAIN_MS: Final = 60_000
"""... and is asked for once more a minute later."""
CAPACITY: Final = 4096
"""Addresses at once: ten times the iPhones of a full bus station in one window."""
PASSING_MS: Final = 120_000
"""Whoever was first heard less than this ago may be passing by: the longer somebody is here, the longer they stay."""
URGENT_DB: Final = 50.0
"""What it weighs that a phone came this very moment: more than any nearness. It fades over `PASSING_MS`."""
ENDING_MS: Final = 180_000
"""So long before the window ends, who stays is urgent too: the id ends with the window ..."""
ENDING_DB: Final = 10.0
"""... by so much."""
WAITING_DB_PER_S: Final = 0.05
"""What waiting weighs: nobody is passed over for a whole window."""
FAILURE_DB: Final = 15.0
"""What each failure takes off."""
SILENT_DB_PER_S: Final = 6.0
"""What a second takes off since the phone was last heard: most asks that fail are of phones that left."""
MANY: Final = 20
"""More than so many who wait and were heard only once are a forger's addresses, too slow to be a flood: then who was
heard again goes first. A phone is, within a round or behind the next ask."""


class Peer(NamedTuple):
    """Whom to ask. In memory only, as every address."""

    address: str
    address_type: str


class _Phone:
    """One address in one window. `known` is its id once read, `before` the id of the window before."""

    __slots__ = (
        "address_type", "again_at", "before", "best", "count", "done_on", "failed_at", "failures", "first", "heard_at",
        "known", "last", "met_at", "rssi", "total", "window",
    )  # fmt: skip

    def __init__(self, address_type: str, window: Window, at: UnixMs) -> None:
        self.address_type = address_type
        self.before: BluezoneId | None = None
        self.known: BluezoneId | None = None
        self.failed_at: UnixMs | None = None
        self.failures = 0
        """In a row."""
        self.done_on: UnixMs | None = None
        """The day on which it is left alone."""
        self.met_at = at
        self.rssi = RSSI_UNKNOWN
        self.begin(window, at)

    def begin(self, window: Window, at: UnixMs) -> None:
        """A new window: what was read in the last one is history, and only the last one's. A cool-down goes on."""
        self.before = self.known if getattr(self, "window", None) == window.before else None
        self.known = None
        self.window = window
        self.first = self.last = self.heard_at = at
        self.count = self.total = 0
        self.best = RSSI_UNKNOWN
        self.again_at: UnixMs | None = None

    def note(self, at: UnixMs, rssi: int) -> None:
        """One reception that no row of the ledger counts yet. `last` never steps back, `heard_at` may."""
        self.heard_at = at
        self.last = max(self.last, at)
        self.first = min(self.first, at)
        self.count += 1
        self.total += rssi
        self.best = max(self.best, rssi)


class Asking:
    """A capped table of the phones that must be asked. Addresses leave it by age and are never written anywhere."""

    def __init__(
        self,
        *,
        cool_down_ms: int = COOL_DOWN_MS,
        capacity: int = CAPACITY,
        daybook: Daybook | None = None,
        probation: Probation | None = None,
    ) -> None:
        self._phones: OrderedDict[str, _Phone] = OrderedDict()
        self._cool_down_ms = cool_down_ms
        self._capacity = capacity
        self._daybook = daybook or Daybook()
        self._probation = probation
        self.evicted = 0
        """Phones pushed out because `capacity` addresses were in the table."""

    def __len__(self) -> int:
        return len(self._phones)

    def waiting(self, now: UnixMs) -> int:
        """How many phones heard lately still owe us an id."""
        today = vietnam_day_start(now)
        return sum(1 for _, phone in self._lately(now) if phone.known is None and phone.done_on != today)

    def heard(self, heard: Heard, uptime: float = 0.0) -> BluezoneId | None:
        """The id this address told in this window, or None after noting that it wants to be asked."""
        window = window_at(heard.at)
        phone = self._phones.get(heard.address)
        if phone is None:
            if self._probation is not None and not self._probation.passes(heard.address.encode(), uptime):
                return None
            phone = self._enter(heard.address, heard.address_type, heard.at)
        else:
            self._phones.move_to_end(heard.address)
            phone.address_type = heard.address_type
            if window == phone.window.before and phone.window.start - heard.at <= FRESH_MS:
                return phone.before  # it waited in a queue while an answer opened the next window
            if phone.window != window:
                phone.begin(window, heard.at)
        if phone.known is None:
            phone.note(heard.at, heard.rssi)
        else:
            phone.heard_at = heard.at
        phone.rssi = heard.rssi
        return phone.known

    def next(self, now: UnixMs) -> Peer | None:
        """Whom to ask now, or nobody."""
        waiting = [(phone, address) for address, phone in self._lately(now) if self._wants(phone, now)][::-1]
        if not waiting:
            return None
        wary = sum(phone.count < 2 for phone, _ in waiting) > MANY
        phone, address = max(waiting, key=lambda each: (not wary or each[0].count >= 2, weight(each[0], now)))
        return Peer(address, phone.address_type)

    def answered(self, address: str, peer: BluezoneId, at: UnixMs) -> Encounter:
        """An id arrived: what the ledger must fold in.

        The answer belongs to the window of its arrival; advertisements of that address heard earlier in the same
        window are folded in, older ones are not.
        """
        window = window_at(at)
        phone = self._phones.get(address) or self._enter(address, "random", at)
        if phone.window != window:
            phone.begin(window, at)
        slow = peer == phone.before and at - window.start < EARLY_MS and phone.again_at is None
        phone.again_at = UnixMs(at + ASK_AGAIN_MS) if slow else None
        first_answer = phone.known is None
        phone.known = peer
        phone.failures = 0
        self._daybook.answered(address, at)
        self._look_up(address, phone, at)
        phone.note(at, phone.rssi)
        self._phones.move_to_end(address)
        if first_answer:
            first, last, count, best, total = phone.first, phone.last, phone.count, phone.best, phone.total
        else:
            first, last, count, best, total = at, at, 1, phone.rssi, phone.rssi
        return Encounter(window, peer, 0, first, last, count, best, total, Platform.IOS, Via.GATT)

    def failed(self, address: str, at: UnixMs) -> None:
        """No answer, or a bad one: leave this phone alone for the cool-down."""
        phone = self._phones.get(address)
        if phone is not None:
            phone.failed_at = at
            phone.failures += 1

    def is_other_app(self, address: str, at: UnixMs) -> None:
        """It answered, and does not run the app: its bit stands for another one. Leave it alone today."""
        self._daybook.is_other_app(address, at)
        phone = self._phones.get(address)
        if phone is not None:
            self._look_up(address, phone, at)

    def _enter(self, address: str, address_type: str, at: UnixMs) -> _Phone:
        """A new line in the table; the address heard longest ago makes room."""
        if len(self._phones) >= self._capacity:
            self._phones.popitem(last=False)
            self.evicted += 1
        phone = self._phones[address] = _Phone(address_type, window_at(at), at)
        self._look_up(address, phone, at)
        return phone

    def _look_up(self, address: str, phone: _Phone, at: UnixMs) -> None:
        phone.done_on = vietnam_day_start(at) if self._daybook.is_done(address, at) else None

    def _lately(self, now: UnixMs) -> Iterator[tuple[str, _Phone]]:
        """Phones heard lately, the last first. The table is in this order: behind a stale one all are."""
        for address, phone in reversed(self._phones.items()):
            if not _is_fresh(phone, now):
                return
            yield address, phone

    def _wants(self, phone: _Phone, now: UnixMs) -> bool:
        if phone.window != window_at(now) or self._cools_down(phone, now):
            return False
        if phone.done_on is not None and phone.done_on == vietnam_day_start(now):
            return False
        return phone.known is None or (phone.again_at is not None and now >= phone.again_at)

    def _cools_down(self, phone: _Phone, now: UnixMs) -> bool:
        """A failure in the future, left by a clock that stepped back, holds nobody off."""
        if phone.failed_at is None:
            return False
        doublings = min(max(phone.failures - 1, 0), MOST_DOUBLINGS)
        return 0 <= now - phone.failed_at < self._cool_down_ms << doublings


def weight(phone: _Phone, now: UnixMs) -> float:
    """How much speaks for asking this phone now, in dB."""
    passing = URGENT_DB * max(1 - abs(now - phone.met_at) / PASSING_MS, 0.0)
    ending = ENDING_DB if phone.window.end - now <= ENDING_MS else 0.0
    waiting = min(max(WAITING_DB_PER_S * (now - phone.first) / 1000, 0.0), URGENT_DB)
    against = FAILURE_DB * phone.failures + SILENT_DB_PER_S * abs(now - phone.heard_at) / 1000
    return phone.rssi + max(passing, ending) + waiting - against


def _is_fresh(phone: _Phone, now: UnixMs) -> bool:
    """Heard lately, also when the clock stepped: an advertisement far in the future is as old as one far back."""
    return abs(now - phone.heard_at) <= FRESH_MS
