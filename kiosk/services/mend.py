"""Mend: looks whether the radio hears anything at all, and climbs the ladder of recovery if not (core/recovery.py).

Whoever listens or sends tries again by himself when the stack names a trouble; this service is for what else can be
done, and for a radio that falls silent without a word. It tells by which way the box listens and sends.
"""

import logging
from dataclasses import replace
from typing import Final

from kiosk.core.facts import PathFacts, Snapshot, State, Trouble
from kiosk.core.recovery import REBOOT_EVERY_S, Climb, Rung, Sense, Signs, look, pulse
from kiosk.errors import RadioError
from kiosk.ports import Clock, Power, Remedies
from kiosk.supervisor import Board

NAME: Final = "mend"
LOOK_S: Final = 5.0
EARS: Final = "collect"
"""The service that listens."""
_NOT_THE_RADIO: Final = {Trouble.STORE, Trouble.NO_DISPLAY, Trouble.BUG}

log = logging.getLogger(__name__)


class Mend:
    """One climb at a time; what it did stays on the page until the next."""

    def __init__(self, remedies: Remedies, power: Power, *, clock: Clock, board: Board) -> None:
        self._remedies, self._power = remedies, power
        self._clock, self._board = clock, board
        self._climb = Climb()
        self._packets, self._crowd = 0, 0
        self._heard_at = clock.monotonic()
        self._facts = PathFacts()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.turn()
            await self._clock.sleep(LOOK_S)

    async def turn(self) -> None:
        """One look, and at most one step."""
        found = look(self._climb, self._signs(self._board.snapshot()), self._remedies.rungs())
        self._climb = found.climb
        if found.worked is not None:
            log.warning("the radio is heard again after: %s", found.worked.value)
            self._facts = replace(self._facts, worked=found.worked.value, worked_at=self._clock.now())
        if found.step is not None:
            await self._take(found.step)
        self._tell(found.sense)

    def _signs(self, snapshot: Snapshot) -> Signs:
        uptime, facts = self._clock.monotonic(), snapshot.collect
        if facts.packets != self._packets:
            self._packets, self._heard_at, self._crowd = facts.packets, uptime, facts.crowd
        up_s = self._power.up_s()
        return Signs(
            uptime,
            self._heard_at,
            _trouble(snapshot),
            pulse(uptime, grew_at=self._remedies.beat_at()),
            self._crowd,
            up_s if up_s < REBOOT_EVERY_S else None,
        )

    async def _take(self, step: Rung) -> None:
        log.warning("the radio hears nothing; next: %s", step.value)
        self._facts = replace(
            self._facts, step=step.value, stepped_at=self._clock.now(), steps=self._facts.steps + 1, refusal=""
        )
        try:
            await self._remedies.take(step)
        except RadioError as error:
            log.warning("%s could not be done: %s", step.value, error)
            self._facts = replace(self._facts, refusal=str(error))

    def _tell(self, sense: Sense) -> None:
        ways = self._remedies.ways()
        airtime = self._remedies.airtime(self._clock.monotonic())
        self._facts = replace(self._facts, ways=ways, sense=sense.value, airtime=airtime)
        self._board.path(self._facts)
        self._board.well(NAME)


def _trouble(snapshot: Snapshot) -> Trouble | None:
    """What the stack says is wrong with listening."""
    ears = snapshot.service(EARS)
    if ears is None or ears.state is not State.TROUBLED or snapshot.collect.listening_since is not None:
        return None
    return None if ears.trouble in _NOT_THE_RADIO else ears.trouble
