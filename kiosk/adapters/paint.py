"""The painter: a Screen becomes pixels, QR code included."""

import logging
import math
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from typing import Final

from PIL import Image, ImageChops, ImageDraw

from kiosk.core import boxes, wall
from kiosk.core.board import Placed
from kiosk.core.items import Bar, Disc, Icon, Item, Logo, Text
from kiosk.core.look import Ink, Palette
from kiosk.core.plan import Plan
from kiosk.core.screens import Screen
from kiosk.errors import ConfigError
from kiosk.shapes import codes as qr
from kiosk.shapes import letters, logos, masks
from kiosk.shapes.masks import FINE

LARGE_PX: Final = 50
TRACKING_EM: Final = -0.02
"""Letter spacing from LARGE_PX up."""
_GAUGE_PX: Final = 256
"""Ink is measured at this size and scaled: the fonts carry no hinting."""

log = logging.getLogger(__name__)


def paint(screen: Screen, width: int, height: int, ink: Ink = Ink.COLOUR) -> Image.Image:
    """Paint a screen on a panel of any size. RGB; for e-paper of one ink mode "1", black and white alone; with a third
    ink RGB of exactly three colours, for a driver to match to its inks."""
    picture, codes = planned(screen, width, height, ink)
    colours = picture.palette
    image = Image.new("RGB", (width, height), colours.ground[0])
    draw = ImageDraw.Draw(image)
    for radius, tone in picture.rings:
        x, y = picture.centre
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=tone)
    for card in picture.cards:
        _card(image, draw, card, codes[card.url], colours)
    for item in picture.items:
        _draw(image, draw, item, sharp=ink.paper)
    return image.convert("1", dither=Image.Dither.NONE) if ink is Ink.MONO else image


def png(screen: Screen, width: int, height: int, ink: Ink = Ink.COLOUR) -> bytes:
    """The same picture as a PNG file."""
    file = BytesIO()
    paint(screen, width, height, ink).save(file, "PNG")
    return file.getvalue()


def codes(screen: Screen, width: int, height: int, ink: Ink = Ink.COLOUR) -> tuple[str, ...]:
    """What the QR codes on this picture say; empty where the size holds none, and on a closed wall."""
    return tuple(card.url for card in planned(screen, width, height, ink)[0].cards)


def report(screen: Screen, width: int, height: int, ink: Ink = Ink.COLOUR) -> boxes.Report:
    """The picture's measured boxes, without painting it."""
    return boxes.report(planned(screen, width, height, ink)[0], extent)


def extent(text: Text) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a text's ink on the panel; see core.boxes.Extent."""
    left, top, right, bottom = (edge * text.size / _GAUGE_PX for edge in _ink_box(text.text, text.weight))
    spacing = TRACKING_EM * text.size * max(0, len(text.text) - 1) if text.size >= LARGE_PX else 0.0
    return text.x + left, text.y + top, text.x + right + spacing, text.y + bottom


@lru_cache(maxsize=1024)
def _ink_box(text: str, weight: int) -> tuple[float, float, float, float]:
    return letters.face(weight, _GAUGE_PX).getbbox(text, anchor="ls")


def measure(text: str, weight: int, size: float) -> float:
    """Width of a text in pixels; see core.items.Measure."""
    spacing = TRACKING_EM * size * max(0, len(text) - 1) if size >= LARGE_PX else 0.0
    return letters.measure(text, weight, size) + spacing


def planned(screen: Screen, width: int, height: int, ink: Ink = Ink.COLOUR) -> tuple[Plan, dict[str, Image.Image]]:
    """The plan and its codes by address, one pixel a module: the safest that fit. A long address on a small panel gets
    less error correction, and a panel that holds no code at all shows the address in words."""
    picture = _planned(screen, width, height, ink, qr.M)
    least = qr.M
    if not picture.cards or _short_of(picture):
        fuller = _planned(screen, width, height, ink, qr.L)
        if (len(fuller.cards), -_short_of(fuller)) > (len(picture.cards), -_short_of(picture)):
            picture, least = fuller, qr.L
    return picture, {card.url: _code(card.url, least) for card in picture.cards}


def _short_of(picture: Plan) -> int:
    """How much is left out that a weaker code may make room for; an address in words is not worth it."""
    return sum(not line.startswith(wall.NO_ADDRESS) for line in picture.declared)


def _planned(screen: Screen, width: int, height: int, ink: Ink, least: int) -> Plan:
    return wall.plan(_with_logo(screen), width, height, lambda url: _code(url, least).width, measure, ink)


def _with_logo(screen: Screen) -> Screen:
    """The screen with its logo's shape. A logo that cannot be read is left out, since a wall is for its codes."""
    if screen.logo is None:
        return screen
    try:
        return replace(screen, logo=screen.logo._replace(shape=logos.shape(screen.logo.path)))
    except ConfigError as error:
        _leave_out(str(error))
        return replace(screen, logo=None)


@lru_cache(maxsize=8)
def _leave_out(why: str) -> None:
    """The log hears of it once."""
    log.warning("the wall is shown without its logo: %s", why)


@lru_cache(maxsize=8)
def _code(content: str, least: int) -> Image.Image:
    return masks.code(qr.encode(content, least))


def _card(image: Image.Image, draw: ImageDraw.ImageDraw, card: Placed, code: Image.Image, colours: Palette) -> None:
    """The white card, its label, and the code in whole pixels."""
    with _rounded_corners(image, card):
        draw.rectangle((card.x, card.y, card.x + card.width - 1, card.y + card.height - 1), fill=colours.card)
        if card.label.width >= 1 and card.label.height >= 1:
            _draw(image, draw, card.label, sharp=False)
    enlarged = code.resize((card.code_size, card.code_size), Image.Resampling.NEAREST)
    image.paste(colours.code, (card.code_x, card.code_y), ImageChops.invert(enlarged.convert("L")))


@contextmanager
def _rounded_corners(image: Image.Image, card: Placed) -> Iterator[None]:
    """Whatever is painted meanwhile, the card's corners show the ground again afterwards."""
    r = card.radius
    if not r:
        yield
        return
    right, foot = card.x + card.width - r, card.y + card.height - r
    outside = _outside(r)
    corners = [(card.x, card.y, 0, 0), (right, card.y, r, 0), (card.x, foot, 0, r), (right, foot, r, r)]
    grounds = [image.crop((x, y, x + r, y + r)) for x, y, _, _ in corners]
    yield
    for (x, y, u, v), ground in zip(corners, grounds, strict=True):
        image.paste(ground, (x, y), outside.crop((u, v, u + r, v + r)))


@lru_cache(maxsize=4)
def _outside(r: int) -> Image.Image:
    disc = Image.new("L", (2 * r * FINE, 2 * r * FINE), 255)
    ImageDraw.Draw(disc).ellipse((0, 0, 2 * r * FINE - 1, 2 * r * FINE - 1), fill=0)
    return disc.reduce(FINE)


def _draw(image: Image.Image, draw: ImageDraw.ImageDraw, item: Item, *, sharp: bool) -> None:
    match item:
        case Text():
            write(image, item, sharp=sharp)
        case Icon():
            image.paste(item.colour, (round(item.x), round(item.y)), _inked(masks.icon(item.name, item.size), sharp))
        case Disc():
            image.paste(item.colour, (round(item.x), round(item.y)), _inked(masks.disc(item.size), sharp))
        case Logo():
            _logo(image, item, sharp)
        case Bar():
            x, y = round(item.x), round(item.y)
            draw.rectangle((x, y, x + round(item.width) - 1, y + round(item.height) - 1), fill=item.colour)


def _logo(image: Image.Image, item: Logo, sharp: bool) -> None:
    """The venue's picture on its chip; e-paper needs no chip, and has no half tones."""
    left, top = round(item.x), round(item.y)
    picture = logos.picture(item.path, item.width - 2 * item.rim, item.height - 2 * item.rim, item.colour)
    if not sharp:
        chip = Image.new("L", (item.width * FINE, item.height * FINE))
        box = (0, 0, item.width * FINE - 1, item.height * FINE - 1)
        ImageDraw.Draw(chip).rounded_rectangle(box, item.rim * FINE, fill=255)
        image.paste(item.colour, (left, top), chip.reduce(FINE))
    image.paste(logos.in_two_inks(picture) if sharp else picture, (left + item.rim, top + item.rim))


def _inked(mask: Image.Image, sharp: bool) -> Image.Image:
    """E-paper has no half tones: more than half is ink, the rest is paper."""
    return mask.point(lambda value: 255 * (value >= 128)) if sharp else mask


def write(image: Image.Image, text: Text, *, sharp: bool = False) -> None:
    """One line of text at a quarter pixel's precision across; its baseline stands on a whole pixel."""
    at = math.floor(text.x * FINE) / FINE
    mask, left, above = _letters(text.text, text.weight, text.size, at - math.floor(at))
    image.paste(text.colour, (math.floor(at) - left, round(text.y) - above), _inked(mask, sharp))


def _letters(text: str, weight: int, size: int, aside: float) -> tuple[Image.Image, int, int]:
    """A line as a mask, with where its start and baseline lie in it."""
    packed, box, edge, above = _packed(text, weight, size, aside)
    return Image.frombytes("L", box, zlib.decompress(packed)), edge, above


@lru_cache(maxsize=96)
def _packed(text: str, weight: int, size: int, aside: float) -> tuple[bytes, tuple[int, int], int, int]:
    """Kept, since pages return every minute; packed, since a line is 30 KB of mostly nothing."""
    mask, edge, above = _drawn(text, weight, size, aside)
    return zlib.compress(mask.tobytes(), 1), mask.size, edge, above


def _drawn(text: str, weight: int, size: int, aside: float) -> tuple[Image.Image, int, int]:
    font = letters.face(weight, size * FINE)
    _, high, right, below = font.getbbox(text, anchor="ls")
    edge = 2 + size // 8  # letters may lean a little out of their advance
    above = edge + math.ceil(-high / FINE)
    mask = Image.new(
        "L",
        ((2 * edge + math.ceil(right / FINE) + 2) * FINE, (above + edge + math.ceil(below / FINE) + 1) * FINE),
    )
    pen = ImageDraw.Draw(mask)
    start, base = (edge + aside) * FINE, above * FINE
    if size < LARGE_PX:
        pen.text((start, base), text, fill=255, font=font, anchor="ls")
    else:
        spacing = TRACKING_EM * size * FINE
        for index, letter in enumerate(text):
            at = font.getlength(text[: index + 1]) - font.getlength(letter) + spacing * index
            pen.text((start + at, base), letter, fill=255, font=font, anchor="ls")
    return mask.reduce(FINE), edge, above
