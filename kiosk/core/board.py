"""The board: QR codes on their cards, one to three of them, each with its label. The first is never the smaller one."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from kiosk.core.campaign import Card
from kiosk.core.column import Column
from kiosk.core.items import Bar, Disc, Item, Text, baseline
from kiosk.core.look import Ink, Pair

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


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    weight: int
    size: int
    leading: float


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
    shares = _shares(fields, area, pad, gap, in_row=in_row, foot=foot)
    if shares is None:
        return None
    least = max(fields) + 2 * pad
    numbered = sum(card.number > 0 for card in cards) > 1
    across = area.height if in_row else min(shares)
    for white in (max(least, round(WHITE_SHARE * across)) if foot else least, least):
        placed: list[Placed] = []
        items: list[Item] = []
        x, y = area.x, area.y
        for index, (card, size, share) in enumerate(zip(cards, sizes, shares, strict=True)):
            whole = Area(x, y, share, area.height) if in_row else Area(x, y, area.width, share)
            here = _place(card, size, modules(card.url), whole, column, white=white, foot=foot, index=index)
            placed.append(here)
            items += _label(card, here, column, index, numbered=numbered and card.number > 0)
            x, y = (x + share + gap, y) if in_row else (x, y + share + gap)
        if len({item.part for item in items}) == len(cards):
            return Board(tuple(placed), tuple(items))
    return None


def _shares(fields: Sequence[int], area: Area, pad: int, gap: int, *, in_row: bool, foot: bool) -> list[int] | None:
    """Each card's part of the area along its row: what its code needs and an even part of the rest; None: no room."""
    along, across = (area.width, area.height) if in_row else (area.height, area.width)
    needs = [field + 2 * pad for field in fields]
    spare = along - sum(needs) - gap * (len(fields) - 1)
    if spare < 0 or max(needs) > across:
        return None
    labels_along = in_row != foot
    part = spare // len(fields)
    if labels_along and part == 0:
        return None
    shares = [need + part for need in needs]
    shares[0] += spare - part * len(fields)
    return shares


def _place(
    card: Card, module: int, side: int, area: Area, column: Column, *, white: int, foot: bool, index: int
) -> Placed:  # fmt: skip
    """The code in the middle of the white, which is `white` high (or wide, with the label at the side)."""
    ground = column.palette.labels[index].ground
    if foot:
        across, down = area.width, white
        label = Bar(area.x, area.y + white, area.width, area.height - white, ground)
    else:
        across, down = white, area.height
        label = Bar(area.x + white, area.y, area.width - white, area.height, ground)
    code = side * module
    return Placed(
        card.number, card.url, area.x, area.y, area.width, area.height, radius(column), module,
        even(area.x + (across - code) // 2), even(area.y + (down - code) // 2), code, label,
    )  # fmt: skip


def _label(card: Card, placed: Placed, column: Column, index: int, *, numbered: bool) -> list[Item]:
    """Number (of cards that visitors count), title and hint in both languages, as much as fits; nothing if not even
    the title does."""
    label, pair = placed.label, column.palette.labels[index]
    inset = max(round(28 * column.unit), 8)
    room_x, room_y = label.width - 2 * inset, label.height - 2 * round(0.5 * inset)
    for counted in (True, False) if numbered else (False,):
        for size in column.sizes(64):
            disc = round(1.5 * size) if counted else 0
            for extras in (3, 2, 1, 0):
                lines = _label_lines(card, column, size, room_x, extras)
                if lines is None:
                    continue
                gap = 0.35 * size if disc else 0.0
                height = disc + gap + sum(line.leading * line.size for line in lines)
                if height <= room_y and disc <= room_x:
                    return _written(card, placed, column, (lines, disc, gap, inset, height), pair)
    return []


def _label_lines(card: Card, column: Column, size: int, room: float, extras: int) -> list[_Line] | None:
    small = max(column.smallest, round(0.62 * size))
    parts = [(card.title.vi, 700, size, 1.2), (card.title.en, 600, small, 1.3)]
    if card.title.vi == card.title.en:
        parts.pop()
    if extras >= 2:
        parts.append((card.hint.vi, 400, small, 1.34))
    if extras >= 3:
        parts.append((card.hint.en, 400, small, 1.34))
    if extras >= 1:
        parts.append((card.typed, 600, small, 1.34))
    lines: list[_Line] = []
    for text, weight, px, leading in parts:
        most = 1 if text == card.typed else 3  # a broken address is none
        wrapped = column.wrapped(text, weight, px, room, most) if text else ()
        if wrapped is None:
            return None
        lines += [_Line(line, weight, px, leading) for line in wrapped]
    return lines


def _written(
    card: Card, placed: Placed, column: Column, found: tuple[list[_Line], int, float, int, float], pair: Pair
) -> list[Item]:
    lines, disc, gap, inset, height = found
    label = placed.label
    foot = label.y > placed.y
    x = label.x + inset
    y = label.y + (label.height - height) / 2
    part = f"code {card.number}"
    items: list[Item] = []
    if disc:
        px = round(0.68 * disc)
        left = label.x + (label.width - disc) / 2 if foot else x
        number = str(card.number)
        items += [
            Disc(left, y, disc, pair.ink, part),
            Text(
                left + (disc - column.wide(number, 700, px)) / 2,
                y + baseline(disc, px),
                number,
                700,
                px,
                pair.ground,
                part,
            ),
        ]
        y += disc + gap
    for line in lines:
        wide = column.wide(line.text, line.weight, line.size)
        left = label.x + (label.width - wide) / 2 if foot else x
        at = y + baseline(line.leading * line.size, line.size)
        items.append(column.line(left, at, line.text, line.weight, line.size, pair.ink)._replace(part=part))
        y += line.leading * line.size
    return items


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
