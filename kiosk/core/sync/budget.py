"""Budget: how much may be sent now. A cap on bytes a second, as a bucket that may run into debt: a parcel is sent
whole, then comes a pause; and a backlog that leaves slowly after an outage, for the sake of the others."""

from typing import Final

from kiosk.core.hours import Span
from kiosk.core.windows import UnixMs, vietnam_day_start
from kiosk.core.wording import MINUTE_MS

SPREAD_S: Final = 1800.0
"""Twice the longest wait between two tries: the last boxes come back while the first still send."""
BURST_S: Final = 10.0
"""A line that was idle may be used for so many seconds' worth at once."""


class Budget:
    """`rate` in bytes a second; 0 is no cap. Times are monotonic seconds."""

    def __init__(self, rate: float) -> None:
        self._rate, self._level, self._at = rate, rate * BURST_S, 0.0

    def wait_s(self, now: float) -> float:
        """Seconds until the next thing may be sent; 0: now."""
        if not self._rate:
            return 0.0
        self._fill(now)
        return max(0.0, -self._level / self._rate)

    def spend(self, size: int, now: float) -> None:
        """So many bytes were sent."""
        self._fill(now)
        self._level -= size

    def _fill(self, now: float) -> None:
        self._level = min(self._rate * BURST_S, self._level + self._rate * max(0.0, now - self._at))
        self._at = now


class Trickle:
    """What waited through an outage leaves over SPREAD_S: full jitter spreads the moment of return, but a fleet whose
    every box then empties its outbox at once still comes as a flood. `chance` is at random from [0, 1)."""

    def __init__(self) -> None:
        self._rate, self._level, self._at = 0.0, 0.0, 0.0

    def begin(self, waiting: int, now: float, chance: float) -> None:
        """The collector is back."""
        self._rate, self._level, self._at = waiting / SPREAD_S, chance, now

    def end(self) -> None:
        """Nothing waits any more, or somebody asked for all of it now."""
        self._rate = 0.0

    def parcels(self, most: int, now: float) -> int:
        """How many of at most so many may be sent now."""
        if not self._rate:
            return most
        self._level = min(float(most), self._level + self._rate * max(0.0, now - self._at))
        self._at = now
        return int(self._level)

    def sent(self) -> None:
        """One was."""
        self._level -= 1


def resting(quiet: Span | None, at: UnixMs) -> bool:
    """Whether nothing but heartbeats may be sent now: `quiet` is in minutes of the Vietnamese day."""
    return quiet is not None and quiet.holds((at - vietnam_day_start(at)) / MINUTE_MS)
