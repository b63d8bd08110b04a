"""Blocks: the words of a page measured, wrapped, stepped down 4 px at a time to a floor, then dropped; never cut."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from kiosk.core import steps, top
from kiosk.core.campaign import tied
from kiosk.core.column import MOST_LINES, STEP_PX, Block, Column, TooNarrow, hang
from kiosk.core.items import Bar, Icon, Item, baseline
from kiosk.core.look import Colour, Ink
from kiosk.core.pages import Page
from kiosk.core.screens import Screen
from kiosk.core.wording import Words

WRITTEN_SHARE: Final = 0.6
"""A headline gives up so much of its size before it gives up the line breaks it was written with."""
PAPER_WRITTEN_SHARE: Final = 0.4
LONG: Final = ("steps_long",)
"""The steps in whole sentences: without them three short words each remain."""
WELL: Final = ("checks_well",)
"""The lines of the set-up card that ask nothing of anybody."""
ROOM: Final = ("logo_room",)
"""The second line that a name takes to leave room for the logo: the first thing a crowded panel gives up."""


def fit(
    screen: Screen, page: Page, column: Column, room: float, card: Block | None = None, below: float | None = None
) -> tuple[Block, ...]:
    """The most words at the largest size that the height allows: step down first, then drop. A `card` stands among.

    With `below`, the blocks go on there when `room` is full. Raises TooNarrow where not even the headline fits.
    """
    drops = (ROOM, *drops_of(page))
    for dropped in range(len(drops) + 1):
        # Logo and English paragraphs may cost the others one step; all else steps to its floor before the next goes.
        most = STEP_PX if dropped < 2 else 3 * STEP_PX
        last = dropped == len(drops)
        for less in range(0, round(max(1, column.unit) * (25 * STEP_PX if last else most)) + 1, STEP_PX):
            gone = frozenset(chain.from_iterable(drops[:dropped]))
            blocks = tuple(_blocks(screen, page, replace(column, less=less), gone, card))
            if (parted(blocks, room, below) is not None) if below is not None else high(blocks) <= room:
                return blocks
    raise TooNarrow(f"no headline in {column.width:.0f} x {room:.0f} px")


def high(blocks: Sequence[Block]) -> float:
    """The height of blocks with the gaps above them."""
    return sum(block.gap + block.height for block in blocks)


def parted(blocks: Sequence[Block], above: float, below: float) -> int | None:
    """How many blocks stand above the cards so that the rest fits below; None if no parting does. Headlines stay
    together."""
    for count in range(len(blocks), 0, -1):
        if high(blocks[:count]) <= above:
            cut_off = {block.name for block in blocks[count:]} & {"top", "headline", "headline_en"}
            return None if cut_off or high(blocks[count:]) > below else count
    return None


def drops_of(page: Page) -> tuple[tuple[str, ...], ...]:
    """What a crowded panel gives up, first to last; `top` is the row of the venue's name. Headline and codes stay."""
    rest: list[tuple[str, ...]] = [("typed",)] if page.typed else []
    rest += [(f"p{number}", f"p{number}_en") for number in range(len(page.paragraphs) - 1, 0, -1)]
    if page.checks:
        return (*rest, ("checks_en",), ("headline_en",), ("p0_en",), WELL, ("top",), ("checks",), ("p0",))
    if page.listed:
        return (*rest, ("p0_en",), ("p0",), ("privacy",), ("steps_en",), LONG, ("headline_en",), ("top",), ("steps",))
    return (*rest, ("p0_en",), ("privacy",), ("p0",), ("phones",), ("steps",), ("headline_en",), ("top",))


def _blocks(screen: Screen, page: Page, column: Column, dropped: frozenset[str], card: Block | None) -> Iterator[Block]:
    """The blocks from top to foot, without what was dropped or does not fit in the width."""
    look, gaps = column.palette, column.gaps
    found: list[Block | None] = [top.row(screen, column, roomy=ROOM[0] not in dropped), _headline(page, column)]
    found.append(_paragraph(column, "headline_en", page.headline_en, 600, look.second, (44, 1.27), gaps.headline_en))
    found.append(steps.phones(page, column))
    listed = steps.steps(page, column, english="steps_en" not in dropped, whole=LONG[0] not in dropped)
    if page.listed:
        found.append(listed)
    found += chain.from_iterable(_both(column, number, words) for number, words in enumerate(page.paragraphs))
    found.append(steps.checks(page, column, english="checks_en" not in dropped, well=WELL[0] not in dropped))
    found.append(card)
    if not page.listed:
        found.append(listed)
    found.append(_paragraph(column, "typed", page.typed, 600, look.text, (40, 1.3), gaps.paragraph))
    found.append(privacy(page, column))
    for block in found:
        if block is not None and block.name not in dropped:
            yield block
    if card is None and dropped >= {"steps", "privacy"}:
        yield Block("foot", 0, 0, stretch=2)


def _both(column: Column, number: int, words: Words) -> Iterator[Block | None]:
    look, gaps = column.palette, column.gaps
    # A second paragraph follows the first more closely than the first follows the headline.
    gap = gaps.paragraph if number == 0 else 0.75 * gaps.paragraph
    yield _paragraph(column, f"p{number}", words.vi, 400, look.text, (44, 1.36), gap, stretch=int(number == 0))
    yield _paragraph(column, f"p{number}_en", words.en, 400, look.second, (36, 1.35), gaps.paragraph_en)


def _headline(page: Page, column: Column) -> Block:
    """Never dropped: it steps down until it fits, and takes other line breaks before it gets too small."""
    size, lines = _headline_lines(page.headline, column)
    height = 1.165 * size  # dots below one line and marks on the next do not meet
    # Capitals stand about 0.045 em inside their advance: the headline's ink starts on the column's edge.
    texts = tuple(
        column.line(
            -0.045 * size, index * height + baseline(height, size), line, 700, size, _headline_colour(column, index)
        )
        for index, line in enumerate(lines)
    )
    return Block("headline", column.px(column.gaps.headline), height * len(lines), texts, stretch=1)


def _headline_colour(column: Column, line: int) -> Colour:
    """An LED wall's first line is sunlit."""
    look = column.palette
    return look.accent if column.ink is Ink.LED and line == 0 else look.text


def _headline_lines(lines: tuple[str, ...], column: Column) -> tuple[int, tuple[str, ...]]:
    """Size and lines: as written, down to a part of the full size; then with other breaks, as large as those allow."""
    whole, full = tied(Words(" ".join(lines), "")).vi, max(column.smallest, round(column.headline_px) - column.less)
    share = PAPER_WRITTEN_SHARE if column.ink.paper else WRITTEN_SHARE
    low = max(column.smallest, round(share * full))
    for size in range(full, low - 1, -1):
        if max(column.wide(line, 700, size) for line in lines) <= column.width:
            return size, lines
    for size in range(full, column.smallest - 1, -1):
        broken = column.wrapped(whole, 700, size, column.width, MOST_LINES if size == column.smallest else 3)
        if broken is not None:
            return size, broken
    raise TooNarrow(f"the headline {whole!r} does not fit in {column.width:.0f} px")


def _paragraph(
    column: Column, name: str, text: str, weight: int, colour: Colour, sizes: tuple[float, float], gap: float,
    stretch: int = 0,
) -> Block | None:  # fmt: skip
    """Even lines; `sizes` are size and line height in em."""
    reference, leading = sizes
    for size in column.sizes(reference) if text else []:
        lines = column.wrapped(text, weight, size, column.width)
        if lines is not None:
            height = leading * size
            items = tuple(
                column.line(0, index * height + baseline(height, size), line, weight, size, colour)
                for index, line in enumerate(lines)
            )
            return Block(name, column.px(gap), height * len(lines), items, stretch)
    return None


def privacy(page: Page, column: Column) -> Block | None:
    """A shield and one line, two on a narrow panel; under a hairline in landscape."""
    for size in column.sizes(36) if page.privacy.vi else []:
        icon, left, line = round(1.22 * size), 1.66 * size, 1.22 * size
        lines = column.wrapped(page.privacy.vi, 400, size, column.width - left, 2)
        if lines is None:
            continue
        look = column.palette
        top = column.px(30) if column.gaps.hairline else 0.0
        items: list[Item] = [Icon(hang("shield", icon), top + (line - icon) / 2, "shield", icon, look.icon)]
        for index, text in enumerate(lines):
            items.append(column.line(left, top + index * line + baseline(line, size), text, 400, size, look.text))
        if column.gaps.hairline:
            items.append(Bar(0, 0, column.width, max(1, round(3 * column.unit)), look.hairline))
        return Block("privacy", column.px(column.gaps.privacy), top + line * len(lines), tuple(items))
    return None
