"""The witness: looks every few minutes, sooner after a doubt, and tells what visitors can see."""

import asyncio
import logging
from dataclasses import replace

import pytest

from kiosk.core.facts import ShowFacts, State, Verdict
from kiosk.core.proof import Look
from kiosk.core.windows import UnixMs
from kiosk.errors import DisplayError
from kiosk.services.witness import AGAIN_S, FIRST_S, NAME, PERIOD_S, Witness
from kiosk.sim.clock import ManualClock
from kiosk.supervisor import Board

pytestmark = pytest.mark.guest

START = UnixMs(1_577_839_500_000)
URL = "https://www.bluezone.gov.vn"
GOOD = Look("framebuffer", 255, "a", (URL,), "a", (URL,), intact=True)
SHOWN = ShowFacts("fb0", 800, 480, START)


class Scene:
    """An eye whose next sights the test chooses; each look sees another picture unless it is told to freeze."""

    def __init__(self) -> None:
        self.sight: Look | DisplayError = GOOD
        self.frozen = False
        self.looks = 0

    async def look(self) -> Look:
        self.looks += 1
        if isinstance(self.sight, DisplayError):
            raise self.sight
        return replace(self.sight, drawn=str(self.looks), pixels="stuck" if self.frozen else str(self.looks))


def witness(shown: ShowFacts = SHOWN) -> tuple[Witness, Scene, Board, ManualClock]:
    clock, scene = ManualClock(START), Scene()
    board = Board(clock, version="test", venue="", simulated=True)
    board.enter(NAME)
    board.show(shown)
    return Witness(scene, clock=clock, board=board), scene, board, clock


async def test_it_looks_soon_after_the_start_and_then_every_few_minutes() -> None:
    service, scene, board, clock = witness()
    task = asyncio.create_task(service.run())  # noqa: TID251 - the test is the service's supervisor
    await clock.advance(FIRST_S)
    assert scene.looks == 1
    await clock.advance(2 * PERIOD_S)
    task.cancel()
    assert scene.looks == 3
    facts = board.snapshot().proof
    assert (facts.verdict, facts.source) == (Verdict.SEEN, "framebuffer")
    assert facts.qr_seen_at == facts.looked_at == START + 1000 * (FIRST_S + 2 * PERIOD_S)


async def test_a_bad_look_is_followed_by_another_soon_and_only_then_an_alarm() -> None:
    service, scene, board, clock = witness()
    task = asyncio.create_task(service.run())  # noqa: TID251 - the test is the service's supervisor
    await clock.advance(FIRST_S)
    scene.sight = replace(GOOD, codes=())
    await clock.advance(PERIOD_S)
    assert board.snapshot().proof.verdict is Verdict.SEEN
    await clock.advance(AGAIN_S)
    alarm = board.snapshot().proof
    assert alarm.verdict is Verdict.HIDDEN
    assert alarm.qr_seen_at == START + 1000 * FIRST_S
    scene.sight = GOOD
    await clock.advance(AGAIN_S)
    task.cancel()
    assert board.snapshot().proof.verdict is Verdict.SEEN


async def test_a_frozen_wall_stays_an_alarm_until_it_moves() -> None:
    service, scene, board, _ = witness()
    scene.frozen = True
    for _ in range(4):
        await service.turn()
    assert board.snapshot().proof.verdict is Verdict.FROZEN
    scene.frozen = False
    await service.turn()
    assert board.snapshot().proof.verdict is Verdict.SEEN


async def test_a_dark_wall_is_no_alarm_while_it_rests_and_is_one_afterwards() -> None:
    service, scene, board, _ = witness(replace(SHOWN, resting=True))
    scene.sight = replace(GOOD, lightest=0, codes=())
    for _ in range(3):
        await service.turn()
    assert board.snapshot().proof.verdict is Verdict.RESTING
    board.show(SHOWN)
    await service.turn()
    await service.turn()
    assert board.snapshot().proof.verdict is Verdict.DARK


async def test_before_anything_is_drawn_nobody_looks() -> None:
    service, scene, board, _ = witness(ShowFacts())
    await service.turn()
    assert scene.looks == 0
    assert board.snapshot().proof.verdict is None
    told = board.snapshot().service(NAME)
    assert told is not None
    assert told.state is State.RUNNING


async def test_a_wall_that_cannot_be_looked_at_is_told_once_and_is_no_alarm(caplog: pytest.LogCaptureFixture) -> None:
    service, scene, board, _ = witness()
    scene.sight = DisplayError("/dev/fb0 cannot be read back: Permission denied")
    with caplog.at_level(logging.INFO):
        await service.turn()
        await service.turn()
    facts = board.snapshot().proof
    assert (facts.verdict, facts.detail) == (Verdict.UNSEEN, str(scene.sight))
    assert len(caplog.records) == 1
    assert "Permission denied" in caplog.text
