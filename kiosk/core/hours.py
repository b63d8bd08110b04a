"""Hours: when the wall is open, when it dims, and where the burn-in shift stands. Minutes of the Vietnamese day."""

import re
from dataclasses import dataclass
from typing import Final

from kiosk.core.look import DIM_STEPS
from kiosk.core.windows import UnixMs, vietnam_day_start
from kiosk.core.wording import DAY_MS, MINUTE_MS

DAY_MINUTES: Final = 24 * 60
FADE_MS: Final = 2 * MINUTE_MS
SHIFT_EVERY_MS: Final = 10 * MINUTE_MS
SHIFT_PX: Final = 2
_SHIFTS: Final = ((0, 0), (SHIFT_PX, 0), (SHIFT_PX, SHIFT_PX), (0, SHIFT_PX))
_SPAN: Final = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")
MORNING: Final = 6 * 60
"""When a wall blanked 'until tomorrow' comes back, if the venue has no opening hour of its own."""


@dataclass(frozen=True, slots=True)
class Span:
    """From one minute of the day to another, which may lie on the next day. Equal ends are no span."""

    start: int
    end: int

    def holds(self, minute: float) -> bool:
        """Whether a minute of the day lies in it."""
        if self.start <= self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


@dataclass(frozen=True, slots=True)
class Hours:
    """`opening` None: never closed. `night` None: never dimmed."""

    opening: Span | None = None
    night: Span | None = None


ALWAYS: Final = Hours()


def span(text: str) -> Span | None:
    """06:00-22:00 as a Span; "" and equal hours as None. The configuration has checked the form."""
    found = _SPAN.fullmatch(text)
    if found is None:
        return None
    ends = [int(found[part]) * 60 + int(found[part + 1]) for part in (1, 3)]
    return Span(ends[0], ends[1]) if ends[0] != ends[1] else None


def closed(hours: Hours, at: UnixMs) -> bool:
    """Whether the venue is closed now."""
    return hours.opening is not None and not hours.opening.holds(_minute(at))


def dimmed(hours: Hours, at: UnixMs) -> int:
    """0 by day, DIM_STEPS by night, and between while it fades, 2 minutes into the night and out of it."""
    night = hours.night
    if night is None:
        return 0
    minute, fade = _minute(at), FADE_MS / MINUTE_MS
    into = (minute - night.start) % DAY_MINUTES / fade
    out = (minute - night.end) % DAY_MINUTES / fade
    if night.holds(minute):
        return min(DIM_STEPS, int(into * DIM_STEPS) + 1)
    return max(0, DIM_STEPS - 1 - int(out * DIM_STEPS)) if out < 1 else 0


def tomorrow(hours: Hours, at: UnixMs) -> UnixMs:
    """When a wall that staff blanked comes back: the next morning's opening."""
    opens = hours.opening.start if hours.opening is not None else MORNING
    return UnixMs(vietnam_day_start(at) + DAY_MS + opens * MINUTE_MS)


def opens_at(hours: Hours) -> str:
    """06:00"""
    start = hours.opening.start if hours.opening is not None else MORNING
    return f"{start // 60:02}:{start % 60:02}"


def shift(at: UnixMs) -> tuple[int, int]:
    """How far the whole picture stands aside, against burn-in: another corner every 10 minutes."""
    return _SHIFTS[at // SHIFT_EVERY_MS % len(_SHIFTS)]


def _minute(at: UnixMs) -> float:
    return (at - vietnam_day_start(at)) / MINUTE_MS
