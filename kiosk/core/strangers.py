"""Strangers: a capped table of addresses that do not run the app. In memory only, for liveness and adoption."""

from itertools import islice
from typing import Final, TypeAlias

from kiosk.core.adverts import Kind
from kiosk.core.windows import UnixMs

CAPACITY: Final = 20_000
"""Addresses at once: a full bus station seen through 15 minutes of address rotation."""


Presence: TypeAlias = tuple[UnixMs, int, Kind]
"""When an address was last heard, how strong (dBm), and what it looked like. Not a NamedTuple: that takes twice the
time to make, and nine adverts in ten make one."""


class Strangers:
    """The newest `capacity` addresses, oldest heard leaves first: a twentieth of the table at a time.

    A plain dict in the order of last hearing. Making room for each newcomer alone would walk past the gaps that the
    last ones left; together it costs a third less than an OrderedDict.
    """

    def __init__(self, *, capacity: int = CAPACITY) -> None:
        self._seen: dict[str, Presence] = {}
        self._capacity = capacity
        self.evicted = 0

    def __len__(self) -> int:
        return len(self._seen)

    def note(self, address: str, at: UnixMs, rssi: int, kind: Kind) -> None:
        """Note one advertisement."""
        seen = self._seen
        if address in seen:
            del seen[address]
        seen[address] = (at, rssi, kind)
        if len(seen) > self._capacity:
            self._make_room()

    def near(self, since: UnixMs) -> int:
        """How many addresses were heard at or after a time."""
        return sum(1 for last, _, _ in self._seen.values() if last >= since)

    def _make_room(self) -> None:
        oldest = list(islice(self._seen, max(1, self._capacity // 20)))
        for address in oldest:
            del self._seen[address]
        self.evicted += len(oldest)
