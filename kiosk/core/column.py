"""The column of words on the wall: measured, wrapped, stepped down 4 px at a time to a floor, then dropped; never cut.

Sizes are those of a 1920x1080 (or 1080x1920) panel, scaled by the column's unit. Pure: measuring is passed in.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from kiosk.core import look
from kiosk.core.look import Colour
from kiosk.core.screens import Screen

Measure = Callable[[str, int, float], float]
"""Width of a text in pixels, given weight (400, 600, 700) and size, letter spacing included."""

SMALLEST_TEXT_PX: Final = 22
"""Cap height 3 mm at 1 m on a 7-inch panel (5.2 px/mm) is 21 px."""
PLAIN_TEXT_PX: Final = 24
"""Where scaling would give less, small panels start here."""
STEP_PX: Final = 4
DROPS: Final = ("reason_en", "privacy", "reason", "steps", "headline_en", "top")
"""What a crowded panel gives up, first to last; `top` is the row of the venue's name. Headline, code and call stay."""
STEP_ICONS: Final = ("scan", "download", "bluetooth")
_BASELINE: Final = 0.3675
"""Baseline below a line's middle, in em: (ascent 1.0 - descent 0.265) / 2 of Be Vietnam Pro."""


class Text(NamedTuple):
    """One line; `y` is its baseline."""

    x: float
    y: float
    text: str
    weight: int
    size: int
    colour: Colour


class Icon(NamedTuple):
    """A square icon of core.icons; `x`, `y` its upper left corner."""

    x: float
    y: float
    name: str
    size: int
    colour: Colour


class Bar(NamedTuple):
    """A plain rectangle."""

    x: float
    y: float
    width: float
    height: float
    colour: Colour


Item = Text | Icon | Bar


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the column, its items relative to its upper left corner; `stretch` is its share of spare room."""

    name: str
    gap: float
    height: float
    items: tuple[Item, ...] = ()
    stretch: int = 0


class Gaps(NamedTuple):
    """Space above each block on the reference panel, and whether a hairline parts the privacy line."""

    headline: float
    headline_en: float
    reason: float
    reason_en: float
    steps: float
    privacy: float
    hairline: bool


LANDSCAPE: Final = Gaps(62, 14, 44, 12, 36, 36, hairline=True)
PORTRAIT: Final = Gaps(44, 12, 26, 10, 36, 30, hairline=False)


@dataclass(frozen=True, slots=True)
class Column:
    """Where words go and how they are measured. `unit` is 1 on the reference panel, `less` the pixels stepped down."""

    width: float
    unit: float
    headline_px: float
    gaps: Gaps
    measure: Measure
    less: int = 0

    def px(self, reference: float) -> float:
        """A gap of the reference panel; gaps close up a little as text steps down."""
        return reference * self.unit * max(0.6, 1 - self.less / 40)

    def sizes(self, reference: float, floor: float = 34) -> list[int]:
        """Sizes to try, largest first, the floor last."""
        low = max(SMALLEST_TEXT_PX, round(floor * self.unit))
        high = max(low, max(PLAIN_TEXT_PX, round(reference * self.unit)) - self.less)
        return [*range(high, low, -STEP_PX), low]

    def wrapped(self, text: str, weight: int, size: int, room: float) -> tuple[str, ...] | None:
        """Even lines no wider than `room`, or None."""
        return wrap(text, room, lambda line: self.measure(line, weight, size))


def fit(screen: Screen, column: Column, room: float, card: Block | None = None) -> tuple[Block, ...]:
    """The most words at the largest size that the height allows: step down first, then drop. A `card` stands among."""
    blocks: tuple[Block, ...] = ()
    for dropped in range(len(DROPS) + 1):
        # The English reason may cost the others one step; all else steps to its floor before the next piece goes.
        most = STEP_PX if dropped == 0 else 3 * STEP_PX
        for less in range(0, round(max(1, column.unit) * most) + 1, STEP_PX):
            blocks = tuple(_blocks(screen, replace(column, less=less), frozenset(DROPS[:dropped]), card))
            if sum(block.gap + block.height for block in blocks) <= room:
                return blocks
    return blocks


def stack(blocks: tuple[Block, ...], top: float, room: float) -> Iterator[tuple[Block, float]]:
    """Each block with its upper edge; spare room goes above the blocks that stretch."""
    spare = max(0.0, room - sum(block.gap + block.height for block in blocks))
    shares = max(1, sum(block.stretch for block in blocks))
    for block in blocks:
        top += block.gap + spare * block.stretch / shares
        yield block, top
        top += block.height


def shift(item: Item, dx: float, dy: float) -> Item:
    """The same item elsewhere."""
    return item._replace(x=item.x + dx, y=item.y + dy)


def baseline(height: float, size: float) -> float:
    """Where text of a size stands in a line of a height, as browsers place it."""
    return height / 2 + _BASELINE * size


def wrap(text: str, room: float, measure: Callable[[str], float]) -> tuple[str, ...] | None:
    """As few lines as fit, then as even as they can be; None if one word is too wide. Only plain spaces part words."""
    lines = _greedy(text, room, measure)
    if lines is None or len(lines) < 2:
        return lines
    low, high = 0.0, room
    while high - low > 4:
        middle = (low + high) / 2
        tighter = _greedy(text, middle, measure)
        if tighter is not None and len(tighter) == len(lines):
            high, lines = middle, tighter
        else:
            low = middle
    return lines


def _hang(name: str, size: int) -> float:
    """How far an icon's square moves left so that its ink, not its margin, stands on the column's edge."""
    return -size * {"mark": 2, "scan": 3, "shield": 4}[name] / 24


def _greedy(text: str, room: float, measure: Callable[[str], float]) -> tuple[str, ...] | None:
    lines: list[str] = []
    for word in text.split(" "):
        if measure(word) > room:
            return None
        if lines and measure(f"{lines[-1]} {word}") <= room:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return tuple(lines)


def _blocks(screen: Screen, column: Column, dropped: frozenset[str], card: Block | None) -> Iterator[Block]:
    """The blocks from top to foot, without what was dropped or does not fit in the width."""
    gaps = column.gaps
    found = [
        _top(screen, column),
        _headline(screen, column),
        _paragraph(column, "headline_en", screen.headline_en, 600, look.TROI, (44, 34, 1.27), gaps.headline_en),
        _paragraph(column, "reason", screen.reason.vi, 400, look.GIAY, (44, 34, 1.36), gaps.reason),
        _paragraph(column, "reason_en", screen.reason.en, 400, look.TROI, (36, 34, 1.35), gaps.reason_en),
        card,
        _steps(screen, column),
        _privacy(screen, column),
    ]
    for block in found:
        if block is not None and block.name not in dropped:
            yield block
    if card is None and dropped >= {"steps", "privacy"}:
        yield Block("foot", 0, 0, stretch=2)


def _top(screen: Screen, column: Column) -> Block | None:
    """Gate mark, venue, clock. A long name takes two lines, then the clock's place; then it goes."""
    if not screen.venue and not screen.clock:
        return None
    for most, clock in ((1, screen.clock), (2, screen.clock), (2, "")):
        for size in column.sizes(40):
            left = 1.75 * size
            taken = left + (size + column.measure(clock, 600, size) if clock else 0)
            lines = column.wrapped(screen.venue, 600, size, column.width - taken)
            if lines is not None and len(lines) <= most:
                return _top_row(column, lines, clock, size)
    return _top_row(column, (), screen.clock, column.sizes(40)[-1])


def _top_row(column: Column, venue: tuple[str, ...], clock: str, size: int) -> Block:
    mark, line = round(1.3 * size), 1.4 * size if len(venue) < 2 else 1.25 * size
    height = line * max(1, len(venue))
    items: list[Item] = [Icon(_hang("mark", mark), (height - mark) / 2, "mark", mark, look.NANG)]
    for index, name in enumerate(venue):
        items.append(Text(1.75 * size, index * line + baseline(line, size), name, 600, size, look.TROI))
    left = column.width - column.measure(clock, 600, size)
    items.append(Text(left, baseline(height, size), clock, 600, size, look.GIAY))
    return Block("top", 0, height, tuple(item for item in items if not isinstance(item, Text) or item.text))


def _headline(screen: Screen, column: Column) -> Block:
    """Never dropped: it steps down until it fits, whatever its floor."""
    size = max(PLAIN_TEXT_PX, round(column.headline_px) - column.less)
    while size > 8 and max(column.measure(line, 700, size) for line in screen.headline) > column.width:
        size -= 1
    height = 1.138 * size
    # Capitals stand about 0.045 em inside their advance: the headline's ink starts on the column's edge.
    lines = tuple(
        Text(-0.045 * size, index * height + baseline(height, size), line, 700, size, look.GIAY)
        for index, line in enumerate(screen.headline)
    )
    return Block("headline", column.px(column.gaps.headline), height * len(lines), lines, stretch=1)


def _paragraph(
    column: Column, name: str, text: str, weight: int, colour: Colour, sizes: tuple[float, float, float], gap: float
) -> Block | None:
    """Up to three even lines; `sizes` are size, floor and line height in em."""
    reference, floor, leading = sizes
    for size in column.sizes(reference, floor) if text else []:
        lines = column.wrapped(text, weight, size, column.width)
        if lines is not None and len(lines) <= 3:
            height = leading * size
            items = tuple(
                Text(0, index * height + baseline(height, size), line, weight, size, colour)
                for index, line in enumerate(lines)
            )
            return Block(name, column.px(gap), height * len(lines), items, stretch=int(name == "reason"))
    return None


def _steps(screen: Screen, column: Column) -> Block | None:
    """Three moves side by side in both languages; on a narrow panel one below the other, in Vietnamese."""
    if not screen.steps:
        return None
    for size in column.sizes(38):
        block = _steps_abreast(screen, column, size)
        if block is not None:
            return block
    return _steps_listed(screen, column)


def _steps_abreast(screen: Screen, column: Column, size: int) -> Block | None:
    small = max(SMALLEST_TEXT_PX, round(0.9 * size))
    icon, gap = round(1.68 * size), 0.42 * size
    line, small_line = 1.21 * size, 1.18 * small
    widths = [
        icon + gap + max(column.measure(step.vi, 600, size), column.measure(step.en, 400, small))
        for step in screen.steps
    ]
    between = (column.width - sum(widths)) / max(1, len(widths) - 1)
    if between < 0.55 * size:
        return None
    items: list[Item] = []
    x = 0.0
    for step, name, width in zip(screen.steps, STEP_ICONS, widths, strict=False):
        items += [
            Icon(x + _hang("scan", icon), (line + small_line - icon) / 2, name, icon, look.NANG),
            Text(x + icon + gap, baseline(line, size), step.vi, 600, size, look.GIAY),
            Text(x + icon + gap, line + baseline(small_line, small), step.en, 400, small, look.TROI),
        ]
        x += width + between
    return Block("steps", column.px(column.gaps.steps), line + small_line, tuple(items), stretch=2)


def _steps_listed(screen: Screen, column: Column) -> Block | None:
    for size in column.sizes(38):
        icon, gap, line = round(1.3 * size), 0.46 * size, 1.6 * size
        if max(icon + gap + column.measure(step.vi, 600, size) for step in screen.steps) > column.width:
            continue
        items: list[Item] = []
        for index, (step, name) in enumerate(zip(screen.steps, STEP_ICONS, strict=False)):
            y = index * line
            items += [
                Icon(_hang("scan", icon), y + (line - icon) / 2, name, icon, look.NANG),
                Text(icon + gap, y + baseline(line, size), step.vi, 600, size, look.GIAY),
            ]
        return Block("steps", column.px(column.gaps.steps / 2), line * len(screen.steps), tuple(items), stretch=2)
    return None


def _privacy(screen: Screen, column: Column) -> Block | None:
    """A shield and one line, two on a narrow panel; under a hairline in landscape."""
    for size in column.sizes(36) if screen.privacy else []:
        icon, left, line = round(1.22 * size), 1.66 * size, 1.22 * size
        lines = column.wrapped(screen.privacy, 400, size, column.width - left)
        if lines is None or len(lines) > 2:
            continue
        top = column.px(30) if column.gaps.hairline else 0.0
        items: list[Item] = [Icon(_hang("shield", icon), top + (line - icon) / 2, "shield", icon, look.TROI_DAM)]
        for index, text in enumerate(lines):
            items.append(Text(left, top + index * line + baseline(line, size), text, 400, size, look.GIAY))
        if column.gaps.hairline:
            items.append(Bar(0, 0, column.width, max(1, round(3 * column.unit)), look.VACH_TUONG))
        return Block("privacy", column.px(column.gaps.privacy), top + line * len(lines), tuple(items))
    return None
