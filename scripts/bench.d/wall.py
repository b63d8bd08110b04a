"""Stage wall: what a picture costs at each size, and what the wall costs while nobody touches it."""

import asyncio
import tempfile
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import Final

from table import Line

from kiosk.adapters import paint
from kiosk.adapters.framebuffer import FramebufferDisplay
from kiosk.core.hours import Hours, span
from kiosk.core.look import Ink
from kiosk.core.screens import Screen
from kiosk.core.windows import UnixMs
from kiosk.ports import Display
from kiosk.services.show import NAME, Show
from kiosk.sim.clock import ManualClock
from kiosk.supervisor import Board
from tests.fakes.framebuffer import Sysfs
from tests.walls import SCREEN, told

SIZES: Final = (
    (250, 122, Ink.MONO), (400, 300, Ink.MONO), (480, 320, Ink.COLOUR), (800, 480, Ink.COLOUR), (768, 384, Ink.LED),
    (1280, 800, Ink.COLOUR), (1080, 1920, Ink.COLOUR), (1920, 1080, Ink.COLOUR), (3840, 2160, Ink.COLOUR),
)  # fmt: skip
RUNS: Final = 3
SPAN_S: Final = 900
START: Final = UnixMs(1_795_000_000_000)
GOAL_IDLE_PERCENT: Final = 1.0


class Counted:
    """A display, and how often it was drawn on."""

    def __init__(self, display: Display) -> None:
        self._display, self.pictures = display, 0

    async def draw(self, screen: Screen) -> None:
        self.pictures += 1
        await self._display.draw(screen)

    def surface(self) -> tuple[str, int, int]:
        return self._display.surface()


def run() -> list[Line]:
    """CPU time, so that other work on the machine does not count."""
    lines = [
        Line("wall", f"painted, {width} x {height} {ink.value}", cost(width, height, ink), "ms")
        for width, height, ink in SIZES
    ]
    for width, height, bits in ((1920, 1080, 16), (1920, 1080, 32), (3840, 2160, 32)):
        share, drawn = asyncio.run(idle(width, height, bits))
        what = f"show idle, {width} x {height}, {bits} bits"
        lines.append(
            Line("wall", what, share, "% of a core", GOAL_IDLE_PERCENT, f"{drawn} pictures in {SPAN_S // 60} min")
        )
    return lines


def cost(width: int, height: int, ink: Ink) -> float:
    """Milliseconds for another minute and venue, the best of some: letters that stay are kept, as on a running wall."""
    best = float("inf")
    for turn in range(RUNS):
        shown = replace(SCREEN, clock=f"07:{turn:02}", venue=f"Bến xe số {turn}")
        began = process_time()
        paint.paint(shown, width, height, ink)
        best = min(best, process_time() - began)
    return best * 1000


async def idle(width: int, height: int, bits: int) -> tuple[float, int]:
    """Percent of a core, and pictures drawn, with pages, clock and night in a quarter of an hour."""
    clock = ManualClock(START)
    board = Board(clock, version="bench", venue="Bến xe Trung tâm", simulated=True)
    board.enter(NAME)
    with tempfile.TemporaryDirectory() as folder:
        panel = Sysfs(Path(folder), width=width, height=height, bits=bits)
        display = FramebufferDisplay(paint.paint, panel.device, sys=panel.sys, console=None)
        shown = Counted(display)
        service = Show(shown, told("hospital"), Hours(night=span("21:00-06:00")), clock=clock, board=board)
        began = process_time()
        task = asyncio.create_task(service.run())
        await clock.advance(SPAN_S)
        spent = process_time() - began
        task.cancel()
    return spent / SPAN_S * 100, shown.pictures
