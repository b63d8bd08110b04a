"""Imposing: several leaflets on one sheet with cut marks, and a table tent with its two faces and fold lines."""

from collections.abc import Callable
from typing import Final

from kiosk.core import look
from kiosk.core.paper.flow import Block, Style
from kiosk.core.paper.setter import Setter
from kiosk.core.paper.sheet import SIZES, Item, Panel, Sheet, Stroke, Text, laid
from kiosk.core.wording import Words

MARKS_MM: Final = 7.0
"""White around the leaflets, for cut marks and for what a printer cannot reach."""
MARK_MM: Final = 4.5
HAIR_MM: Final = 0.2
FLAP_SHARE: Final = 0.125
"""Of a tent's sheet, above and below: glued together they are its foot."""
FOLD: Final = Words("Gấp theo nét đứt, dán hai mép chồng lên nhau.", "Fold along the dashes, glue the two flaps.")

UP: Final = {"A3": (2, 2), "A4": (2, 1), "A5": (1, 1), "A6": (1, 1)}
"""Leaflets across and down on each paper: of A5, where the paper holds it."""


def leaflets(make: Callable[[float, float], Sheet], size: str) -> Sheet:
    """As many of one leaflet as the paper holds; between two stands one cut."""
    width, height = SIZES[size]
    across, down = UP[size]
    if across == down == 1:
        return make(width, height)
    if across > down:
        width, height = height, width
    shape = SIZES["A5"][0] / SIZES["A5"][1]
    wide = min((width - 2 * MARKS_MM) / across, (height - 2 * MARKS_MM) / down * shape)
    high = wide / shape
    one = make(wide, high)
    left, top = (width - across * wide) / 2, (height - down * high) / 2
    items: list[Item] = [
        Panel(left + column * wide, top + row * high, one) for row in range(down) for column in range(across)
    ]
    right, foot = left + across * wide, top + down * high
    for x in (left + column * wide for column in range(across + 1)):
        items += [_mark(x, top, 0, -1), _mark(x, foot, 0, 1)]
    for y in (top + row * high for row in range(down + 1)):
        items += [_mark(left, y, -1, 0), _mark(right, y, 1, 0)]
    return laid(width, height, items)


def tent(make: Callable[[float, float], Sheet], size: str, setter: Setter) -> Sheet:
    """Two faces, the upper one upside down, between two flaps."""
    width, height = SIZES[size]
    flap = FLAP_SHARE * height
    high = (height - 2 * flap) / 2
    face = make(width, high)
    items: list[Item] = [Panel(0, flap, face, turned=True), Panel(0, flap + high, face)]
    items += [Stroke(0, y, width, y, HAIR_MM, look.MUC_NHAT, dashed=True) for y in (flap, flap + high, height - flap)]
    style = setter.legible(Style(400, 4.2 * width / 210, look.MUC_NHAT))
    text = setter.both(FOLD, style, style, width)
    return laid(width, height, [*items, *_centred(setter, text, style, width, height - flap / 2)])


def _centred(setter: Setter, text: Block, style: Style, width: float, middle: float) -> list[Item]:
    return [
        item._replace(x=(width - style.width(item.text, setter.measure)) / 2, y=item.y + middle - text.height / 2)
        for item in text.items
        if isinstance(item, Text)
    ]


def _mark(x: float, y: float, dx: int, dy: int) -> Stroke:
    near, far = MARKS_MM - MARK_MM - 1, MARKS_MM - 1
    return Stroke(x + dx * near, y + dy * near, x + dx * far, y + dy * far, HAIR_MM, look.MUC_MA)
