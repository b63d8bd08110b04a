"""The column: how wide, how large, in which colours words stand on a panel, and how blocks of them are stacked.

Sizes are those of a 1920x1080 (or 1080x1920) panel, scaled by the column's unit. Pure: measuring is passed in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from kiosk.core.items import Item, Measure, Text, wrap
from kiosk.core.look import Colour, Ink, Palette

SMALLEST_TEXT_PX: Final = {Ink.COLOUR: 22, Ink.LED: 44, Ink.MONO: 17, Ink.RED: 17, Ink.YELLOW: 17}
"""Cap height 3 mm at 1 m on a 7-inch panel (5.2 px/mm) is 21 px; the guide's own figures for LED and e-paper."""
PLAIN_TEXT_PX: Final = 24
"""Where scaling would give less, small panels start here."""
STEP_PX: Final = 4
REFERENCE_FLOOR_PX: Final = 34
"""Nothing on the reference panel is smaller, but for the staff note."""
MOST_LINES: Final = 4
STEP_ICONS: Final = ("scan", "download", "bluetooth")


class TooNarrow(ValueError):
    """Not even the headline fits."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the column, its items relative to its upper left corner; `stretch` is its share of spare room."""

    name: str
    gap: float
    height: float
    items: tuple[Item, ...] = ()
    stretch: int = 0


class Gaps(NamedTuple):
    """Space above each block on the reference panel, and whether a hairline parts the privacy line."""

    headline: float
    headline_en: float
    paragraph: float
    paragraph_en: float
    steps: float
    privacy: float
    hairline: bool


LANDSCAPE: Final = Gaps(62, 14, 40, 10, 36, 36, hairline=True)
PORTRAIT: Final = Gaps(44, 12, 26, 10, 36, 30, hairline=False)
PAPER: Final = Gaps(30, 10, 24, 8, 26, 26, hairline=False)


@dataclass(frozen=True, slots=True)
class Column:
    """Where words go and how they look. `unit` is 1 on the reference panel, `less` the pixels stepped down."""

    width: float
    unit: float
    headline_px: float
    gaps: Gaps
    measure: Measure
    palette: Palette
    ink: Ink = Ink.COLOUR
    less: int = 0

    @property
    def smallest(self) -> int:
        """No text but the staff note is smaller on this panel."""
        return max(SMALLEST_TEXT_PX[self.ink], round(REFERENCE_FLOOR_PX * self.unit))

    def px(self, reference: float) -> float:
        """A gap of the reference panel; gaps close up a little as text steps down."""
        return reference * self.unit * max(0.6, 1 - self.less / 40)

    def sizes(self, reference: float) -> list[int]:
        """Sizes to try, largest first, the smallest last."""
        low = self.smallest
        high = max(low, max(PLAIN_TEXT_PX, round(reference * self.unit)) - self.less)
        return [*range(high, low, -STEP_PX), low]

    def weight(self, weight: int) -> int:
        """E-paper and LED walls have room for bold letters only."""
        return weight if self.ink is Ink.COLOUR else 700

    def line(self, x: float, y: float, text: str, weight: int, size: int, colour: Colour) -> Text:
        """A line in the column's weight."""
        return Text(x, y, text, self.weight(weight), size, colour)

    def wide(self, text: str, weight: int, size: float) -> float:
        """Width in the column's weight."""
        return self.measure(text, self.weight(weight), size)

    def wrapped(self, text: str, weight: int, size: int, room: float, most: int = MOST_LINES) -> tuple[str, ...] | None:
        """Even lines no wider than `room`, or None: a word is wider, or there are more than `most`."""
        heavy, measure = self.weight(weight), self.measure
        return wrap(text, room, lambda line: measure(line, heavy, size), most)


def stack(blocks: tuple[Block, ...], top: float, room: float) -> Iterator[tuple[Block, float]]:
    """Each block with its upper edge; spare room goes above the blocks that stretch."""
    spare = max(0.0, room - sum(block.gap + block.height for block in blocks))
    shares = max(1, sum(block.stretch for block in blocks))
    for block in blocks:
        top += block.gap + spare * block.stretch / shares
        yield block, top
        top += block.height


def hang(name: str, size: int) -> float:
    """How far an icon's square moves left so that its ink, not its margin, stands on the column's edge."""
    return -size * {"mark": 2, "scan": 3, "shield": 4}[name] / 24
