"""Windows: the half-open UTC spans of 900 s in which one rotating id is on air.

The same window bounds an encounter, seals it for upload and dates it for deletion.
"""

from typing import NamedTuple, NewType

UnixMs = NewType("UnixMs", int)
"""Milliseconds since 1970-01-01 UTC. `datetime` exists only where people read it."""

DAY_MS = 86_400_000
WINDOWS_PER_DAY = 96
"""Ids a day. SPEC 1: BluezoneIdConstants.java:31; fixed at 96: iOS never follows the server (SPEC 2, quirk 5)."""
WINDOW_MS = DAY_MS // WINDOWS_PER_DAY
SEAL_AFTER_MS = 120_000
"""A window is sealed this long after it ends: a flush at most 10 s late plus a slow last GATT answer fit well."""


class Window(NamedTuple):
    """Half-open span `[start, end)`; `t in window` asks whether a time lies in it."""

    start: UnixMs

    @property
    def end(self) -> UnixMs:
        return UnixMs(self.start + WINDOW_MS)

    @property
    def slot(self) -> int:
        """Place in the UTC day, 0 to 95. SPEC 2: i = floor(ms since UTC midnight / 900000)."""
        return self.start % DAY_MS // WINDOW_MS

    @property
    def day(self) -> int:
        """UTC days since 1970-01-01."""
        return self.start // DAY_MS

    @property
    def sealed_at(self) -> UnixMs:
        return UnixMs(self.end + SEAL_AFTER_MS)

    @property
    def before(self) -> "Window":
        return Window(UnixMs(self.start - WINDOW_MS))

    @property
    def after(self) -> "Window":
        return Window(self.end)

    def __contains__(self, at: object) -> bool:
        return isinstance(at, int) and self.start <= at < self.start + WINDOW_MS


def window_at(at: UnixMs) -> Window:
    """The window that holds a time."""
    return Window(UnixMs(at - at % WINDOW_MS))


def day_start(at: UnixMs) -> UnixMs:
    """UTC midnight at or before a time."""
    return UnixMs(at - at % DAY_MS)


VIETNAM_MS = 7 * 3_600_000
"""Asia/Ho_Chi_Minh is UTC+7 all year. Storage is UTC; days that people see are Vietnamese."""


def vietnam_day_start(at: UnixMs) -> UnixMs:
    """Midnight in Vietnam at or before a time."""
    return UnixMs(day_start(UnixMs(at + VIETNAM_MS)) - VIETNAM_MS)
