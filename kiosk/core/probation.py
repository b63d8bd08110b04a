"""Probation: in a flood of forged ids, only who is heard again a little later enters a table.

Outside a flood everybody enters at once: a phone is on disk within 10 s of its first advertisement. A flood is more new
ids than any venue has; a forger sends each once, or a few times in a row, while a phone repeats its own for minutes.
What waits is remembered by hashes in a fixed array, newest over oldest, which is there only while a flood lasts.
"""

import hashlib
from array import array
from collections.abc import Sequence
from typing import Final

BURST: Final = 3000
"""New ids at once: the phones of a full bus station when a scan begins or a window turns."""
PER_S: Final = 25.0
"""New ids a second over time: 22,500 a window, four times a full bus station; with the burst half of the ledger."""
DWELL_S: Final = 5.0
"""Who is heard again so much later is no passing forgery. A phone sends for 15 s at a time."""
FORGET_S: Final = 60.0
SLOTS: Final = 1 << 20
"""8 MB: at 20,000 forged ids a second, all that a queue lets through, eight in ten are remembered for 10 s."""
TICKS_A_SECOND: Final = 4
TIME_BITS: Final = 24
"""An entry is 40 bits of hash over 24 bits of time."""
_TIME: Final = (1 << TIME_BITS) - 1


class Probation:
    """Guards one table. Times are monotonic seconds; `salt` keeps a forger from choosing who is forgotten."""

    def __init__(self, salt: bytes = b"", *, burst: int = BURST, per_s: float = PER_S, slots: int = SLOTS) -> None:
        self._salt = salt
        self._burst, self._per_s, self._size = burst, per_s, slots
        self._left = float(burst)
        self._at = 0.0
        self._slots: array[int] | None = None
        self.since: float | None = None
        """When the flood under way began."""
        self.ended: float | None = None
        """When the last one was over."""
        self.held = 0
        """Receptions turned away because nobody had heard the same before."""

    def passes(self, key: bytes, uptime: float) -> bool:
        """Whether a key that the table does not hold may enter it now."""
        self.look(uptime)
        if self.since is None:
            if self._left >= 1:
                self._left -= 1
                return True
            self.since = uptime
        if self._was_heard(key, uptime):
            return True
        self.held += 1
        return False

    def look(self, uptime: float) -> None:
        """Time goes by: a flood is over once new ids come slowly enough to win back half of the burst."""
        self._left = min(self._left + (uptime - self._at) * self._per_s, self._burst)
        self._at = uptime
        if self.since is not None and self._left >= self._burst / 2:
            self.since, self.ended, self._slots = None, uptime, None

    def _was_heard(self, key: bytes, uptime: float) -> bool:
        """Whether it was, long enough ago; else this is its first time, or a repetition too soon."""
        if self._slots is None:
            self._slots = array("Q", [0]) * self._size
        hashed = int.from_bytes(hashlib.blake2b(key, key=self._salt, digest_size=8).digest(), "little")
        slot, mark = hashed % self._size, hashed >> TIME_BITS
        tick = int(uptime * TICKS_A_SECOND) & _TIME
        entry = self._slots[slot]
        age_s = ((tick - entry) & _TIME) / TICKS_A_SECOND
        if entry >> TIME_BITS == mark and age_s <= FORGET_S:
            return age_s >= DWELL_S
        self._slots[slot] = mark << TIME_BITS | tick
        self._left = max(self._left - 1, 0.0)
        return False


def flood(guards: Sequence[Probation], uptime: float) -> tuple[float | None, float | None]:
    """Since when any of the guards sees one, and when the last one was over."""
    for guard in guards:
        guard.look(uptime)
    since = min((guard.since for guard in guards if guard.since is not None), default=None)
    return since, max((guard.ended for guard in guards if guard.ended is not None), default=None)
