"""Encounters: what the store keeps. One row per (window of reception, id, part), folded from sightings.

A window is sealed 120 s after it ends. What still comes for a sealed window (a clock that stepped back, a
sighting dated later) opens part 1, 2, ...; a sealed part never changes.
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final, NamedTuple

from kiosk.core.adverts import Platform
from kiosk.core.identity import BluezoneId
from kiosk.core.probation import Probation
from kiosk.core.windows import SEAL_AFTER_MS, UnixMs, Window, window_at

CAPACITY: Final = 50_000
"""Rows open at once, some 20 MB: only a flood of forged ids comes near."""
UPDATE_AFTER_S: Final = 117.5
"""A changed row is written again this long after its first change, and takes every changed row along: collect looks
twice a second, so the disk is at most 120 s behind. Each row in its own time would dirty the same pages in every
flush and write 480 MB a day at 500 phones, ten times as much (scripts/bench wear)."""


class Via(Enum):
    """How an id was learnt."""

    ADVERT = "advert"
    GATT = "gatt"


class Sighting(NamedTuple):
    """One reception of an id; `rssi` in dBm."""

    peer: BluezoneId
    at: UnixMs
    rssi: int
    platform: Platform
    via: Via


class Encounter(NamedTuple):
    """One id in one window (and part): `first`, `last` in ms, number of receptions, best and summed RSSI in dBm."""

    window: Window
    peer: BluezoneId
    part: int
    first: UnixMs
    last: UnixMs
    receptions: int
    rssi_best: int
    rssi_sum: int
    platform: Platform
    via: Via


def encounter_of(sighting: Sighting) -> Encounter:
    """A sighting as an encounter of one reception, part 0."""
    peer, at, rssi, platform, via = sighting
    return Encounter(window_at(at), peer, 0, at, at, 1, rssi, rssi, platform, via)


class Flush(NamedTuple):
    """What must reach the disk in one transaction: rows to write whole, then (window, part) to seal."""

    rows: list[Encounter]
    seals: list[tuple[Window, int]]

    def by_day(self) -> "list[Flush]":
        """The same, one per UTC day: each day is a file of its own."""
        days = sorted({row.window.day for row in self.rows} | {window.day for window, _ in self.seals})
        return [
            Flush(
                [row for row in self.rows if row.window.day == day],
                [seal for seal in self.seals if seal[0].day == day],
            )
            for day in days
        ]


class _Row:
    """A row still open, with what the disk knows of it."""

    __slots__ = ("best", "changed_at", "count", "first", "last", "on_disk", "platform", "total", "via")

    def __init__(self, of: Encounter, *, on_disk: bool, uptime: float) -> None:
        self.first, self.last, self.count = of.first, of.last, of.receptions
        self.best, self.total = of.rssi_best, of.rssi_sum
        self.platform, self.via = of.platform, of.via
        self.on_disk = on_disk
        self.changed_at: float | None = None if on_disk else uptime

    def merge(self, other: Encounter) -> None:
        self.first = min(self.first, other.first)
        self.last = max(self.last, other.last)
        self.count += other.receptions
        self.best = max(self.best, other.rssi_best)
        self.total += other.rssi_sum

    def overdue(self, uptime: float) -> bool:
        return self.on_disk and self.changed_at is not None and uptime - self.changed_at >= UPDATE_AFTER_S


class Ledger:
    """Folds sightings into the open encounters and says what a flush must write.

    `seals` counts the sealed parts of each window, `rows` are encounters on disk whose part is still open: both
    come from the store, so a restart goes on where the process ended. Times called `uptime` are monotonic seconds.
    """

    def __init__(
        self,
        seals: Mapping[Window, int] | None = None,
        rows: Iterable[Encounter] = (),
        *,
        capacity: int = CAPACITY,
        probation: Probation | None = None,
    ) -> None:
        self._probation = probation
        self._seals = dict(seals or {})
        self._open: dict[Window, dict[BluezoneId, _Row]] = {}
        self._leaving: dict[Window, dict[BluezoneId, _Row]] = {}
        """Windows a flush is sealing on disk: what comes for them meanwhile belongs to the next part."""
        self._opened_at: dict[Window, UnixMs] = {}
        self._capacity = capacity
        self._size = 0
        self.new_since: float | None = None
        """Uptime when the oldest id that no flush has taken yet came in."""
        self.changed_since: float | None = None
        """Uptime of the oldest change that is not on disk yet, of a row that is."""
        self._due_at = 0.0
        self.refused = 0
        """Receptions of new ids turned away because `capacity` rows were open (a flood of forged ids)."""
        for row in rows:
            self._put(row.window, row.peer, _Row(row, on_disk=True, uptime=0.0))

    def __len__(self) -> int:
        return self._size

    def near(self, window: Window, since: UnixMs) -> int:
        """How many ids of a window were heard at or after a time."""
        return sum(1 for row in self._open.get(window, {}).values() if row.last >= since)

    def add(self, sighting: Sighting, uptime: float) -> bool:
        """Fold one sighting in; False if its id is new and the ledger full or, in a flood, not heard before."""
        peer, at, rssi, _, _ = sighting
        rows = self._open.get(window_at(at))
        row = rows.get(peer) if rows is not None else None
        if row is None:
            if self._probation is not None and not self._probation.passes(peer.raw, uptime):
                return False
            return self.fold(encounter_of(sighting), uptime)
        if at > row.last:
            row.last = at
        elif at < row.first:
            row.first = at
        row.count += 1
        row.total += rssi
        if rssi > row.best:
            row.best = rssi
        if row.changed_at is None:
            self._changed(row, uptime)
        return True

    def fold(self, spell: Encounter, uptime: float) -> bool:
        """Fold many receptions of one id in one window in; its `part` is ignored, the ledger knows the open one."""
        row = self._open.get(spell.window, {}).get(spell.peer)
        if row is not None:
            row.merge(spell)
            if row.changed_at is None:
                self._changed(row, uptime)
            return True
        if self._size >= self._capacity:
            self.refused += spell.receptions
            return False
        self._put(spell.window, spell.peer, _Row(spell, on_disk=False, uptime=uptime))
        self.new_since = uptime if self.new_since is None else min(self.new_since, uptime)
        return True

    def due(self, now: UnixMs, uptime: float, *, all_changes: bool = False) -> Flush:
        """What a flush must write now: new ids, rows changed long ago, and everything of windows to be sealed.

        Until `written` says otherwise the flush counts as failed: the next call gives the same and what came since.
        """
        self._take_back()
        self.new_since = self.changed_since = None
        self._due_at = uptime
        rows: list[Encounter] = []
        seals: list[tuple[Window, int]] = []
        # One row that waited long enough takes all changed ones along: they share pages, which are written whole.
        together = all_changes or any(row.overdue(uptime) for peers in self._open.values() for row in peers.values())
        for window, peers in self._open.items():
            self._opened_at[window] = min(now, self._opened_at.get(window, now))  # the clock may have stepped back
            sealing = self._is_over(window, now)
            if sealing:
                seals.append((window, self._seals.get(window, 0)))
            rows.extend(
                self._encounter(window, peer, row)
                for peer, row in peers.items()
                if row.changed_at is not None and (together or sealing or not row.on_disk)
            )
        for window, _ in seals:
            self._leaving[window] = self._open.pop(window)
        return Flush(rows, seals)

    def written(self, flush: Flush) -> None:
        """The flush, or one day of it, is on disk (fsynced). Rows changed since `due` stay changed."""
        for window, part in flush.seals:
            self._size -= len(self._leaving.pop(window))
            self._opened_at.pop(window, None)
            self._seals[window] = part + 1
        sealed = {window for window, _ in flush.seals}
        for encounter in flush.rows:
            if encounter.window not in sealed:
                row = self._open[encounter.window][encounter.peer]
                row.on_disk = True
                row.changed_at = None if row.count == encounter.receptions else self._due_at
        changes = (row.changed_at for peers in self._open.values() for row in peers.values() if row.on_disk)
        self.changed_since = min((at for at in changes if at is not None), default=None)

    def forget_before(self, limit: UnixMs) -> None:
        """Drop the seal counts of windows whose day was deleted."""
        self._seals = {window: parts for window, parts in self._seals.items() if window.start >= limit}

    def lost(self, day: int, uptime: float) -> None:
        """The file of a UTC day was begun anew: all that is open of it must be written again."""
        self._take_back()
        for window, rows in self._open.items():
            for row in rows.values() if window.day == day else ():
                row.on_disk = False
                if row.changed_at is None:
                    row.changed_at = uptime
                self.new_since = uptime if self.new_since is None else self.new_since

    def _take_back(self) -> None:
        """Windows whose seal never reached the disk are open again, with what came for them since."""
        for window, rows in self._leaving.items():
            newer = self._open.pop(window, {})
            self._open[window] = rows
            self._size -= len(newer)
            for peer, row in newer.items():
                self.fold(self._encounter(window, peer, row), row.changed_at or 0.0)
        self._leaving.clear()

    def _changed(self, row: _Row, uptime: float) -> None:
        row.changed_at = uptime
        if row.on_disk and self.changed_since is None:
            self.changed_since = uptime

    def _put(self, window: Window, peer: BluezoneId, row: _Row) -> None:
        self._open.setdefault(window, {})[peer] = row
        self._size += 1

    def _encounter(self, window: Window, peer: BluezoneId, row: _Row) -> Encounter:
        part = self._seals.get(window, 0)
        return Encounter(window, peer, part, row.first, row.last, row.count, row.best, row.total, row.platform, row.via)

    def _is_over(self, window: Window, now: UnixMs) -> bool:
        """Over and quiet; or far in the future, which only a clock that was wrong leaves behind."""
        if now < window.start - SEAL_AFTER_MS:
            return True
        late = self._seals.get(window, 0) > 0
        settled = self._opened_at[window] + SEAL_AFTER_MS if late else window.sealed_at
        return now >= max(window.sealed_at, settled)
