"""Items: what a picture is made of, lines of text, icons, discs, bars and a logo, each with its place and colour."""

from collections.abc import Callable
from typing import Final, NamedTuple

from kiosk.core.look import Colour

Measure = Callable[[str, int, float], float]
"""Width of a text in pixels, given weight (400, 600, 700) and size, letter spacing included."""

_BASELINE: Final = 0.3675
"""Baseline below a line's middle, in em: (ascent 1.0 - descent 0.265) / 2 of Be Vietnam Pro."""


class Text(NamedTuple):
    """One line; `y` is its baseline. `part` names the block it belongs to."""

    x: float
    y: float
    text: str
    weight: int
    size: int
    colour: Colour
    part: str = ""


class Icon(NamedTuple):
    """A square icon of core.icons; `x`, `y` its upper left corner."""

    x: float
    y: float
    name: str
    size: int
    colour: Colour
    part: str = ""


class Disc(NamedTuple):
    """A filled circle; `x`, `y` the upper left corner of its square."""

    x: float
    y: float
    size: int
    colour: Colour
    part: str = ""


class Bar(NamedTuple):
    """A plain rectangle."""

    x: float
    y: float
    width: float
    height: float
    colour: Colour
    part: str = ""


class Logo(NamedTuple):
    """The venue's own picture on a chip; `x`, `y` the chip's upper left corner, `rim` what is left free around the
    picture, `colour` the chip's, which takes the place of white in the picture."""

    x: float
    y: float
    width: int
    height: int
    rim: int
    path: str
    colour: Colour
    part: str = ""


Item = Text | Icon | Disc | Bar | Logo


def shift(item: Item, dx: float, dy: float, part: str = "") -> Item:
    """The same item elsewhere; `part` gives it a name if it has none."""
    return item._replace(x=item.x + dx, y=item.y + dy, part=item.part or part)


def baseline(height: float, size: float) -> float:
    """Where text of a size stands in a line of a height, as browsers place it."""
    return height / 2 + _BASELINE * size


def wrap(text: str, room: float, measure: Callable[[str], float], most: int = 99) -> tuple[str, ...] | None:
    """As few lines as fit, then as even as they can be; None if one word is too wide or there are more than `most`.
    Only plain spaces part words."""
    lines = _greedy(text, room, measure, most)
    if lines is None or len(lines) < 2:
        return lines
    low, high = measure(text) / len(lines) - 1, room
    while high - low > 4:
        middle = (low + high) / 2
        tighter = _greedy(text, middle, measure, len(lines))
        if tighter is not None:
            high, lines = middle, tighter
        else:
            low = middle
    return lines


def _greedy(text: str, room: float, measure: Callable[[str], float], most: int) -> tuple[str, ...] | None:
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if measure(longer) <= room:
            lines[-1:] = [longer]
        elif not lines or measure(word) > room or len(lines) == most:
            return None
        else:
            lines.append(word)
    return tuple(lines)
