"""Letters: Be Vietnam Pro's widths and kerning, the same for PDF and picture."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from PIL import ImageFont

FONTS: Final = Path(__file__).resolve().parent.parent / "assets" / "fonts"
WEIGHTS: Final = (400, 600, 700)
_GAUGE: Final = 1000


def file(weight: int) -> Path:
    """The font's file."""
    return FONTS / f"BeVietnamPro-{weight}.ttf"


@lru_cache(maxsize=8)
def face(weight: int, size: float) -> ImageFont.FreeTypeFont:
    """The font at a size in pixels. Few are kept: each maps the file and holds tables of its own, 0.1 MB together, and
    what was measured or drawn with it is kept elsewhere."""
    return ImageFont.truetype(file(weight), size)


def measure(text: str, weight: int, size: float) -> float:
    """Width of a text; see core.paper.sheet.Measure. The fonts carry no hinting: widths are proportional."""
    return _gauge(text, weight) * size / _GAUGE


@lru_cache(maxsize=8192)
def _gauge(text: str, weight: int) -> float:
    return face(weight, _GAUGE).getlength(text)


@lru_cache(maxsize=8192)
def kern(pair: str, weight: int) -> float:
    """How much closer (below 0) or farther two letters stand than their widths say, in em."""
    return (_gauge(pair, weight) - _gauge(pair[0], weight) - _gauge(pair[1], weight)) / _GAUGE


def runs(text: str, weight: int, size: float, tracking: float) -> list[tuple[float, str]]:
    """The text cut where letters are kerned: each run with its distance from the start."""
    found: list[tuple[float, str]] = []
    start, begun = 0.0, 0
    for at in range(1, len(text) + 1):
        shift = kern(text[at - 1 : at + 1], weight) if at < len(text) else 0.0
        if at == len(text) or abs(shift) > 1e-4:
            run = text[begun:at]
            found.append((start, run))
            plain = sum(_gauge(letter, weight) for letter in run) / _GAUGE
            start += (plain + tracking * len(run) + shift) * size
            begun = at
    return found
