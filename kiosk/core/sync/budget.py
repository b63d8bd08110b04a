"""Budget: a cap on bytes a second, as a bucket that may run into debt: a parcel is sent whole, then comes a pause."""

from typing import Final

from kiosk.core.hours import Span
from kiosk.core.windows import UnixMs, vietnam_day_start
from kiosk.core.wording import MINUTE_MS

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


def resting(quiet: Span | None, at: UnixMs) -> bool:
    """Whether nothing but heartbeats may be sent now: `quiet` is in minutes of the Vietnamese day."""
    return quiet is not None and quiet.holds((at - vietnam_day_start(at)) / MINUTE_MS)
