"""Timetable of the loudspeaker: when it may speak and when it is due, in minutes of the Vietnamese day."""

import re
from collections.abc import Iterable
from typing import Final

from kiosk.core.hours import DAY_MINUTES, Span
from kiosk.core.windows import UnixMs, vietnam_day_start
from kiosk.core.wording import DAY_MS, MINUTE_MS

ALWAYS_QUIET: Final = ("11:30-13:30", "20:00-06:00")
"""Midday rest and night: no setting opens them."""
HOUR_MINUTES: Final = 60
GRACE_MS: Final = 2 * MINUTE_MS
"""So late an announcement is still made; later, its time has passed."""
LONGEST_MS: Final = 4 * MINUTE_MS
"""A slow engine (90 s), notes, 60 seconds in both languages: it must be over before quiet begins."""

_TIME: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def minute_of(text: str) -> int | None:
    """07:30 as 450; None if it is no time of day."""
    found = _TIME.fullmatch(text)
    return int(found[1]) * 60 + int(found[2]) if found else None


def span_of(text: str) -> Span | None:
    """11:30-13:30 as a span of the day; None if it is none."""
    first, _, second = text.partition("-")
    start, end = minute_of(first), minute_of(second)
    return None if start is None or end is None or start == end else Span(start, end)


def is_quiet(at: UnixMs, quiet: Iterable[str] = ()) -> bool:
    """Whether nothing may be said at this moment, by the law of the house or the venue's own quiet hours."""
    return _is_quiet((at - vietnam_day_start(at)) / MINUTE_MS, quiet)


def due(times: Iterable[str], quiet: Iterable[str], now: UnixMs, since: UnixMs) -> UnixMs | None:
    """The time of the day's list that has just come, if it lies after `since` and what is said will end before quiet.

    `since` is when the box last spoke or, before that, when it began to run: it speaks once, and never late.
    """
    own_quiet = tuple(quiet)
    if is_quiet(now, own_quiet) or is_quiet(UnixMs(now + LONGEST_MS), own_quiet):
        return None
    for day in (vietnam_day_start(now), vietnam_day_start(now) - DAY_MS):
        for minute in map(minute_of, times):
            at = UnixMs(day + (minute or 0) * MINUTE_MS)
            if minute is not None and 0 <= now - at < GRACE_MS and at > since:
                return at
    return None


def times_fault(times: Iterable[str]) -> str:
    """What is wrong with a list of times, as 'expected ...', or ""."""
    minutes = []
    for text in times:
        minute = minute_of(text)
        if minute is None:
            return f'expected times such as "07:30", but "{text}" is none'
        if _is_quiet(minute, ()) or _is_quiet(minute + LONGEST_MS / MINUTE_MS, ()):
            early = f"in or {LONGEST_MS // MINUTE_MS} minutes before"
            return f"expected times outside {' and '.join(ALWAYS_QUIET)}, but {text} is {early}"
        minutes.append(minute)
    for one, other in zip(sorted(minutes), sorted(minutes)[1:], strict=False):
        if other - one < HOUR_MINUTES:
            return "expected times an hour or more apart"
    return ""


def quiet_fault(spans: Iterable[str]) -> str:
    """What is wrong with the venue's own quiet hours, as 'expected ...', or ""."""
    wrong = next((text for text in spans if span_of(text) is None), None)
    return "" if wrong is None else f'expected spans such as "15:00-16:00", but "{wrong}" is none'


def _is_quiet(minute: float, quiet: Iterable[str]) -> bool:
    spans = filter(None, map(span_of, (*ALWAYS_QUIET, *quiet)))
    return any(span.holds(minute % DAY_MINUTES) for span in spans)
