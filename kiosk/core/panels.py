"""Panels apart: plans for e-paper, for LED walls, for a closed wall, and for a panel too small for a code."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kiosk.core import blocks, board, column
from kiosk.core.board import QUIET, SMALLEST_MODULE_PX, Area, Modules, PanelTooSmall, Placed
from kiosk.core.campaign import Card, tied
from kiosk.core.column import Column
from kiosk.core.items import Bar, Item, Measure, Text, baseline, shift
from kiosk.core.look import CLOSED, Ink, Palette, palette
from kiosk.core.plan import Plan
from kiosk.core.screens import Screen
from kiosk.core.wording import Words

NO_CODE: Final = "no QR here"
LED_WORDS: Final = 10
"""More nobody reads in passing."""
WRITTEN_SHARE: Final = 0.6
"""An LED wall gives up so much of its letters' size before it gives up the line breaks of the headline."""
SMALLEST_CLOSED_PX: Final = 11


def epaper(screen: Screen, width: int, height: int, modules: Modules, measure: Measure, ink: Ink) -> Plan:
    """Words at the left (or above), the code at the right, one band at the foot; no clock, no turning page."""
    colours = palette(ink)
    unit = min(width, height) / 480
    smallest = column.SMALLEST_TEXT_PX[ink]
    band = _band(screen, width, height, measure, colours, max(smallest, round(30 * unit)))
    high = round(band[0].y)
    side = modules(screen.install_url) + 2 * QUIET
    landscape = width >= height
    share = min(high, 0.56 * width) if landscape else min(width, 0.56 * high)
    module = int(max(share, min(SMALLEST_MODULE_PX * side, high, width)) // side)
    if module < SMALLEST_MODULE_PX:
        raise PanelTooSmall(f"{side} modules of {SMALLEST_MODULE_PX} px do not fit in {width} x {height} px")
    field = module * side
    margin = max(4, round(24 * unit))
    x, y = (width - field, (high - field) // 2) if landscape else ((width - field) // 2, high - field)
    card = Placed(
        screen.cards[0].number, screen.install_url, x, y, field, field, 0, module, x + QUIET * module,
        y + QUIET * module, field - 2 * QUIET * module, Bar(x, y + field, field, 0, colours.card),
    )  # fmt: skip
    room_x, room_y = (x - margin, high - 2 * margin) if landscape else (width - 2 * margin, y - margin)
    words = Column(room_x, unit * 0.72, 84 * unit, column.PAPER, measure, colours, ink)
    still = replace(screen, clock=screen.staff_note.rpartition("\u00a0")[2])
    fitted = blocks.fit(still, screen.install, words, room_y)
    items = [
        shift(item, margin, y, block.name) for block, y in column.stack(fitted, margin, room_y) for item in block.items
    ]
    return Plan(width, height, ink, colours, (card,), (), (*band, *items), screen.install.name)


def _band(
    screen: Screen, width: int, height: int, measure: Measure, colours: Palette, size: int
) -> tuple[Bar, *tuple[Item, ...]]:
    """What to do, at the foot: both languages on one line if they fit, else on two."""
    smallest = column.SMALLEST_TEXT_PX[Ink.MONO]
    small = max(smallest, round(0.8 * size))
    vi, en = screen.call
    gap = 0.5 * size
    wide, wide_en = measure(vi, 700, size), measure(en, 700, small)
    one_line = wide + gap + wide_en <= width - 2 * gap
    high = round(1.9 * size) if one_line else round(1.5 * size + 1.4 * small)
    bar = Bar(0, height - high, width, high, colours.accent, "band")
    ink = colours.on_accent
    if one_line:
        x = (width - wide - gap - wide_en) / 2
        y = bar.y + baseline(high, size)
        return (
            bar,
            Text(x, y, vi, 700, size, ink, "call"),
            Text(x + wide + gap, y, en, 700, small, ink, "call_en"),
        )
    top = 0.1 * size
    return (
        bar,
        Text((width - wide) / 2, bar.y + top + baseline(1.4 * size, size), vi, 700, size, ink, "call"),
        Text(
            (width - wide_en) / 2, bar.y + top + 1.4 * size + baseline(1.3 * small, small), en, 700, small, ink,
            "call_en",
        ),
    )  # fmt: skip


def codes_alone(
    screen: Screen, cards: Sequence[Card], width: int, height: int, modules: Modules, measure: Measure, ink: Ink
) -> Plan:
    """Small panels while the claim code is on: both codes and their labels, no other word."""
    colours = palette(ink, screen.dim)
    edge = 4
    frame = Column(0, min(width, height) / 1080, 0, column.LANDSCAPE, measure, colours, ink)
    codes = board.arrange(cards, Area(edge, edge, width - 2 * edge, height - 2 * edge), modules, frame)
    plan = Plan(
        width, height, ink, replace(colours, ground=colours.ground[:1]), codes.cards, (), codes.items,
        screen.page.name, ("no words beside the claim code",),
    )  # fmt: skip
    return plan if ink.paper else plan.moved(*screen.shift)


def led(screen: Screen, width: int, height: int, modules: Modules, measure: Measure) -> Plan:
    """Black, a few bold words as large as they fit, and a code as high (or wide) as the wall."""
    colours = palette(Ink.LED, screen.dim)
    side = modules(screen.install_url) + 2 * QUIET
    module = min(width, height) // side
    if module < SMALLEST_MODULE_PX:
        raise PanelTooSmall(f"{side} modules of {SMALLEST_MODULE_PX} px do not fit in {width} x {height} px")
    field = module * side
    landscape = width >= height
    # The white reaches the wall's edge on three sides.
    card_w, card_h = (field, height) if landscape else (width, field)
    x, y = width - card_w, height - card_h
    code = field - 2 * QUIET * module
    card = Placed(
        screen.cards[0].number, screen.install_url, x, y, card_w, card_h, 0, module, x + (card_w - code) // 2,
        y + (card_h - code) // 2, code, Bar(x, y + card_h, card_w, 0, colours.card),
    )  # fmt: skip
    margin = round(min(width, height) / 20)
    room_x, room_y = (x - 2 * margin, height - margin) if landscape else (width - 2 * margin, y - margin)
    items = tuple(shift(item, margin, margin / 2) for item in _led_words(screen, room_x, room_y, measure, colours))
    declared = () if items else (f"no words at {column.SMALLEST_TEXT_PX[Ink.LED]} px beside the code",)
    return Plan(width, height, Ink.LED, colours, (card,), (), items, screen.install.name, declared)


def _led_words(screen: Screen, width: float, height: float, measure: Measure, colours: Palette) -> tuple[Item, ...]:
    """The headline as large as it fits with English below if few words do, else the languages take turns."""
    head, english = screen.install.headline, screen.install.headline_en
    frame = Column(width, 1, 0, column.PAPER, measure, colours, Ink.LED)
    alone = (english,) if screen.english else head
    both = sum(len(line.split()) for line in (*head, english)) <= LED_WORDS
    for first, second in ((head, english), (alone, "")) if both else ((alone, ""),):
        broken = tied(Words(" ".join(first), "")).vi
        written = _largest_led(first, second, frame, height)
        anew = _largest_led(broken, second, frame, height)
        found = written if written and (not anew or written[0] >= WRITTEN_SHARE * anew[0]) else anew
        if found:
            return _led_lines(found, height, colours)
    return ()


_Found = tuple[int, tuple[str, ...], int, tuple[str, ...], float]
"""Size and lines, size and lines of the English below, height of all."""


def _largest_led(head: tuple[str, ...] | str, english: str, frame: Column, height: float) -> _Found | None:
    """The largest size at which a headline fits: as written, or as one text to be broken anew."""
    smallest = column.SMALLEST_TEXT_PX[Ink.LED]
    for size in range(int(height), smallest - 1, -1):
        small = max(smallest, round(0.6 * size))
        if isinstance(head, str):
            lines = frame.wrapped(head, 700, size, frame.width)
        else:
            lines = head if max(frame.wide(line, 700, size) for line in head) <= frame.width else None
        below = frame.wrapped(english, 700, small, frame.width, 3) if english else ()
        if lines is None or below is None:
            continue
        high = 1.165 * size * len(lines) + (0.3 * size + 1.2 * small * len(below) if below else 0)
        if high <= height:
            return size, lines, small, below, high
    return None


def _led_lines(found: _Found, height: float, colours: Palette) -> tuple[Item, ...]:
    size, lines, small, below, high = found
    y = (height - high) / 2
    items: list[Item] = []
    for index, line in enumerate(lines):
        ink = colours.accent if index == 0 else colours.text
        items.append(Text(0, y + baseline(1.165 * size, size), line, 700, size, ink, "headline"))
        y += 1.165 * size
    y += 0.3 * size
    for line in below:
        items.append(Text(0, y + baseline(1.2 * small, small), line, 700, small, colours.second, "headline_en"))
        y += 1.2 * small
    return tuple(items)


def address(screen: Screen, width: int, height: int, measure: Measure, ink: Ink) -> Plan:
    """No code fits: the short address, broken at its dots if that makes it larger, as large as the panel holds. What
    to do stands above and below where its size rule leaves room."""
    colours = palette(ink, screen.dim)
    margin = max(2, round(min(width, height) / 24))
    room_x, room_y = width - 2 * margin, height - 2 * margin
    smallest = column.SMALLEST_TEXT_PX[ink]
    line = 1.35 * smallest
    calls = Words("Cài Bluezone", "Install Bluezone")
    roomy = room_y - 2 * line >= 0.5 * room_y and all(measure(text, 700, smallest) <= room_x for text in calls)
    size, lines = _largest(screen.short_url, room_x, room_y - 2 * line if roomy else room_y, measure)
    high = 1.16 * size * len(lines)
    y = margin + (room_y - high) / 2
    items: list[Item] = []
    for index, part in enumerate(lines):
        ink_colour = colours.accent if ink is Ink.LED and index == 0 else colours.text
        x = (width - measure(part, 700, size)) / 2
        items.append(
            Text(x, y + index * 1.16 * size + baseline(1.16 * size, size), part, 700, size, ink_colour, "address")
        )
    if roomy:
        for text, top, part in ((calls.vi, margin, "call"), (calls.en, height - margin - line, "call_en")):
            x = (width - measure(text, 700, smallest)) / 2
            items.append(Text(x, top + baseline(line, smallest), text, 700, smallest, colours.second, part))
    said = f"{NO_CODE}: {SMALLEST_MODULE_PX} px a module do not fit; {screen.short_url} at {size} px"
    return Plan(
        width, height, ink, replace(colours, ground=colours.ground[:1]), (), (), tuple(items), "address", (said,)
    )


def _largest(text: str, width: float, height: float, measure: Measure) -> tuple[int, tuple[str, ...]]:
    """The largest size at which an address fits, on one line or broken before a dot or after a slash."""
    parts = re.findall(r"[.]?[^./]+/?|[./]", text)
    ways = [(text,), *(("".join(parts[:cut]), "".join(parts[cut:])) for cut in range(1, len(parts)))]
    if len(parts) > 2:
        ways.append(tuple(parts))
    best: tuple[int, tuple[str, ...]] = (1, (text,))
    for lines in ways:
        size = int(height / (1.16 * len(lines)))
        while size > best[0] and max(measure(line, 700, size) for line in lines) > width:
            size -= 1
        if size > best[0]:
            best = (size, lines)
    return best


def closed(screen: Screen, width: int, height: int, measure: Measure, ink: Ink) -> Plan:
    """Black with one line in both languages; e-paper stays white, since it does not shine."""
    colours = palette(ink) if ink.paper else CLOSED
    room = 0.9 * width
    size = max(SMALLEST_CLOSED_PX, round(min(width, height) / 14))
    small = max(SMALLEST_CLOSED_PX, round(0.8 * size))
    while (
        size > SMALLEST_CLOSED_PX
        and max(measure(screen.closed.vi, 700, size), measure(screen.closed.en, 700, small)) > room
    ):
        size -= 1
        small = max(SMALLEST_CLOSED_PX, round(0.8 * size))
    top = height / 2 - 1.35 * size
    items: list[Item] = []
    for text, px, colour, part in (
        (screen.closed.vi, size, colours.text, "closed"),
        (screen.closed.en, small, colours.second, "closed_en"),
    ):
        x = (width - measure(text, 700, px)) / 2
        items.append(Text(x, top + baseline(1.35 * px, px), text, 700, px, colour, part))
        top += 1.35 * px
    plan = Plan(width, height, ink, colours, (), (), tuple(items), "closed", ("closed: no QR until opening",))
    return plan if ink.paper else plan.moved(*screen.shift)
