"""The pace: how long a new id may wait for others, so that it is on disk in time however slow the card is.

Each flush costs the card a few pages whatever it holds, so a flush waits for company. It must also be over in time: a
card answers in milliseconds, and while it tidies itself up in seconds. So what the card was seen to take is taken off
the wait, and forgotten little by little.
"""

from typing import Final

ON_DISK_S: Final = 10.0
"""A new id is on disk so long after its first reception."""
TURN_S: Final = 0.5
"""So long it may take until somebody looks."""
LEAST_S: Final = 1.0
"""What a card is always given."""
AT_FIRST_S: Final = 4.0
"""What one is given of which nothing is known yet: the first flush may have to make the day's file."""
KEPT: Final = 0.8
"""What is remembered of a slow flush at the next: after ten of them a tenth."""
SHORTEST_S: Final = 2.0
"""A card that takes longer than all that is not worn out for a promise it cannot keep."""


class Pace:
    """Watches how long flushes take."""

    def __init__(self) -> None:
        self._slow_s = AT_FIRST_S

    @property
    def wait_s(self) -> float:
        """How old the oldest new id may be when its flush begins."""
        return max(SHORTEST_S, ON_DISK_S - TURN_S - max(LEAST_S, self._slow_s))

    def took(self, seconds: float) -> None:
        """A flush with something in it is over."""
        self._slow_s = max(seconds * 1.5, self._slow_s * KEPT)
