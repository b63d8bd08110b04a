"""Undated: encounters met before the box knew what time it was, by the time since power-on. Pure.

A row covers at most a minute of one id, so that nearly every row lies within one window once it can be dated; one that
straddles a boundary is parted there.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from kiosk.core.adverts import Platform
from kiosk.core.encounters import Encounter, Via
from kiosk.core.identity import BluezoneId
from kiosk.core.windows import UnixMs, window_at

MINUTE_MS: Final = 60_000


class Undated(NamedTuple):
    """One id in one minute since power-on: `first` and `last` in ms since then; the rest as in Encounter."""

    peer: BluezoneId
    first: int
    last: int
    receptions: int
    rssi_best: int
    rssi_sum: int
    platform: Platform
    via: Via

    @property
    def minute(self) -> int:
        """Minutes since power-on."""
        return self.first // MINUTE_MS


def merged(old: Undated, new: Undated) -> Undated:
    """Two rows of one id and minute as one."""
    return old._replace(
        first=min(old.first, new.first),
        last=max(old.last, new.last),
        receptions=old.receptions + new.receptions,
        rssi_best=max(old.rssi_best, new.rssi_best),
        rssi_sum=old.rssi_sum + new.rssi_sum,
    )


def dated(rows: Iterable[Undated], offset_ms: int) -> Iterator[Encounter]:
    """The rows as encounters, part 0, once it is known how much later than power-on the clock reads."""
    for row in rows:
        first, last = UnixMs(row.first + offset_ms), UnixMs(row.last + offset_ms)
        if last < window_at(first).end:
            yield _encounter(row, first, last, row.receptions, row.rssi_sum)
            continue
        # Only first and last are known to the millisecond: each stands for its own window. The receptions between are
        # shared out by how much of the row lies on either side; both sides keep at least the one that is known.
        share = (window_at(first).end - first) / max(1, last - first)
        early = min(row.receptions - 1, max(1, round(row.receptions * share)))
        early_sum = row.rssi_sum * early // row.receptions
        yield _encounter(row, first, first, early, early_sum)
        yield _encounter(row, last, last, row.receptions - early, row.rssi_sum - early_sum)


def _encounter(row: Undated, first: UnixMs, last: UnixMs, receptions: int, rssi_sum: int) -> Encounter:
    best = max(row.rssi_best, -(-rssi_sum // receptions))
    return Encounter(window_at(first), row.peer, 0, first, last, receptions, best, rssi_sum, row.platform, row.via)
