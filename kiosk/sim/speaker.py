"""Simulated loudspeaker: keeps what was said; mute on request."""

from collections.abc import Sequence

from kiosk.core.campaign.spoken import Script
from kiosk.errors import SpeechError


class SimulatedSpeaker:
    """Port Speaker without sound."""

    def __init__(self) -> None:
        self.said: list[tuple[Script, ...]] = []
        self.trouble = ""
        """Not empty: it raises this instead of speaking."""

    async def say(self, scripts: Sequence[Script]) -> None:
        if self.trouble:
            raise SpeechError(self.trouble)
        self.said.append(tuple(scripts))
