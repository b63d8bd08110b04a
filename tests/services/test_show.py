"""The show service: draws what changed, tells the Board, and outlives a missing panel."""

import asyncio
import logging

import pytest

from kiosk.core.facts import AdvertiseFacts, CollectFacts, State, Trouble
from kiosk.core.windows import UnixMs
from kiosk.services.show import NAME, PERIOD_S, REFRESH_S, RETRY_S, Show
from kiosk.sim.clock import ManualClock
from kiosk.supervisor import Board
from tests.fakes.display import RememberingDisplay
from tests.walls import URL, told

pytestmark = pytest.mark.guest

START = UnixMs(1_577_839_500_000)
"""2020-01-01 07:45:00 in Vietnam."""


def show() -> tuple[Show, RememberingDisplay, Board, ManualClock]:
    clock, display = ManualClock(START), RememberingDisplay()
    board = Board(clock, version="test", venue="Chợ Đông Ba", simulated=True)
    board.enter(NAME)
    return Show(display, told(), clock=clock, board=board), display, board, clock


async def test_it_draws_when_the_minute_or_the_page_changes_and_not_in_between() -> None:
    service, display, board, clock = show()
    task = asyncio.create_task(service.run())  # noqa: TID251 - the test is the service's supervisor
    await clock.advance(179)
    task.cancel()
    assert len(display.screens) == len(set(display.screens))
    assert sorted({screen.clock for screen in display.screens}) == ["07:45", "07:46", "07:47"]
    assert {screen.page.name for screen in display.screens} == {"install", "steps", "family", "privacy"}
    assert 10 <= len(display.screens) <= 20
    assert {screen.venue for screen in display.screens} == {"Chợ Đông Ba"}
    assert {screen.install_url for screen in display.screens} == {URL}
    facts = board.snapshot().show
    assert (facts.surface, facts.width, facts.height) == ("memory", 800, 480)
    assert facts.drawn_at is not None
    assert START + 160_000 <= facts.drawn_at < START + 180_000
    told = board.snapshot().service(NAME)
    assert told is not None
    assert told.state is State.RUNNING
    assert clock.monotonic() - told.beat <= PERIOD_S


async def test_an_unchanged_picture_is_written_again_over_what_the_console_may_have_printed() -> None:
    service, display, board, clock = show()
    await service.turn()
    drawn_at = board.snapshot().show.drawn_at
    await clock.advance(REFRESH_S - 1)
    clock.jump(START)
    await service.turn()
    assert len(display.screens) == 1
    await clock.advance(1)
    clock.jump(START)
    await service.turn()
    assert len(display.screens) == 2
    assert display.screens[0] == display.screens[1]
    assert board.snapshot().show.drawn_at == drawn_at


async def test_a_missing_panel_is_told_once_tried_again_and_welcomed_back(caplog: pytest.LogCaptureFixture) -> None:
    service, display, board, clock = show()
    display.unplugged = True
    with caplog.at_level(logging.WARNING):
        task = asyncio.create_task(service.run())  # noqa: TID251 - the test is the service's supervisor
        await clock.advance(4 * RETRY_S)
    told = board.snapshot().service(NAME)
    assert told is not None
    assert (told.state, told.trouble, told.detail) == (State.TROUBLED, Trouble.NO_DISPLAY, "no panel here")
    assert clock.monotonic() - told.beat <= RETRY_S
    assert len(caplog.records) == 1
    assert board.snapshot().show.drawn_at is None
    display.unplugged = False
    await clock.advance(RETRY_S)
    task.cancel()
    told = board.snapshot().service(NAME)
    assert told is not None
    assert (told.state, told.trouble) == (State.RUNNING, None)
    assert len(display.screens) == 1
    assert board.snapshot().show.drawn_at is not None


async def test_a_panel_lost_and_found_gets_the_whole_picture_though_nothing_changed() -> None:
    service, display, _, clock = show()
    await service.turn()
    display.unplugged = True
    await clock.advance(60)
    await service.turn()
    display.unplugged = False
    await service.turn()
    assert [screen.clock for screen in display.screens] == ["07:45", "07:46"]


async def test_trouble_of_the_radio_reaches_the_wall_as_a_code_for_staff() -> None:
    service, display, board, clock = show()
    board.enter("advertise")
    board.advertise(AdvertiseFacts(on_air_since=START))
    board.collect(CollectFacts(listening_since=START))
    board.well(NAME)
    board.troubled("advertise", Trouble.NO_ADAPTER, "no adapter hci0")
    await clock.advance(120)
    await service.turn()
    assert display.screens[-1].staff_note.endswith("S1")
    board.well("advertise")
    await service.turn()
    assert display.screens[-1].staff_note == ""
