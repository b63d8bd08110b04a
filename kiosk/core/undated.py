"""Undated: encounters met before the box knew what time it was, by the time since power-on. Pure.

A row covers at most a minute of one id, so that nearly every row lies within one window once it can be dated; one that
straddles a boundary is parted there.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from kiosk.core.adverts import Platform
from kiosk.core.encounters import Encounter, Sighting, Via
from kiosk.core.identity import BluezoneId
from kiosk.core.windows import UnixMs, Window, window_at

MINUTE_MS: Final = 60_000
CAPACITY: Final = 50_000
"""Rows in memory at once, as in the dated ledger."""


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


class UndatedLedger:
    """What a Ledger is, for as long as nobody knows the time. Times are ms since power-on, `uptime` monotonic seconds.

    An iPhone counts at the moment it answers, and not by the advertisements before and after: which of its ids was on
    air then is only known where windows are.
    """

    def __init__(self, *, capacity: int = CAPACITY) -> None:
        self._rows: dict[tuple[int, BluezoneId], Undated] = {}
        self._changed: set[tuple[int, BluezoneId]] = set()
        self._capacity = capacity
        self.new_since: float | None = None
        """Uptime of the oldest change that no flush has taken yet."""
        self.changed_since: float | None = None
        self.refused = 0

    def __len__(self) -> int:
        return len(self._rows)

    def near(self, _window: Window, since: UnixMs) -> int:
        """How many ids were heard at or after a time."""
        return len({peer for (_, peer), row in self._rows.items() if row.last >= since})

    def add(self, sighting: Sighting, uptime: float) -> bool:
        """Note one reception; False if the table is full and its row would be new."""
        peer, at, rssi, platform, via = sighting
        if via is Via.GATT:
            return True
        return self._note(Undated(peer, at, at, 1, rssi, rssi, platform, via), uptime)

    def fold(self, spell: Encounter, uptime: float) -> bool:
        """Note an iPhone's answer, which is the last moment of its spell."""
        at, mean = spell.last, round(spell.rssi_sum / spell.receptions)
        return self._note(Undated(spell.peer, at, at, 1, mean, mean, spell.platform, spell.via), uptime)

    def due(self) -> list[Undated]:
        """What a flush must write: rows that changed. Until `written` they stay due."""
        return [self._rows[key] for key in sorted(self._changed, key=lambda key: (key[0], key[1].raw))]

    def written(self, rows: Iterable[Undated], now: UnixMs) -> None:
        """They are on disk. Rows of minutes that are over leave memory."""
        for row in rows:
            if self._rows.get((row.minute, row.peer)) == row:
                self._changed.discard((row.minute, row.peer))
        over = now // MINUTE_MS - 1
        self._rows = {key: row for key, row in self._rows.items() if key[0] >= over or key in self._changed}
        if not self._changed:
            self.new_since = None

    def forget_before(self, _limit: UnixMs) -> None:
        """Nothing here is older than the power-on."""

    def _note(self, row: Undated, uptime: float) -> bool:
        key = (row.minute, row.peer)
        old = self._rows.get(key)
        if old is None and len(self._rows) >= self._capacity:
            self.refused += row.receptions
            return False
        self._rows[key] = row if old is None else merged(old, row)
        self._changed.add(key)
        self.new_since = uptime if self.new_since is None else min(self.new_since, uptime)
        return True


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
