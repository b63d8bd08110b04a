"""What every Display owes the show service, real ones and the tests' own."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from kiosk.adapters import paint
from kiosk.adapters.browser import Browser, BrowserFirst
from kiosk.adapters.epaper import EpaperDisplay
from kiosk.adapters.framebuffer import FramebufferDisplay
from kiosk.adapters.png import PngDisplay
from kiosk.core.windows import UnixMs
from kiosk.errors import DisplayError
from kiosk.ports import Display
from kiosk.sim.clock import ManualClock
from tests.fakes.display import RememberingDisplay
from tests.fakes.framebuffer import Sysfs
from tests.walls import SCREEN

pytestmark = pytest.mark.guest


@dataclass
class Subject:
    """A display, and how to pull its plug and put it back."""

    display: Display
    unplug: Callable[[], None]
    plug: Callable[[], None]


def framebuffer(folder: Path) -> Subject:
    panel = Sysfs(folder, width=480, height=320, bits=16)
    return Subject(FramebufferDisplay(paint.paint, panel.device, sys=panel.sys, console=None), panel.unplug, panel.plug)


def file(folder: Path) -> Subject:
    there, away = folder / "there", folder / "away"
    there.mkdir()
    display = PngDisplay(paint.png, width=480, height=320, file=there / "wall.png")

    def unplug() -> None:
        there.rename(away)

    def plug() -> None:
        away.rename(there)

    return Subject(display, unplug, plug)


def behind(folder: Path) -> Subject:
    inner = framebuffer(folder)
    return Subject(PngDisplay(paint.png, panel=inner.display), inner.unplug, inner.plug)


def turned(folder: Path) -> Subject:
    panel = Sysfs(folder, width=320, height=480, bits=32)
    display = FramebufferDisplay(paint.paint, panel.device, rotation=90, sys=panel.sys, console=None)
    return Subject(display, panel.unplug, panel.plug)


def behind_a_browser(folder: Path) -> Subject:
    """The browser is away: the wall is the panel's."""
    inner = framebuffer(folder)
    assert isinstance(inner.display, FramebufferDisplay)
    return Subject(BrowserFirst(Browser(("cage",)), inner.display), inner.unplug, inner.plug)


def epaper(folder: Path) -> Subject:
    display = EpaperDisplay(paint.paint, "tests.fakes.epaper_driver", folder, clock=ManualClock(UnixMs(0)), retry_s=0.0)
    mishap = folder / "at-once-fail"
    return Subject(display, mishap.touch, mishap.unlink)


def remembering(_: Path) -> Subject:
    display = RememberingDisplay()

    def set_unplugged(value: bool) -> None:
        display.unplugged = value

    return Subject(display, lambda: set_unplugged(True), lambda: set_unplugged(False))


@pytest.fixture(params=[framebuffer, turned, file, behind, behind_a_browser, epaper, remembering])
def subject(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Subject:
    monkeypatch.setenv("KIOSK_TEST_PANEL", str(tmp_path))
    made: Subject = request.param(tmp_path)
    return made


async def test_it_draws_again_and_again_and_knows_its_size(subject: Subject) -> None:
    for clock in ("07:45", "07:46"):
        await subject.display.draw(replace(SCREEN, clock=clock))
    name, width, height = subject.display.surface()
    assert name
    assert (width, height) in ((480, 320), (400, 300), (800, 480))


async def test_without_its_panel_it_raises_display_error_and_comes_back_with_it(subject: Subject) -> None:
    subject.unplug()
    with pytest.raises(DisplayError):
        await subject.display.draw(SCREEN)
    assert subject.display.surface()[0]
    subject.plug()
    await subject.display.draw(SCREEN)
