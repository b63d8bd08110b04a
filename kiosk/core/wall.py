"""The wall: where each thing of a Screen stands on a panel of any size, as values. Pixels come from adapters/paint.py.

The codes are placed first and never give way; words get what is left. E-paper and LED walls have plans of their own
(core/panels.py), as has a panel that holds no code at all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from kiosk.core import blocks, board, column, panels
from kiosk.core.board import QUIET, SMALLEST_MODULE_PX, Area, Board, Modules, PanelTooSmall, Placed
from kiosk.core.campaign import Card
from kiosk.core.column import Block, Column, TooNarrow
from kiosk.core.items import Bar, Icon, Item, Measure, Text, baseline, shift
from kiosk.core.look import Colour, Ink, Palette, palette
from kiosk.core.pages import Page
from kiosk.core.plan import Plan
from kiosk.core.screens import Screen

CARD_SHARE: Final = 0.525
"""At most this part of a landscape panel's width is the card; in portrait it has half the area."""
BOARD_SHARES: Final = {2: (0.56, 0.72), 3: (0.64, 0.78)}
"""The same for more codes than one, and what a small panel may give them."""
PORTRAIT_SHARES: Final = (0.52, 0.66)
SMALLEST_NOTE_PX: Final = 11
"""The staff note is for one person who walks up."""
FIRST_RING: Final = 0.41
"""Radius of the nearest ring, as a part of the way to the farthest corner: it shows beside the card."""


def plan(screen: Screen, width: int, height: int, modules: Modules, measure: Measure, ink: Ink = Ink.COLOUR) -> Plan:
    """Place a screen on a panel. Never fails: a panel that holds no code shows the short address, and says so."""
    if screen.closed.vi:
        return panels.closed(screen, width, height, measure, ink)
    for shown, alone in _fewer(screen):
        try:
            picture = _with_codes(screen, shown, width, height, modules, measure, ink, alone=alone)
        except (PanelTooSmall, TooNarrow):
            continue
        left_out = [f"no room for code {card.number}: {card.url}" for card in _wanted(screen) if card not in shown]
        return replace(picture, declared=(*picture.declared, *left_out))
    return panels.address(screen, width, height, measure, ink)


def _wanted(screen: Screen) -> tuple[Card, ...]:
    """Every code this screen would show, the install code first, the claim right behind the install codes."""
    return (*screen.cards, screen.claim) if screen.claim is not None else screen.cards


def _fewer(screen: Screen) -> Iterator[tuple[tuple[Card, ...], bool]]:
    """What to try, all codes first; the second card gives way to the claim, and so, for its minutes, do the words."""
    cards = _wanted(screen)
    yield cards, False
    if len(cards) == 3:
        yield (cards[0], cards[2]), False
    if screen.claim is not None:
        yield (cards[0], screen.claim), True
    if len(cards) > 1:
        yield (cards[0],), False


def _with_codes(
    screen: Screen, cards: Sequence[Card], width: int, height: int, modules: Modules, measure: Measure, ink: Ink,
    *, alone: bool,
) -> Plan:  # fmt: skip
    if ink is Ink.LED:
        return panels.led(screen, width, height, modules, measure)
    if alone:
        return panels.codes_alone(screen, cards, width, height, modules, measure, ink)
    if ink.paper and len(cards) == 1:
        return panels.epaper(screen, width, height, modules, measure, ink)
    colours = palette(ink, screen.dim)
    layout = _landscape if width >= height else _portrait
    pages = [screen.page if not ink.paper else screen.install]
    if screen.english:
        pages.insert(0, _in_english(pages[0]))
    page = pages[-1]
    placed, items = layout(screen, page, cards, width, height, modules, measure, colours, ink)
    if screen.english and not any(item.part == "headline_en" for item in items):
        page = pages[0]
        placed, items = layout(screen, page, cards, width, height, modules, measure, colours, ink)
    if len(placed) == 1:
        items = (*items, *_call(screen, placed[0], measure, colours))
    picture = Plan(width, height, ink, colours, placed, _rings(placed[0], width, height, colours), items, page.name)
    return picture.moved(*screen.shift)


def _in_english(page: Page) -> Page:
    """The same page for a panel that holds one language, when it is English's turn."""
    words = page.paragraphs
    return replace(
        page,
        headline=(page.headline_en,),
        headline_en="",
        paragraphs=tuple(type(pair)(pair.en, "") for pair in words),
        steps=tuple(type(pair)(pair.en, "") for pair in page.steps),
        short=tuple(type(pair)(pair.en, "") for pair in page.short),
        privacy=type(page.privacy)(page.privacy.en, ""),
    )


def _landscape(
    screen: Screen, page: Page, cards: Sequence[Card], width: int, height: int, modules: Modules, measure: Measure,
    colours: Palette, ink: Ink,
) -> tuple[tuple[Placed, ...], tuple[Item, ...]]:  # fmt: skip
    unit = min(width / 1920, height / 1080)
    # 40 px at the reference; small panels give the rim to the code.
    edge = max(4, round(40 * unit * min(1, unit**0.5)))
    left, top = max(4, round(72 * unit)), round(56 * unit)
    headline_px = 116 * min(1.2 * unit, max(width / 1920, height / 1080, column.PLAIN_TEXT_PX / 44))
    frame = Column(0, unit, headline_px, column.LANDSCAPE, measure, colours, ink)
    if len(cards) == 1:
        codes = Board((_right(cards[0], width, height, edge, modules, frame, CARD_SHARE),), ())
    else:
        wides = (round(share * width) for share in BOARD_SHARES[len(cards)])
        areas = [Area(width - edge - wide, edge, wide, height - 2 * edge) for wide in wides]
        codes = board.arrange_in(areas, cards, modules, frame)
    placed, items = codes.cards, codes.items
    words = replace(frame, width=placed[0].x - left - max(10, 36 * unit))
    note = _note(screen, words, height)
    room = (note[0].y - 18 * unit if note else height - top) - top
    return placed, (*items, *_placed(blocks.fit(screen, page, words, room), left, top, room, note))


def _right(card: Card, width: int, height: int, edge: int, modules: Modules, frame: Column, share: float) -> Placed:
    """One code on a card as high as the panel, at its right."""
    side, card_height, pad = modules(card.url), height - 2 * edge, board.padding(frame)
    strip = round(max(88 * frame.unit, 40))
    module = _module(side, min(card_height - strip - pad, share * width - 2 * pad), card_height - strip - pad)
    field = module * (side + 2 * QUIET)
    strip = min(card_height - pad - field, round(max(104 * frame.unit, 48)))
    card_width = field + 2 * pad
    x = width - edge - card_width
    code_y = edge + pad + (card_height - pad - strip - field) // 2 + QUIET * module
    label = Bar(x, edge + card_height - strip, card_width, strip, frame.palette.labels[0].ground)
    return Placed(
        card.number, card.url, x, edge, card_width, card_height, board.radius(frame), module,
        x + pad + QUIET * module, code_y, module * side, label,
    )  # fmt: skip


def _portrait(
    screen: Screen, page: Page, cards: Sequence[Card], width: int, height: int, modules: Modules, measure: Measure,
    colours: Palette, ink: Ink,
) -> tuple[tuple[Placed, ...], tuple[Item, ...]]:  # fmt: skip
    unit = min(width / 1080, height / 1920)
    side, top, bottom = round(width / 18), round(56 * unit), round(40 * unit)
    headline_px = 108 * min(1.2 * unit, max(width / 1080, height / 1920, column.PLAIN_TEXT_PX / 44))
    words = Column(width - 2 * side, unit, headline_px, column.PORTRAIT, measure, colours, ink)
    if len(cards) == 1:
        codes = Board((_across(cards[0], width, height, side, modules, words),), ())
    else:
        areas = [Area(side, 0, width - 2 * side, round(share * height)) for share in PORTRAIT_SHARES]
        codes = board.arrange_in(areas, cards, modules, words)
    placed, items = codes.cards, codes.items
    deep = max(card.y + card.height for card in placed)
    note = _note(screen, words, height)
    room = (note[0].y - 12 * unit if note else height - bottom) - top
    fitted = blocks.fit(screen, page, words, room, Block("card", 32 * unit, deep, stretch=1))
    y = board.even(int(next(y for block, y in column.stack(fitted, top, room) if block.name == "card")))
    return tuple(card.moved(0, y) for card in placed), (
        *(shift(item, 0, y) for item in items),
        *_placed(fitted, side, top, room, note),
    )


def _across(card: Card, width: int, height: int, side: int, modules: Modules, words: Column) -> Placed:
    """One code on a card as wide as the column, at the panel's upper edge for now."""
    count, card_width, pad = modules(card.url), width - 2 * side, board.padding(words)
    strip = round(max(104 * words.unit, 44))
    half = 0.5 * width * height / card_width
    module = _module(count, min(half - strip - 2 * pad, card_width - 2 * pad), card_width - 2 * pad)
    card_height = 2 * pad + module * (count + 2 * QUIET) + strip
    label = Bar(side, card_height - strip, card_width, strip, words.palette.labels[0].ground)
    return Placed(
        card.number, card.url, side, 0, card_width, card_height, board.radius(words), module,
        side + (card_width - module * count) // 2, pad + QUIET * module, module * count, label,
    )  # fmt: skip


def _placed(
    fitted: tuple[Block, ...], left: float, top: float, room: float, note: tuple[Item, ...]
) -> tuple[Item, ...]:
    words = [shift(item, left, y, block.name) for block, y in column.stack(fitted, top, room) for item in block.items]
    return (*words, *(shift(item, left, 0, "note") for item in note))


def _module(modules: int, share: float, most: float) -> int:
    """Whole pixels a module: as many as its share holds, and beyond its share rather than below the smallest."""
    side = modules + 2 * QUIET
    module = max(int(share // side), SMALLEST_MODULE_PX)
    if module * side > most:
        raise PanelTooSmall(f"{side} modules of {SMALLEST_MODULE_PX} px do not fit in {int(most)} px")
    return module


def _rings(card: Placed, width: int, height: int, colours: Palette) -> tuple[tuple[float, Colour], ...]:
    x, y = card.code_x + card.code_size / 2, card.code_y + card.code_size / 2
    reach = (max(x, width - x) ** 2 + max(y, height - y) ** 2) ** 0.5
    tones = colours.ground[1:]
    steps = [1 - (1 - FIRST_RING) * index / (len(tones) - 1) for index in range(len(tones))]
    return tuple((reach * step, tone) for step, tone in zip(steps, tones, strict=True))


def _note(screen: Screen, words: Column, height: int) -> tuple[Item, ...]:
    """The staff's diamond and code in the lower margin; on a narrow panel the diamond alone."""
    if not screen.staff_note:
        return ()
    size = round(max(22 * words.unit, 14))
    while 1.5 * size + words.wide(screen.staff_note, 600, size) > words.width and size > SMALLEST_NOTE_PX:
        size -= 1
    line, left = 1.27 * size, 1.5 * size
    y = height - line - max(4, 14 * words.unit)
    look = words.palette
    diamond = Icon(0, y + (line - size) / 2, "diamond", size, look.text if words.ink.paper else look.accent)
    if left + words.wide(screen.staff_note, 600, size) > words.width:
        return (diamond,)
    return diamond, words.line(left, y + baseline(line, size), screen.staff_note, 600, size, look.second)


def _call(screen: Screen, card: Placed, measure: Measure, colours: Palette) -> tuple[Item, ...]:
    """On the strip: what to do, in both languages if they fit side by side, else in turns."""
    strip, ink = card.label, colours.labels[0].ink
    room = strip.width - 2 * card.radius
    smallest = column.SMALLEST_TEXT_PX[Ink.COLOUR]
    alone = screen.call.en if screen.english else screen.call.vi
    for first, english in ((screen.call.vi, screen.call.en), (alone, "")):
        for size in range(round(strip.height / 2), smallest - 1, -1):
            small = max(smallest, round(0.81 * size))
            vi, en = measure(first, 700, size), measure(english, 600, small)
            gap = 0.46 * size if english else 0.0
            if vi + gap + en <= room:
                x = strip.x + (strip.width - vi - gap - en) / 2
                y = strip.y + baseline(strip.height, size)
                texts = (
                    Text(x, y, first, 700, size, ink, "call"),
                    Text(x + vi + gap, y, english, 600, small, ink, "call_en"),
                )
                return tuple(text for text in texts if text.text)
    return ()
