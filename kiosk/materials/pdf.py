"""PDF: sheets become pages with vector codes and the font inside. The only file that knows reportlab."""

from collections.abc import Iterable
from functools import lru_cache, singledispatch
from io import BytesIO
from typing import Final

from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from kiosk.core import icons, look
from kiosk.core.look import Colour
from kiosk.core.paper.sheet import (
    DOT_MM,
    INCH_MM,
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
from kiosk.shapes import letters, logos

POINTS: Final = 72 / INCH_MM
"""Points in a millimetre."""
LOGO_DOT_MM: Final = DOT_MM / 1.5
"""Side of a logo's pixel: 450 an inch."""


def pdf(sheets: Iterable[Sheet], title: str) -> bytes:
    """All sheets as one file, a page each."""
    fonts()
    file = BytesIO()
    canvas = Canvas(file, pageCompression=1, invariant=1, lang="vi", initialFontName=_name(400))
    canvas.setTitle(title)
    canvas.setCreator("Bluezone kiosk")
    for sheet in sheets:
        canvas.setPageSize((sheet.width * POINTS, sheet.height * POINTS))
        canvas.scale(POINTS, POINTS)
        _draw(canvas, sheet)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


@lru_cache(maxsize=1)
def fonts() -> None:
    """Register the font's weights, once."""
    for weight in letters.WEIGHTS:
        pdfmetrics.registerFont(TTFont(_name(weight), letters.file(weight)))


def _name(weight: int) -> str:
    return f"BeVietnamPro-{weight}"


def _draw(canvas: Canvas, sheet: Sheet) -> None:
    """In millimetres; PDF counts from the foot, so y is turned over item by item (letters must not be)."""
    for item in sheet.items:
        _paint(item, canvas, sheet.height)


@singledispatch
def _paint(item: Item, canvas: Canvas, height: float) -> None:
    raise TypeError(f"no way to print a {type(item).__name__}")


def _ink(canvas: Canvas, colour: Colour) -> None:
    canvas.setFillColorRGB(*(channel / 255 for channel in colour))


@_paint.register
def _text(item: Text, canvas: Canvas, height: float) -> None:
    _ink(canvas, item.colour)
    line = canvas.beginText()
    line.setFont(_name(item.weight), item.size)
    line.setCharSpace(item.tracking * item.size)
    for offset, run in letters.runs(item.text, item.weight, item.size, item.tracking):
        line.setTextOrigin(item.x + offset, height - item.y)
        line.textOut(run)
    canvas.drawText(line)


@_paint.register
def _bar(item: Bar, canvas: Canvas, height: float) -> None:
    _ink(canvas, item.colour)
    foot = height - item.y - item.height
    if item.radius:
        canvas.roundRect(item.x, foot, item.width, item.height, item.radius, stroke=0, fill=1)
    else:
        canvas.rect(item.x, foot, item.width, item.height, stroke=0, fill=1)


@_paint.register
def _disc(item: Disc, canvas: Canvas, height: float) -> None:
    _ink(canvas, item.colour)
    canvas.circle(item.x, height - item.y, item.radius, stroke=0, fill=1)


@_paint.register
def _ripples(item: Ripples, canvas: Canvas, height: float) -> None:
    canvas.saveState()
    window = canvas.beginPath()
    window.rect(item.x, height - item.y - item.height, item.width, item.height)
    canvas.clipPath(window, stroke=0, fill=0)
    _bar(Bar(item.x, item.y, item.width, item.height, look.LAN[0]), canvas, height)
    for radius, tone in item.rings:
        _disc(Disc(*item.centre, radius, tone), canvas, height)
    canvas.restoreState()


@_paint.register
def _icon(item: Icon, canvas: Canvas, height: float) -> None:
    scale = item.size / icons.GRID
    canvas.saveState()
    canvas.setStrokeColorRGB(*(channel / 255 for channel in item.colour))
    _ink(canvas, item.colour)
    canvas.setLineWidth(icons.STROKE * scale)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    for line in icons.flatten(icons.PATHS[item.name]):
        path = canvas.beginPath()
        points = [(item.x + x * scale, height - item.y - y * scale) for x, y in line]
        path.moveTo(*points[0])
        for point in points[1:]:
            path.lineTo(*point)
        canvas.drawPath(path, stroke=1, fill=int(item.name in icons.FILLED))
    canvas.restoreState()


@_paint.register
def _stroke(item: Stroke, canvas: Canvas, height: float) -> None:
    canvas.saveState()
    canvas.setStrokeColorRGB(*(channel / 255 for channel in item.colour))
    canvas.setLineWidth(item.width)
    if item.dashed:
        canvas.setDash(2, 1.5)
    canvas.line(item.x, height - item.y, item.to_x, height - item.to_y)
    canvas.restoreState()


@_paint.register
def _code(item: Code, canvas: Canvas, height: float) -> None:
    """One path: each row's dark runs as rectangles, so that no hairline shows between modules of a row."""
    _ink(canvas, look.MUC_MA)
    path = canvas.beginPath()
    for row, modules in enumerate(item.matrix):
        foot = height - item.y - (row + 1) * item.module
        begun = 0
        while begun < len(modules):
            end = begun
            while end < len(modules) and modules[end]:
                end += 1
            if end > begun:
                path.rect(item.x + begun * item.module, foot, (end - begun) * item.module, item.module)
            begun = end + 1
    canvas.drawPath(path, stroke=0, fill=1)


@_paint.register
def _logo(item: Logo, canvas: Canvas, height: float) -> None:
    picture = logos.picture(item.path, round(item.width / LOGO_DOT_MM), round(item.height / LOGO_DOT_MM))
    canvas.drawImage(ImageReader(picture), item.x, height - item.y - item.height, item.width, item.height)


@_paint.register
def _panel(item: Panel, canvas: Canvas, height: float) -> None:
    canvas.saveState()
    canvas.translate(item.x, height - item.y - item.sheet.height)
    if item.turned:
        canvas.translate(item.sheet.width, item.sheet.height)
        canvas.rotate(180)
    _draw(canvas, item.sheet)
    canvas.restoreState()
