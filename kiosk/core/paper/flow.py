"""Flow: blocks of text stacked on paper: measured, wrapped, and shrunk together until they fit; never cut."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from kiosk.core.items import baseline, wrap
from kiosk.core.look import Colour
from kiosk.core.paper.sheet import DoesNotFit, Item, Measure, Text, TooHigh, shift

HEADLINE_TRACKING: Final = -0.02
SHRINKS: Final = tuple(1 - 0.03 * step for step in range(16))
"""Factors tried on everything at once, the largest first."""
_NUMBER: Final = re.compile(r"(?<=\w) (?=\d)|(?<=\d) (?=(?:ngày|phút|days|minutes)\b)")
"""A number stays with the word before it, 'mã số 1', and with its unit, '14 ngày'."""
_FINE: Final = 20.0
"""`wrap` evens lines to 4 of its units; it gets twentieths of a millimetre."""


class Style(NamedTuple):
    """How a text is set; `leading` is the height of a line in em."""

    weight: int
    size: float
    colour: Colour
    leading: float = 1.36
    tracking: float = 0.0

    def width(self, text: str, measure: Measure) -> float:
        """Width of one line in this style."""
        return measure(text, self.weight, self.size) + self.tracking * self.size * max(0, len(text) - 1)

    def line(self, x: float, top: float, text: str) -> Text:
        """One line whose upper edge is at `top`."""
        y = top + baseline(self.leading * self.size, self.size)
        return Text(x, y, text, self.weight, self.size, self.colour, self.tracking)

    def at(self, size: float) -> "Style":
        """The same style in another size."""
        return self._replace(size=size)

    @property
    def height(self) -> float:
        """Height of one line."""
        return self.leading * self.size


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a stack, its items relative to its upper left corner; `stretch` is its share of spare room above."""

    height: float
    items: tuple[Item, ...] = ()
    gap: float = 0.0
    stretch: float = 0.0

    def moved(self, dx: float, dy: float) -> tuple[Item, ...]:
        """Its items elsewhere."""
        return tuple(shift(item, dx, dy) for item in self.items)

    def below(self, gap: float, stretch: float = 0.0) -> "Block":
        """The same block with room above it."""
        return replace(self, gap=gap, stretch=stretch)


NOTHING: Final = Block(0.0)


def paragraph(text: str, style: Style, width: float, measure: Measure) -> Block:
    """A text wrapped into even lines. Raises DoesNotFit if one word is wider than the paper."""
    if not text:
        return NOTHING
    text = _NUMBER.sub("\u00a0", text)
    lines = wrap(text, width * _FINE, lambda line: style.width(line, measure) * _FINE)
    if lines is None:
        raise DoesNotFit(f"a word of '{text}' is wider than {width:.0f} mm")
    return column(lines, style)


def column(lines: Sequence[str], style: Style) -> Block:
    """Lines as they are, under one another."""
    items = tuple(style.line(0, index * style.height, line) for index, line in enumerate(lines))
    return Block(style.height * len(lines), items)


def stacked(blocks: Sequence[Block], room: float | None = None) -> Block:
    """Blocks under one another as one block; with a `room`, spare height goes where blocks stretch."""
    blocks = [block for block in blocks if block.height or block.items]
    natural = sum(block.gap + block.height for block in blocks)
    spare = 0.0 if room is None else max(0.0, room - natural)
    shares = sum(block.stretch for block in blocks) or 1.0
    items: list[Item] = []
    top = 0.0
    for block in blocks:
        top += block.gap + spare * block.stretch / shares
        items += block.moved(0, top)
        top += block.height
    return Block(max(top, room or 0.0), tuple(items))


def abreast(blocks: Sequence[Block], lefts: Sequence[float]) -> Block:
    """Blocks beside one another, upper edges level."""
    items = [item for block, left in zip(blocks, lefts, strict=True) for item in block.moved(left, 0)]
    return Block(max(block.height for block in blocks), tuple(items))


def bilingual(vi: Block, en: Block, gap: float) -> Block:
    """Vietnamese above, English below it; either may be missing."""
    return stacked([vi, en.below(gap if vi.height else 0.0)])


def widest(text: str, style: Style, width: float, measure: Measure, smallest: float) -> Style | None:
    """The style at the largest size, from its own down to `smallest`, at which the text stands in one line."""
    needed = style.width(text, measure)
    size = style.size if needed <= width else style.size * width / needed * 0.999
    return style.at(size) if size >= smallest else None


def shrunk(build: Callable[[float], Block], room: float, what: str) -> tuple[Block, float]:
    """The block at the largest factor at which it fits in the height, and the factor. Raises TooHigh."""
    for factor, block in _tries(build):
        if block.height <= room + 1e-6:
            return block, factor
    raise TooHigh(f"the texts are too long for {what}: shorten them, or take a larger size")


def _tries(build: Callable[[float], Block]) -> Iterator[tuple[float, Block]]:
    """A word too wide at one factor may fit at the next."""
    for factor in SHRINKS:
        try:
            block = build(factor)
        except DoesNotFit:
            if factor == SHRINKS[-1]:
                raise
            continue
        yield factor, block
