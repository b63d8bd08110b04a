"""Boxes: a plan measured, as plain values for a file: where every text, icon and code stands, how large, how clear.

`problems` says what is wrong with a picture by the rules of the look: nothing may overflow, overlap, be cut, be too
small or too pale, and every code keeps its quiet zone and its 4 px a module.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Final

from kiosk.core.board import QUIET, SMALLEST_MODULE_PX, Placed
from kiosk.core.column import REFERENCE_FLOOR_PX, SMALLEST_TEXT_PX
from kiosk.core.items import Bar, Disc, Icon, Item, Logo, Text
from kiosk.core.look import Colour, contrast
from kiosk.core.panels import SMALLEST_CLOSED_PX
from kiosk.core.plan import Plan

Extent = Callable[[Text], tuple[float, float, float, float]]
"""Left, top, right and bottom of a text's ink, in pixels of the panel."""

Sides = tuple[float, float, float, float]

CAP_EM: Final = 0.74
"""Height of a capital of Be Vietnam Pro."""
SMALLEST_NOTE_PX: Final = 11
SMALLEST_CONTRAST: Final = 6.95
"""7:1; the guide rounds its own 6.97 (sunlight on the lightest ripple) up to 7.0."""
ICON_CONTRAST: Final = 3.0
SLACK_PX: Final = 1.0
"""Edges are rounded to whole pixels."""


@dataclass(frozen=True, slots=True)
class Box:
    """One thing on the picture. `size` and `cap` are 0 for what is no text, `contrast` for a logo: it is its own."""

    name: str
    kind: str
    text: str
    x: float
    y: float
    width: float
    height: float
    size: int
    cap: float
    contrast: float


@dataclass(frozen=True, slots=True)
class CodeBox:
    """One QR code with its quiet zone."""

    number: int
    url: str
    x: int
    y: int
    size: int
    module: int
    quiet: int
    contrast: float


@dataclass(frozen=True, slots=True)
class Report:
    """All boxes of one picture; `declared` is what it leaves out, in words."""

    width: int
    height: int
    ink: str
    page: str
    smallest: int
    boxes: tuple[Box, ...]
    codes: tuple[CodeBox, ...]
    declared: tuple[str, ...]

    def values(self) -> dict[str, object]:
        """As plain values, ready for JSON."""
        return asdict(self)


def report(plan: Plan, extent: Extent) -> Report:
    """Measure a plan."""
    unit = min(plan.width / 1920, plan.height / 1080)
    if plan.width < plan.height:
        unit = min(plan.width / 1080, plan.height / 1920)
    smallest = SMALLEST_TEXT_PX[plan.ink]
    if not plan.ink.paper:
        smallest = max(smallest, round(REFERENCE_FLOOR_PX * unit)) if plan.ink.value == "colour" else smallest
    return Report(
        plan.width, plan.height, plan.ink.value, plan.page, smallest,
        tuple(_box(item, plan, extent) for item in plan.items if not isinstance(item, Bar)),
        tuple(_code(card, plan) for card in plan.cards), plan.declared,
    )  # fmt: skip


def problems(plan: Plan, extent: Extent) -> tuple[str, ...]:
    """What breaks a rule; empty for a good picture."""
    told = report(plan, extent)
    return (*_outside(told), *_colliding(told, plan), *_small(told), *_pale(told), *_codes(plan))


def _box(item: Text | Icon | Disc | Logo, plan: Plan, extent: Extent) -> Box:
    if isinstance(item, Logo):
        x, y = round(item.x, 1), round(item.y, 1)
        return Box(item.part, "logo", "", x, y, item.width, item.height, 0, 0, 0)
    clear = round(contrast(item.colour, _ground(item, plan)), 2)
    if isinstance(item, Text):
        left, top, right, bottom = extent(item)
        return Box(
            item.part, "text", item.text, round(left, 1), round(top, 1), round(right - left, 1),
            round(bottom - top, 1), item.size, round(CAP_EM * item.size, 1), clear,
        )  # fmt: skip
    kind = item.name if isinstance(item, Icon) else "disc"
    x, y = round(item.x, 1), round(item.y, 1)
    return Box(item.part, kind, "", x, y, item.size, item.size, 0, 0, clear)


def _code(card: Placed, plan: Plan) -> CodeBox:
    return CodeBox(
        card.number, card.url, card.code_x, card.code_y, card.code_size, card.module, QUIET,
        round(contrast(plan.palette.card, plan.palette.code), 2),
    )  # fmt: skip


def _ground(item: Item, plan: Plan) -> Colour:
    """What an item stands on: the disc or bar painted last under its middle, a card's label, or the lightest tone."""
    x, y = item.x + 1, item.y - (0.3 * item.size if isinstance(item, Text) else -1)
    if isinstance(item, (Icon, Disc)):
        x, y = item.x + item.size / 2, item.y + item.size / 2
    found = plan.palette.lightest
    for card in plan.cards:
        if _inside(x, y, card.label):
            found = card.label.colour
    for other in plan.items:
        if other is item:
            break
        if isinstance(other, Bar) and _inside(x, y, other):
            found = other.colour
        if isinstance(other, Disc) and (_inside(x, y, Bar(other.x, other.y, other.size, other.size, other.colour))):
            found = other.colour
    return found


def _inside(x: float, y: float, bar: Bar) -> bool:
    return bar.x <= x < bar.x + bar.width and bar.y <= y < bar.y + bar.height


def _outside(told: Report) -> Iterator[str]:
    for box in told.boxes:
        if box.x < 0 or box.y < 0 or box.x + box.width > told.width or box.y + box.height > told.height:
            yield f"{box.name}: {box.text or box.kind!r} leaves the panel"


def _colliding(told: Report, plan: Plan) -> Iterator[str]:
    """Two texts, a text and an icon, a text and another card, or anything and a code's field."""
    texts = [box for box in told.boxes if box.kind == "text"]
    marks = [box for box in told.boxes if box.kind not in ("text", "disc")]
    for one, other in combinations([*texts, *marks], 2):
        if _overlap(_sides(one), _sides(other)):
            yield f"{one.name}: {one.text or one.kind!r} overlaps {other.name}: {other.text or other.kind!r}"
    for card in plan.cards:
        label = card.label
        on_label = (label.x, label.y, label.x + label.width, label.y + label.height)
        for box in told.boxes:
            if _overlap(_sides(box), _whole(card)) and not _within(_sides(box), on_label):
                yield f"{box.name}: {box.text or box.kind!r} runs onto the card of code {card.number}"


def _small(told: Report) -> Iterator[str]:
    for box in told.boxes:
        least = {"note": SMALLEST_NOTE_PX, "address": 1}.get(box.name, told.smallest)
        if told.page == "closed":
            least = SMALLEST_CLOSED_PX
        if box.kind == "text" and box.size < least and not _strip(box):
            yield f"{box.name}: {box.text!r} has {box.size} px, less than {least}"


def _strip(box: Box) -> bool:
    """The strip is a call to come near; its English may be as small as any small panel's text."""
    return box.name in ("call", "call_en") and box.size >= 17


def _pale(told: Report) -> Iterator[str]:
    for box in told.boxes:
        least = SMALLEST_CONTRAST if box.kind == "text" else ICON_CONTRAST
        if box.contrast < least and box.kind != "logo":
            yield f"{box.name}: {box.text or box.kind!r} has contrast {box.contrast}, less than {least:g}"


def _codes(plan: Plan) -> Iterator[str]:
    if not plan.cards and not plan.declared:
        yield "no code, and the picture does not say so"
    for card in plan.cards:
        for problem in _of_code(card, plan):
            yield f"code {card.number}: {problem}"
    for one, other in combinations(plan.cards, 2):
        if _overlap(_whole(one), _whole(other)):
            yield f"code {one.number} and code {other.number}: their cards overlap"


def _of_code(card: Placed, plan: Plan) -> Iterator[str]:
    quiet, label = QUIET * card.module, card.label
    right, foot = card.code_x + card.code_size + quiet, card.code_y + card.code_size + quiet
    field = (card.code_x - quiet, card.code_y - quiet, right, foot)
    if card.module < SMALLEST_MODULE_PX:
        yield f"{card.module} px a module"
    if not _within(field, _whole(card)) or not _within(_whole(card), (0, 0, plan.width, plan.height), slack=0):
        yield "its quiet zone leaves the card, or the card the panel"
    if _overlap(field, (label.x, label.y, label.x + label.width, label.y + label.height)):
        yield "its label enters the quiet zone"
    if contrast(plan.palette.card, plan.palette.code) < SMALLEST_CONTRAST:
        yield "too pale"


def _whole(card: Placed) -> Sides:
    return card.x, card.y, card.x + card.width, card.y + card.height


def _sides(box: Box) -> Sides:
    return box.x, box.y, box.x + box.width, box.y + box.height


def _overlap(one: Sides, other: Sides) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > SLACK_PX and down > SLACK_PX


def _within(one: Sides, other: Sides, slack: float = SLACK_PX) -> bool:
    return (
        one[0] >= other[0] - slack
        and one[1] >= other[1] - slack
        and one[2] <= other[2] + slack
        and one[3] <= other[3] + slack
    )
