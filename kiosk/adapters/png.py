"""The wall as PNG: for browsers, for a file, and on the way to a panel. Pictures are made only when somebody asks."""

import asyncio
import hashlib
import os
import tempfile
from collections import OrderedDict
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Final

from kiosk.core.screens import Screen
from kiosk.errors import DisplayError
from kiosk.ports import Display

Render = Callable[[Screen, int, int], bytes]

KEPT: Final = 4
"""Sizes of the current screen kept, about 150 KB each."""
SMALLEST: Final = (320, 240)
LONGEST_PX: Final = 1920
"""A browser gets no more than this, unless the wall itself is larger: a 4K picture costs 33 MB while it is painted."""


class PngDisplay:
    """Keeps the last screen for browsers; also writes a `file` and paints a `panel` behind it, if given.

    One picture is painted at a time, so that memory never holds two. A panel that is `slow` takes minutes and little
    memory: browsers do not wait for it.
    """

    def __init__(
        self,
        render: Render,
        *,
        width: int = 1920,
        height: int = 1080,
        file: Path | None = None,
        panel: Display | None = None,
        slow: bool = False,
    ) -> None:
        self._render, self._size, self._file, self._panel = render, (width, height), file, panel
        self._screen: Screen | None = None
        self._pictures: OrderedDict[str, bytes] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()
        self._slow = slow

    def surface(self) -> tuple[str, int, int]:
        """The panel's, the file's or the browsers'."""
        if self._panel is not None:
            return self._panel.surface()
        return (str(self._file) if self._file else "browser", *self._size)

    async def draw(self, screen: Screen) -> None:
        """Browsers see it from now on; file and panel are brought up to date. Raises DisplayError."""
        if screen != self._screen:
            self._pictures.clear()  # pages return, but not within the minute that the clock shows
        self._screen = screen
        if self._file is not None:
            data, _ = await self.png()
            await asyncio.to_thread(_replace, self._file, data)
        if self._panel is not None:
            async with nullcontext() if self._slow else self._one_at_a_time:
                await self._panel.draw(screen)

    def screen(self) -> Screen:
        """What is shown. Raises DisplayError before the first."""
        if self._screen is None:
            raise DisplayError("nothing is shown yet")
        return self._screen

    async def png(self, width: int = 0, height: int = 0) -> tuple[bytes, str]:
        """The current screen in a size (0: the wall's own) and its etag. Raises DisplayError."""
        screen, size = self.screen(), self._within(width, height)
        tag = hashlib.sha256(repr((screen, size)).encode()).hexdigest()[:16]
        async with self._one_at_a_time:
            if tag not in self._pictures:
                self._pictures[tag] = await asyncio.to_thread(self._render, screen, *size)
            self._pictures.move_to_end(tag)
            while len(self._pictures) > KEPT:
                self._pictures.popitem(last=False)
            return self._pictures[tag], tag

    def _within(self, width: int, height: int) -> tuple[int, int]:
        most = max(LONGEST_PX, *self._size)
        width, height = width or self._size[0], height or self._size[1]
        share = min(1.0, most / max(width, height))  # the shape stays
        return max(round(width * share), SMALLEST[0]), max(round(height * share), SMALLEST[1])


def _replace(file: Path, data: bytes) -> None:
    """Whoever reads the file sees the old picture or the new one, never a half."""
    try:
        descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(descriptor, "wb") as temporary:
                temporary.write(data)
            Path(name).chmod(0o644)
            Path(name).replace(file)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise DisplayError(f"{file} cannot be written: {error.strerror}") from error
