"""Upkeep: old days removed, idle files closed, disk use told."""

from typing import Final

from kiosk.core.facts import UpkeepFacts
from kiosk.core.windows import window_at
from kiosk.ports import Clock
from kiosk.store import Store
from kiosk.supervisor import Board

NAME: Final = "upkeep"
PERIOD_S: Final = 20.0
"""Also its heartbeat: well within the limit after which systemd hears nothing (app.ALIVE_LIMIT_S)."""


class Upkeep:
    """Keeps nothing older than `retention_days`: a day goes when its first encounter gets that old."""

    def __init__(self, store: Store, retention_days: int, *, clock: Clock, board: Board) -> None:
        self._store, self._retention_days = store, retention_days
        self._clock, self._board = clock, board
        self._facts = UpkeepFacts()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.turn()
            await self._clock.sleep(PERIOD_S)

    async def turn(self) -> None:
        """Remove days that are too old, close yesterday's file once its last window is sealed, tell the Board."""
        now = self._clock.now()
        window = window_at(now)
        purged = await self._store.purge(window.day - self._retention_days + 1)
        await self._store.close_idle(keep=range(window.before.day, window.after.day + 1))
        usage = self._store.usage()
        self._facts = UpkeepFacts(
            usage.days, usage.bytes_on_disk, now if purged else self._facts.purged_at, usage.free_bytes
        )
        self._board.upkeep(self._facts)
        self._board.well(NAME)
