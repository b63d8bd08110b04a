"""Slices: how a chip that cannot listen and send at once does both by turns, and how such a chip is known. Pure.

Old chips and some USB sticks scan or advertise, never both. They say so in their supported states, or by refusing the
second of the two. Then each gets its slice: short ones, so that a phone that passes finds us on air, and is heard.
"""

from typing import Final, NamedTuple

from kiosk.core.governor import FULL, QUIET

PERIOD_S: Final = 2.6
"""One slice of each kind. With the time that the stack takes to change over, no break of ours is longer than 3 s."""
QUIET_SHARE, FULL_SHARE = 0.5, 0.75
"""Part of the time spent listening: where hardly anybody passes, and at a full gate, which must be heard first."""
SILENT_S: Final = 30.0
"""Refused for so long while the other one works: then it is believed that the chip cannot do both."""
TRY_S: Final = 600.0
"""A chip that was only believed to be such a one is asked for both again after this."""
_BOTH: Final = 1 << 14
"""Connectable advertising with active scanning ..."""
_BROADCAST: Final = 1 << 12
"""... and advertising that nobody can connect to (Core Vol 4 Part E 7.8.27)."""


class Slices(NamedTuple):
    """One period: first listening, then sending, in seconds."""

    listen_s: float
    send_s: float


def plan(near: int) -> Slices:
    """The next period with so many phones near; between quiet and full a straight line, as the governor's."""
    fullness = min(max((near - QUIET) / (FULL - QUIET), 0.0), 1.0)
    listen_s = PERIOD_S * (QUIET_SHARE + (FULL_SHARE - QUIET_SHARE) * fullness)
    return Slices(listen_s, PERIOD_S - listen_s)


def does_both(states: bytes, *, connectable: bool) -> bool:
    """Whether a chip with these supported states can listen and send at once; one that says nothing is believed to."""
    wanted = _BOTH if connectable else _BROADCAST
    return not states or bool(int.from_bytes(states, "little") & wanted)
