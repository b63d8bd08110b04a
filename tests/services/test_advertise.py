"""Advertise on a simulated radio: the right id at every moment, and nothing left on air."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from kiosk.core.identity import RootKey
from kiosk.core.windows import WINDOW_MS, UnixMs, window_at
from kiosk.errors import RadioError
from kiosk.services.advertise import NAME, Advertise
from kiosk.sim.clock import ManualClock
from kiosk.sim.radio import Fault, Radio
from kiosk.sim.world import World
from kiosk.supervisor import Board, supervise

pytestmark = pytest.mark.guest

KEY = RootKey(bytes(range(32)))
START = UnixMs(1_795_305_600_000 + 300_000)  # five minutes into a window
WINDOW = window_at(START)


class Bench:
    """One service on one radio under a clock that stands still."""

    def __init__(self) -> None:
        self.clock = ManualClock(START)
        self.radio = Radio(World(self.clock), self.clock)
        self.board = Board(self.clock, version="test", venue="", simulated=True)
        self.board.enter(NAME)
        self.service = Advertise(self.radio.advertiser, KEY, clock=self.clock, board=self.board)

    def on_air(self) -> list[tuple[bytes, int]]:
        """What phones heard of us: (id, since)."""
        return [(aired.peer.raw, aired.since) for aired in self.radio.world.diary.aired]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(supervise(NAME, self.service.run, clock=self.clock, board=self.board))
            await self.clock.advance(0)
            yield
            task.cancel()


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def test_the_window_s_id_is_on_air_at_once(bench: Bench) -> None:
    async with bench.running():
        assert bench.on_air() == [(KEY.id_in(WINDOW).raw, START)]


async def test_the_id_changes_on_the_boundary_and_every_window_is_aired(bench: Bench) -> None:
    async with bench.running():
        await bench.clock.advance(4 * WINDOW_MS / 1000)
        aired = bench.on_air()
    windows = [WINDOW]
    for _ in range(4):
        windows.append(windows[-1].after)
    assert [peer for peer, _ in aired] == [KEY.id_in(window).raw for window in windows]
    assert all(0 <= since - window.start < 50 for (_, since), window in zip(aired[1:], windows[1:], strict=True))


async def test_a_stop_takes_it_off_air(bench: Bench) -> None:
    async with bench.running():
        await bench.clock.advance(10)
    [aired] = bench.radio.world.diary.aired
    assert aired.until == START + 10_000
    assert bench.board.snapshot().advertise.on_air_since is None


async def test_an_advertisement_lost_with_bluetoothd_is_back_soon(bench: Bench) -> None:
    async with bench.running():
        bench.radio.break_down(Fault.DAEMON_GONE, for_s=12)
        await bench.clock.advance(30)
        assert bench.on_air()[-1][0] == KEY.id_in(WINDOW).raw
        assert bench.on_air()[-1][1] - START <= 30_000


async def test_a_refused_advertisement_is_told_and_tried_again(bench: Bench) -> None:
    refused = bench.radio.break_down(Fault.REFUSES_ADVERT)
    async with bench.running():
        await bench.clock.advance(10)
        [facts] = bench.board.snapshot().services
        assert (facts.state.value, facts.trouble and facts.trouble.value) == ("troubled", "refused")
        bench.radio.mend(refused)
        await bench.clock.advance(16)
        [facts] = bench.board.snapshot().services
        assert facts.state.value == "running"
        assert bench.on_air()[-1][0] == KEY.id_in(WINDOW).raw


async def test_after_the_clock_is_put_right_the_right_id_is_on_air_within_the_check(bench: Bench) -> None:
    async with bench.running():
        bench.clock.jump(UnixMs(START + 86_400_000 * 3))
        await bench.clock.advance(6)
        assert bench.on_air()[-1][0] == KEY.id_in(window_at(UnixMs(START + 86_400_000 * 3))).raw


async def test_being_on_air_since_survives_a_rotation_but_not_a_gap(bench: Bench) -> None:
    async with bench.running():
        await bench.clock.advance(WINDOW_MS / 1000)
        assert bench.board.snapshot().advertise.on_air_since == START
        bench.radio.break_down(Fault.DAEMON_GONE, for_s=12)
        await bench.clock.advance(60)
        since = bench.board.snapshot().advertise.on_air_since
        assert since is not None
        assert since > START + WINDOW_MS


async def test_one_turn_raises_what_the_radio_says(bench: Bench) -> None:
    bench.radio.break_down(Fault.CHIP_GONE)
    with pytest.raises(RadioError):
        await bench.service.turn()


async def test_nothing_is_on_air_until_the_time_is_known_and_then_the_right_id() -> None:
    bench = Bench()
    bench.clock.trusted = False
    async with bench.running():
        await bench.clock.advance(30)
        assert bench.on_air() == []
        bench.clock.trusted = True
        await bench.clock.advance(1)
        assert [raw for raw, _ in bench.on_air()] == [KEY.id_in(WINDOW).raw]
    assert bench.board.snapshot().advertise.on_air_since is None
