"""Charts: finished windows and install rates as inline SVG, as wide as its place, letters always of one size. Pure.

Across, everything is in per cent of the width; down, in pixels. Labels of the axis stand left of the drawing, in the
margin that the style sheet leaves. No bar is finer than 15 minutes, and small ones are grey and all of one height.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, Literal

from kiosk.core.discretion import FEWEST, tellable
from kiosk.core.facts import AdoptionFacts, TallyFacts
from kiosk.core.windows import DAY_MS, WINDOW_MS, WINDOWS_PER_DAY, UnixMs
from kiosk.core.wording import HOUR_MS, Words, clock, date, day, number, percent, weekday

HEIGHT: Final = 150
TOP: Final = 12
"""Room above the highest line for half a letter."""
PER_HOUR: Final = 4
OPEN: Final = range(4, 22)
"""Hours that are always drawn; others only where someone came."""
REFERENCE: Final = 0.2612
"""'Mốc toàn tỉnh': the share of smartphone users of the province that the public figures of the time gave."""

Language = Literal["vi", "en"]

_NO_PEAK: Final = Words("Mỗi cột đều dưới 20 máy.", "Every bar is fewer than 20.")
_MARK: Final = Words("mốc toàn tỉnh 26,12%", "provincial mark 26.12%")


def today(tally: TallyFacts, language: Language, *, exact: bool = False) -> str:
    """Phones per window of the day, cut to the hours that matter. `exact` hides no small number."""
    counts = tally.today
    busy = [index // PER_HOUR for index, count in enumerate(counts) if count >= FEWEST]
    first, last = min([OPEN.start, *busy]), max([OPEN.stop, *(hour + 1 for hour in busy)])
    shown = counts[first * PER_HOUR : last * PER_HOUR]
    hours = range(first, last + 1, -(-(last - first) // 5))
    labels = [(100 * (hour - first) / (last - first), Words(f"{hour} giờ", f"{hour}:00")) for hour in hours]
    told = _NO_PEAK
    if _tellable(shown, exact):
        begins = UnixMs(tally.until + (shown.index(max(shown)) + first * PER_HOUR - len(counts)) * WINDOW_MS)
        most = number(max(shown))
        told = Words(f"Nhiều nhất {most.vi} máy, lúc {clock(begins)}.", f"Most: {most.en} phones, at {clock(begins)}.")
    parts = _scale([*shown, 2 * FEWEST], language)
    parts.append(_bars(shown, (last - first) * PER_HOUR, exact))
    parts += [
        _below(at, label, "middle" if 0 < at < 100 else "end" if at else "start", language) for at, label in labels
    ]
    return _drawing(parts, told, language)


def week(tally: TallyFacts, language: Language, *, exact: bool = False) -> str:
    """Visits per hour, day beside day; of small windows only what may be told."""
    visits = tally.visits if exact else tellable(tally.visits)
    hours = [sum(visits[at : at + PER_HOUR]) for at in range(0, len(visits) // PER_HOUR * PER_HOUR, PER_HOUR)]
    days = max(1, -(-len(tally.visits) // WINDOWS_PER_DAY))
    told = _NO_PEAK
    if _tellable(hours, exact):
        at, most = UnixMs(tally.since + hours.index(max(hours)) * HOUR_MS), number(max(hours))
        told = Words(
            f"Nhiều nhất {most.vi} lượt một giờ, {day(at).vi} lúc {clock(at)}.",
            f"Most: {most.en} visits in an hour, {day(at).en} at {clock(at)}.",
        )
    parts = _scale([*hours, 2 * FEWEST], language)
    for each in range(1, days):
        x = f"{100 * each / days:.2f}%"
        parts.append(f'<line x1="{x}" y1="{TOP}" x2="{x}" y2="{HEIGHT}"/>')
    parts.append(_bars(hours, days * 24, exact))
    for each in range(days):
        name = weekday(UnixMs(tally.since + each * DAY_MS))
        parts.append(_below(100 * (each + 0.5) / days, name, "middle", language))
    return _drawing(parts, told, language)


def adoption(facts: AdoptionFacts, language: Language) -> str:
    """The install rate day by day: the estimate as a line, its interval as a pale band, the mark of the province."""
    days = facts.days
    lowest = math.floor(20 * min([REFERENCE, *(each.low for each in days)])) * 5
    highest = math.ceil(20 * max([REFERENCE + 0.01, *(each.high for each in days)])) * 5
    step = next(step for step in (5, 10, 25) if highest - lowest <= 5 * step or step == 25)

    def y(share: float) -> float:
        return round(TOP + (HEIGHT - TOP) * (highest - 100 * share) / (highest - lowest), 1)

    across = [100 * (place + 0.5) / len(days) for place in range(len(days))]
    parts = [_line(y(value / 100), f"{value}%") for value in range(lowest, highest + 1, step)]
    edge = [(x, y(each.high)) for x, each in zip(across, days, strict=True)]
    edge += [(x, y(each.low)) for x, each in zip(across[::-1], days[::-1], strict=True)]
    corners = " ".join(f"{x:.1f},{at:g}" for x, at in edge)
    parts.append(_stretched(100, f'<polygon class="band" points="{corners}"/>'))
    points = [(f"{x:.1f}%", f"{y(each.share):g}") for x, each in zip(across, days, strict=True)]
    for (x1, y1), (x2, y2) in pairwise(points):
        parts.append(f'<line class="estimate" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>')
    parts += [f'<circle class="point" cx="{x}" cy="{at}" r="4"/>' for x, at in points]
    parts += [
        f'<text class="latest" x="{x}" y="{float(at) - 11:g}" text-anchor="middle">{days[-1].share:.0%}</text>'
        for x, at in points[-1:]
    ]
    mark = f"{y(REFERENCE):g}"
    parts.append(f'<line class="mark" x1="0" y1="{mark}" x2="100%" y2="{mark}"/>')
    parts.append(f'<text class="mark" x="0" y="{y(REFERENCE) - 6:g}">{_MARK[language == "en"]}</text>')
    for place in range(len(days) - 1, -1, -max(1, -(-len(days) // 5))):
        parts.append(_below(across[place], date(days[place].day), "middle", language))
    return _drawing(parts, _adopted(facts), language)


def by_day(days: Sequence[tuple[UnixMs, int]], unit: Words, language: Language, *, exact: bool = False) -> str:
    """One bar a day, the oldest first; `unit` is what is counted."""
    counts = [count for _, count in days]
    told = Words(f"Mỗi ngày đều dưới 20 {unit.vi}.", f"Every day fewer than 20 {unit.en}.")
    if _tellable(counts, exact):
        at, most = days[counts.index(max(counts))][0], number(max(counts))
        told = Words(
            f"Nhiều nhất {most.vi} {unit.vi}, ngày {date(at).vi}.", f"Most: {most.en} {unit.en}, on {date(at).en}."
        )
    parts = _scale([*counts, 2 * FEWEST], language)
    parts.append(_bars(counts, len(counts), exact))
    for place in range(len(days) - 1, -1, -max(1, -(-len(days) // 6))):
        parts.append(_below(100 * (place + 0.5) / len(days), date(days[place][0]), "middle", language))
    return _drawing(parts, told, language)


def nice(most: int) -> tuple[int, int]:
    """The height of the scale and its step: three to five lines that people can count by."""
    steps = (10, 20, 25, 50)
    for power in range(9):
        for step in steps:
            if most <= 4 * step * 10**power:
                lines = max(2, -(-most // (step * 10**power)))
                return lines * step * 10**power, step * 10**power
    return most, most


def _tellable(counts: Sequence[int], exact: bool) -> bool:
    return bool(counts) and (exact or max(counts) >= FEWEST)


def _adopted(facts: AdoptionFacts) -> Words:
    if not facts.days:
        return Words("Chưa đủ máy để tính.", "Not enough phones yet.")
    last = facts.days[-1]
    share, low, high = (percent(value) for value in (last.share, last.low, last.high))
    return Words(
        f"Mới nhất {share.vi}, nhiều khả năng từ {low.vi} đến {high.vi}.",
        f"Latest {share.en}, very likely between {low.en} and {high.en}.",
    )


def _scale(counts: Sequence[int], language: Language) -> list[str]:
    top, step = nice(max(counts))
    return [
        _line(HEIGHT - (HEIGHT - TOP) * value / top, _in(number(value), language)) for value in range(0, top + 1, step)
    ]


def _bars(counts: Sequence[int], slots: int, exact: bool) -> str:
    """Blue bars, and grey ones of one height where the number is hidden: 0 and 19 look alike."""
    top, _ = nice(max([2 * FEWEST, *counts]))
    hidden = {place for place, count in enumerate(counts) if count < FEWEST and not exact}
    few = "".join(_bar(place, FEWEST / top) for place in sorted(hidden))
    many = "".join(_bar(place, count / top) for place, count in enumerate(counts) if count and place not in hidden)
    return _stretched(slots, f'<path class="few" d="{few}"/><path class="many" d="{many}"/>')


def _bar(place: int, share: float) -> str:
    """A bar as high as a share of the scale, a tenth of a slot away from its neighbours."""
    tall = f"{(HEIGHT - TOP) * share:.1f}"
    return f"M{place}.1 {HEIGHT}v-{tall}h.8v{tall}z"


def _stretched(width: int, inside: str) -> str:
    """Shapes whose x counts slots: the browser stretches them to the width it has."""
    view = f"0 0 {width} {HEIGHT}"
    return f'<svg x="0" y="0" width="100%" height="{HEIGHT}" viewBox="{view}" preserveAspectRatio="none">{inside}</svg>'


def _line(y: float, label: str) -> str:
    line = f'<line x1="0" y1="{y:g}" x2="100%" y2="{y:g}"/>'
    return f'{line}<text x="-8" y="{y + 4.5:g}" text-anchor="end">{label}</text>'


def _below(x: float, label: Words, anchor: str, language: Language) -> str:
    return f'<text x="{x:.2f}%" y="{HEIGHT + 20}" text-anchor="{anchor}">{_in(label, language)}</text>'


def _drawing(parts: Sequence[str], told: Words, language: Language) -> str:
    inside, name = "".join(parts), _in(told, language)
    return f'<svg class="chart" width="100%" height="{HEIGHT + 26}" role="img" aria-label="{name}">{inside}</svg>'


def _in(words: Words, language: Language) -> str:
    return words.vi if language == "vi" else words.en
