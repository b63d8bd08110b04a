"""Label: what is written below a code, or beside it: its number, what it is, what to do, what to type instead."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from kiosk.core.campaign import Card
from kiosk.core.column import Column
from kiosk.core.items import Bar, Disc, Item, Text, baseline
from kiosk.core.look import Pair

DISC_EM: Final = 1.5
NUMBER_EM: Final = 0.68
"""A number in its disc, by the disc."""
GAP_EM: Final = 0.35


class Number(Enum):
    """Where the number stands."""

    ABOVE = "above"
    BESIDE = "beside"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    weight: int
    size: int
    leading: float

    @property
    def height(self) -> float:
        return self.leading * self.size


@dataclass(frozen=True, slots=True)
class _Found:
    """Lines and the disc that fit; `disc` is 0 without a number."""

    lines: tuple[_Line, ...]
    size: int
    disc: int
    beside: bool

    @property
    def gap(self) -> float:
        return GAP_EM * self.size if self.disc else 0.0

    @property
    def text_height(self) -> float:
        return sum(line.height for line in self.lines)

    @property
    def height(self) -> float:
        return max(self.disc, self.text_height) if self.beside else self.disc + self.gap + self.text_height


def labels(cards: Sequence[Card], bars: Sequence[Bar], column: Column, *, foot: bool) -> tuple[Item, ...] | None:
    """All labels of a board, numbered in the same way; None if not even the titles fit. A card that visitors do not
    count, and one that stands alone among those, has no number."""
    numbered = sum(card.number > 0 for card in cards) > 1
    for way in Number if numbered else (Number.NOWHERE,):
        if way is Number.BESIDE and not foot:
            continue
        items = _all(cards, bars, column, way, foot=foot)
        if items is not None:
            return items
    return None


def address_width(card: Card, column: Column) -> int:
    """What a card is wide so that its address stands on one line; 0: it has none."""
    if not card.typed:
        return 0
    return math.ceil(column.wide(card.typed, 600, column.smallest)) + 2 * _inset(column)


def _inset(column: Column) -> int:
    """Room beside the words of a label."""
    return max(round(22 * column.unit), 8)


def _all(
    cards: Sequence[Card], bars: Sequence[Bar], column: Column, way: Number, *, foot: bool
) -> tuple[Item, ...] | None:
    items: list[Item] = []
    for card, bar, pair in zip(cards, bars, column.palette.labels, strict=False):
        found = _fitted(card, bar, column, way if card.number else Number.NOWHERE)
        if found is None:
            return None
        items += _written(card, bar, column, found, pair, foot=foot)
    return tuple(items)


def _fitted(card: Card, bar: Bar, column: Column, way: Number) -> _Found | None:
    """Title and hint in both languages, as large and as much as fits; None if not even the title does."""
    inset = _inset(column)
    room_x, room_y = bar.width - 2 * inset, bar.height - 2 * round(0.5 * inset)
    for size in column.sizes(64):
        disc = 0 if way is Number.NOWHERE else round(DISC_EM * size)
        beside = way is Number.BESIDE
        room = room_x - disc - GAP_EM * size if beside else room_x
        for extras in (3, 2, 1, 0):
            lines = _lines(card, column, size, room, extras)
            if lines is None:
                continue
            found = _Found(lines, size, disc, beside)
            if found.height <= room_y and disc <= room_x:
                return found
    return None


def _lines(card: Card, column: Column, size: int, room: float, extras: int) -> tuple[_Line, ...] | None:
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
    return tuple(lines)


def _written(card: Card, bar: Bar, column: Column, found: _Found, pair: Pair, *, foot: bool) -> Iterator[Item]:
    """Each line in the middle of a label at the foot, at the left of one at the side and beside a number."""
    part = f"code {card.number}"
    left, middle = bar.x + _inset(column), bar.y + bar.height / 2
    widest = max(column.wide(line.text, line.weight, line.size) for line in found.lines)
    y = middle - (found.text_height if found.beside else found.height) / 2
    if found.beside:
        left = bar.x + (bar.width - found.disc - found.gap - widest) / 2
        yield from _number(card, column, left, middle - found.disc / 2, found.disc, pair)
        left += found.disc + found.gap
    elif found.disc:
        yield from _number(card, column, bar.x + (bar.width - found.disc) / 2 if foot else left, y, found.disc, pair)
        y += found.disc + found.gap
    for line in found.lines:
        wide = column.wide(line.text, line.weight, line.size)
        x = bar.x + (bar.width - wide) / 2 if foot and not found.beside else left
        at = y + baseline(line.height, line.size)
        yield column.line(x, at, line.text, line.weight, line.size, pair.ink)._replace(part=part)
        y += line.height


def _number(card: Card, column: Column, x: float, y: float, disc: int, pair: Pair) -> Iterator[Item]:
    px, number, part = round(NUMBER_EM * disc), str(card.number), f"code {card.number}"
    yield Disc(x, y, disc, pair.ink, part)
    left = x + (disc - column.wide(number, 700, px)) / 2
    yield Text(left, y + baseline(disc, px), number, 700, px, pair.ground, part)
