"""E-paper: a Display whose driver runs in a process of its own, with a deadline (adapters/epaper_panel.py).

A panel ages with each picture, so core/redraw.py decides when it gets one; what stands on it is kept in a small file.
"""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from PIL import Image

from kiosk.adapters.eye import Standing, fingerprint
from kiosk.adapters.framebuffer import TURNS
from kiosk.core.look import Ink
from kiosk.core.redraw import Drawn, Refresh, after, due
from kiosk.core.screens import Screen, still
from kiosk.core.windows import UnixMs
from kiosk.errors import DisplayError
from kiosk.ports import Clock

PaintInk = Callable[[Screen, int, int, Ink], Image.Image]

DEADLINE_S: Final = 120.0
"""For a picture; the slowest panels need 45 s. Cleaning is two pictures."""
RETRY_S: Final = 300.0
"""After a failure the panel is left alone this long."""
MEMORY: Final = "epaper.json"
SOURCE: Final = "last frame; the driver said it was shown"


@dataclass(frozen=True, slots=True)
class Glass:
    """What the driver found: size as people see it, and ink."""

    width: int
    height: int
    ink: Ink


class EpaperDisplay:
    """Shows the wall as it stands still: no clock, no turning pages. `ink` None takes the panel's own."""

    def __init__(
        self,
        paint: PaintInk,
        driver: str,
        folder: Path,
        *,
        clock: Clock,
        ink: Ink | None = None,
        rotation: int = 0,
        deadline_s: float = DEADLINE_S,
        retry_s: float = RETRY_S,
    ) -> None:
        self._paint, self._driver, self._file, self._clock = paint, driver, folder / MEMORY, clock
        self._wish, self._rotation, self._deadline_s, self._retry_s = ink, rotation, deadline_s, retry_s
        self._drawn = _remembered(self._file)
        self._glass: Glass | None = None
        self._next: tuple[Screen, Image.Image] | None = None
        """What should stand there, painted once; it may have to wait for its time."""
        self._frame: tuple[Screen, Image.Image] | None = None
        self._trouble, self._again_at = "", 0.0

    @property
    def ink(self) -> Ink:
        """What the panel is painted with."""
        return self._glass.ink if self._glass else Ink.MONO

    def surface(self) -> tuple[str, int, int]:
        """Its driver and size; 0x0 before it was first found."""
        return (f"e-paper, {self._driver}", *((self._glass.width, self._glass.height) if self._glass else (0, 0)))

    async def draw(self, screen: Screen) -> None:
        """Show it, if it is time for a picture. Raises DisplayError, also while it waits to try again."""
        if self._trouble and self._clock.monotonic() < self._again_at:
            raise DisplayError(self._trouble)
        try:
            await self._draw(still(screen))
        except DisplayError as error:
            self._trouble, self._again_at = str(error), self._clock.monotonic() + self._retry_s
            raise
        self._trouble = ""

    async def read_back(self) -> Standing:
        """The last frame that the driver said it showed: nobody can look at e-paper from inside."""
        if self._frame is None:
            raise DisplayError("the e-paper panel has shown nothing yet")
        screen, image = self._frame
        mark = fingerprint(image.tobytes())
        return Standing(SOURCE, image, screen, drawn=mark, pixels=mark)

    async def _draw(self, screen: Screen) -> None:
        if self._glass is None:
            self._glass = await self._order(None)
        glass = self._glass
        if self._next is None or screen != self._next[0]:
            image = await asyncio.to_thread(self._paint, screen, glass.width, glass.height, glass.ink)
            self._next = screen, image.convert("RGB")
        image = self._next[1]
        mark, now = fingerprint(image.tobytes()), self._clock.now()
        refresh = due(self._drawn, mark, now)
        if refresh is not Refresh.NOTHING:
            await self._order(image, clean=refresh is Refresh.CLEANED)
            self._drawn = after(self._drawn, refresh, mark, self._clock.now())
            await asyncio.to_thread(_remember, self._file, self._drawn)
        if self._drawn.picture == mark:
            self._frame = self._next

    async def _order(self, image: Image.Image | None, *, clean: bool = False) -> Glass:
        """One run of the panel's process: find the panel and, with an image, show it. It never outlives this call."""
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "kiosk.adapters.epaper_panel", self._driver,
                stdin=PIPE, stdout=PIPE, stderr=DEVNULL, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise DisplayError(f"the e-paper panel's process cannot be started: {error}") from error
        deadline_s = self._deadline_s * (2 if clean else 1)
        try:
            async with asyncio.timeout(deadline_s):
                return await self._converse(process, image, clean)
        except TimeoutError:
            raise DisplayError(
                f"the e-paper panel gave no answer within {deadline_s:g} s and its driver ({self._driver}) was ended: "
                "check that its cable sits, then switch the box off and on"
            ) from None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()

    async def _converse(self, process: Process, image: Image.Image | None, clean: bool) -> Glass:
        assert process.stdin is not None
        told = await self._answer(process)
        if image is not None:
            turned = image.transpose(TURNS[self._rotation]) if self._rotation else image
            file = BytesIO()
            turned.save(file, "PNG")
            order = {"bytes": len(file.getvalue()), "clean": int(clean)}
            with suppress(ConnectionError):  # then its answer, or that there is none, says why
                process.stdin.write(json.dumps(order).encode() + b"\n" + file.getvalue())
                await process.stdin.drain()
            await self._answer(process)
        try:
            sides = int(told["width"]), int(told["height"])
            own = Ink.YELLOW if told["ink"] == "colour" else Ink(told["ink"])  # a panel of many inks has yellow
        except (LookupError, ValueError, TypeError) as error:
            raise DisplayError(f"the e-paper driver {self._driver} (show.epaper) tells no size and ink") from error
        return Glass(*(sides[::-1] if self._rotation in (90, 270) else sides), self._wish or own)

    async def _answer(self, process: Process) -> dict[str, Any]:
        assert process.stdout is not None
        line = await process.stdout.readline()
        try:
            told: dict[str, Any] = json.loads(line)
        except ValueError:
            raise DisplayError(f"the e-paper driver {self._driver} ended without a word (show.epaper)") from None
        if error := told.get("error"):
            remedy = "pip install 'bluezone-kiosk[epaper]'" if "No module" in error else "docs/operations.md, E-paper"
            raise DisplayError(f"the e-paper driver {self._driver} (show.epaper) failed: {error}. See: {remedy}")
        return told


def _remembered(file: Path) -> Drawn:
    """What stood on the panel when the kiosk last ran; a file that cannot be read is as none."""
    with suppress(OSError, ValueError, TypeError):
        told = json.loads(file.read_text(encoding="utf-8"))
        return Drawn(str(told["picture"]), UnixMs(told["at"]), UnixMs(told["cleaned_at"]))
    return Drawn()


def _remember(file: Path, drawn: Drawn) -> None:
    """Best effort: without it the next start costs the panel one picture more."""
    with suppress(OSError):
        new = file.with_suffix(".new")
        new.write_text(json.dumps(asdict(drawn)), encoding="utf-8")
        new.replace(file)
