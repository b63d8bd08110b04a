"""Poster: a dark head, the yellow strip, the code as large as the paper allows, three steps, privacy.

All sizes of paper have the same shape, so one layout on 210 units across is scaled.
"""

from typing import Final

from kiosk.core import look
from kiosk.core.campaign import Campaign, Card
from kiosk.core.campaign.compose import short
from kiosk.core.paper.cards import cards_abreast
from kiosk.core.paper.flow import Block, abreast, shrunk, stacked
from kiosk.core.paper.setter import (
    Setter,
    address_line,
    code_in,
    help_line,
    privacy_line,
    ripples,
    steps_abreast,
    strip,
    top_row,
)
from kiosk.core.paper.sheet import DOT_MM, MARGIN_MM, QUIET, SIZES, Bar, Item, Sheet, Text, dots, laid, shift

CODE_SHARE: Final = {"A3": 150 / 210, "A4": 150 / 210, "A5": 0.64, "A6": 0.56}
"""Side of a poster's code as a part of its width, at least: 150 mm on A4; in the hand words need more room."""
WORDS_SHARE: Final = {"A3": 0.48, "A4": 0.48, "A5": 0.5, "A6": 0.56}
"""Height of all words around two codes as a part of the sheet's, at most."""
HEAD_LEAST: Final = 0.77
"""What stands in the head is no smaller than this part of its size: it is read from 2.5 m on A4."""
STRIP: Final = 8.6
TEXT: Final = 4.9


def poster(campaign: Campaign, size: str, setter: Setter) -> tuple[Sheet, ...]:
    """One sheet; with two codes a sheet on its side, but A4 becomes two sheets that hang side by side, since two codes
    of 150 mm do not fit on one.
    """
    if len(campaign.cards) == 1:
        return (_upright(campaign, None, size, setter),)
    if size == "A4":
        return tuple(_upright(campaign, card, size, setter) for card in campaign.cards)
    return (_lying(campaign, size, setter),)


def _upright(campaign: Campaign, card: Card | None, size: str, setter: Setter) -> Sheet:
    """One code; `card` is given where it is one of two sheets."""
    width, height = SIZES[size]
    unit = width / 210
    url = (card or campaign.cards[0]).url
    matrix = setter.encode(url)
    module = dots(CODE_SHARE[size] * width / len(matrix) + DOT_MM - 1e-6)  # up to whole dots, so that none is missing
    field = module * (len(matrix) + 2 * QUIET)
    margin = _margin(unit)
    words = card.title if card else campaign.call
    number = card.number if card else 0

    def parts(k: float) -> tuple[Block, Block, Block]:
        return (
            _head(setter, campaign, max(k, HEAD_LEAST) * unit, width, margin),
            strip(setter, words, STRIP * unit * k, width, margin, number),
            _foot(setter, campaign, k * unit, width, margin, card),
        )

    _, k = shrunk(lambda k: stacked(parts(k)), height - field, _name(width, height))
    head, band, foot = parts(k)
    room = height - head.height - band.height - foot.height
    code = code_in(setter, url, width, room, QUIET)
    top = head.height + band.height
    centre = (width / 2, top + room / 2)
    items: list[Item] = [ripples(width, head.height, centre), *head.items, *band.moved(0, head.height)]
    items += [shift(code, 0, top), *foot.moved(0, height - foot.height)]
    return laid(width, height, items)


def _lying(campaign: Campaign, size: str, setter: Setter) -> Sheet:
    """Two codes side by side on a sheet on its side; the strip says what to do with them."""
    height, width = SIZES[size]
    unit = height / 210
    margin = _margin(unit)

    def parts(k: float) -> tuple[Block, Block, Block]:
        return (
            _head(setter, campaign, max(k, HEAD_LEAST) * unit, width, margin),
            strip(setter, campaign.call, STRIP * unit * k, width, margin),
            _foot(setter, campaign, k * unit, width, margin, None),
        )

    _, k = shrunk(lambda k: stacked(parts(k)), WORDS_SHARE[size] * height, _name(width, height))
    head, band, foot = parts(k)
    top = head.height + band.height + 4 * unit
    room = height - top - foot.height - 3 * unit
    cards = cards_abreast(setter, campaign.cards, TEXT * unit * k * 1.15, width - 2 * margin, room)
    items: list[Item] = [ripples(width, head.height, (width / 2, top + room / 2)), *head.items]
    items += [*band.moved(0, head.height), *cards.moved(margin, top), *foot.moved(0, height - foot.height)]
    return laid(width, height, items)


def _head(setter: Setter, campaign: Campaign, unit: float, width: float, margin: float) -> Block:
    room = width - 2 * margin
    block = stacked(
        [
            top_row(setter, campaign, 5.4 * unit, room).below(max(6 * unit, MARGIN_MM + 0.3)),
            setter.headline(campaign, 13.2 * unit, room).below(2.2 * unit),
        ]
    )
    return Block(block.height + 5 * unit, block.moved(margin, 0))


def _foot(setter: Setter, campaign: Campaign, unit: float, width: float, margin: float, card: Card | None) -> Block:
    """Steps, a hairline, privacy; at the right the address for whoever would rather type it."""
    room = width - 2 * margin
    small = TEXT * unit
    rule = Block(0.5 * unit, (Bar(0, 0, room, 0.5 * unit, look.VACH),))
    block = stacked(
        [
            steps_abreast(setter, campaign, small, room),
            rule.below(2.6 * unit),
            _last_row(
                setter, campaign, small, room, short(card.url) if card and card.number > 1 else campaign.short_url
            ).below(2.4 * unit),
        ]
    )
    return Block(block.height + max(5 * unit, MARGIN_MM), block.moved(margin, 0))


def _last_row(setter: Setter, campaign: Campaign, size: float, room: float, typed: str) -> Block:
    """Privacy at the left; at the right the address and whom to call, below where there is no room beside."""
    address = address_line(setter, typed, size, room)
    aside = stacked([address, help_line(setter, campaign, size, room)])
    right = max((item.x + setter.measure(item.text, item.weight, item.size) for item in aside.items
                 if isinstance(item, Text)), default=0.0)  # fmt: skip
    left = room - right - 1.5 * size
    if left < 0.45 * room:
        return stacked([privacy_line(setter, campaign.privacy_short, size, room), aside.below(0.4 * size)])
    return abreast([privacy_line(setter, campaign.privacy_short, size, left), aside], [0, room - right])


def _margin(unit: float) -> float:
    return max(11.6 * unit, MARGIN_MM + 0.3)


def _name(width: float, height: float) -> str:
    return f"a poster of {dots(width):.0f} x {dots(height):.0f} mm"
