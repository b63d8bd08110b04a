"""The board: QR codes on their cards, one to three of them, each with its label. The first is never the smaller one."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from kiosk.core import label
from kiosk.core.campaign import Card
from kiosk.core.column import Column
from kiosk.core.items import Bar, Item
from kiosk.core.look import Ink

QUIET: Final = 4
"""Modules of white on each side of the code (ISO/IEC 18004)."""
SMALLEST_MODULE_PX: Final = 4
SECOND_SHARE: Final = 0.86
"""A further code's module beside the first one's."""
WHITE_SHARE: Final = 0.62
"""Of a card with its label at the foot, so much is white where the code leaves the choice."""
Modules = Callable[[str], int]
"""How many modules a code for this address has on a side, without its quiet zone."""


class PanelTooSmall(ValueError):
    """No room for the code at SMALLEST_MODULE_PX."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A white card with its code and label, in whole pixels. The quiet zone lies around the code, inside the card."""

    number: int
    url: str
    x: int
    y: int
    width: int
    height: int
    radius: int
    module: int
    code_x: int
    code_y: int
    """Upper left corner of the first module."""
    code_size: int
    label: Bar

    def moved(self, dx: int, dy: int) -> "Placed":
        """The same card elsewhere."""
        return Placed(
            self.number, self.url, self.x + dx, self.y + dy, self.width, self.height, self.radius, self.module,
            self.code_x + dx, self.code_y + dy, self.code_size,
            self.label._replace(x=self.label.x + dx, y=self.label.y + dy),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Area:
    """Where the cards may stand."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Board:
    """Cards and what is written on their labels."""

    cards: tuple[Placed, ...]
    items: tuple[Item, ...]


def arrange(cards: Sequence[Card], area: Area, modules: Modules, column: Column) -> Board:
    """The arrangement with the largest install code: in a row or one below the other, labels at the foot or at the
    side. Cards share the area's whole width and height. Raises PanelTooSmall."""
    ways = ((True, True), (False, False), (True, False), (False, True))
    for module in range(_most(cards, area, modules), SMALLEST_MODULE_PX - 1, -1):
        for in_row, foot in ways:
            board = _try(cards, area, modules, column, module, in_row=in_row, foot=foot)
            if board is not None:
                return board
    raise PanelTooSmall(f"{len(cards)} codes do not fit in {area.width} x {area.height} px")


def arrange_in(areas: Sequence[Area], cards: Sequence[Card], modules: Modules, column: Column) -> Board:
    """In the first area that holds the cards. Raises PanelTooSmall."""
    for area in areas[:-1]:
        try:
            return arrange(cards, area, modules, column)
        except PanelTooSmall:
            continue
    return arrange(cards, areas[-1], modules, column)


def _most(cards: Sequence[Card], area: Area, modules: Modules) -> int:
    return min(area.width, area.height) // (modules(cards[0].url) + 2 * QUIET)


def _try(
    cards: Sequence[Card], area: Area, modules: Modules, column: Column, module: int, *, in_row: bool, foot: bool
) -> Board | None:
    pad, gap = padding(column), gap_between(column)
    sides = [modules(card.url) + 2 * QUIET for card in cards]
    most = [min(math.floor(SECOND_SHARE * module), module * sides[0] // side) for side in sides[1:]]
    sizes = [module, *(max(SMALLEST_MODULE_PX, size) for size in most)]
    fields = [size * side for size, side in zip(sizes, sides, strict=True)]
    wishes = [label.address_width(card, column) if in_row and foot else 0 for card in cards]
    shares = _shares([field + 2 * pad for field in fields], wishes, area, gap, in_row=in_row, foot=foot)
    if shares is None:
        return None
    least = max(fields) + 2 * pad
    across = area.height if in_row else min(shares)
    for white in (max(least, round(WHITE_SHARE * across)) if foot else least, least):
        placed: list[Placed] = []
        x, y = area.x, area.y
        for index, (card, size, share) in enumerate(zip(cards, sizes, shares, strict=True)):
            whole = Area(x, y, share, area.height) if in_row else Area(x, y, area.width, share)
            here = _place(card, size, modules(card.url), whole, column, white=white, foot=foot, index=index)
            placed.append(here)
            x, y = (x + share + gap, y) if in_row else (x, y + share + gap)
        items = label.labels(cards, [here.label for here in placed], column, foot=foot)
        if items is not None:
            return Board(tuple(placed), items)
    return None


def _shares(
    needs: Sequence[int], wishes: Sequence[int], area: Area, gap: int, *, in_row: bool, foot: bool
) -> list[int] | None:
    """Each card's part of the area along its row: what its code needs, what its address wishes if all wishes can be
    met, and an even part of the rest; None: no room."""
    along, across = (area.width, area.height) if in_row else (area.height, area.width)
    along -= gap * (len(needs) - 1)
    wider = [max(pair) for pair in zip(needs, wishes, strict=True)]
    least = wider if sum(wider) <= along else list(needs)
    spare = along - sum(least)
    if spare < 0 or max(needs) > across:
        return None
    labels_along = in_row != foot
    part = spare // len(needs)
    if labels_along and part == 0:
        return None
    shares = [each + part for each in least]
    shares[0] += spare - part * len(needs)
    return shares


def _place(
    card: Card, module: int, side: int, area: Area, column: Column, *, white: int, foot: bool, index: int
) -> Placed:  # fmt: skip
    """The code in the middle of the white, which is `white` high (or wide, with the label at the side)."""
    ground = column.palette.labels[index].ground
    if foot:
        across, down = area.width, white
        bar = Bar(area.x, area.y + white, area.width, area.height - white, ground)
    else:
        across, down = white, area.height
        bar = Bar(area.x + white, area.y, area.width - white, area.height, ground)
    code = side * module
    return Placed(
        card.number, card.url, area.x, area.y, area.width, area.height, radius(column), module,
        even(area.x + (across - code) // 2), even(area.y + (down - code) // 2), code, bar,
    )  # fmt: skip


def even(place: int) -> int:
    """Where half a picture's pixels are lost, modules of an even number of pixels stay whole."""
    return place + place % 2


def radius(column: Column) -> int:
    """Corners of a card: round on a screen, square on e-paper and LED walls."""
    return round(max(26 * column.unit, 10)) if column.ink is Ink.COLOUR else 0


def padding(column: Column) -> int:
    """0.3 of the card's radius (1 - 1/sqrt(2), rounded up): so no rounded corner enters the quiet zone."""
    return math.ceil(0.3 * radius(column))


def gap_between(column: Column) -> int:
    """Between two cards: with the quiet zones on both sides the codes stand more than 8 modules apart."""
    return max(4, round(24 * column.unit))
