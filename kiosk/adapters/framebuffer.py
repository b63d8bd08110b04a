"""The framebuffer: a picture becomes the bytes of /dev/fb0. 32 bits a pixel (XRGB) and 16 (RGB 5-6-5), any line length.

Geometry is read from sysfs before each picture, so a panel that comes back in another mode is painted in that mode.
The picture can be turned, and read back from the device: adapters/eye.py looks whether it stands there.
"""

import asyncio
import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image, ImageChops

from kiosk.adapters.eye import Standing, fingerprint
from kiosk.core.screens import Screen
from kiosk.errors import DisplayError

Paint = Callable[[Screen, int, int], Image.Image]

BAND_ROWS: Final = 120
"""Rows packed and written at once: the bytes of a whole 3840x2160 picture would be another 33 MB of memory."""
QUIET_CONSOLE: Final = b"\x1b[?25l\x1b[9;0]\x1b[14;0]"
"""console_codes(4): cursor off, screen blanking off, VESA power-down off."""
TURNS: Final = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}
"""Clockwise, as people count; Pillow counts the other way."""
BITS: Final = (16, 32)
_HIGH_RED: Final = [v & 0xF8 for v in range(256)]
_HIGH_GREEN: Final = [v >> 5 for v in range(256)]
_LOW_GREEN: Final = [v << 3 & 0xE0 for v in range(256)]
_LOW_BLUE: Final = [v >> 3 for v in range(256)]


@dataclass(frozen=True, slots=True)
class Geometry:
    """What a framebuffer looks like in memory: visible pixels, bytes a line, bits a pixel, first visible byte."""

    width: int
    height: int
    stride: int
    bits: int
    offset: int

    def seen(self, rotation: int) -> tuple[int, int]:
        """Width and height as people see them who look at a turned panel."""
        return (self.height, self.width) if rotation in (90, 270) else (self.width, self.height)


class FramebufferDisplay:
    """Paints on a framebuffer, turned clockwise by `rotation`. `sys`, `drm` and `console` are elsewhere in tests."""

    def __init__(
        self,
        paint: Paint,
        device: str = "/dev/fb0",
        *,
        rotation: int = 0,
        sys: Path = Path("/sys/class/graphics"),
        drm: Path = Path("/sys/class/drm"),
        console: Path | None = Path("/dev/tty0"),
    ) -> None:
        self._paint, self._device, self._console = paint, Path(device), console
        self._rotation, self._folder, self._drm = rotation, sys / self._device.name, drm
        self._drawn: tuple[Screen, Geometry, str] | None = None
        self._hand = ThreadPoolExecutor(1, "panel")  # a panel that hangs holds its own thread, again and again the same

    def surface(self) -> tuple[str, int, int]:
        """Its name and visible size; 0x0 while it is away."""
        try:
            geometry = self._geometry()
        except DisplayError:
            return str(self._device), 0, 0
        return f"{self._device}, {geometry.bits} bits", *geometry.seen(self._rotation)

    def present(self) -> bool:
        """Whether the kernel has this framebuffer now."""
        return self._folder.is_dir() and self._device.exists()

    async def draw(self, screen: Screen) -> None:
        """Paint and write the whole picture in the panel's thread. Raises DisplayError."""
        await asyncio.get_running_loop().run_in_executor(self._hand, self._draw, screen)

    async def read_back(self) -> Standing:
        """What is in the device's memory. Raises DisplayError."""
        return await asyncio.get_running_loop().run_in_executor(self._hand, self._read_back)

    def _draw(self, screen: Screen) -> None:
        geometry = self._geometry()
        try:
            memory = os.open(self._device, os.O_WRONLY | os.O_CLOEXEC)
        except OSError as error:
            raise DisplayError(f"{self._device} cannot be opened: {error.strerror}") from error
        try:
            image, written = self._paint(screen, *geometry.seen(self._rotation)), ""
            if self._rotation:
                image = image.transpose(TURNS[self._rotation])
            self._hide_cursor()
            for start, data in packed(image, geometry):
                _write_all(memory, data, geometry.offset + start)
                written = fingerprint(data, written)
            self._drawn = screen, geometry, written
        except OSError as error:
            raise DisplayError(f"{self._device} cannot be written: {error.strerror}") from error
        finally:
            os.close(memory)

    def _read_back(self) -> Standing:
        geometry = self._geometry()
        if self._drawn is None or self._drawn[1] != geometry:
            raise DisplayError(f"{self._device}: nothing is painted in this mode yet")
        screen, _, drawn = self._drawn
        try:
            image, held = _in_grey(self._device, geometry)
        except (OSError, ValueError) as error:
            raise DisplayError(f"{self._device} cannot be read back: {error}") from error
        if self._rotation:
            image = image.transpose(TURNS[360 - self._rotation])
        return Standing("framebuffer", image, screen, drawn, held, self._connected())

    def _connected(self) -> bool | None:
        """Whether a screen is plugged in, by the graphics driver; None where it cannot tell."""
        told = set()
        for status in self._drm.glob("*/status"):
            with suppress(OSError):
                told.add(status.read_text(encoding="ascii").strip())
        return True if "connected" in told else False if told == {"disconnected"} else None

    def _geometry(self) -> Geometry:
        try:
            virtual = [int(part) for part in self._read("virtual_size").split(",")]
            bits, stride = int(self._read("bits_per_pixel")), int(self._read("stride"))
            # The virtual screen may be larger than the glass; `modes` begins with the mode in use, "U:1920x1080p-0".
            mode = re.search(r":(\d+)x(\d+)", self._optional("modes"))
            across, down = (int(part) for part in (self._optional("pan") or "0,0").split(","))
        except (OSError, ValueError) as error:
            raise DisplayError(self._absent()) from error
        width, height = (int(mode[1]), int(mode[2])) if mode else (virtual[0], virtual[1])
        width, height = min(width, virtual[0]), min(height, virtual[1])
        if bits not in BITS:
            raise DisplayError(
                f"{self._device}: {self._folder}/bits_per_pixel says {bits}, but only 16 and 32 can be painted. "
                "Add video=HDMI-A-1:1920x1080M-32@60 to the kernel's command line (cmdline.txt) and restart"
            )
        if stride < width * bits // 8:
            raise DisplayError(
                f"{self._device}: {self._folder}/stride says {stride} bytes a line, too few for {width} pixels. "
                "Set another mode with video= on the kernel's command line (cmdline.txt) and restart"
            )
        return Geometry(width, height, stride, bits, down * stride + across * bits // 8)

    def _absent(self) -> str:
        others = sorted(f"/dev/{path.name}" for path in self._folder.parent.glob("fb*") if path != self._folder)
        remedy = f"set show.framebuffer to {' or '.join(others)}" if others else "switch the screen on, check its cable"
        return f"{self._device}: no framebuffer here (show.framebuffer): {remedy}"

    def _read(self, name: str) -> str:
        return (self._folder / name).read_text(encoding="ascii").strip()

    def _optional(self, name: str) -> str:
        with suppress(OSError):
            return self._read(name)
        return ""

    def _hide_cursor(self) -> None:
        """Best effort: a blinking cursor or blanking would spoil the wall, but needs a right on the console."""
        if self._console is None:
            return
        with suppress(OSError):
            console = os.open(self._console, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                os.write(console, QUIET_CONSOLE)
            finally:
                os.close(console)


class WhenThere:
    """A panel that may be missing: then nothing is painted, and that is no trouble. One that comes later is used."""

    def __init__(self, panel: FramebufferDisplay) -> None:
        self._panel = panel

    def surface(self) -> tuple[str, int, int]:
        """The panel's, or "browser": whoever opens the page still sees the wall."""
        return self._panel.surface() if self._panel.present() else ("browser", 0, 0)

    async def draw(self, screen: Screen) -> None:
        """Paint, if there is something to paint on. Raises DisplayError."""
        if self._panel.present():
            await self._panel.draw(screen)

    async def read_back(self) -> Standing:
        """What is in the device's memory. Raises DisplayError."""
        return await self._panel.read_back()


def packed(image: Image.Image, geometry: Geometry) -> Iterator[tuple[int, bytes]]:
    """The picture as framebuffer bytes, band by band, each with its first byte's place."""
    for top in range(0, image.height, BAND_ROWS):
        band = image.crop((0, top, image.width, min(top + BAND_ROWS, image.height)))
        if geometry.bits == 32:
            data = band.tobytes("raw", "BGRX", geometry.stride, 1)
        else:
            data = _rgb565(band).tobytes("raw", "LA", geometry.stride, 1)
        yield top * geometry.stride, data


def _in_grey(device: Path, geometry: Geometry) -> tuple[Image.Image, str]:
    """What the device holds, in grey, and its fingerprint: `packed` backwards, band by band to save memory."""
    image, held = Image.new("L", (geometry.width, geometry.height)), ""
    raw = "BGRX" if geometry.bits == 32 else "BGR;16"
    with device.open("rb", buffering=0) as memory:
        for top in range(0, geometry.height, BAND_ROWS):
            rows = min(BAND_ROWS, geometry.height - top)
            data = os.pread(memory.fileno(), rows * geometry.stride, geometry.offset + top * geometry.stride)
            held = fingerprint(data, held)
            band = Image.frombytes("RGB", (geometry.width, rows), data, "raw", raw, geometry.stride, 1)
            image.paste(band.convert("L"), (0, top))
    return image, held


def _rgb565(band: Image.Image) -> Image.Image:
    """Two bytes a pixel, low one first, as an 'LA' image: rrrrrggg gggbbbbb. Pillow has no packer of its own for it."""
    red, green, blue = band.split()
    low = ImageChops.add(green.point(_LOW_GREEN), blue.point(_LOW_BLUE))
    high = ImageChops.add(red.point(_HIGH_RED), green.point(_HIGH_GREEN))
    return Image.merge("LA", (low, high))


def _write_all(memory: int, data: bytes, at: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(memory, view, at)
        if written == 0:
            raise OSError(0, "it takes no more bytes")
        view, at = view[written:], at + written
