"""Picture: a sheet becomes pixels, from the same values as the PDF. Codes stand on whole pixels at whole dots."""

import math
import zlib
from functools import singledispatchmethod
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

from kiosk.core import look
from kiosk.core.paper.sheet import (
    DOT_MM,
    Bar,
    Code,
    Disc,
    Icon,
    Item,
    Logo,
    Panel,
    Ripples,
    Sheet,
    Stroke,
    Text,
)
from kiosk.shapes import letters, logos, masks
from kiosk.shapes.masks import FINE

FINE_TEXT_PX: Final = 40


def png(sheet: Sheet, dot: float = DOT_MM) -> bytes:
    """A PNG file; `dot` is the side of a pixel in the sheet's unit."""
    file = BytesIO()
    dpi = 25.4 / dot
    # Runs of one colour pack well enough, in two thirds of the time.
    paint(sheet, dot).save(file, "PNG", dpi=(dpi, dpi), compress_level=1, compress_type=zlib.Z_RLE)
    return file.getvalue()


def paint(sheet: Sheet, dot: float = DOT_MM) -> Image.Image:
    """The sheet in RGB."""
    image = Image.new("RGB", (round(sheet.width / dot), round(sheet.height / dot)), look.GIAY)
    brush = Brush(image, dot)
    for item in sheet.items:
        brush.draw(item)
    return image


class Brush:
    """Draws items on one picture."""

    def __init__(self, image: Image.Image, dot: float) -> None:
        self._image, self._dot = image, dot
        self._pen = ImageDraw.Draw(image)

    @singledispatchmethod
    def draw(self, item: Item) -> None:
        """Any item of core.paper.sheet."""
        raise TypeError(f"no way to paint a {type(item).__name__}")

    def _px(self, length: float) -> int:
        return round(length / self._dot)

    @draw.register
    def _text(self, item: Text) -> None:
        """Small letters are drawn larger and averaged down, or each would be moved to a whole pixel."""
        size = item.size / self._dot
        if size >= FINE_TEXT_PX:
            self._write(self._pen, item, size, item.x / self._dot, item.y / self._dot, item.colour)
            return
        wide = letters.measure(item.text, item.weight, size) + 2 * size
        left, top = math.floor(item.x / self._dot - size / 2), math.floor(item.y / self._dot - 1.3 * size)
        mask = Image.new("L", (math.ceil(wide) * FINE, math.ceil(1.9 * size) * FINE))
        x, y = (item.x / self._dot - left) * FINE, round(item.y / self._dot - top) * FINE
        self._write(ImageDraw.Draw(mask), item, size * FINE, x, y, 255)
        self._image.paste(item.colour, (left, top), mask.reduce(FINE))

    def _write(
        self, pen: ImageDraw.ImageDraw, item: Text, size: float, x: float, y: float, ink: look.Colour | int
    ) -> None:
        face = letters.face(item.weight, round(size * 8) / 8)
        if not item.tracking:
            pen.text((x, y), item.text, fill=ink, font=face, anchor="ls")
            return
        for index, letter in enumerate(item.text):
            before = letters.measure(item.text[: index + 1], item.weight, size)
            at = before - letters.measure(letter, item.weight, size) + item.tracking * size * index
            pen.text((x + at, y), letter, fill=ink, font=face, anchor="ls")

    def _box(self, item: Bar | Ripples) -> tuple[int, int, int, int]:
        """Edges rounded each for itself, so that neighbours meet; the right and lower ones belong to the box."""
        left, top = self._px(item.x), self._px(item.y)
        right, foot = self._px(item.x + item.width), self._px(item.y + item.height)
        return left, top, max(left, right - 1), max(top, foot - 1)

    @draw.register
    def _bar(self, item: Bar) -> None:
        box = self._box(item)
        if not item.radius:
            self._pen.rectangle(box, fill=item.colour)
            return
        width, height = box[2] - box[0] + 1, box[3] - box[1] + 1
        mask = Image.new("L", (width * FINE, height * FINE))
        radius = item.radius / self._dot * FINE
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, width * FINE - 1, height * FINE - 1), radius, fill=255)
        self._image.paste(item.colour, box[:2], mask.reduce(FINE))

    @draw.register
    def _disc(self, item: Disc) -> None:
        corner = self._px(item.x - item.radius), self._px(item.y - item.radius)
        self._image.paste(item.colour, corner, masks.disc(self._px(2 * item.radius)))

    @draw.register
    def _ripples(self, item: Ripples) -> None:
        left, top, right, foot = self._box(item)
        window = Image.new("RGB", (right - left + 1, foot - top + 1), look.LAN[0])
        pen = ImageDraw.Draw(window)
        x, y = item.centre[0] / self._dot - left, item.centre[1] / self._dot - top
        for radius, tone in item.rings:
            r = radius / self._dot
            pen.ellipse((x - r, y - r, x + r, y + r), fill=tone)
        self._image.paste(window, (left, top))

    @draw.register
    def _icon(self, item: Icon) -> None:
        self._image.paste(item.colour, (self._px(item.x), self._px(item.y)), masks.icon(item.name, self._px(item.size)))

    @draw.register
    def _panel(self, item: Panel) -> None:
        part = paint(item.sheet, self._dot)
        turned = part.transpose(Image.Transpose.ROTATE_180) if item.turned else part
        self._image.paste(turned, (self._px(item.x), self._px(item.y)))

    @draw.register
    def _stroke(self, item: Stroke) -> None:
        width = max(1, self._px(item.width))
        points = [(item.x, item.y), (item.to_x, item.to_y)]
        if item.dashed:
            length = max(abs(item.to_x - item.x), abs(item.to_y - item.y))
            step, dash = 3.5 / length, 2 / length
            starts = [index * step for index in range(int(1 / step) + 1)]
            pieces = [(at, min(1.0, at + dash)) for at in starts]
        else:
            pieces = [(0.0, 1.0)]
        (x, y), (to_x, to_y) = points
        for begin, end in pieces:
            ends = [((x + (to_x - x) * at) / self._dot, (y + (to_y - y) * at) / self._dot) for at in (begin, end)]
            self._pen.line(ends, fill=item.colour, width=width)

    @draw.register
    def _code(self, item: Code) -> None:
        whole = self._px(item.module) * len(item.matrix)
        large = masks.code(item.matrix).resize((whole, whole), Image.Resampling.NEAREST)
        self._image.paste(large, (self._px(item.x), self._px(item.y)))

    @draw.register
    def _logo(self, item: Logo) -> None:
        picture = logos.picture(item.path, self._px(item.width), self._px(item.height))
        self._image.paste(picture, (self._px(item.x), self._px(item.y)))
