"""Announce: each time of the list once, the next topic each time, and silence when nobody is sure of the hour."""

import logging
from dataclasses import replace

import pytest

from kiosk.core.campaign import compose
from kiosk.core.campaign.spoken import TOPICS, Script, script
from kiosk.core.facts import ClockFacts, Snapshot, SoundOrders, State
from kiosk.core.windows import UnixMs
from kiosk.services.announce import NAME, Announce
from kiosk.sim.clock import ManualClock
from kiosk.sim.speaker import SimulatedSpeaker
from kiosk.supervisor import Board

pytestmark = pytest.mark.guest

MIDNIGHT = UnixMs(1_597_683_600_000)
"""2020-08-18 00:00 in Vietnam."""
HOUR_S = 3600.0
TIMES = ("07:00", "08:00", "14:00", "19:30")
PROGRAMME = tuple((script(compose("market"), 15, "vi", topic),) for topic in TOPICS)


class WatchedBoard(Board):
    """A Board with somebody who knows whether the clock can be trusted."""

    trusted: bool | None = None

    def snapshot(self) -> Snapshot:
        facts = None if self.trusted is None else ClockFacts(trusted=self.trusted)
        return replace(super().snapshot(), clock=facts)


class Scene:
    """A loudspeaker from a moment of the day on."""

    def __init__(self, hour: float, times: tuple[str, ...] = TIMES, quiet: tuple[str, ...] = ()) -> None:
        self.clock = ManualClock(UnixMs(round(MIDNIGHT + hour * HOUR_S * 1000)))
        self.speaker = SimulatedSpeaker()
        self.board = WatchedBoard(self.clock, version="test", venue="", simulated=True)
        self.board.enter(NAME)
        self.service = Announce(self.speaker, PROGRAMME, times, quiet, clock=self.clock, board=self.board)

    async def live(self, hours: float) -> list[tuple[Script, ...]]:
        """What is said in the next hours."""
        said = len(self.speaker.said)
        for _ in range(round(hours * 360)):
            await self.service.turn()
            await self.clock.advance(10)
        return self.speaker.said[said:]


async def test_a_day_has_one_announcement_at_each_time_topic_after_topic() -> None:
    assert await Scene(0).live(24) == [PROGRAMME[0], PROGRAMME[1], PROGRAMME[2], PROGRAMME[0]]


async def test_a_box_that_starts_just_after_a_time_waits_for_the_next() -> None:
    scene = Scene(7.01)
    assert await scene.live(0.9) == []
    assert await scene.live(0.2) == [PROGRAMME[0]]


async def test_a_clock_set_back_does_not_make_it_speak_twice_an_hour() -> None:
    scene = Scene(6.9)
    assert len(await scene.live(0.2)) == 1
    scene.clock.jump(UnixMs(round(MIDNIGHT + 7.9 * HOUR_S * 1000)))
    assert await scene.live(0.3) == []


async def test_staff_silence_it_until_a_time() -> None:
    scene = Scene(6)
    scene.board.order_sound(SoundOrders(silent_until=UnixMs(round(MIDNIGHT + 14 * HOUR_S * 1000))))
    assert await scene.live(7.9) == []
    assert await scene.live(0.2) == [PROGRAMME[0]]


async def test_the_venues_own_quiet_hours_are_kept() -> None:
    assert await Scene(6, quiet=("07:30-15:00",)).live(10) == [PROGRAMME[0]]


async def test_a_box_that_is_not_sure_of_the_time_says_nothing() -> None:
    scene = Scene(6.9)
    scene.board.trusted = False
    assert await scene.live(0.3) == []
    scene.board.trusted = True
    assert len(await scene.live(1)) == 1


async def test_a_mute_loudspeaker_is_told_once_to_the_log_and_until_it_speaks_to_the_board(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene = Scene(6.9)
    scene.speaker.trouble = "espeak-ng is not on this machine: run: apt-get install espeak-ng"
    with caplog.at_level(logging.WARNING):
        await scene.live(1.5)
    facts = scene.board.service(NAME)
    assert (facts.state, facts.detail) == (State.TROUBLED, scene.speaker.trouble)
    assert [record.getMessage().count("apt-get install espeak-ng") for record in caplog.records] == [1]
    scene.speaker.trouble = ""
    await scene.live(6)
    assert scene.board.service(NAME).state is State.RUNNING
