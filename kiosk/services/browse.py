"""Browse: keeps the wall in a browser, notices within seconds when it dies or hangs, and tries again later."""

import logging
from collections.abc import Callable
from typing import Final

from kiosk.core.facts import Trouble
from kiosk.errors import DisplayError
from kiosk.ports import BrowserWall, Clock
from kiosk.supervisor import Board

NAME: Final = "browse"
CHECK_S: Final = 0.5
SILENT_S: Final = 4.0
"""The page beats every second. With the compositor's last frames and the wall's own turn: below 10 s."""
START_S: Final = 60.0
"""For the first beat: Chromium starts slowly from a card."""
FIRST_DELAY_S: Final = 5.0
DELAY_GROWS: Final = 3
LONGEST_DELAY_S: Final = 900.0
"""A start that fails darkens the screen while it lasts, so a browser that never works is seldom tried."""
GOOD_S: Final = 600.0
"""After so long without a fault the delay is the first again."""

log = logging.getLogger(__name__)


class Browse:
    """Opens, listens, closes, waits. While the browser is not there, the wall stands on the panel behind it."""

    def __init__(self, wall: BrowserWall, address: Callable[[], str], *, clock: Clock, board: Board) -> None:
        self._wall, self._address, self._clock, self._board = wall, address, clock, board

    async def run(self) -> None:
        """Until cancelled."""
        delay = FIRST_DELAY_S
        while True:
            began, trouble = self._clock.monotonic(), ""
            try:
                await self._one_browser()
            except DisplayError as error:
                trouble = str(error)
            finally:
                await self._wall.close()
            if self._clock.monotonic() - began > GOOD_S:
                delay = FIRST_DELAY_S
            log.warning("the browser is not on the wall: %s; it is tried again in %g s", trouble, delay)
            self._board.troubled(NAME, Trouble.OTHER, trouble)
            await self._clock.sleep(delay)
            delay = min(delay * DELAY_GROWS, LONGEST_DELAY_S)

    async def _one_browser(self) -> None:
        """From its start to its end. Raises DisplayError when it ended, hangs or never came."""
        self._board.beat(NAME)
        while not (address := self._address()):
            await self._clock.sleep(CHECK_S)
        await self._wall.open(address)
        await self._beat_after(0, START_S, f"it showed nothing within {START_S:g} s")
        log.info("the wall is in the browser")
        self._wall.show()
        while True:
            self._board.well(NAME)
            await self._beat_after(self._wall.beats(), SILENT_S, f"its page was silent for {SILENT_S:g} s")

    async def _beat_after(self, known: int, within_s: float, otherwise: str) -> None:
        """Wait for one more beat of the page. Turns are counted, not time: a kiosk that stalls hears no beat either."""
        for _ in range(round(within_s / CHECK_S)):
            if self._wall.beats() != known:
                return
            if ended := self._wall.ended():
                raise DisplayError(ended)
            await self._clock.sleep(CHECK_S)
        raise DisplayError(otherwise)
