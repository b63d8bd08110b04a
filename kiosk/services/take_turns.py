"""Take turns: where the chip cannot listen and send at once, gives each its slice of time (core/slices.py)."""

from typing import Final

from kiosk.core.facts import Snapshot, State, Trouble
from kiosk.core.slices import SILENT_S, plan
from kiosk.ports import Clock, Turns
from kiosk.supervisor import Board

NAME: Final = "take-turns"
LOOK_S: Final = 5.0
"""How often it is asked whether turns must be taken."""
AIR: Final = "advertise"
"""The service that sends."""


class TakeTurns:
    """The only one who changes over; whoever listens or sends goes on as always."""

    def __init__(self, turns: Turns, *, clock: Clock, board: Board) -> None:
        self._turns, self._clock, self._board = turns, clock, board
        self._taken = False
        self._refused_since: float | None = None

    async def run(self) -> None:
        """Until cancelled; RadioError leaves it, and the supervisor comes back."""
        try:
            while True:
                await self.turn()
        finally:
            await self._stop()

    async def turn(self) -> None:
        """One period, or one look whether there must be any. Raises RadioError."""
        self._board.well(NAME)
        self._doubt(self._board.snapshot())
        if not self._turns.why():
            await self._stop()
            await self._clock.sleep(LOOK_S)
            return
        self._taken = True
        facts = self._board.snapshot().collect
        slices = plan(facts.phones_near + facts.waiting_to_ask)
        await self._turns.listen()
        await self._clock.sleep(slices.listen_s)
        await self._turns.send()
        await self._clock.sleep(slices.send_s)

    async def _stop(self) -> None:
        """Nobody rests for a turn that is not given."""
        if self._taken:
            self._taken = False
            await self._turns.listen()

    def _doubt(self, snapshot: Snapshot) -> None:
        """A chip that keeps refusing to send while it listens may do so because it listens."""
        air, uptime = snapshot.service(AIR), self._clock.monotonic()
        refused = air is not None and air.state is State.TROUBLED and air.trouble is Trouble.REFUSED
        if not refused or snapshot.collect.listening_since is None:
            self._refused_since = None
        elif self._refused_since is None:
            self._refused_since = uptime
        elif uptime - self._refused_since >= SILENT_S:
            self._refused_since = None
            self._turns.suspect()
