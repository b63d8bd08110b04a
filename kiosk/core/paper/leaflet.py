"""Leaflet: one to take home, with the reason, the steps beside the code, the family and the whole privacy sentence."""

from typing import Final

from kiosk.core import look
from kiosk.core.campaign import Campaign
from kiosk.core.paper.cards import cards_abreast
from kiosk.core.paper.flow import Block, Style, shrunk, stacked
from kiosk.core.paper.setter import (
    Setter,
    address_line,
    code_in,
    help_line,
    privacy_line,
    ripples,
    steps_abreast,
    steps_listed,
    strip,
    top_row,
)
from kiosk.core.paper.sheet import MARGIN_MM, QUIET, Bar, Item, Sheet, laid

CODE_SHARE: Final = 0.5
"""Of the width, for the code with its quiet zone."""
CARDS_SHARE: Final = 0.31
"""Of the height, for two codes."""
TEXT: Final = 4.5


def leaflet(campaign: Campaign, width: float, height: float, setter: Setter) -> Sheet:
    """A leaflet of a size in millimetres, upright."""
    unit = width / 148
    margin = max(8.5 * unit, MARGIN_MM + 0.3)

    def parts(k: float) -> tuple[Block, list[Block], Block]:
        return (
            _head(setter, campaign, k * unit, width, margin),
            _body(setter, campaign, k * unit, width - 2 * margin, height, margin),
            _foot(setter, campaign, k * unit, width, margin),
        )

    def whole(k: float) -> Block:
        head, body, foot = parts(k)
        return stacked([head, *body, foot])

    _, k = shrunk(whole, height, f"a leaflet of {width:.0f} x {height:.0f} mm")
    top, body, foot = parts(k)
    words = stacked(body, height - top.height - foot.height)
    ground = top.height - 2 * unit  # it ends behind the strip: a common edge shows as a hairline at some resolutions
    items: list[Item] = [ripples(width, ground, (0.72 * width, 1.9 * top.height)), *top.items]
    items += [*words.moved(margin, top.height), *foot.moved(0, height - foot.height)]
    return laid(width, height, items)


def _head(setter: Setter, campaign: Campaign, unit: float, width: float, margin: float) -> Block:
    room = width - 2 * margin
    words = stacked(
        [
            top_row(setter, campaign, 4.3 * unit, room).below(max(6 * unit, MARGIN_MM + 0.3)),
            setter.headline(campaign, 11 * unit, room).below(2.5 * unit),
        ]
    )
    dark = Block(words.height + 5 * unit, words.moved(margin, 0))
    return stacked([dark, strip(setter, campaign.call, 6.2 * unit, width, margin)])


def _body(setter: Setter, campaign: Campaign, unit: float, width: float, height: float, margin: float) -> list[Block]:
    """Reason; steps beside the code, or above two codes; the family."""
    first, second = Style(400, TEXT * unit, look.LAM_DEM, 1.4), Style(400, 4 * unit, look.MUC_NHAT, 1.38)
    reason = setter.both(campaign.reason, first, second, width, 0.8 * unit, name="reason")
    bold = Style(600, TEXT * unit, look.LAM_DEM, 1.36)
    family = setter.both(campaign.family, bold, second, width, name="family")
    blocks = [reason.below(4 * unit, stretch=0.6)]
    if len(campaign.cards) == 1:
        blocks.append(_steps_and_code(setter, campaign, unit, width, margin).below(0.5 * unit, stretch=1))
    else:
        steps = steps_abreast(setter, campaign, 0.95 * TEXT * unit, width)
        cards = cards_abreast(setter, campaign.cards, TEXT * unit, width, CARDS_SHARE * height)
        blocks += [steps.below(4 * unit, stretch=1), cards.below(3 * unit, stretch=0.6)]
    return [
        *blocks,
        family.below((0.5 if len(campaign.cards) == 1 else 3.5) * unit, stretch=1),
        Block(0.01, (), 3.5 * unit, 0.6),
    ]


def _steps_and_code(setter: Setter, campaign: Campaign, unit: float, width: float, margin: float) -> Block:
    """The code's quiet zone may reach into the white margin, but not beyond the paper."""
    url = campaign.cards[0].url
    code = code_in(setter, url, CODE_SHARE * width, CODE_SHARE * width, 0)
    quiet = QUIET * code.module
    left = width - code.side - max(0.0, quiet - margin)
    steps = steps_listed(setter, campaign, TEXT * unit, left - quiet - 0.5 * unit)
    height = max(steps.height, code.side + 2 * quiet)
    at = code._replace(x=left, y=(height - code.side) / 2)
    return Block(height, (*steps.moved(0, (height - steps.height) / 2), at))


def _foot(setter: Setter, campaign: Campaign, unit: float, width: float, margin: float) -> Block:
    room = width - 2 * margin
    privacy = campaign.privacy_short if "whole_privacy" in setter.without else campaign.privacy
    address = address_line(setter, campaign.short_url, TEXT * unit, room)
    words = stacked(
        [
            privacy_line(setter, privacy, 4 * unit, room, look.LAM_DEM).below(4 * unit),
            address.below(1.5 * unit),
            help_line(setter, campaign, 4 * unit, room).below(1 * unit),
        ]
    )
    height = words.height + max(4.5 * unit, MARGIN_MM)
    return Block(height, (Bar(0, 0, width, height, look.TROI), *words.moved(margin, 0)))
