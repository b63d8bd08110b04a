"""A real Chromium on the wall: photographed, killed and frozen; the framebuffer takes over within ten seconds."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest

from kiosk.adapters import paint
from kiosk.adapters.browser import Browser, BrowserFirst, Window
from kiosk.adapters.eye import QrEye
from kiosk.adapters.framebuffer import FramebufferDisplay
from kiosk.adapters.png import PngDisplay
from kiosk.adapters.system import SystemClock
from kiosk.config import Web
from kiosk.core.facts import Verdict
from kiosk.core.proof import Look, judge
from kiosk.displays import page_for_browser
from kiosk.errors import DisplayError
from kiosk.services import browse, show
from kiosk.services.browse import Browse
from kiosk.services.show import Show
from kiosk.supervisor import Board
from tests.fakes.framebuffer import Sysfs
from tests.walls import URL, told
from tests.web.chromium import ARGUMENTS, executable
from tests.web.conftest import Kiosk

pytestmark = pytest.mark.browser

FALL_BACK_S: Final = 10.0
"""The promise: a browser that dies or hangs is replaced by the framebuffer within this time."""
START_S: Final = 60.0
QUIET: Final = tuple(word for word in ARGUMENTS if not word.startswith("--remote"))
HEADLESS: Final = (*QUIET, "--remote-debugging-pipe", "--user-data-dir={profile}", "--window-size=800,480")
CAGED: Final = (*(word for word in HEADLESS if word not in ("--headless", "--window-size=800,480")), "--kiosk")
CAGE: Final = """
export WLR_BACKENDS=headless WLR_LIBINPUT_NO_DEVICES=1 WLR_RENDERER=pixman
if [ "$(id -u)" = 0 ]; then chown nobody {profile}; drop="setpriv --reuid=nobody --regid=nogroup --clear-groups"; fi
exec $drop cage -d -- "$@"
"""
"""The compositor of a box, on a screen that exists in memory only. It refuses to run as root."""
CLOCK: Final = SystemClock()


def headless() -> tuple[str, ...]:
    """Chromium without a compositor."""
    return (executable(), *HEADLESS)


def caged() -> tuple[str, ...]:
    """Chromium under cage, as a box runs it."""
    for command, package in (("cage", "cage"), ("Xwayland", "xwayland")):
        if shutil.which(command) is None:
            pytest.skip(f"{command} is not here: apt-get install {package}")
    return ("/bin/sh", "-c", CAGE, "cage", executable(), *CAGED, "--ozone-platform=wayland")


class Stage:
    """Page, browser, framebuffer and the two services between them, as `kiosk run` puts them together."""

    def __init__(self, folder: Path, command: tuple[str, ...]) -> None:
        self.sysfs = Sysfs(folder, width=480, height=320, bits=16)
        panel = FramebufferDisplay(paint.paint, self.sysfs.device, sys=self.sysfs.sys, drm=folder, console=None)
        self.browser = Browser(command)
        self.wall = BrowserFirst(self.browser, panel)
        self.display = PngDisplay(paint.png, panel=self.wall)
        self.eye = QrEye(Window(self.wall, self.display), paint.codes)
        self.board = Board(CLOCK, version="test", venue="", simulated=True)
        self.site = Kiosk(paint_wall=self.display.png, beat=self.browser.heard).site(Web(port=0))

    async def run(self) -> None:
        """Until cancelled."""
        for name in (show.NAME, browse.NAME):
            self.board.enter(name)
        watch = Browse(self.wall, lambda: page_for_browser(Web(), self.site.port), clock=CLOCK, board=self.board)
        async with self.site, asyncio.TaskGroup() as group:
            group.create_task(Show(self.display, told(), clock=CLOCK, board=self.board).run())
            group.create_task(watch.run())

    def wipe(self) -> None:
        """What the framebuffer holds is forgotten, as when a compositor had it."""
        self.sysfs.plug()

    def painted(self) -> bool:
        """Whether the wall stands on the framebuffer again."""
        return any(self.sysfs.memory.read_bytes()) and not self.wall.there

    def there(self) -> bool:
        """Whether the wall is the browser's, and the wall's own service knows it."""
        return self.wall.there and self.board.snapshot().show.surface == "browser"

    def group(self) -> int:
        """The browser's process group."""
        process = self.browser._process
        assert process is not None
        return process.pid


def members(group: int, who: str) -> list[int]:
    """The processes of a group that have this name."""
    found = []
    for folder in Path("/proc").iterdir():
        with suppress(OSError, ValueError, IndexError):
            name, _, rest = (folder / "stat").read_text().partition("(")[2].rpartition(")")
            if int(rest.split()[2]) == group and name == who:
                found.append(int(folder.name))
    assert found
    return found


async def until(true: Callable[[], bool], within_s: float) -> float:
    """Wait for something; how long it took."""
    began = CLOCK.monotonic()
    while not true():
        assert CLOCK.monotonic() - began < within_s, f"not within {within_s} s"
        await CLOCK.sleep(0.1)
    return CLOCK.monotonic() - began


@pytest.fixture(params=[headless, caged])
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    made = Stage(tmp_path, request.param())
    task = asyncio.create_task(made.run())  # noqa: TID251 - the test is the services' supervisor
    try:
        await until(made.there, START_S)
        yield made
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert made.browser.ended() == "it was not started"


async def seen(stage: Stage) -> Look:
    """The first look that finds a code: the page's first picture may still be on its way."""
    for beats in range(3, 30, 3):
        await until(lambda least=beats: stage.browser.beats > least, 30)  # type: ignore[misc]
        look = await stage.eye.look()
        if look.codes:
            return look
    raise AssertionError("no code was seen in the browser's window")


async def test_the_wall_in_the_browser_is_photographed_and_its_code_read(stage: Stage) -> None:
    look = await seen(stage)
    name, width, height = stage.display.surface()
    assert name == "browser"
    assert min(width, height) >= 320
    assert look.source == "browser screenshot"
    assert look.codes == look.wanted == (URL,)
    assert judge(look) is Verdict.SEEN


@pytest.mark.parametrize("stage", [caged], indirect=True)
@pytest.mark.parametrize(
    ("blow", "who"), [(signal.SIGKILL, "chromium"), (signal.SIGSTOP, "chromium"), (signal.SIGSTOP, "cage")]
)
async def test_a_killed_and_a_hung_browser_leave_the_wall_to_the_framebuffer_and_another_comes(
    stage: Stage, blow: signal.Signals, who: str
) -> None:
    stage.wipe()
    group = stage.group()
    for process in members(group, who):
        os.kill(process, blow)
    await until(stage.painted, FALL_BACK_S)
    assert judge(await stage.eye.look()) is Verdict.SEEN
    await until(stage.there, START_S)
    assert stage.group() != group


async def test_a_browser_without_our_pipe_gives_no_photograph_and_says_why() -> None:
    browser = Browser(("/bin/sleep", "60"), answer_s=0.2)
    with pytest.raises(DisplayError, match="remote-debugging-pipe"):
        await browser.photograph()
    await browser.start("http://127.0.0.1:8080/display")
    try:
        with pytest.raises(DisplayError, match="remote-debugging-pipe"):
            await browser.photograph()
    finally:
        await browser.stop()


async def test_a_command_nobody_has_is_told_with_what_to_install_or_set() -> None:
    with pytest.raises(DisplayError, match=r"show\.browser.*no command cage-of-nobody.*apt-get install.*show\.surface"):
        await Browser(("cage-of-nobody", "--", "chromium")).start("http://127.0.0.1:8080/display")


async def test_only_the_page_it_opened_beats() -> None:
    browser = Browser(("/bin/sleep",))
    browser.heard("", 800, 480)
    await browser.start("60")
    browser.heard("somebody", 800, 480)
    assert (browser.beats, browser.size) == (0, (0, 0))
    await browser.stop()
    browser.heard("", 800, 480)
    assert browser.beats == 0
    assert browser.ended() == "it was not started"
