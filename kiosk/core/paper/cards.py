"""Cards: two codes side by side, numbered, on grounds of different colour; the first is the larger one."""

import re
from collections.abc import Sequence
from typing import Final

from kiosk.core import look
from kiosk.core.campaign import Card
from kiosk.core.campaign.compose import short
from kiosk.core.paper.flow import NOTHING, Block, Style, column, stacked
from kiosk.core.paper.setter import Setter, code_in, disc
from kiosk.core.paper.sheet import QUIET, Bar, DoesNotFit, Item

GROUNDS: Final = (look.LAM_NEN, look.TROI)
FIRST_SHARE: Final = 0.52


def cards_abreast(setter: Setter, cards: Sequence[Card], size: float, width: float, height: float) -> Block:
    """Two cards; `size` is the em of their titles. Words stand beside the codes where that lets both be larger."""
    gap = 1.2 * size
    first = (width - gap) * FIRST_SHARE
    widths = (first, width - gap - first)
    choices = [
        [choice(setter, card, size, wide, height) for card, wide in zip(cards, widths, strict=True)]
        for choice in (_above, _beside)
    ]
    best = max(choices, key=lambda pair: min(side for side, _ in pair))
    items: list[Item] = []
    x = 0.0
    for (_, found), wide, ground in zip(best, widths, GROUNDS, strict=True):
        items += Block(height, (Bar(0, 0, wide, height, ground, 0.6 * size), *found)).moved(x, 0)
        x += wide + gap
    return Block(height, tuple(items))


def _above(setter: Setter, card: Card, size: float, width: float, height: float) -> tuple[float, list[Item]]:
    """The side of the code, and everything on the card."""
    pad, sign = 0.7 * size, 2.4 * size
    inner = width - 2 * pad
    title = _title(setter, card, size, inner - sign - 0.6 * size)
    head = max(title.height, sign)
    address = _address(setter, card, 0.76 * size, inner)
    room = height - 2 * pad - head - address.height - 0.8 * size
    items: list[Item] = [*disc(setter, card.number, pad, pad + head / 2, sign, look.LAM_DEM, look.GIAY)]
    items += title.moved(pad + sign + 0.6 * size, pad + (head - title.height) / 2)
    side, field = _field(setter, card, min(inner, room), pad, pad + head + 0.5 * size, inner, room)
    return side, [*items, *field, *address.moved(pad, height - pad - address.height)]


def _beside(setter: Setter, card: Card, size: float, width: float, height: float) -> tuple[float, list[Item]]:
    """0 and nothing where the words do not fit beside even a smaller code."""
    pad, room = 0.7 * size, height - 1.4 * size
    for share in (0.66, 0.62, 0.58, 0.54):
        field = min(room, share * width)
        try:
            words = stacked(_aside(setter, card, size, width - 3 * pad - field), room)
        except DoesNotFit:
            continue
        if words.height <= room + 1e-6:
            side, code = _field(setter, card, field, width - pad - field, pad, field, room)
            return side, [*words.moved(pad, pad), *code]
    return 0.0, []


def _aside(setter: Setter, card: Card, size: float, width: float) -> list[Block]:
    sign = 2.4 * size
    first, second = Style(400, 0.86 * size, look.LAM_DEM, 1.36), Style(400, 0.76 * size, look.LAM_DEM, 1.36)
    hint = setter.both(card.hint, first, second, width, name="hint")
    return [
        Block(sign, disc(setter, card.number, 0, sign / 2, sign, look.LAM_DEM, look.GIAY)),
        _title(setter, card, size, width).below(0.5 * size),
        hint.below(0.6 * size),
        _address(setter, card, 0.76 * size, width).below(0.6 * size, stretch=1),
    ]


def _title(setter: Setter, card: Card, size: float, width: float) -> Block:
    return setter.both(
        card.title, Style(700, size, look.LAM_DEM, 1.3), Style(600, 0.82 * size, look.LAM_DEM, 1.3), width
    )


def _field(
    setter: Setter, card: Card, side: float, x: float, y: float, width: float, height: float
) -> tuple[float, list[Item]]:
    """A white square with the code in it, in the middle of a rectangle."""
    code = code_in(setter, card.url, side, side, QUIET)
    white = code.side + 2 * QUIET * code.module
    left, top = x + (width - white) / 2, y + (height - white) / 2
    at = code._replace(x=left + QUIET * code.module, y=top + QUIET * code.module)
    return code.side, [Bar(left, top, white, white, look.GIAY), at]


def _address(setter: Setter, card: Card, size: float, width: float) -> Block:
    """The address without its scheme, parted after a slash or before a question mark where it is too long."""
    if "address" in setter.without:
        return NOTHING
    style = setter.legible(Style(600, size, look.LAM_DEM, 1.3))
    lines = [""]
    for piece in re.findall(r"\?[^/?]*/?|[^/?]+/?", short(card.url)):
        if lines[-1] and style.width(lines[-1] + piece, setter.measure) > width:
            lines.append("")
        lines[-1] += piece
    needed = max(style.width(line, setter.measure) for line in lines)
    return column(lines, style if needed <= width else style.at(size * width / needed))
