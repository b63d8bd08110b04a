"""Announce: when a time of the list has come, the loudspeaker says the next announcement."""

import logging
from collections.abc import Sequence
from typing import Final

from kiosk.core import timetable
from kiosk.core.campaign.spoken import Script
from kiosk.core.facts import Trouble
from kiosk.core.windows import UnixMs
from kiosk.errors import SpeechError
from kiosk.ports import Clock, Speaker
from kiosk.supervisor import Board

NAME: Final = "announce"
PERIOD_S: Final = 10.0
REST_S: Final = 3600.0 - timetable.GRACE_MS / 1000
"""Real time between two announcements, whatever somebody does to the clock; an announcement may be so much late."""

log = logging.getLogger(__name__)


class Announce:
    """Says `programme` turn by turn at `times`. A mute loudspeaker is told to the Board and tried again next time."""

    def __init__(
        self,
        speaker: Speaker,
        programme: Sequence[Sequence[Script]],
        times: Sequence[str],
        quiet: Sequence[str],
        *,
        clock: Clock,
        board: Board,
    ) -> None:
        self._speaker, self._programme = speaker, programme
        self._times, self._quiet = times, quiet
        self._clock, self._board = clock, board
        self._since = clock.now()
        self._rested_at = 0.0
        self._turn = 0
        self._trouble = ""

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.turn()
            await self._clock.sleep(PERIOD_S)

    async def turn(self) -> None:
        """Say the next announcement if it is time."""
        now = self._clock.now()
        at = timetable.due(self._times, self._quiet, now, self._since)
        if at is not None and self._clock.monotonic() >= self._rested_at and self._may_speak(now):
            self._since, self._rested_at = now, self._clock.monotonic() + REST_S
            await self._say(self._programme[self._turn % len(self._programme)])
            self._turn += 1
        if self._trouble:
            self._board.troubled(NAME, Trouble.OTHER, self._trouble)
        else:
            self._board.well(NAME)

    async def _say(self, scripts: Sequence[Script]) -> None:
        try:
            await self._speaker.say(scripts)
        except SpeechError as error:
            if str(error) != self._trouble:
                log.warning("the loudspeaker is silent: %s; it is tried again at its next time", error)
            self._trouble = str(error)
        else:
            self._trouble = ""

    def _may_speak(self, now: UnixMs) -> bool:
        """Not while staff want silence; and a box that is not sure of the time might speak at night."""
        snapshot = self._board.snapshot()
        silent = snapshot.sound.silent_until
        return (silent is None or now >= silent) and (snapshot.clock is None or snapshot.clock.trusted)
