"""Witness: every few minutes looks at the wall itself and tells whether visitors can see the QR code."""

import logging
from typing import Final

from kiosk.core.facts import ProofFacts, Verdict
from kiosk.core.proof import Look, frozen, judge, noted
from kiosk.errors import DisplayError
from kiosk.ports import Clock, Eye
from kiosk.supervisor import Board

NAME: Final = "witness"
FIRST_S: Final = 15.0
"""The first look, once there is something to see."""
PERIOD_S: Final = 180.0
AGAIN_S: Final = 20.0
"""After a bad look: soon enough for an alarm, long enough for a picture that was just being exchanged."""

log = logging.getLogger(__name__)


class Witness:
    """Looks, judges, tells the Board. A wall that nobody can look at is told as such and stops nothing."""

    def __init__(self, eye: Eye, *, clock: Clock, board: Board) -> None:
        self._eye, self._clock, self._board = eye, clock, board
        self._facts = ProofFacts()
        self._before: Look | None = None

    async def run(self) -> None:
        """Until cancelled."""
        self._board.well(NAME)
        await self._clock.sleep(FIRST_S)
        while True:
            await self.turn()
            await self._clock.sleep(AGAIN_S if self._facts.doubts else PERIOD_S)

    async def turn(self) -> None:
        """One look."""
        shown, now = self._board.snapshot().show, self._clock.now()
        if shown.drawn_at is not None:
            try:
                look = await self._eye.look()
            except DisplayError as error:
                self._note(noted(self._facts, Verdict.UNSEEN, now, shown.surface, str(error)))
            else:
                verdict = judge(look, self._before, resting=shown.resting)
                self._note(noted(self._facts, verdict, now, look.source))
                if not frozen(look, self._before):  # a frozen wall is compared with what it froze at
                    self._before = look
        self._board.well(NAME)

    def _note(self, facts: ProofFacts) -> None:
        """The log hears of each change once."""
        if facts.verdict is not self._facts.verdict and facts.verdict is not None:
            level = logging.ERROR if facts.verdict.alarm else logging.INFO
            log.log(
                level, "the wall is %s (%s)%s", facts.verdict.value, facts.source, facts.detail and f": {facts.detail}"
            )
        self._facts = facts
        self._board.proof(facts)
