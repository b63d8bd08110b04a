"""The wall: where each thing of a Screen stands on a panel of any size, as values. Pixels come from adapters/paint.py.

The codes are placed first and never give way; words get what is left. E-paper and LED walls have plans of their own
(core/panels.py), as has a panel that holds no code at all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from kiosk.core import column, panels, stage
from kiosk.core.board import Board, Modules, PanelTooSmall, Placed
from kiosk.core.campaign import Card
from kiosk.core.column import TooNarrow
from kiosk.core.items import Item, Measure, Text, baseline
from kiosk.core.look import Colour, Ink, Palette, palette
from kiosk.core.pages import Page
from kiosk.core.plan import Plan
from kiosk.core.screens import Screen
from kiosk.core.stage import Stage
from kiosk.core.wording import Words

NO_ADDRESS: Final = "no room for the address"
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
        urls = {card.url for card in picture.cards}
        left_out = [f"no room for code {card.number}: {card.url}" for card in _wanted(screen) if card.url not in urls]
        untyped = [f"{NO_ADDRESS} of code {card.number}: {card.typed}" for card in _untyped(shown, picture)]
        return replace(picture, declared=(*picture.declared, *left_out, *untyped))
    return panels.address(screen, width, height, measure, ink)


def _untyped(cards: Sequence[Card], picture: Board | Plan) -> Iterator[Card]:
    """Cards whose code stands there, but not the address that people may type instead."""
    written = {item.text for item in picture.items if isinstance(item, Text)}
    urls = {card.url for card in picture.cards}
    yield from (card for card in cards if card.typed and card.url in urls and card.typed not in written)


def _wanted(screen: Screen) -> tuple[Card, ...]:
    """Every code this screen would show, the install code first, the claim right behind the install codes."""
    return (*screen.cards, screen.claim) if screen.claim is not None else screen.cards


def _fewer(screen: Screen) -> Iterator[tuple[tuple[Card, ...], bool]]:
    """What to try, all codes first; the second card gives way to the claim, and so, for its minutes, do the words."""
    cards, one = _wanted(screen), screen.with_one_code().cards[0]
    yield cards, False
    if len(cards) == 3:
        yield (one, cards[2]), False
    if screen.claim is not None:
        yield (one, screen.claim), True
    if len(cards) > 1:
        yield (one,), False


def _with_codes(
    screen: Screen, cards: Sequence[Card], width: int, height: int, modules: Modules, measure: Measure, ink: Ink,
    *, alone: bool,
) -> Plan:  # fmt: skip
    if ink is Ink.LED:
        return panels.led(screen.with_one_code(), width, height, modules, measure)
    if alone:
        return panels.codes_alone(screen, cards, width, height, modules, measure, ink)
    if ink.paper and len(cards) == 1:
        return panels.epaper(screen.with_one_code(), width, height, modules, measure, ink)
    colours = palette(ink, screen.dim)
    here = stage.stage(screen, cards, width, height, modules, measure, colours, ink)
    page, words = _words(screen, here, whole=all(card in cards for card in screen.cards))
    items = (*here.codes.items, *words)
    placed = here.codes.cards
    if len(placed) == 1:
        items = (*items, *_call(screen, placed[0], measure, colours))
    picture = Plan(width, height, ink, colours, placed, _rings(placed[0], width, height, colours), items, page.name)
    return picture.moved(*screen.shift)


def _words(screen: Screen, here: Stage, *, whole: bool) -> tuple[Page, tuple[Item, ...]]:
    """The page whose turn it is, in the language whose turn it is; the install page where that does not fit.

    Not `whole`: the second code found no room, and no page may speak of it."""
    page = screen.install if here.words.ink.paper or (screen.page.counts_codes and not whole) else screen.page
    typed = "" if here.upright else next((card.typed for card in _untyped(screen.cards, here.codes)), "")
    for turn in (replace(page, typed=typed), replace(screen.install, typed=typed)):
        try:
            words = stage.spoken(screen, turn, here)
            if screen.english and not any(item.part == "headline_en" for item in words):
                turn = _in_english(turn)
                words = stage.spoken(screen, turn, here)
        except TooNarrow:
            continue
        return turn, words
    return screen.install, stage.spoken(screen, screen.install, here)


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
        checks=tuple(
            each._replace(name=Words(each.name.en, ""), value=Words(each.value.en, "")) for each in page.checks
        ),
    )


def _rings(card: Placed, width: int, height: int, colours: Palette) -> tuple[tuple[float, Colour], ...]:
    x, y = card.code_x + card.code_size / 2, card.code_y + card.code_size / 2
    reach = (max(x, width - x) ** 2 + max(y, height - y) ** 2) ** 0.5
    tones = colours.ground[1:]
    steps = [1 - (1 - FIRST_RING) * index / (len(tones) - 1) for index in range(len(tones))]
    return tuple((reach * step, tone) for step, tone in zip(steps, tones, strict=True))


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
