"""Keeping a browser on the wall: noticed when it dies, hangs or never comes; tried again, ever more seldom."""

import asyncio

import pytest

from kiosk.core.facts import State
from kiosk.core.windows import UnixMs
from kiosk.errors import DisplayError
from kiosk.services.browse import FIRST_DELAY_S, GOOD_S, LONGEST_DELAY_S, NAME, SILENT_S, START_S, Browse
from kiosk.sim.clock import ManualClock
from kiosk.supervisor import Board

pytestmark = pytest.mark.guest

ADDRESS = "http://127.0.0.1:8080/display"


class Stage:
    """A browser whose page beats by the clock as long as it `draws`."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.opened: list[str] = []
        self.times: list[float] = []
        self.draws, self._there, self.end = True, False, ""
        self.missing = False

    async def open(self, address: str) -> None:
        self.times.append(self._clock.monotonic())
        if self.missing:
            raise DisplayError("there is no command cage")
        self.opened.append(address)
        self._last, self.end = 0, ""

    def beats(self) -> int:
        if self.draws:
            self._last = int((self._clock.monotonic() - self.times[-1]) / 1.0)
        return self._last

    def ended(self) -> str:
        return self.end

    def show(self) -> None:
        self._there = True

    def is_there(self) -> bool:
        return self._there

    async def close(self) -> None:
        self._there = False


class Scene:
    """The service on its stage, running."""

    def __init__(self) -> None:
        self.clock = ManualClock(UnixMs(1_577_839_500_000))
        self.stage = Stage(self.clock)
        self.board = Board(self.clock, version="test", venue="", simulated=True)
        self.board.enter(NAME)
        self.address = ADDRESS
        self.service = Browse(self.stage, lambda: self.address, clock=self.clock, board=self.board)

    async def __aenter__(self) -> "Scene":
        self._task = asyncio.create_task(self.service.run())  # noqa: TID251 - the test is the service's supervisor
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        assert not self.stage.is_there()


async def test_the_wall_is_the_browsers_from_its_first_beat() -> None:
    async with Scene() as scene:
        scene.stage.draws = False
        await scene.clock.advance(20)
        assert (scene.stage.opened, scene.stage.is_there()) == ([ADDRESS], False)
        scene.stage.draws = True
        await scene.clock.advance(1)
        assert scene.stage.is_there()
        await scene.clock.advance(600)
        assert scene.stage.is_there()
        assert scene.board.service(NAME).state is State.RUNNING


async def test_it_waits_for_the_page_to_be_open() -> None:
    scene = Scene()
    scene.address = ""
    async with scene:
        await scene.clock.advance(30)
        assert scene.stage.opened == []
        scene.address = ADDRESS
        await scene.clock.advance(1)
        assert scene.stage.opened == [ADDRESS]


async def test_a_browser_that_ends_is_noticed_within_a_second() -> None:
    async with Scene() as scene:
        await scene.clock.advance(30)
        scene.stage.draws, scene.stage.end = False, "signal 9 ended it"
        await scene.clock.advance(1)
        assert not scene.stage.is_there()
        told = scene.board.service(NAME)
        assert (told.state, told.detail) == (State.TROUBLED, "signal 9 ended it")


async def test_a_browser_that_hangs_is_noticed_within_seconds_and_comes_back() -> None:
    async with Scene() as scene:
        await scene.clock.advance(30)
        scene.stage.draws = False
        await scene.clock.advance(SILENT_S + 1)
        assert not scene.stage.is_there()
        assert "silent" in scene.board.service(NAME).detail
        scene.stage.draws = True
        await scene.clock.advance(FIRST_DELAY_S + 3)
        assert scene.stage.is_there()
        assert scene.board.service(NAME).state is State.RUNNING


async def test_a_browser_that_never_comes_is_tried_ever_more_seldom() -> None:
    async with Scene() as scene:
        scene.stage.missing = True
        await scene.clock.advance(6000)
        gaps = [later - earlier for earlier, later in zip(scene.stage.times, scene.stage.times[1:], strict=False)]
        assert gaps[:5] == [FIRST_DELAY_S, 15, 45, 135, 405]
        assert set(gaps[5:]) == {LONGEST_DELAY_S}
        assert "no command cage" in scene.board.service(NAME).detail


async def test_one_that_starts_and_shows_nothing_is_ended() -> None:
    async with Scene() as scene:
        scene.stage.draws = False
        await scene.clock.advance(START_S + 1)
        assert "showed nothing" in scene.board.service(NAME).detail
        await scene.clock.advance(FIRST_DELAY_S + 1)
        assert len(scene.stage.opened) == 2


async def test_after_a_long_good_time_a_fault_is_a_first_fault() -> None:
    async with Scene() as scene:
        scene.stage.missing = True
        await scene.clock.advance(100)
        scene.stage.missing = False
        await scene.clock.advance(135 + GOOD_S + 60)
        scene.stage.draws, scene.stage.end = False, "it ended"
        await scene.clock.advance(1)
        tries = len(scene.stage.times)
        await scene.clock.advance(FIRST_DELAY_S)
        assert len(scene.stage.times) == tries + 1
