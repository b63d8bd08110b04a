"""The painter: a Screen becomes pixels, QR code included. The only room that knows Pillow's drawing and qrcode."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

import qrcode
from PIL import Image, ImageDraw, ImageFont
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.image.pil import PilImage

from kiosk.core import icons, look, wall
from kiosk.core.column import Bar, Icon, Item, Text
from kiosk.core.screens import Screen
from kiosk.errors import DisplayError

FONTS: Final = Path(__file__).resolve().parent.parent / "assets" / "fonts"
FINE: Final = 4
"""Text, icons and corners are drawn this much larger and averaged down: smooth edges, letters on quarter pixels."""
LARGE_PX: Final = 50
TRACKING_EM: Final = -0.02
"""Letter spacing from LARGE_PX up."""
LEVELS: Final = (ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q, ERROR_CORRECT_H)
"""Error correction, weakest first: 7, 15, 25, 30 %."""
_GAUGE_PX: Final = 256
"""Texts are measured at this size and scaled: the fonts carry no hinting, so widths are proportional."""


def paint(screen: Screen, width: int, height: int) -> Image.Image:
    """Paint a screen on a panel of any size, in RGB. Raises DisplayError if the panel cannot hold the code."""
    plan, code = planned(screen, width, height)
    image = Image.new("RGB", (width, height), look.LAN[0])
    draw = ImageDraw.Draw(image)
    x, y = plan.centre
    for radius, tone in plan.rings:
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=tone)
    card = plan.card
    with _rounded_corners(image, card):
        draw.rectangle((card.x, card.y, card.x + card.width - 1, card.y + card.height - 1), fill=look.GIAY)
        for item in plan.items:
            _draw(image, draw, item)
    enlarged = code.resize((card.code_size, card.code_size), Image.Resampling.NEAREST)
    image.paste(enlarged, (card.code_x, card.code_y))
    return image


def png(screen: Screen, width: int, height: int) -> bytes:
    """The same picture as a PNG file."""
    file = BytesIO()
    paint(screen, width, height).save(file, "PNG")
    return file.getvalue()


def codes(screen: Screen, width: int, height: int) -> tuple[str, ...]:
    """What the QR codes on this picture say; empty where the size holds none."""
    try:
        planned(screen, width, height)
    except DisplayError:
        return ()
    return (screen.install_url,)


def measure(text: str, weight: int, size: float) -> float:
    """Width of a text in pixels; see core.column.Measure."""
    spacing = TRACKING_EM * size * max(0, len(text) - 1) if size >= LARGE_PX else 0.0
    return _gauge(text, weight) * size / _GAUGE_PX + spacing


@lru_cache(maxsize=2048)
def _gauge(text: str, weight: int) -> float:
    return _font(weight, _GAUGE_PX).getlength(text)


@lru_cache(maxsize=32)
def _font(weight: int, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"BeVietnamPro-{weight}.ttf", size)


def planned(screen: Screen, width: int, height: int) -> tuple[wall.Plan, Image.Image]:
    """The plan with the safest code that fits: a long address on a small panel gets less error correction."""
    problem = ""
    for least in (ERROR_CORRECT_M, ERROR_CORRECT_L):
        code = _code(screen.install_url, least)
        try:
            return wall.plan(screen, width, height, code.width, measure), code
        except wall.PanelTooSmall as error:
            problem = str(error)
    raise DisplayError(f"a panel of {width}x{height} is too small: {problem}")


@lru_cache(maxsize=8)
def _code(content: str, least: int) -> Image.Image:
    """One pixel a module, black on white: the smallest version at `least`, then the best level that costs no module."""
    smallest = _qr(content, least).best_fit()
    levels = LEVELS[LEVELS.index(least) :]
    level = [level for level in levels if _qr(content, level).best_fit() == smallest][-1]
    code = _qr(content, level)
    code.make(fit=True)
    modules = code.get_matrix()
    image = Image.new("1", (len(modules), len(modules)))
    image.putdata([0 if dark else 255 for row in modules for dark in row])
    return image


def _qr(content: str, level: int) -> "qrcode.QRCode[PilImage]":
    code = qrcode.QRCode(error_correction=level, border=0, image_factory=PilImage)
    code.add_data(content, optimize=0)
    return code


@contextmanager
def _rounded_corners(image: Image.Image, card: wall.Card) -> Iterator[None]:
    """Whatever is painted meanwhile, the card's corners show the ground again afterwards."""
    r = card.radius
    right, foot = card.x + card.width - r, card.y + card.height - r
    disc = Image.new("L", (2 * r * FINE, 2 * r * FINE), 255)
    ImageDraw.Draw(disc).ellipse((0, 0, 2 * r * FINE - 1, 2 * r * FINE - 1), fill=0)
    outside = disc.reduce(FINE)
    corners = [(card.x, card.y, 0, 0), (right, card.y, r, 0), (card.x, foot, 0, r), (right, foot, r, r)]
    grounds = [image.crop((x, y, x + r, y + r)) for x, y, _, _ in corners]
    yield
    for (x, y, u, v), ground in zip(corners, grounds, strict=True):
        image.paste(ground, (x, y), outside.crop((u, v, u + r, v + r)))


def _draw(image: Image.Image, draw: ImageDraw.ImageDraw, item: Item) -> None:
    match item:
        case Text():
            write(image, item)
        case Icon():
            x, y = round(item.x), round(item.y)
            image.paste(item.colour, (x, y), _stencil(item.name, item.size))
        case Bar():
            x, y = round(item.x), round(item.y)
            draw.rectangle((x, y, x + round(item.width) - 1, y + round(item.height) - 1), fill=item.colour)


def write(image: Image.Image, text: Text) -> None:
    """One line of text at a quarter pixel's precision across; its baseline stands on a whole pixel."""
    font = _font(text.weight, text.size * FINE)
    _, above, right, below = font.getbbox(text.text, anchor="ls")
    edge = 2 + text.size // 8  # letters may lean a little out of their advance
    x, y = math.floor(text.x) - edge, round(text.y) - edge - math.ceil(-above / FINE)
    size = (2 * edge + math.ceil(right / FINE) + 1, 2 * edge + math.ceil((below - above) / FINE) + 1)
    mask = Image.new("L", (size[0] * FINE, size[1] * FINE))
    pen = ImageDraw.Draw(mask)
    start, base = (text.x - x) * FINE, (round(text.y) - y) * FINE
    if text.size < LARGE_PX:
        pen.text((start, base), text.text, fill=255, font=font, anchor="ls")
    else:
        spacing = TRACKING_EM * text.size * FINE
        for index, letter in enumerate(text.text):
            at = font.getlength(text.text[: index + 1]) - font.getlength(letter) + spacing * index
            pen.text((start + at, base), letter, fill=255, font=font, anchor="ls")
    image.paste(text.colour, (x, y), mask.reduce(FINE))


@lru_cache(maxsize=32)
def _stencil(name: str, size: int) -> Image.Image:
    """An icon as a mask: each line is a row of discs and thick strokes, so caps and joins are round."""
    scale = size * FINE / icons.GRID
    mask = Image.new("L", (size * FINE, size * FINE))
    pen = ImageDraw.Draw(mask)
    half = icons.STROKE * scale / 2
    for line in icons.flatten(icons.PATHS[name]):
        points = [(x * scale, y * scale) for x, y in line]
        pen.line(points, fill=255, width=round(2 * half))
        for x, y in points:
            pen.ellipse((x - half, y - half, x + half, y + half), fill=255)
        if name in icons.FILLED:
            pen.polygon(points, fill=255)
    return mask.reduce(FINE)
