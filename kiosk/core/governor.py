"""The governor: how much of the time asks may silence the radio, and when the next one may begin.

A connect silences our scan and our advertisement. So silence is a budget that fills at a fixed share of the time and
that each ask draws on by what it was measured to cost: a phone that never answers pays for itself, and several quick
answers may follow one another after a lull. Where hardly anybody passes there is little to miss, and the share is
larger; at a full gate it is the one of the settings.
"""

from typing import Final

QUIET_SHARE: Final = 0.75
"""Share at a quiet time, unless the settings allow more anyway."""
QUIET, FULL = 10, 60
"""Phones near: up to the first it is quiet, from the second on the gate is full; a straight line in between."""
SAVED_S: Final = 3.0
"""Most silence saved up in a lull: no phone that passes for 20 s finds us away for half of it."""
BREATH_S: Final = 0.3
"""Between two asks at least: a few of our advertisements, and of everybody's."""
LONGEST_S: Final = 15.0
"""No ask costs more, whatever a measurement said: every reader gives up before."""


def share_at(share: float, near: int) -> float:
    """The part of the time that asks may take with so many phones near."""
    quiet = max(share, QUIET_SHARE)
    fullness = min(max((near - QUIET) / (FULL - QUIET), 0.0), 1.0)
    return quiet + (share - quiet) * fullness


class Governor:
    """Keeps the budget. Times are monotonic seconds."""

    def __init__(self, share: float, *, saved_s: float = SAVED_S) -> None:
        self._share, self._saved_s = share, saved_s
        self._rate = share
        self._left_s = saved_s
        self._at: float | None = None
        self._rests_until = 0.0

    def wait_s(self, uptime: float, near: int) -> float:
        """Until the next ask may begin; zero: now."""
        self._fill(uptime)
        self._rate = share_at(self._share, near)
        return max(0.0, self._rests_until - uptime, -self._left_s / self._rate)

    def spent(self, uptime: float, silence_s: float) -> None:
        """An ask ended now and silenced the radio for so long."""
        self._fill(uptime)
        self._left_s -= min(silence_s, LONGEST_S)
        self._rests_until = uptime + BREATH_S

    def _fill(self, uptime: float) -> None:
        if self._at is not None:
            self._left_s = min(self._left_s + (uptime - self._at) * self._rate, self._saved_s)
        self._at = uptime
