"""Setter: who sets type: what measures and encodes, which languages, and the parts that several papers share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from kiosk.core import look
from kiosk.core.campaign import Campaign, tied
from kiosk.core.paper.flow import (
    HEADLINE_TRACKING,
    NOTHING,
    Block,
    Style,
    abreast,
    bilingual,
    column,
    paragraph,
    stacked,
    widest,
)
from kiosk.core.paper.sheet import DOT_MM, Bar, Code, Disc, Encode, Icon, Item, Logo, Measure, Ripples, dots
from kiosk.core.wording import Words

Languages: TypeAlias = Literal["both", "vi", "en"]
LOGO_EM: Final = 1.6
LOGO_SHARE: Final = 0.3
"""Of the row's width, at most."""
LOGO_GAP: Final = 0.8


@dataclass(frozen=True, slots=True)
class Setter:
    """`shape` tells width ÷ height of a logo's file."""

    measure: Measure
    encode: Encode
    shape: Callable[[str], float]
    languages: Languages = "both"
    without: frozenset[str] = frozenset()
    """What small paper gives up, of core.paper.kinds.DROPS."""
    smallest: float = 0.0
    """No text is set in a smaller em, but in a disc."""

    def legible(self, style: Style) -> Style:
        """The style, at the smallest size at least."""
        return style.at(max(style.size, self.smallest))

    def first(self, words: Words) -> str:
        """What is set large: Vietnamese, unless English alone is wanted."""
        return words.en if self.languages == "en" else words.vi

    def second(self, words: Words) -> str:
        """What stands beside it, or nothing; a text that is the same in both languages stands once."""
        return words.en if self.languages == "both" and words.en != words.vi else ""

    def both(
        self, words: Words, first: Style, second: Style, width: float, gap: float = 0.0, *, name: str = ""
    ) -> Block:
        """Two paragraphs, one below the other, without what was given up under this name."""
        if name in self.without:
            return NOTHING
        english = "" if f"{name}_en" in self.without else self.second(words)
        return bilingual(
            paragraph(self.first(words), self.legible(first), width, self.measure),
            paragraph(english, self.legible(second), width, self.measure),
            gap,
        )

    def headline(self, campaign: Campaign, size: float, width: float) -> Block:
        """One line if it stands there at four fifths of its size, else even lines, smaller if they must be."""
        text = self.first(tied(Words(" ".join(campaign.headline), campaign.headline_en)))
        style = Style(700, size, look.GIAY, 1.16, HEADLINE_TRACKING)
        single = widest(text, style, width, self.measure, 0.8 * size)
        block = column([text], single) if single else self._parted(campaign, text, style, width)
        en = self.second(Words("", campaign.headline_en))
        second = self.legible(Style(600, 0.48 * size, look.TROI))
        return bilingual(block, paragraph(en, second, width, self.measure), 0.1 * size)

    def _parted(self, campaign: Campaign, text: str, style: Style, width: float) -> Block:
        """Two lines that part where the campaign's lines part, the more even the better; else even lines."""
        lines = campaign.headline if self.languages != "en" else ()
        pairs = [(" ".join(lines[:at]), " ".join(lines[at:])) for at in range(1, len(lines))]
        widths = {max(style.width(line, self.measure) for line in pair): pair for pair in pairs}
        if widths and min(widths) * 0.8 <= width:
            least = min(widths)
            return column(widths[least], style.at(style.size * min(1.0, 0.999 * width / least)))
        return paragraph(text, style, width, self.measure)


def ripples(width: float, height: float, centre: tuple[float, float]) -> Ripples:
    """A dark band across the sheet's top with rings around a point below it."""
    tones = look.LAN[1:]
    reach = max(abs(centre[1]), 1.0)
    far = ((width / 2) ** 2 + reach**2) ** 0.5
    near = max(reach - 0.6 * height, 1.0)
    steps = [far + (near - far) * index / (len(tones) - 1) for index in range(len(tones))]
    return Ripples(0, 0, width, height, centre, tuple(zip(steps, tones, strict=True)))


def top_row(setter: Setter, campaign: Campaign, size: float, width: float) -> Block:
    """Gate mark, venue, the unit that asks, the venue's logo on a white chip."""
    logo = _logo(setter, campaign, size, width)
    taken = width - logo.items[0].x + LOGO_GAP * size if logo.items else 0.0
    name = setter.legible(Style(600, size, look.TROI, 1.36))
    unit = setter.legible(Style(600, 0.9 * size, look.TROI, 1.36))
    left, room = 1.75 * size, width - 1.75 * size - taken
    if not campaign.venue:
        words = paragraph(campaign.unit, name, room, setter.measure)
    else:
        words = paragraph(campaign.venue, name, room, setter.measure)
        unit_width = unit.width(campaign.unit, setter.measure)
        if (
            campaign.unit
            and words.height <= name.height
            and (name.width(campaign.venue, setter.measure) + 2 * size + unit_width <= room)
        ):
            right = column([campaign.unit], unit)
            words = abreast([words, right], [0, room - unit_width])
        elif campaign.unit:
            words = stacked([words, paragraph(campaign.unit, unit, room, setter.measure)])
    mark = 1.42 * size
    icon = Icon(-mark * 2 / 24, (name.height - mark) / 2, "mark", mark, look.NANG)
    return Block(max(words.height, name.height, logo.height), (icon, *words.moved(left, 0), *logo.items))


def _logo(setter: Setter, campaign: Campaign, size: float, width: float) -> Block:
    """On a white chip at the right that hangs a little into the gap below the row."""
    if not campaign.logo:
        return NOTHING
    shape = setter.shape(campaign.logo)
    pad = 0.25 * size
    high = min(LOGO_EM * size, LOGO_SHARE * width / shape)
    wide = high * shape
    left, top = width - wide - 2 * pad, -0.1 * size
    chip = Bar(left, top, wide + 2 * pad, high + 2 * pad, look.GIAY, pad)
    return Block(top + chip.height - 0.25 * size, (chip, Logo(left + pad, top + pad, wide, high, campaign.logo)))


def strip(setter: Setter, words: Words, size: float, width: float, margin: float, number: int = 0) -> Block:
    """The yellow strip: one line in both languages if they fit at three quarters of the size, else one below another.

    A number stands in a disc in front; without one, the sign for scanning.
    """
    room = width - 2 * margin
    first, second = setter.first(words), setter.second(words)
    block = None
    for step in range(6):
        block = _strip_line(setter, (first, second), size * (1 - 0.05 * step), room, number)
        if block is not None:
            break
    if block is None:
        block = _strip_lines(setter, (first, second), size, room, number)
    height = block.height + 0.5 * size
    bar = Bar(0, 0, width, height, look.NANG)
    return Block(height, (bar, *block.moved(margin, 0.25 * size)))


def _strip_line(setter: Setter, texts: tuple[str, str], size: float, room: float, number: int) -> Block | None:
    big, small = Style(700, size, look.LAM_DEM, 1.36), setter.legible(Style(600, 0.76 * size, look.LAM_DEM, 1.36))
    sign = 1.1 * size
    gaps = 0.45 * size + (0.6 * size if texts[1] else 0)
    first, second = big.width(texts[0], setter.measure), small.width(texts[1], setter.measure)
    whole = sign + gaps + first + second
    if whole > room:
        return None
    x = (room - whole) / 2
    words = big.line(x + sign + 0.45 * size, 0, texts[0])
    items: tuple[Item, ...] = (*_sign(setter, x, big.height / 2, sign, number), words)
    if texts[1]:
        aside = small.line(x + whole - second, 0, texts[1])
        items = (*items, aside._replace(y=words.y))
    return Block(big.height, items)


def _strip_lines(setter: Setter, texts: tuple[str, str], size: float, room: float, number: int) -> Block:
    sign, gap = 1.5 * size, 0.5 * size
    width = room - sign - gap
    first, second = (
        _in_one(setter, text, Style(weight, most * size, look.LAM_DEM, 1.3), width, least * size)
        for text, weight, most, least in ((texts[0], 700, 0.92, 0.72), (texts[1], 600, 0.7, 0.52))
    )
    block = bilingual(first, second, 0.0)
    return Block(block.height, (*_sign(setter, 0, block.height / 2, sign, number), *block.moved(sign + gap, 0)))


def _in_one(setter: Setter, text: str, style: Style, width: float, smallest: float) -> Block:
    """One line at the largest size that fits, else several at the smallest."""
    least = max(smallest, setter.smallest)
    one = widest(text, setter.legible(style), width, setter.measure, least)
    return paragraph(text, one or style.at(least), width, setter.measure)


def _sign(setter: Setter, x: float, middle: float, size: float, number: int) -> tuple[Item, ...]:
    if not number:
        return (Icon(x, middle - size / 2, "scan", size, look.LAM_DEM),)
    return disc(setter, number, x, middle, size, look.LAM_DEM, look.NANG)


def disc(
    setter: Setter, number: int, x: float, middle: float, size: float, ground: look.Colour, ink: look.Colour
) -> tuple[Item, ...]:
    """A number in a circle of a diameter, its left edge at `x`."""
    style = Style(700, 0.6 * size, ink, 1.0)
    text = str(number)
    left = x + size / 2 - style.width(text, setter.measure) / 2
    return (
        Disc(x + size / 2, middle, size / 2, ground),
        style.line(left, middle - style.height / 2, text)._replace(y=middle + 0.222 * size),  # half of 0.74 x 0.6 em
    )


def sign_of(step: Words) -> str:
    """The icon of a step, by what it says."""
    said = step.vi.lower()
    if "bluetooth" in said:
        return "bluetooth"
    return "scan" if "quét" in said else "download"


def steps_abreast(setter: Setter, campaign: Campaign, size: float, width: float) -> Block:
    """Three moves beside one another, an icon before each."""
    if "steps" in setter.without:
        return NOTHING
    gap, icon = 1.2 * size, 2.0 * size
    indent = icon + 0.5 * size
    first, second = Style(700, size, look.LAM_DEM, 1.32), Style(400, 0.92 * size, look.MUC_NHAT, 1.36)
    first, second = setter.legible(first), setter.legible(second)
    natural = [
        max(first.width(setter.first(step), setter.measure), second.width(setter.second(step), setter.measure))
        for step in campaign.steps
    ]
    room = width - 2 * gap - 3 * indent
    floor = 0.2 * room
    spare, wanted = room - 3 * floor, [max(0.0, each - floor) for each in natural]
    shares = [each / (sum(wanted) or 1) for each in wanted]
    blocks, lefts, x = [], [], 0.0
    for step, share in zip(campaign.steps, shares, strict=True):
        wide = floor + spare * share
        words = setter.both(step, first, second, wide, name="steps")
        sign = Icon(-0.1 * icon, 0.15 * size, sign_of(step), icon, look.LAM)
        blocks.append(Block(max(words.height, icon), (sign, *words.moved(indent, 0))))
        lefts.append(x)
        x += indent + wide + gap
    return abreast(blocks, lefts)


def steps_listed(setter: Setter, campaign: Campaign, size: float, width: float) -> Block:
    """Three moves under one another, a numbered disc before each."""
    if "steps" in setter.without:
        return NOTHING
    round_, indent = 2.1 * size, 2.8 * size
    first, second = Style(700, size, look.LAM_DEM, 1.3), Style(400, 0.86 * size, look.MUC_NHAT, 1.36)
    blocks = []
    for index, step in enumerate(campaign.steps):
        words = setter.both(step, first, second, width - indent, 0.1 * size, name="steps")
        sign = disc(setter, index + 1, 0, round_ / 2, round_, look.NANG, look.LAM_DEM)
        drop = max(0.0, (round_ - words.height) / 2)
        block = Block(max(words.height, round_), (*sign, *words.moved(indent, drop)))
        blocks.append(block.below(0.9 * size if index else 0.0, stretch=float(index > 0)))
    return stacked(blocks)


def privacy_line(setter: Setter, words: Words, size: float, width: float, ink: look.Colour = look.MUC_NHAT) -> Block:
    """A shield and the sentence."""
    icon = 1.75 * size
    indent = icon + 0.5 * size
    first, second = Style(400, size, look.LAM_DEM, 1.36), Style(400, 0.92 * size, ink, 1.36)
    text = setter.both(words, first, second, width - indent, name="privacy")
    shield = Icon(-0.15 * icon, 0, "shield", icon, look.LAM)
    return Block(max(text.height, icon), (shield, *text.moved(indent, 0)))


def help_line(setter: Setter, campaign: Campaign, size: float, width: float) -> Block:
    """Whom to call, in both languages, or nothing."""
    help_ = campaign.help_line
    if not help_.vi:
        return NOTHING
    first, second = Style(600, size, look.LAM_DEM, 1.36), Style(400, 0.92 * size, look.MUC_NHAT, 1.36)
    return setter.both(help_, first, second, width, name="help")


def address_line(setter: Setter, address: str, size: float, width: float) -> Block:
    """An address to type, or nothing if it is wider than the paper: nobody types that."""
    style = setter.legible(Style(700, size, look.LAM_DEM))
    return column([address], style) if address and style.width(address, setter.measure) <= width else NOTHING


def code_in(setter: Setter, url: str, width: float, height: float, quiet: int, dot: float = DOT_MM) -> Code:
    """The largest code on whole dots that leaves `quiet` modules around it in a field, in the field's middle."""
    matrix = setter.encode(url)
    module = dots(min(width, height) / (len(matrix) + 2 * quiet), dot)
    side = module * len(matrix)
    return Code(dots((width - side) / 2, dot), dots((height - side) / 2, dot), module, matrix, url)
