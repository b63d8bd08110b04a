"""The eye: what stands on the wall, read back and looked at. QR codes are read by zxing-cpp, the extra `proof`, in a
short-lived process of its own (code_reading.py): a daemon would keep 2 MB for one look in three minutes."""

import asyncio
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Final, Protocol

from PIL import Image

from kiosk.adapters.child import told_by
from kiosk.adapters.png import PngDisplay
from kiosk.core.proof import Look
from kiosk.core.screens import Screen
from kiosk.errors import DisplayError, Transient
from kiosk.ports import Display

Codes = Callable[[Screen, int, int], tuple[str, ...]]
"""What the QR codes on a picture of this screen, in this size, say."""
NO_DECODER: Final = "no QR reader on this box: pip install 'bluezone-kiosk[proof]'"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a display holds now, and what it was last told to show."""

    source: str
    """What was looked at, in words."""
    image: Image.Image
    screen: Screen
    drawn: str
    """Fingerprint of the picture it was given."""
    pixels: str = ""
    """Fingerprint of what it holds, if it can be compared with `drawn`; else it is taken of `image`."""
    connected: bool | None = None


class Readable(Protocol):
    """A display that can tell what stands on it."""

    async def read_back(self) -> Standing:
        """What stands on it now. Raises DisplayError."""
        ...


class Panel(Display, Readable, Protocol):
    """A display that can be looked at."""


class QrEye:
    """The port Eye over a display: reads it back and reads the codes in its pixels."""

    def __init__(self, display: Readable, codes: Codes) -> None:
        self._display, self._codes = display, codes

    async def look(self) -> Look:
        """One look. Raises DisplayError where there is nothing to look at."""
        standing = await self._display.read_back()
        grey = await asyncio.to_thread(standing.image.convert, "L")
        codes = await read_codes(grey)
        return await asyncio.to_thread(self._judged, standing, grey, codes)

    def _judged(self, standing: Standing, grey: Image.Image, codes: tuple[str, ...] | None) -> Look:
        return Look(
            source=standing.source,
            lightest=max(value for value, count in enumerate(grey.histogram()) if count),
            pixels=standing.pixels or fingerprint(standing.image.tobytes()),
            codes=codes,
            drawn=standing.drawn,
            wanted=self._codes(standing.screen, *standing.image.size),
            intact=standing.pixels == standing.drawn if standing.pixels else None,
            connected=standing.connected,
        )


class WallFile:
    """A wall that is a picture file."""

    def __init__(self, display: PngDisplay, file: Path) -> None:
        self._display, self._file = display, file

    async def read_back(self) -> Standing:
        """What is in the file. Raises DisplayError."""
        screen, (given, _) = self._display.screen(), await self._display.png()
        try:
            data = await asyncio.to_thread(self._file.read_bytes)
        except OSError as error:
            raise DisplayError(f"{self._file} cannot be read back: {error.strerror}") from error
        return Standing("picture file", picture(data), screen, fingerprint(given), fingerprint(data))


def picture(data: bytes) -> Image.Image:
    """A picture file's pixels. Raises DisplayError."""
    try:
        return Image.open(BytesIO(data)).convert("RGB")
    except (OSError, ValueError) as error:
        raise DisplayError(f"what was read back from the wall is no picture: {error}") from error


def fingerprint(data: bytes, before: str = "") -> str:
    """A short name of some bytes; `before` is that of the bytes in front of them."""
    return f"{zlib.crc32(data, int(before or '0', 16)):08x}"


async def read_codes(grey: Image.Image) -> tuple[str, ...] | None:
    """Contents of the QR codes in a picture of mode "L"; None where nothing on this box can read them. Raises
    DisplayError."""
    if find_spec("zxingcpp") is None:
        return None
    try:
        told = await told_by("kiosk.adapters.code_reading", *map(str, grey.size), given=grey.tobytes())
    except Transient as error:
        raise DisplayError(f"no QR code was read: {error}") from error
    return tuple(json.loads(told))
