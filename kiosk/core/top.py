"""Top: the row of gate mark, venue, logo and clock. A block of the column (core/column.py)."""

from collections.abc import Iterator
from typing import Final

from kiosk.core.column import Block, Column, hang
from kiosk.core.items import Icon, Item, Logo, Text, baseline
from kiosk.core.look import Ink
from kiosk.core.screens import LogoFile, Screen

WIDEST: Final = (0.3, 0.2)
"""Of the column, for a logo: at most, and where the name needs the room."""
OVERHANG_EM: Final = 0.5
"""A logo stands out of its row so far, above and below, into room that nothing else needs."""
GAP_SHARE: Final = 0.6
"""Of the gap to the headline, at most."""
RIM_EM: Final = 0.22
SMALLEST_LOGO_PX: Final = 16
"""A picture that is lower or narrower is a smudge."""


def row(screen: Screen, column: Column, *, roomy: bool) -> Block | None:
    """A logo costs no word: it goes first, unless `roomy` lets the name take a second line for it. Then a long name
    takes two lines, then the clock's place, then it goes."""
    if not screen.venue and not screen.clock and not (screen.logo and screen.logo.shape):
        return None
    for most, clock, widest in _ways(screen, roomy=roomy):
        for size in column.sizes(40):
            chip = _chip(screen.logo, column, size, widest) if widest and screen.logo else None
            if widest and chip is None:
                break
            taken = (
                1.75 * size
                + (size + column.wide(clock, 600, size) if clock else 0)
                + (chip.width + size if chip else 0)
            )
            lines = column.wrapped(screen.venue, 600, size, column.width - taken, most)
            if lines is not None:
                return _row(column, lines, clock, size, chip)
    size = column.smallest
    clock = screen.clock if 1.75 * size + size + column.wide(screen.clock, 600, size) <= column.width else ""
    return _row(column, (), clock, size, None)


def _ways(screen: Screen, *, roomy: bool) -> Iterator[tuple[int, str, float]]:
    """Lines of the name, clock, share of the logo."""
    for lines in (1, 2) if roomy else (1,):
        yield from ((lines, screen.clock, widest) for widest in WIDEST)
    yield 1, screen.clock, 0
    yield 2, screen.clock, 0
    yield 2, "", 0


def _row(column: Column, venue: tuple[str, ...], clock: str, size: int, chip: Logo | None) -> Block:
    mark, line = round(1.3 * size), 1.4 * size if len(venue) < 2 else 1.25 * size
    height = line * max(1, len(venue))
    look = column.palette
    ink = look.accent if column.ink is Ink.COLOUR else look.text
    items: list[Item] = [Icon(hang("mark", mark), (height - mark) / 2, "mark", mark, ink)]
    for index, name in enumerate(venue):
        items.append(column.line(1.75 * size, index * line + baseline(line, size), name, 600, size, look.second))
    left = column.width - column.wide(clock, 600, size)
    items.append(column.line(left, baseline(height, size), clock, 600, size, look.text))
    if chip is not None:
        items.append(chip._replace(x=left - (size if clock else 0) - chip.width, y=(height - chip.height) / 2))
    return Block("top", 0, height, tuple(item for item in items if not isinstance(item, Text) or item.text))


def _chip(logo: LogoFile, column: Column, size: int, widest: float) -> Logo | None:
    """As high as the row and a little more, or as wide as it may be; None: there is none, or it would be too small."""
    if not logo.shape:
        return None
    over = min(OVERHANG_EM * size, GAP_SHARE * column.px(column.gaps.headline))
    rim = round(RIM_EM * size)
    high = min(1.4 * size + 2 * over - 2 * rim, widest * column.width / logo.shape)
    high, wide = int(high), round(int(high) * logo.shape)
    if min(high, wide) < SMALLEST_LOGO_PX:
        return None
    return Logo(0, 0, wide + 2 * rim, high + 2 * rim, rim, logo.path, column.palette.card, "logo")
