"""Banner: a picture for portals and newspapers, in pixels; where no code fits, the address stands large."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from kiosk.core import look
from kiosk.core.campaign import Campaign
from kiosk.core.paper.flow import HEADLINE_TRACKING, Block, Style, paragraph, shrunk, stacked, widest
from kiosk.core.paper.setter import Setter, code_in, ripples
from kiosk.core.paper.sheet import QUIET, Bar, DoesNotFit, Icon, Item, Sheet, laid, shift
from kiosk.core.wording import Words

SIZES: Final = ((728, 90), (300, 250), (1200, 628))
"""Usual places on portals, and the picture shown where a page is shared."""
SMALLEST_MODULE_PX: Final = 4
CODE_SHARE: Final = 0.5
SQUARE: Final = 1.5
SMALLEST_TEXT_PX: Final = 13


def banner(campaign: Campaign, width: int, height: int, setter: Setter) -> Sheet:
    """A banner in pixels."""
    url = campaign.lone.url
    least = SMALLEST_MODULE_PX * (len(setter.encode(url)) + 2 * QUIET)
    edge = max(6, round(0.05 * height))
    if least > min(height - 2 * edge, CODE_SHARE * width):
        return _ribbon(campaign, width, height, setter)
    return _with_code(campaign, width, height, edge, setter)


def _with_code(campaign: Campaign, width: int, height: int, edge: int, setter: Setter) -> Sheet:
    if width < SQUARE * height:
        return _stacked(campaign, width, height, edge, setter)
    field = min(height - 2 * edge, CODE_SHARE * width)
    code = code_in(setter, campaign.lone.url, field, field, QUIET, 1)
    white = code.side + 2 * QUIET * code.module
    left = width - edge - white
    top = round((height - white) / 2)
    room = left - 2.4 * edge
    words = _words(setter, campaign, room, height - 2.4 * edge)
    items: list[Item] = [ripples(width, height, (left + white / 2, height / 2))]
    items += [Bar(left, top, white, white, look.GIAY)]
    items.append(shift(code, left + QUIET * code.module - code.x, top + QUIET * code.module - code.y))
    return laid(width, height, [*items, *words.moved(1.2 * edge, 1.2 * edge)], 1)


def _stacked(campaign: Campaign, width: int, height: int, edge: int, setter: Setter) -> Sheet:
    """Nearly square: the headline across, below it the call and the address beside the code."""
    field = min(0.62 * height, CODE_SHARE * width)
    code = code_in(setter, campaign.lone.url, field, field, QUIET, 1)
    white = code.side + 2 * QUIET * code.module
    left, top = width - edge - white, height - edge - white
    across, beside = width - 2 * edge, left - 2 * edge
    head, _ = shrunk(lambda k: setter.headline(campaign, 0.13 * height * k, across), top - 1.6 * edge, "a banner")
    address = _address(setter, campaign, 0.052 * height, beside)
    call = _call(setter, campaign, 0.072 * height, beside, white - 1.2 * address.height)
    items: list[Item] = [ripples(width, height, (left + white / 2, top + white / 2))]
    items += [Bar(left, top, white, white, look.GIAY), *head.moved(edge, edge), *call.moved(edge, top)]
    items.append(shift(code, left + QUIET * code.module - code.x, top + QUIET * code.module - code.y))
    return laid(width, height, [*items, *address.moved(edge, height - edge - address.height)], 1)


def _call(setter: Setter, campaign: Campaign, largest: float, width: float, height: float) -> Block:
    """In both languages, in one, or not at all: it says nothing that the headline and the code do not."""
    for without in (frozenset[str](), frozenset({"call_en"}), frozenset({"call"})):
        for size in range(round(largest), SMALLEST_TEXT_PX - 1, -1):
            first = Style(600, size, look.GIAY, 1.3)
            second = Style(400, SMALLEST_TEXT_PX, look.TROI, 1.3)
            block = replace(setter, without=without).both(campaign.call, first, second, width, 4, name="call")
            if block.height <= height:
                return block
    return Block(0.0)


def _words(setter: Setter, campaign: Campaign, width: float, height: float) -> Block:
    """With the reason if it fits."""
    for reason in (True, False):
        try:
            _, k = shrunk(_stack(setter, campaign, width, height, reason=reason), height, "a banner")
        except DoesNotFit:
            if not reason:
                raise
            continue
        return stacked(_column(setter, campaign, k, width, height, reason=reason), height)
    return stacked([])


def _stack(
    setter: Setter, campaign: Campaign, width: float, height: float, *, reason: bool
) -> Callable[[float], Block]:
    return lambda k: stacked(_column(setter, campaign, k, width, height, reason=reason))


def _column(setter: Setter, campaign: Campaign, k: float, width: float, height: float, *, reason: bool) -> list[Block]:
    """Headline, reason, and the address on yellow."""
    size = k * min(0.125 * height, 0.145 * width)
    small = max(0.36 * size, SMALLEST_TEXT_PX)
    headline = paragraph(
        setter.first(Words(" ".join(campaign.headline), campaign.headline_en)),
        Style(700, size, look.GIAY, 1.16, HEADLINE_TRACKING), width, setter.measure,
    )  # fmt: skip
    second = setter.second(Words("", campaign.headline_en))
    english = paragraph(second, Style(600, max(0.44 * size, SMALLEST_TEXT_PX), look.TROI, 1.3), width, setter.measure)
    blocks = [headline, english.below(0.14 * size)]
    if reason:
        why = setter.both(campaign.reason, Style(400, small, look.GIAY), Style(400, 0.88 * small, look.TROI), width)
        blocks.append(why.below(0.4 * size, stretch=1))
    return [*blocks, _address(setter, campaign, 0.5 * size, width).below(0.35 * size, stretch=1)]


def _address(setter: Setter, campaign: Campaign, size: float, width: float) -> Block:
    """The short address on yellow."""
    style = widest(
        campaign.short_url, Style(700, max(size, SMALLEST_TEXT_PX), look.LAM_DEM, 1.0), width - 1.2 * size,
        setter.measure, 8,
    )  # fmt: skip
    if style is None:
        raise DoesNotFit(f"the address {campaign.short_url} is too long for a banner: give a shorter one")
    wide = style.width(campaign.short_url, setter.measure) + 1.2 * style.size
    high = 1.9 * style.size
    text = style.line(0.6 * style.size, (high - style.size) / 2, campaign.short_url)
    return Block(high, (Bar(0, 0, wide, high, look.NANG, 0.3 * style.size), text))


def _ribbon(campaign: Campaign, width: int, height: int, setter: Setter) -> Sheet:
    """The mark, the headline, and at the right the address on yellow."""
    edge = 0.18 * height
    address = _address(setter, campaign, 0.27 * height, 0.42 * width)
    bar = address.items[0]
    taken = bar.width if isinstance(bar, Bar) else 0.0
    mark = 0.5 * height
    left = 2 * edge + mark
    room = width - left - taken - 2.5 * edge

    block, _ = shrunk(lambda k: setter.headline(campaign, 0.4 * height * k, room), 0.92 * height, "a banner")
    items: list[Item] = [ripples(width, height, (width - taken / 2 - edge, height / 2))]
    items += [Icon(edge, (height - mark) / 2, "mark", mark, look.NANG)]
    items += block.moved(left, (height - block.height) / 2)
    items += address.moved(width - taken - edge, (height - address.height) / 2)
    return laid(width, height, items, 1)
