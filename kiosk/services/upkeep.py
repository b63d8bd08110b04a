"""Upkeep: old days removed, days read through one by one, idle files closed, disk use told, people counted."""

import logging
from dataclasses import replace
from typing import Final

from kiosk.config import StoreSection as Settings
from kiosk.core.facts import TallyFacts, Trouble, UpkeepFacts
from kiosk.core.retention import first_kept
from kiosk.core.room import Room
from kiosk.core.timekeeping import Source
from kiosk.core.windows import DAY_MS, WINDOW_MS, WINDOWS_PER_DAY, UnixMs, vietnam_day_start, window_at
from kiosk.errors import StoreError
from kiosk.ports import HealthSource, TrustedClock
from kiosk.store import Store
from kiosk.supervisor import Board

NAME: Final = "upkeep"
PERIOD_S: Final = 20.0
"""Also its heartbeat: well within the limit after which systemd hears nothing (app.ALIVE_LIMIT_S)."""
SETTLED_MS: Final = 30_000
"""So long after its end a window is counted: its last phones are on disk by then."""
STATE: Final = "state"
"""What a damaged state.db is called among the files set aside."""
TOLD_DAYS: Final = 7
"""Days that the page draws, today included."""

log = logging.getLogger(__name__)


class Upkeep:
    """Keeps nothing older than `retention_days`: a day goes when its first encounter gets that old; and no more than
    `max_mb`, if what is with the centre already can go."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        share: str,
        *,
        clock: TrustedClock,
        board: Board,
        health: HealthSource | None = None,
    ) -> None:
        self._store, self._settings, self._health = store, settings, health
        self._sends = share == "encounters"
        self._clock, self._board = clock, board
        self._facts = UpkeepFacts()
        self._tallied: UnixMs | None = None
        self._whole: dict[int, dict[int, int]] = {}
        """Counts of UTC days that are over: each is read once."""

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.turn()
            await self._clock.sleep(PERIOD_S)

    async def turn(self) -> None:
        """Tidy the store, if it is known how late it is, and tell the Board how the box is."""
        if self._store.stands_in and await self._store.can_return():
            raise StoreError("the disk can be written again: the kiosk starts anew, with what is on it")
        purged = False
        try:
            purged = self._clock.trusted and await self._tidied(self._clock.now())
        finally:  # a card that cannot be written is full or broken: its room tells which
            await self._tell(purged=purged)
            if self._health is not None:
                self._board.health(self._health.look())
        await self._store.examine()
        if self._store.stands_in:
            self._board.troubled(NAME, Trouble.STORE, self._store.stands_in)
        else:
            self._board.well(NAME)

    async def _tell(self, *, purged: bool) -> None:
        usage, aside = self._store.usage(), await self._store.set_aside()
        self._facts = replace(
            self._facts,
            days=usage.days,
            bytes_on_disk=usage.bytes_on_disk,
            purged_at=self._clock.now() if purged else self._facts.purged_at,
            free_bytes=usage.free_bytes,
            set_aside_at=max((each.at for each in aside if each.what != STATE), default=None),
            state_set_aside_at=max((each.at for each in aside if each.what == STATE), default=None),
            damaged=tuple(each.path.name for each in aside),
        )
        self._board.upkeep(self._facts)

    async def _tidied(self, now: UnixMs) -> bool:
        """Remove days that are too old, close yesterday's file once its last window is sealed, count the last window;
        whether a day went."""
        window = window_at(now)
        clock = self._board.snapshot().clock
        lent = clock is not None and clock.source in (None, Source.STAFF)  # None: it is being lent this very moment
        first = first_kept(window.day, self._settings.retention_days, self._store.days(), lent=lent)
        purged = await self._store.purge(first, now)
        await self._make_room(window.before.day, now)
        until = window_at(UnixMs(now - SETTLED_MS)).start
        if until != self._tallied:
            self._board.tally(await self._tally(until))
            self._tallied = until
        await self._store.close_idle(keep=range(window.before.day, window.after.day + 1))
        return bool(purged)

    async def _make_room(self, today: int, now: UnixMs) -> None:
        """Days go until the store is within its cap and the card has room, or none is left that may."""
        while True:
            held, free = self._store.held(), self._store.usage().free_bytes
            room = Room(self._settings.max_mb * 1_000_000, free, self._sends)
            sent = await self._store.outbox.arrived() if self._sends and room.tight(held) else set()
            day = room.leaving(held, sent, today)
            if day is None:
                return
            unsent = self._sends and day not in sent
            log.warning("the oldest day on the card goes for want of room%s", ", unsent" if unsent else "")
            await self._store.drop([day], now)
            self._facts = replace(self._facts, crowded_at=now, lost_unsent=self._facts.lost_unsent + unsent)

    async def _tally(self, until: UnixMs) -> TallyFacts:
        """Visits of every window from a midnight in Vietnam to `until`. Whoever looks at the page reads no file."""
        since = vietnam_day_start(UnixMs(until - (TOLD_DAYS - 1) * DAY_MS - 1))
        days = [day for day in self._store.days() if since < (day + 1) * DAY_MS and day * DAY_MS < until]
        counts = {day: await self._counts(day, until) for day in days}
        self._whole = {day: told for day, told in self._whole.items() if day in counts}
        visits = [
            counts.get(at // DAY_MS, {}).get(window_at(UnixMs(at)).slot, 0) for at in range(since, until, WINDOW_MS)
        ]
        while len(visits) > WINDOWS_PER_DAY and not any(visits[:WINDOWS_PER_DAY]):
            since, visits = UnixMs(since + DAY_MS), visits[WINDOWS_PER_DAY:]  # days before the box stood here
        return TallyFacts(since, tuple(visits), self._board.snapshot().collect)

    async def _counts(self, day: int, until: UnixMs) -> dict[int, int]:
        if day not in self._whole:
            found = await self._store.counts(day)
            if (day + 1) * DAY_MS > until:
                return found
            self._whole[day] = found
        return self._whole[day]
