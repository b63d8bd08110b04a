"""Discretion: which numbers of people may be told, and that no sum of them tells what each one hides. Pure."""

from collections.abc import Iterable, Sequence
from typing import Final

from kiosk.core.windows import WINDOWS_PER_DAY

FEWEST: Final = 20
"""Smaller groups are hidden (in real life, not in the simulation, whose phones are invented)."""


def tellable(visits: Sequence[int]) -> list[int]:
    """What sums may count of each window, from a midnight in Vietnam on: a window of 20 or more as it is, smaller ones
    together in the window in which they have become 20. Otherwise a total, less what the chart shows, would be them.

    What is left over at the end of a day, 19 at most, is never told.
    """
    return [count for day in _days(visits) for count in _day(day)]


def stepped(count: int) -> int:
    """A count since the start, in steps of 20: two of them differ by nobody or by a group."""
    return count - count % FEWEST


def _days(visits: Sequence[int]) -> Iterable[Sequence[int]]:
    return (visits[first : first + WINDOWS_PER_DAY] for first in range(0, len(visits), WINDOWS_PER_DAY))


def _day(visits: Sequence[int]) -> Iterable[int]:
    held = 0
    for count in visits:
        if count >= FEWEST:
            yield count
            continue
        held += count
        if held >= FEWEST:
            yield held
            held = 0
        else:
            yield 0
