"""Limits: how often one box, or one address, may ask.

Approximate: each replica counts for itself, in memory, so that N of them let through up to N times as much. What must
hold exactly (a code used once, a parcel written once) is in the database.
"""

from collections import OrderedDict
from typing import Final, NamedTuple

MOST_KEYS: Final = 20_000
"""Buckets that are kept; the one longest unused is forgotten, which gives its owner a full one."""


class Rate(NamedTuple):
    """`burst` questions at once, then `per_s`."""

    burst: float
    per_s: float


BOX: Final = Rate(300, 10)
"""A box that drains a week's backlog is far below."""
ENROLMENT: Final = Rate(10, 0.1)
"""Codes tried from one address: ten, then six a minute."""


class Limit:
    """A bucket of tokens for each key."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, key: str, now: float) -> float:
        """0 and one token less, or how long until there is one. `now` is in seconds that never jump."""
        tokens, at = self._buckets.pop(key, (self._rate.burst, now))
        tokens = min(self._rate.burst, tokens + (now - at) * self._rate.per_s)
        allowed = tokens >= 1
        self._buckets[key] = (tokens - allowed, now)
        if len(self._buckets) > MOST_KEYS:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) / self._rate.per_s
