"""Sheet: what stands where on a piece of paper, in millimetres from its upper left corner, later items on top.

Codes and panels stand on whole printer dots, so that every module has the same width on paper and in a picture.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from kiosk.core.look import Colour

INCH_MM: Final = 25.4
DOTS_PER_INCH: Final = 300
DOT_MM: Final = INCH_MM / DOTS_PER_INCH
MARGIN_MM: Final = 6.0
"""Text keeps this far from the edge, where printers do not reach; only bands of colour run off it."""
QUIET: Final = 4
"""Modules of white on each side of a code (ISO/IEC 18004)."""

SIZES: Final = {"A3": (297.0, 420.0), "A4": (210.0, 297.0), "A5": (148.0, 210.0), "A6": (105.0, 148.0)}
"""Width and height upright."""

Matrix = tuple[tuple[bool, ...], ...]
"""Modules of a code, rows from the top, True is dark."""
Encode = Callable[[str], Matrix]
"""Makes the code of an address."""
Measure = Callable[[str, int, float], float]
"""Width of a text, kerned, given weight (400, 600, 700) and size, in the unit of the size."""


class DoesNotFit(ValueError):
    """A text is too long for the paper even at its smallest size; the message names it."""


class TooHigh(DoesNotFit):
    """All texts together are too high for the paper: fewer may fit."""


class Text(NamedTuple):
    """One line; `y` is its baseline, `size` the em, `tracking` letter spacing in em."""

    x: float
    y: float
    text: str
    weight: int
    size: float
    colour: Colour
    tracking: float = 0.0


class Bar(NamedTuple):
    """A plain rectangle, with round corners if `radius` is not 0."""

    x: float
    y: float
    width: float
    height: float
    colour: Colour
    radius: float = 0.0


class Disc(NamedTuple):
    """A full circle around `x`, `y`."""

    x: float
    y: float
    radius: float
    colour: Colour


class Ripples(NamedTuple):
    """A rectangle of the darkest tone with circles in it, the largest first, cut off at its edges."""

    x: float
    y: float
    width: float
    height: float
    centre: tuple[float, float]
    rings: tuple[tuple[float, Colour], ...]


class Icon(NamedTuple):
    """A square icon of core.icons; `x`, `y` its upper left corner."""

    x: float
    y: float
    name: str
    size: float
    colour: Colour


class Stroke(NamedTuple):
    """A straight line, dashed where paper is folded."""

    x: float
    y: float
    to_x: float
    to_y: float
    width: float
    colour: Colour
    dashed: bool = False


class Code(NamedTuple):
    """A QR code; `x`, `y` the corner of its first module, `url` what it says."""

    x: float
    y: float
    module: float
    matrix: Matrix
    url: str

    @property
    def side(self) -> float:
        return self.module * len(self.matrix)


class Logo(NamedTuple):
    """The venue's own picture, fitted into a rectangle."""

    x: float
    y: float
    width: float
    height: float
    path: str


class Panel(NamedTuple):
    """Another sheet lying on this one, upside down if `turned`."""

    x: float
    y: float
    sheet: "Sheet"
    turned: bool = False


Item = Text | Bar | Disc | Ripples | Icon | Stroke | Code | Logo | Panel


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page."""

    width: float
    height: float
    items: tuple[Item, ...]

    def walk(self) -> Iterator[Item]:
        """Every item that is not a panel, in reading order, those of panels where they lie in them."""
        for item in self.items:
            if isinstance(item, Panel):
                yield from item.sheet.walk()
            else:
                yield item

    def lines(self) -> tuple[str, ...]:
        """Every line of text in reading order."""
        return tuple(item.text for item in self.walk() if isinstance(item, Text))


def dots(length: float, dot: float = DOT_MM) -> float:
    """The length in whole dots, rounded down (a hair below a whole dot counts as whole)."""
    return math.floor(length / dot + 1e-6) * dot


def laid(width: float, height: float, items: Iterable[Item], dot: float = DOT_MM) -> Sheet:
    """A sheet whose codes and panels stand on whole dots."""
    on_dots = (
        item._replace(x=dots(item.x, dot), y=dots(item.y, dot)) if isinstance(item, Code | Panel) else item
        for item in items
    )
    return Sheet(width, height, tuple(on_dots))


def shift(item: Item, dx: float, dy: float) -> Item:
    """The same item elsewhere."""
    if isinstance(item, Stroke):
        return item._replace(x=item.x + dx, y=item.y + dy, to_x=item.to_x + dx, to_y=item.to_y + dy)
    if isinstance(item, Ripples):
        return item._replace(x=item.x + dx, y=item.y + dy, centre=(item.centre[0] + dx, item.centre[1] + dy))
    return item._replace(x=item.x + dx, y=item.y + dy)
