"""Cards: two codes side by side, numbered, on grounds of different colour; the first is the larger one."""

from collections.abc import Sequence
from typing import Final

from kiosk.core import look
from kiosk.core.campaign import Card
from kiosk.core.campaign.compose import short
from kiosk.core.paper.flow import Block, Style, bilingual, paragraph, widest
from kiosk.core.paper.setter import Setter, code_in, disc
from kiosk.core.paper.sheet import QUIET, Bar, Item, shift

GROUNDS: Final = (look.LAM_NEN, look.TROI)
FIRST_SHARE: Final = 0.53


def cards_abreast(setter: Setter, cards: Sequence[Card], size: float, width: float, height: float) -> Block:
    """Two cards; `size` is the em of their titles."""
    gap = 1.2 * size
    first = (width - gap) * FIRST_SHARE
    widths = (first, width - gap - first)
    items: list[Item] = []
    x = 0.0
    for card, wide, ground in zip(cards, widths, GROUNDS, strict=True):
        items += _card(setter, card, size, wide, height, ground).moved(x, 0)
        x += wide + gap
    return Block(height, tuple(items))


def _card(setter: Setter, card: Card, size: float, width: float, height: float, ground: look.Colour) -> Block:
    """Number and title above, the code on white, the address below for whoever would rather type it."""
    pad = 0.7 * size
    inner = width - 2 * pad
    sign = 2.4 * size
    text = inner - sign - 0.6 * size
    title = bilingual(
        paragraph(setter.first(card.title), Style(700, size, look.LAM_DEM, 1.3), text, setter.measure),
        paragraph(setter.second(card.title), Style(600, 0.82 * size, look.LAM_DEM, 1.3), text, setter.measure),
        0.0,
    )
    head = max(title.height, sign)
    address = short(card.url).split("?")[0] if "." in card.url else ""
    style = widest(address, Style(600, 0.8 * size, look.LAM_DEM, 1.36), inner, setter.measure, 0.55 * size)
    foot = style.height if style else 0.0
    room = height - 2 * pad - head - foot - 1.0 * size
    field = min(inner, room)
    code = code_in(setter, card.url, field, field, QUIET)
    side = code.side + 2 * QUIET * code.module
    left, top = (width - side) / 2, pad + head + 0.5 * size + (room - side) / 2
    items: list[Item] = [Bar(0, 0, width, height, ground, 0.6 * size)]
    items += disc(setter, card.number, pad, pad + head / 2, sign, look.LAM_DEM, look.GIAY)
    items += title.moved(pad + sign + 0.6 * size, pad + (head - title.height) / 2)
    white = Bar(left, top, side, side, look.GIAY)
    items += [white, shift(code._replace(x=left + QUIET * code.module, y=top + QUIET * code.module), 0, 0)]
    if style:
        wide = style.width(address, setter.measure)
        items.append(style.line((width - wide) / 2, height - pad - foot, address))
    return Block(height, tuple(items))
