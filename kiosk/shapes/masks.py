"""Masks: icons, discs and codes as pixels of one channel, for whoever paints to give them a colour."""

from functools import lru_cache
from typing import Final

from PIL import Image, ImageDraw

from kiosk.core import icons
from kiosk.core.paper.sheet import Matrix

FINE: Final = 4
"""Curves and small letters are drawn this much larger and averaged down: smooth edges."""


@lru_cache(maxsize=64)
def icon(name: str, size: int) -> Image.Image:
    """An icon: each line is a row of discs and thick strokes, so caps and joins are round."""
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


@lru_cache(maxsize=32)
def disc(size: int) -> Image.Image:
    """A disc of so many pixels across."""
    mask = Image.new("L", (size * FINE, size * FINE))
    ImageDraw.Draw(mask).ellipse((0, 0, size * FINE - 1, size * FINE - 1), fill=255)
    return mask.reduce(FINE)


def code(matrix: Matrix) -> Image.Image:
    """A code, one pixel a module, black on white."""
    image = Image.new("1", (len(matrix), len(matrix)))
    image.putdata([0 if dark else 255 for row in matrix for dark in row])
    return image
