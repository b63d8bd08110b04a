"""The wall: where each thing of a Screen stands on a panel of any size, as values. Pixels come from adapters/paint.py.

The code is placed first and never gives way; words get what is left.
"""

import math
from dataclasses import dataclass
from typing import Final

from kiosk.core import column, look
from kiosk.core.column import Bar, Block, Column, Icon, Item, Measure, Text, baseline, shift
from kiosk.core.look import Colour
from kiosk.core.screens import Screen

QUIET: Final = 4
"""Modules of white on each side of the code (ISO/IEC 18004)."""
SMALLEST_MODULE_PX: Final = 4
CARD_SHARE: Final = 0.525
"""At most this part of a landscape panel's width is the card; in portrait it has half the area."""
SMALLEST_NOTE_PX: Final = 11
"""The staff note is for one person who walks up."""
FIRST_RING: Final = 0.41
"""Radius of the nearest ring, as a part of the way to the farthest corner: it shows beside the card."""


class PanelTooSmall(ValueError):
    """No room for the code at SMALLEST_MODULE_PX."""


@dataclass(frozen=True, slots=True)
class Card:
    """The white card with the code and the strip at its foot, in whole pixels."""

    x: int
    y: int
    width: int
    height: int
    radius: int
    strip: int
    """Height of the strip."""
    module: int
    code_x: int
    code_y: int
    """Upper left corner of the first module; the quiet zone lies outside."""
    code_size: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A picture as values; `rings` are radii around the code's middle with their tones, the largest first."""

    width: int
    height: int
    card: Card
    rings: tuple[tuple[float, Colour], ...]
    items: tuple[Item, ...]

    @property
    def centre(self) -> tuple[float, float]:
        return self.card.code_x + self.card.code_size / 2, self.card.code_y + self.card.code_size / 2


def plan(screen: Screen, width: int, height: int, modules: int, measure: Measure) -> Plan:
    """Place a screen on a panel; `modules` is the code's side without its quiet zone. Raises PanelTooSmall."""
    layout = _landscape if width >= height else _portrait
    card, items = layout(screen, width, height, modules, measure)
    return Plan(width, height, card, _rings(card, width, height), (*items, *_call(screen, card, measure)))


def _landscape(
    screen: Screen, width: int, height: int, modules: int, measure: Measure
) -> tuple[Card, tuple[Item, ...]]:
    unit = min(width / 1920, height / 1080)
    # 40 px at the reference; small panels give the rim to the code.
    edge = round(40 * unit * min(1, unit**0.5))
    card_height, pad = height - 2 * edge, _pad(unit)
    strip = round(max(88 * unit, 40))
    module = _module(modules, min(card_height - strip - pad, CARD_SHARE * width - 2 * pad), card_height - strip - pad)
    field = module * (modules + 2 * QUIET)
    strip = min(card_height - pad - field, round(max(104 * unit, 48)))
    card_width = field + 2 * pad
    x = width - edge - card_width
    code_y = edge + pad + (card_height - pad - strip - field) // 2 + QUIET * module
    card = Card(
        x, edge, card_width, card_height, _radius(unit), strip, module,
        x + pad + QUIET * module, code_y, module * modules,
    )  # fmt: skip
    left, top = round(72 * unit), round(56 * unit)
    headline_px = 116 * min(1.2 * unit, max(width / 1920, height / 1080, column.PLAIN_TEXT_PX / 44))
    words = Column(x - left - max(10, 36 * unit), unit, headline_px, column.LANDSCAPE, measure)
    note = _note(screen, words, height)
    room = (note[0].y - 18 * unit if note else height - top) - top
    return card, _placed(column.fit(screen, words, room), left, top, room, note)


def _portrait(screen: Screen, width: int, height: int, modules: int, measure: Measure) -> tuple[Card, tuple[Item, ...]]:
    unit = min(width / 1080, height / 1920)
    side, top, bottom = round(width / 18), round(56 * unit), round(40 * unit)
    card_width, pad = width - 2 * side, _pad(unit)
    strip = round(max(104 * unit, 44))
    half = 0.5 * width * height / card_width
    module = _module(modules, min(half - strip - 2 * pad, card_width - 2 * pad), card_width - 2 * pad)
    field = module * (modules + 2 * QUIET)
    card_height = 2 * pad + field + strip
    headline_px = 108 * min(1.2 * unit, max(width / 1080, height / 1920, column.PLAIN_TEXT_PX / 44))
    words = Column(card_width, unit, headline_px, column.PORTRAIT, measure)
    note = _note(screen, words, height)
    room = (note[0].y - 12 * unit if note else height - bottom) - top
    blocks = column.fit(screen, words, room, Block("card", 32 * unit, card_height, stretch=1))
    y = round(next(y for block, y in column.stack(blocks, top, room) if block.name == "card"))
    code_x = side + (card_width - module * modules) // 2
    card = Card(
        side, y, card_width, card_height, _radius(unit), strip, module,
        code_x, y + pad + QUIET * module, module * modules,
    )  # fmt: skip
    return card, _placed(blocks, side, top, room, note)


def _placed(
    blocks: tuple[Block, ...], left: float, top: float, room: float, note: tuple[Item, ...]
) -> tuple[Item, ...]:
    words = [shift(item, left, y) for block, y in column.stack(blocks, top, room) for item in block.items]
    return (*words, *(shift(item, left, 0) for item in note))


def _radius(unit: float) -> int:
    return round(max(26 * unit, 10))


def _pad(unit: float) -> int:
    """0.3 of the card's radius (1 - 1/sqrt(2), rounded up): so no rounded corner enters the quiet zone."""
    return math.ceil(0.3 * _radius(unit))


def _module(modules: int, share: float, most: float) -> int:
    """Whole pixels a module: as many as its share holds, and beyond its share rather than below the smallest."""
    side = modules + 2 * QUIET
    module = max(int(share // side), SMALLEST_MODULE_PX)
    if module * side > most:
        raise PanelTooSmall(f"{side} modules of {SMALLEST_MODULE_PX} px do not fit in {int(most)} px")
    return module


def _rings(card: Card, width: int, height: int) -> tuple[tuple[float, Colour], ...]:
    x, y = card.code_x + card.code_size / 2, card.code_y + card.code_size / 2
    reach = (max(x, width - x) ** 2 + max(y, height - y) ** 2) ** 0.5
    tones = look.LAN[1:]
    steps = [1 - (1 - FIRST_RING) * index / (len(tones) - 1) for index in range(len(tones))]
    return tuple((reach * step, tone) for step, tone in zip(steps, tones, strict=True))


def _note(screen: Screen, words: Column, height: int) -> tuple[Item, ...]:
    """The staff's diamond and code in the lower margin; on a narrow panel the diamond alone."""
    if not screen.staff_note:
        return ()
    size = round(max(22 * words.unit, 14))
    while 1.5 * size + words.measure(screen.staff_note, 600, size) > words.width and size > SMALLEST_NOTE_PX:
        size -= 1
    line, left = 1.27 * size, 1.5 * size
    y = height - line - max(4, 14 * words.unit)
    diamond = Icon(0, y + (line - size) / 2, "diamond", size, look.NANG)
    if left + words.measure(screen.staff_note, 600, size) > words.width:
        return (diamond,)
    return diamond, Text(left, y + baseline(line, size), screen.staff_note, 600, size, look.TROI)


def _call(screen: Screen, card: Card, measure: Measure) -> tuple[Item, ...]:
    """The yellow strip: what to do, in both languages if they fit side by side."""
    top = card.y + card.height - card.strip
    strip = Bar(card.x, top, card.width, card.strip, look.NANG)
    call, room = screen.call, card.width - 2 * card.radius
    for english in (call.en, ""):
        for size in range(round(card.strip / 2), 11, -1):
            small = round(0.81 * size)
            vi, en = measure(call.vi, 700, size), measure(english, 600, small)
            gap = 0.46 * size if english else 0.0
            if vi + gap + en <= room and (small >= 18 or not english):
                x = card.x + (card.width - vi - gap - en) / 2
                y = top + baseline(card.strip, size)
                texts = (
                    Text(x, y, call.vi, 700, size, look.LAM_DEM),
                    Text(x + vi + gap, y, english, 600, small, look.LAM_DEM),
                )
                return (strip, *(text for text in texts if text.text))
    return (strip,)
