"""Logos: a venue's own picture, checked before anything is laid out."""

from functools import lru_cache

from PIL import Image, UnidentifiedImageError

from kiosk.errors import ConfigError

REMEDY = "Give a PNG or JPEG file, or none"
LARGEST_PX = 40_000_000


@lru_cache(maxsize=64)
def shape(path: str) -> float:
    """Width ÷ height. ConfigError if it is no picture that can be printed."""
    try:
        with Image.open(path) as picture:
            if picture.width * picture.height > LARGEST_PX:
                raise ConfigError(f"logo {path}: {picture.width}x{picture.height} pixels are too many. Scale it down")
            picture.load()
            return picture.width / picture.height
    except FileNotFoundError as error:
        raise ConfigError(f"logo {path}: no such file. {REMEDY}") from error
    except UnidentifiedImageError as error:
        raise ConfigError(f"logo {path}: is no picture this program reads. {REMEDY}") from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ConfigError(f"logo {path}: cannot be read: {error}. {REMEDY}") from error
