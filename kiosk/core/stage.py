"""The stage: where the codes stand on a panel that shines, and what room they leave to words. One stage serves every
page of a round, with trouble or without, so that no code ever moves or leaves while a visitor aims at it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from kiosk.core import blocks, board, column
from kiosk.core.board import QUIET, SMALLEST_MODULE_PX, Area, Board, Modules, PanelTooSmall, Placed
from kiosk.core.campaign import Card, staff_note
from kiosk.core.column import Block, Column, TooNarrow
from kiosk.core.items import Bar, Icon, Item, Measure, baseline, shift
from kiosk.core.look import Ink, Palette
from kiosk.core.pages import Page
from kiosk.core.screens import Screen

CARD_SHARE: Final = 0.525
"""At most this part of a landscape panel's width is the card; in portrait it has half the area."""
BOARD_SHARES: Final = {2: (0.56, 0.72), 3: (0.64, 0.78)}
"""The same for more codes than one, and what a small panel may give them."""
PORTRAIT_SHARES: Final = (0.52, 0.66)
SMALLEST_NOTE_PX: Final = 11
"""The staff note is for one person who walks up."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Codes in their places; the column of words, its upper left corner and its foot. In portrait the column is parted
    by the cards: `card_top` to `card_foot`."""

    codes: Board
    words: Column
    left: float
    top: float
    foot: float
    height: int
    card_top: float = 0.0
    card_foot: float = 0.0

    @property
    def upright(self) -> bool:
        """Whether the cards stand among the words, not beside them."""
        return self.card_foot > 0


def stage(
    screen: Screen, cards: Sequence[Card], width: int, height: int, modules: Modules, measure: Measure,
    colours: Palette, ink: Ink,
) -> Stage:  # fmt: skip
    """Place the codes so that the install page fits beside them, with room for the staff's note.

    Raises PanelTooSmall or TooNarrow."""
    usual = replace(screen, staff_note=staff_note("S1"))
    if width >= height:
        flat = _landscape(cards, width, height, modules, measure, colours, ink)
        if flat.words.width <= 0:
            raise TooNarrow("no room beside the codes")
        spoken(usual, usual.install, flat)
        return flat
    return _portrait(usual, cards, width, height, modules, measure, colours, ink)


def spoken(screen: Screen, page: Page, here: Stage) -> tuple[Item, ...]:
    """The words of a page and the staff's note on a stage. Raises TooNarrow."""
    noted = note(screen, here.words, here.height)
    gap = (12 if here.upright else 18) * here.words.unit
    room = (noted[0].y - gap if noted else here.foot) - here.top
    if not here.upright:
        placed = _stood(blocks.fit(screen, page, here.words, room), here, here.top, room)
    elif page == screen.install:
        whole = Block("card", 32 * here.words.unit, here.card_foot - here.card_top, stretch=1)
        placed = _stood(blocks.fit(screen, page, here.words, _room(here), whole), here, here.top, _room(here))
    else:
        placed = _around(screen, page, here, here.top + room)
    return (*placed, *(shift(item, here.left, 0, "note") for item in noted))


def _around(screen: Screen, page: Page, here: Stage, foot: float) -> tuple[Item, ...]:
    """Words above the cards, going on below them where there is more to say."""
    above, below = here.card_top - 24 * here.words.unit - here.top, foot - here.card_foot - 16 * here.words.unit
    fitted = blocks.fit(screen, page, here.words, above, below=below)
    count = blocks.parted(fitted, above, below)
    return (
        *_stood(fitted[:count], here, here.top, above),
        *_stood(fitted[count:], here, foot - below, below),
    )


def _room(here: Stage) -> float:
    """Of an upright column, the note's place kept free whether there is a note or not."""
    kept = note_height(here.words)
    return min(here.foot, here.height - kept - 12 * here.words.unit) - here.top


def _stood(fitted: tuple[Block, ...], here: Stage, top: float, room: float) -> tuple[Item, ...]:
    return tuple(
        shift(item, here.left, y, block.name) for block, y in column.stack(fitted, top, room) for item in block.items
    )


def _landscape(
    cards: Sequence[Card], width: int, height: int, modules: Modules, measure: Measure, colours: Palette, ink: Ink
) -> Stage:
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
    words = replace(frame, width=codes.cards[0].x - left - max(10, 36 * unit))
    return Stage(codes, words, left, top, height - top, height)


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
    screen: Screen, cards: Sequence[Card], width: int, height: int, modules: Modules, measure: Measure,
    colours: Palette, ink: Ink,
) -> Stage:  # fmt: skip
    unit = min(width / 1080, height / 1920)
    side, top, bottom = round(width / 18), round(56 * unit), round(40 * unit)
    headline_px = 108 * min(1.2 * unit, max(width / 1080, height / 1920, column.PLAIN_TEXT_PX / 44))
    words = Column(width - 2 * side, unit, headline_px, column.PORTRAIT, measure, colours, ink)
    if len(cards) == 1:
        codes = Board((_across(cards[0], width, height, side, modules, words),), ())
    else:
        areas = [Area(side, 0, width - 2 * side, round(share * height)) for share in PORTRAIT_SHARES]
        codes = board.arrange_in(areas, cards, modules, words)
    deep = max(card.y + card.height for card in codes.cards)
    here = Stage(codes, words, side, top, height - bottom, height)
    fitted = blocks.fit(screen, screen.install, words, _room(here), Block("card", 32 * unit, deep, stretch=1))
    y = board.even(int(next(y for block, y in column.stack(fitted, top, _room(here)) if block.name == "card")))
    moved = Board(tuple(card.moved(0, y) for card in codes.cards), tuple(shift(item, 0, y) for item in codes.items))
    return replace(here, codes=moved, card_top=y, card_foot=y + deep)


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


def _module(modules: int, share: float, most: float) -> int:
    """Whole pixels a module: as many as its share holds, and beyond its share rather than below the smallest."""
    side = modules + 2 * QUIET
    module = max(int(share // side), SMALLEST_MODULE_PX)
    if module * side > most:
        raise PanelTooSmall(f"{side} modules of {SMALLEST_MODULE_PX} px do not fit in {int(most)} px")
    return module


def note(screen: Screen, words: Column, height: int) -> tuple[Item, ...]:
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


def note_height(words: Column) -> float:
    """What the note takes from the panel's foot."""
    size = round(max(22 * words.unit, 14))
    return 1.27 * size + max(4, 14 * words.unit)
