"""Keep time: judges the machine's clock and tells which time the box goes by. Every other service asks the Clock."""

import logging
from collections.abc import Awaitable, Callable
from typing import Final

from kiosk.core.facts import ClockFacts
from kiosk.core.windows import UnixMs
from kiosk.ports import KeptClock, TimeSource
from kiosk.supervisor import Board

NAME: Final = "keep-time"
LOOK_S: Final = 1.0
"""How often we look whether somebody set the wall clock."""
ASK_UNSURE_S: Final = 5.0
"""How often the machine is asked whether a time server has answered, while we do not know the time ..."""
ASK_SURE_S: Final = 60.0
"""... and afterwards, to follow its corrections."""

log = logging.getLogger(__name__)


class KeepTime:
    """`last_seal` tells the newest sealed window's end. `believe`: the wall clock counts, whoever set it."""

    def __init__(
        self,
        source: TimeSource,
        last_seal: Callable[[], Awaitable[UnixMs | None]],
        *,
        believe: bool,
        clock: KeptClock,
        board: Board,
    ) -> None:
        self._source, self._last_seal, self._believe = source, last_seal, believe
        self._clock, self._board = clock, board
        self._asked_at: float | None = None

    async def run(self) -> None:
        """Until cancelled."""
        self._clock.keeper.battery = self._source.battery()
        self._clock.keeper.last_seal = await self._last_seal()
        while True:
            await self.turn()
            await self._clock.sleep(LOOK_S)

    async def turn(self) -> None:
        """Look at the wall clock, ask who keeps it if it is time or if it was set, and tell the Board."""
        keeper, clock = self._clock.keeper, self._clock
        if self._is_time_to_ask() or keeper.stepped(clock.wall(), clock.boot_ms()):
            synchronised = self._believe or await self._source.synchronised()
            self._asked_at = clock.monotonic()
            known, before = keeper.trusted, clock.now()
            if keeper.look(clock.wall(), clock.boot_ms(), synchronised=synchronised):
                self._corrected(known, before)
        self._board.clock(ClockFacts(trusted=keeper.trusted, on_hold=not keeper.trusted, source=keeper.source))
        self._board.well(NAME)

    def _corrected(self, known: bool, before: UnixMs) -> None:
        offset = self._clock.now() - before
        if not known:
            self._board.date(offset)
            log.info("the time is known now (%s)", self._clock.keeper.source)
        else:
            log.warning("the clock was %d s off and is right now", round(offset / 1000))

    def _is_time_to_ask(self) -> bool:
        pause = ASK_SURE_S if self._clock.keeper.trusted else ASK_UNSURE_S
        return self._asked_at is None or self._clock.monotonic() - self._asked_at >= pause
