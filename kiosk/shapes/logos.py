"""Logos: a venue's own picture, read once, made small and laid on a ground; the same for screen and paper."""

import math
from functools import lru_cache
from typing import Final

from PIL import Image, ImageChops, ImageOps, UnidentifiedImageError

from kiosk.core.look import GIAY, LAM_DEM, Colour
from kiosk.errors import ConfigError

REMEDY: Final = "Give a PNG or JPEG file, or none"
LARGEST_PX: Final = 4_000_000
"""2000 x 2000 pixels: a box has 16 MB to spare while it reads one, and no surface shows more."""
KEPT_PX: Final = 800
"""The longer side of what is kept, at most: enough for 80 mm of paper at 250 dots an inch, and 2 MB."""
BAND_ROWS: Final = 32
LONGEST: Final = 12
PALE: Final = 224
"""Whatever is lighter than this, of 255, is hard to see on white."""


def shape(path: str) -> float:
    """Width ÷ height. ConfigError if it is no picture that can be shown, with the key, the file and the remedy."""
    picture = _small(path)
    return picture.width / picture.height


def picture(path: str, width: int, height: int, ground: Colour = GIAY) -> Image.Image:
    """In RGB at a size, on the ground of its chip, which takes the place of white: by night a logo is as dim as the
    code. ConfigError as `shape`."""
    scaled = _small(path).resize((max(1, width), max(1, height)), Image.Resampling.LANCZOS)
    return scaled if ground == GIAY else ImageChops.multiply(scaled, Image.new("RGB", scaled.size, ground))


def in_two_inks(logo: Image.Image) -> Image.Image:
    """For e-paper: black and white, no half tones, parted where this logo's own tones part."""
    grey = logo.convert("L")
    level = _parting(grey.histogram())
    return grey.point([255 * (tone > level) for tone in range(256)])


@lru_cache(maxsize=8)
def _small(path: str) -> Image.Image:
    """Kept instead of the original: whatever becomes of the file, a running wall shows its logo."""
    named = f"campaign.logo {path}"
    try:
        with Image.open(path, formats=("PNG", "JPEG")) as original:
            original.draft("RGB", (KEPT_PX, KEPT_PX))  # a JPEG is made smaller while it is read
            if fault := _misshapen(*original.size):
                raise ConfigError(f"{named}: {fault}")
            return _on_a_ground(original)
    except FileNotFoundError as error:
        raise ConfigError(f"{named}: no such file. {REMEDY}") from error
    except UnidentifiedImageError as error:
        raise ConfigError(f"{named}: is no picture this program reads. {REMEDY}") from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ConfigError(f"{named}: cannot be read: {error}. {REMEDY}") from error


def _misshapen(width: int, height: int) -> str:
    if width * height > LARGEST_PX:
        return f"{width}x{height} pixels are too many. Scale it down to 2000x2000 at most"
    if max(width, height) > LONGEST * min(width, height):
        return f"{width}x{height} pixels are too thin a strip. Cut it to a shape of {LONGEST}:1 at most"
    return ""


def _on_a_ground(original: Image.Image) -> Image.Image:
    """Small, upright, and without transparency: on white, or on deep blue if it was made in white for a dark ground."""
    turned = ImageOps.exif_transpose(_reduced(original))
    turned.thumbnail((KEPT_PX, KEPT_PX), Image.Resampling.LANCZOS)
    on_white, clear = _laid(turned, GIAY), turned.getchannel("A").getextrema() != (255, 255)
    dark = sum(on_white.convert("L").histogram()[:PALE])
    return _laid(turned, LAM_DEM) if clear and dark < 0.01 * turned.width * turned.height else on_white


def _reduced(original: Image.Image) -> Image.Image:
    """In RGBA, smaller by a whole factor; band by band, since a second large picture would be another 16 MB."""
    factor = max(1, max(original.size) // KEPT_PX)
    small = Image.new("RGBA", (math.ceil(original.width / factor), math.ceil(original.height / factor)))
    small.info = {key: value for key, value in original.info.items() if key == "exif"}
    for top in range(0, original.height, BAND_ROWS * factor):
        foot = min(top + BAND_ROWS * factor, original.height)
        band = original.crop((0, top, original.width, foot)).convert("RGBA").reduce(factor)
        small.paste(band, (0, top // factor))
    return small


def _laid(picture: Image.Image, ground: Colour) -> Image.Image:
    under = Image.new("RGB", picture.size, ground)
    under.paste(picture, (0, 0), picture)
    return under


def _parting(counts: list[int]) -> int:
    """Otsu: the tone that parts dark from light best; what is all one tone is dark, unless it is white."""
    total, whole = sum(counts), sum(tone * count for tone, count in enumerate(counts))
    best, level, below, dark = 0.0, PALE, 0, 0
    for tone, count in enumerate(counts[:-1]):
        below, dark = below + count, dark + tone * count
        if 0 < below < total:
            apart = dark / below - (whole - dark) / (total - below)
            spread = below * (total - below) * apart * apart
            if spread > best:
                best, level = spread, tone
    return level
