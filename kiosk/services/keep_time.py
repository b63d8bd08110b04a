"""Keep time: judges the machine's clock and tells which time the box goes by. Every other service asks the Clock."""

import logging
from collections.abc import Awaitable, Callable
from typing import Final

from kiosk.core.facts import ClockFacts
from kiosk.core.timekeeping import STEP_MS
from kiosk.core.windows import UnixMs
from kiosk.errors import StoreUnavailable
from kiosk.ports import KeptClock, TimeMemory, TimeSource
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
    """`last_seal` tells the newest sealed window's end, `memory` what an earlier process of this power-on knew.
    `believe`: the wall clock counts, whoever set it."""

    def __init__(
        self,
        source: TimeSource,
        last_seal: Callable[[], Awaitable[UnixMs | None]],
        memory: TimeMemory,
        *,
        believe: bool,
        clock: KeptClock,
        board: Board,
    ) -> None:
        self._source, self._last_seal, self._memory, self._believe = source, last_seal, memory, believe
        self._clock, self._board = clock, board
        self._asked_at: float | None = None
        self._told: UnixMs | None = None

    async def run(self) -> None:
        """Until cancelled."""
        await self.begin()
        while True:
            await self.turn()
            await self._clock.sleep(LOOK_S)

    async def begin(self) -> None:
        """Gather what is known before the first look."""
        keeper = self._clock.keeper
        keeper.last_seal = await self._newest_seal()
        chip = self._source.battery()
        keeper.battery = None if chip is None else UnixMs(chip - self._clock.boot_ms())
        if not keeper.trusted and (known := self._memory.recall()):
            keeper.recall(*known)
            self._tell_board()  # at once: who goes by a lent time must know that it is one

    async def turn(self) -> None:
        """Look at the wall clock, ask who keeps it if it is time or if it was set, and tell who wants to know."""
        keeper, clock = self._clock.keeper, self._clock
        if self._is_time_to_ask() or keeper.stepped(clock.wall(), clock.boot_ms()):
            await self._look()
        self._tell()
        self._tell_board()
        self._board.well(NAME)

    def _tell_board(self) -> None:
        keeper = self._clock.keeper
        self._board.clock(ClockFacts(trusted=keeper.trusted, on_hold=not keeper.trusted, source=keeper.source))

    async def _look(self) -> None:
        """The answer holds for the wall clock it was asked about: one set meanwhile is asked about again."""
        clock = self._clock
        before = clock.wall() - clock.boot_ms()
        synchronised = self._believe or await self._source.synchronised()
        wall, boot_ms = clock.wall(), clock.boot_ms()
        if abs(wall - boot_ms - before) >= STEP_MS:
            self._asked_at = None
            return
        self._asked_at = clock.monotonic()
        clock.keeper.look(wall, boot_ms, synchronised=synchronised)

    def _tell(self) -> None:
        """The Board, the journal and the memory, once our time has become known or was corrected; by whom, is equal."""
        keeper, told = self._clock.keeper, self._told
        known = keeper.powered_on_at
        if known is None or keeper.source is None or (told is not None and abs(known - told) < STEP_MS):
            return
        self._told = known
        if not self._believe:  # or the next process, which may have to be sure, would think that this one was
            self._memory.note(known, keeper.source)
        if told is None:
            self._board.date(known)
            log.info("the time is known now (%s)", keeper.source.value)
        else:
            log.warning(
                "the clock was %d s off and is right now (%s)", round((known - told) / 1000), keeper.source.value
            )

    async def _newest_seal(self) -> UnixMs | None:
        """A card that does not tell it keeps nobody off air: the network and staff need no seal."""
        try:
            return await self._last_seal()
        except StoreUnavailable as error:
            log.warning("the last seal cannot be read, so a battery clock is not believed: %s", error)
            return None

    def _is_time_to_ask(self) -> bool:
        pause = ASK_SURE_S if self._clock.keeper.trusted else ASK_UNSURE_S
        return self._asked_at is None or self._clock.monotonic() - self._asked_at >= pause
