"""Show: the facts of this moment become a Screen, and the Screen goes to the display when it changed."""

import logging
from typing import Final

from kiosk.core.campaign import Campaign
from kiosk.core.facts import ShowFacts, Trouble
from kiosk.core.hours import ALWAYS, Hours
from kiosk.core.screens import Screen, screen_of
from kiosk.core.windows import UnixMs
from kiosk.errors import DisplayError
from kiosk.ports import Clock, Display
from kiosk.supervisor import Board

NAME: Final = "show"
PERIOD_S: Final = 2.0
"""The clock on the wall is at most this late."""
REFRESH_S: Final = 180.0
"""The same picture is written again this often: messages of the console may have been printed over it."""
RETRY_S: Final = 5.0

log = logging.getLogger(__name__)


class Show:
    """Keeps the wall up to date. A missing display is told to the Board and tried again; it stops nothing else."""

    def __init__(self, display: Display, told: Campaign, hours: Hours = ALWAYS, *, clock: Clock, board: Board) -> None:
        self._display, self._told, self._hours = display, told, hours
        self._clock, self._board = clock, board
        self._shown: Screen | None = None
        self._surface = ("", 0, 0)
        self._written_at = 0.0
        self._changed_at: UnixMs | None = None
        self._trouble = ""

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.turn()
            await self._clock.sleep(RETRY_S if self._trouble else PERIOD_S)

    async def turn(self) -> None:
        """Draw if the screen changed or is due again."""
        snapshot = self._board.snapshot()
        screen = screen_of(snapshot, snapshot.campaign or self._told, self._hours)
        now, surface = self._clock.monotonic(), self._display.surface()
        # A screen that came back, or in another mode, is painted at once.
        if screen != self._shown or surface != self._surface or now - self._written_at >= REFRESH_S:
            try:
                await self._display.draw(screen)
            except DisplayError as error:
                self._missed(str(error))
                return
            if screen != self._shown:
                self._changed_at = self._clock.now()
            self._shown, self._written_at, self._surface = screen, now, self._display.surface()
        self._trouble = ""
        self._board.show(ShowFacts(*self._surface, self._changed_at, resting=bool(screen.closed.vi)))
        self._board.well(NAME)

    def _missed(self, trouble: str) -> None:
        """The next turn tries again; the log hears of it once."""
        if trouble != self._trouble:
            log.warning("the wall is not shown: %s; it is tried again every %g s", trouble, RETRY_S)
        self._trouble, self._shown = trouble, None
        self._board.show(ShowFacts(*self._display.surface(), self._changed_at))
        self._board.troubled(NAME, Trouble.NO_DISPLAY, trouble)
