"""Tent: the face of a table tent: words at the left, the code at the right, the strip at the foot."""

from typing import Final

from kiosk.core.campaign import Campaign
from kiosk.core.paper.cards import cards_abreast
from kiosk.core.paper.flow import Block, shrunk, stacked
from kiosk.core.paper.setter import Setter, code_in, privacy_line, ripples, steps_listed, strip, top_row
from kiosk.core.paper.sheet import MARGIN_MM, QUIET, Item, Sheet, laid, shift

TEXT: Final = 4.3


def face(campaign: Campaign, width: float, height: float, setter: Setter) -> Sheet:
    """One face, lying."""
    unit = width / 210
    margin = max(8 * unit, MARGIN_MM + 0.3)
    two = len(campaign.cards) > 1
    left = (0.42 if two else 0.54) * width

    def words(k: float) -> tuple[Block, list[Block], Block]:
        room = left - 1.6 * margin
        head = stacked(
            [
                top_row(setter, campaign, 4.4 * unit * k, room).below(max(5 * unit * k, MARGIN_MM + 0.3)),
                setter.headline(campaign, 10 * unit * k, room).below(1.6 * unit * k),
            ]
        )
        steps = steps_listed(setter, campaign, TEXT * unit * k, left - 2 * margin)
        privacy = privacy_line(setter, campaign.privacy_short, 0.92 * TEXT * unit * k, left - 2 * margin)
        body = [steps.below(3 * unit * k, stretch=1), privacy.below(2.4 * unit * k, stretch=1)]
        foot = strip(setter, campaign.call, 7 * unit * k, width, margin)
        return Block(head.height + 3 * unit * k, head.moved(margin, 0)), [*body, _rest(2 * unit * k)], foot

    def whole(k: float) -> Block:
        head, body, foot = words(k)
        return stacked([head, *body, foot])

    _, k = shrunk(whole, height, f"a table tent with faces of {width:.0f} x {height:.0f} mm")
    head, body, foot = words(k)
    room = height - foot.height
    column = stacked(body, room - head.height)
    items: list[Item] = [ripples(left, head.height, (0.9 * left, 2 * head.height)), *head.items]
    items += [*column.moved(margin, head.height), *_right(setter, campaign, unit * k, left, width, room, margin)]
    return laid(width, height, [*items, *foot.moved(0, room)])


def _rest(height: float) -> Block:
    return Block(0.01, (), height, 1.0)


def _right(
    setter: Setter, campaign: Campaign, unit: float, left: float, width: float, room: float, margin: float
) -> tuple[Item, ...]:
    if len(campaign.cards) > 1:
        inner = width - left - 1.4 * margin
        return cards_abreast(setter, campaign.cards, TEXT * unit, inner, room - 0.8 * margin).moved(
            left + 0.4 * margin, 0.4 * margin
        )
    code = code_in(setter, campaign.lone.url, width - left, room, QUIET)
    return (shift(code, left, 0),)
