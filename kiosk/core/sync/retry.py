"""Retry: how long to wait after a failure. Full jitter: a fleet that returns after an outage comes spread out."""

import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

from kiosk.core.windows import UnixMs

FIRST_S: Final = 2.0
CAP_S: Final = 900.0
LONGEST_S: Final = 3600.0
"""A collector may ask for an hour of peace, not for more."""
BEAT_S: Final = 300.0
REJECTED_S: Final = 3600.0
"""So long a box whose token is not accepted keeps silent: an alarm, not a loop."""


def delay_s(failures: int, chance: float, retry_after_s: float | None = None) -> float:
    """Seconds until the next try after so many failures in a row (1, 2, ...); `chance` is at random from [0, 1)."""
    if retry_after_s is not None:
        return retry_after_s * (1 + chance / 2)
    return chance * min(CAP_S, FIRST_S * 2.0 ** min(failures, 20))


def retry_after_s(header: str, now: UnixMs) -> float | None:
    """Retry-After in seconds (RFC 9110: a number or a date), within bounds; None if it says nothing."""
    if re.fullmatch(r"\d{1,10}", header, re.ASCII):
        return min(float(header), LONGEST_S)
    try:
        at = parsedate_to_datetime(header)
    except ValueError:
        return None
    until = at.replace(tzinfo=at.tzinfo or UTC).timestamp() - now / 1000
    return min(max(until, 0.0), LONGEST_S)


def beat_s(chance: float) -> float:
    """Seconds until the next heartbeat: every 5 minutes, a tenth more or less."""
    return BEAT_S * (0.9 + 0.2 * chance)


class Pace:
    """When the next exchange may begin. Times are monotonic seconds; `chance` is at random from [0, 1)."""

    def __init__(self) -> None:
        self.failures = 0
        self._again_at = 0.0
        self._beat_at = 0.0

    def may(self, now: float) -> bool:
        """Whether the collector may be asked now."""
        return now >= self._again_at

    def beats(self, now: float) -> bool:
        """Whether a heartbeat is due."""
        return now >= self._beat_at

    def beaten(self, now: float, chance: float) -> None:
        """A heartbeat was heard."""
        self._beat_at = now + beat_s(chance)

    def well(self) -> None:
        """An exchange went well."""
        self.failures = 0

    def failed(self, now: float, chance: float, wish_s: float | None = None) -> None:
        """It did not; `wish_s` is what the collector asked for."""
        self.failures += 1
        self._again_at = now + delay_s(self.failures, chance, wish_s)

    def rejected(self, now: float) -> None:
        """The token is not accepted."""
        self._again_at = now + REJECTED_S

    def at_once(self) -> None:
        """Somebody asks for it, or the box is enrolled anew."""
        self.failures, self._again_at, self._beat_at = 0, 0.0, 0.0
