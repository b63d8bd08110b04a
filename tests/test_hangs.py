"""A service that hangs is started again, it alone; what cannot be ended is left to systemd's watchdog."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from kiosk import app
from kiosk.adapters.png import PngDisplay
from kiosk.adapters.power_on_file import PowerOnFile
from kiosk.config import Config, Web
from kiosk.core.adverts import Heard
from kiosk.core.facts import Snapshot, State, Trouble
from kiosk.core.identity import BluezoneId, RootKey
from kiosk.core.metrics import metrics
from kiosk.core.report import document, lines
from kiosk.core.screens import Screen
from kiosk.core.timekeeping import Timekeeper
from kiosk.core.windows import UnixMs
from kiosk.displays import Wall
from kiosk.errors import Fatal, StoreError
from kiosk.parts import Parts
from kiosk.ports import Clock, Ears
from kiosk.services.keep_time import KeepTime
from kiosk.sim.clock import ManualClock
from kiosk.sim.radio import Radio
from kiosk.sim.speaker import SimulatedSpeaker
from kiosk.sim.street import Street
from kiosk.sim.world import World
from kiosk.store import Store
from kiosk.supervisor import HANGS_IN_A_ROW, Attendance, Board, Patience, keep_alive, supervise
from kiosk.web.site import StatusSite
from tests.core.strategies import NOON
from tests.test_supervisor import Recorder

pytestmark = pytest.mark.guest

FOR_EVER_S = 1e9
LIMIT_S, FED_S = 45.0, 60.0
WATCHDOG_S = 30.0
"""WatchdogSec of the unit."""


class Service:
    """Beats each second for `lives_s`, then hangs: its first `hangs` lives; later ones live on."""

    def __init__(self, name: str, clock: Clock, board: Board, *, lives_s: int = 10, hangs: int = 1) -> None:
        self.name, self.clock, self.board = name, clock, board
        self.lives_s, self.hangs = lives_s, hangs
        self.starts: list[float] = []
        self.stubborn = False
        """It does not end when it is told to."""

    async def run(self) -> None:
        self.starts.append(self.clock.monotonic())
        left = self.lives_s if len(self.starts) <= self.hangs else FOR_EVER_S
        while left > 0:
            self.board.well(self.name)
            await self.clock.sleep(1)
            left -= 1
        while True:
            try:
                await self.clock.sleep(FOR_EVER_S)
            except asyncio.CancelledError:
                if not self.stubborn:
                    raise


async def together(clock: ManualClock, board: Board, services: list[Service], *, vital: bool, until: float) -> Recorder:
    """Supervise services beside the heartbeat for systemd; what systemd heard."""
    host = Recorder(clock)
    attendance = Attendance(board, clock, {each.name: Patience(LIMIT_S, vital) for each in services})
    names = tuple(each.name for each in services) if vital else ("steady",)
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(supervise(each.name, each.run, clock=clock, board=board, attendance=attendance))
                for each in services
            ]
            alive = keep_alive(board, host, clock, vital=names, period_s=5, limit_s=FED_S, attendance=attendance)
            tasks.append(group.create_task(alive))
            await clock.advance(until)
            for service in services:
                service.stubborn = False
            for task in tasks:
                task.cancel()
    finally:
        assert not asyncio.all_tasks() - {asyncio.current_task()}
    return host


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def board(clock: ManualClock) -> Board:
    return Board(clock, version="1.2.3", venue="Bến xe Mỹ Đình", simulated=True)


def steady(clock: Clock, board: Board) -> Service:
    return Service("steady", clock, board, hangs=0)


def longest_silence(host: Recorder, until: float) -> float:
    times = [*host.times("alive"), until]
    return max(after - before for before, after in pairwise(times))


async def test_who_hangs_is_started_again_alone_and_systemd_misses_nothing(
    clock: ManualClock, board: Board, caplog: pytest.LogCaptureFixture
) -> None:
    hanging, other = Service("collect", clock, board), steady(clock, board)
    host = await together(clock, board, [hanging, other], vital=True, until=600)
    last_beat = 9.0
    assert len(hanging.starts) == 2
    assert LIMIT_S < hanging.starts[1] - last_beat < 60
    assert other.starts == [0]
    assert longest_silence(host, 600) <= 5
    told = board.service("collect")
    assert (told.hangs, told.restarts) == (1, 1)
    [line] = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert line.getMessage() == "collect hung: it took no turn for 45 s; it starts again alone (1 so far)"


async def test_until_its_next_good_turn_the_board_says_that_it_hung_and_afterwards_how_often(board: Board) -> None:
    board.enter("collect")
    board.hung("collect", "it took no turn for 45 s")
    told = board.service("collect")
    assert (told.trouble, told.detail, told.restarts, told.hangs) == (Trouble.HUNG, "it took no turn for 45 s", 1, 1)
    board.well("collect")
    told = board.service("collect")
    assert (told.trouble, told.detail, told.restarts, told.hangs) == (None, "", 1, 1)


async def test_a_vital_service_that_hangs_again_and_again_ends_the_process(clock: ManualClock, board: Board) -> None:
    hanging = Service("collect", clock, board, hangs=99)
    with pytest.RaisesGroup(pytest.RaisesExc(Fatal, match="collect hung 3 times in a row")):
        await together(clock, board, [hanging, steady(clock, board)], vital=True, until=900)
    assert len(hanging.starts) == HANGS_IN_A_ROW


async def test_hangs_far_apart_are_not_in_a_row(clock: ManualClock, board: Board) -> None:
    hanging = Service("collect", clock, board, lives_s=400, hangs=99)
    await together(clock, board, [hanging, steady(clock, board)], vital=True, until=3600)
    assert board.service("collect").hangs == len(hanging.starts) - 1 > HANGS_IN_A_ROW


async def test_a_wall_that_hangs_for_ever_never_ends_the_process(clock: ManualClock, board: Board) -> None:
    wall = Service("show", clock, board, hangs=99)
    host = await together(clock, board, [wall, steady(clock, board)], vital=False, until=3600)
    assert board.service("show").hangs > 40
    assert longest_silence(host, 3600) <= 5


async def test_who_cannot_be_ended_is_left_to_the_watchdog(clock: ManualClock, board: Board) -> None:
    stuck = Service("collect", clock, board)
    stuck.stubborn = True
    host = await together(clock, board, [stuck, steady(clock, board)], vital=True, until=300)
    last_beat = 9.0
    assert len(stuck.starts) == 1
    assert FED_S - 5 <= host.times("alive")[-1] - last_beat <= FED_S
    assert 300 - host.times("alive")[-1] > WATCHDOG_S


class HandClock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.uptime = 0.0

    def now(self) -> UnixMs:
        return UnixMs(NOON + int(self.uptime * 1000))

    def monotonic(self) -> float:
        return self.uptime

    async def sleep(self, seconds: float) -> None:
        """Over at once."""


async def test_who_waits_for_a_thread_is_started_again_while_the_thread_still_hangs() -> None:
    clock = HandClock()
    board = Board(clock, version="1", venue="", simulated=True)
    attendance = Attendance(board, clock, {"show": Patience(LIMIT_S)})
    held, begun, again = threading.Event(), asyncio.Event(), asyncio.Event()

    async def run() -> None:
        if not begun.is_set():
            begun.set()
            await asyncio.to_thread(held.wait)
        again.set()
        await asyncio.Event().wait()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(supervise("show", run, clock=clock, board=board, attendance=attendance))
        await begun.wait()
        clock.uptime = LIMIT_S + 1
        attendance.look()
        async with asyncio.timeout(20):
            await again.wait()
        assert not held.is_set()
        assert board.service("show").hangs == 1
        held.set()
        task.cancel()


async def test_a_fatal_error_on_the_way_out_of_a_hang_stays_fatal(clock: ManualClock, board: Board) -> None:
    attendance = Attendance(board, clock, {"collect": Patience(LIMIT_S)})

    async def run() -> None:
        try:
            await clock.sleep(FOR_EVER_S)
        finally:
            raise StoreError("state.db: damaged")

    with pytest.RaisesGroup(StoreError):
        async with asyncio.TaskGroup() as group:
            group.create_task(supervise("collect", run, clock=clock, board=board, attendance=attendance))
            await clock.advance(LIMIT_S + 1)
            attendance.look()


# The whole program, each port hanging once


class Fault:
    """An await that never returns, once, as soon as it is armed. Only tests have it: it sits in their own ports."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.armed = clock, False

    async def __call__(self) -> None:
        if self.armed:
            self.armed = False
            await self.clock.sleep(FOR_EVER_S)


class HangingAdvertiser:
    def __init__(self, radio: Radio, fault: Fault) -> None:
        self.inner, self.fault = radio.advertiser, fault

    async def show(self, peer: BluezoneId) -> None:
        await self.inner.show(peer)

    async def is_on_air(self) -> bool:
        await self.fault()
        return await self.inner.is_on_air()

    async def hide(self) -> None:
        await self.inner.hide()


class HangingEars:
    def __init__(self, inner: Ears, fault: Fault) -> None:
        self.inner, self.fault = inner, fault

    @property
    def dropped(self) -> int:
        return self.inner.dropped

    def take(self) -> list[Heard]:
        return self.inner.take()

    async def check(self) -> None:
        await self.fault()
        await self.inner.check()


class HangingScanner:
    def __init__(self, radio: Radio, fault: Fault) -> None:
        self.inner, self.fault = radio.scanner, fault

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Ears]:
        async with self.inner.listening() as ears:
            yield HangingEars(ears, self.fault)

    async def recover(self, step: int) -> None:
        await self.inner.recover(step)


class HangingReader:
    def __init__(self, radio: Radio, fault: Fault) -> None:
        self.inner, self.fault = radio.gatt, fault

    async def read_id(self, address: str, address_type: str, deadline_s: float) -> BluezoneId:
        await self.fault()
        return await self.inner.read_id(address, address_type, deadline_s)


class HangingTime:
    """TimeSource."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault

    def battery(self) -> UnixMs | None:
        return None

    async def synchronised(self) -> bool | None:
        await self.fault()
        return True


class HangingDisplay:
    """Display."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault

    async def draw(self, screen: Screen) -> None:
        del screen
        await self.fault()

    def surface(self) -> tuple[str, int, int]:
        return "panel", 1920, 1080


class KeptManualClock(ManualClock):
    """A clock moved by hand that a keeper may judge."""

    def __init__(self) -> None:
        super().__init__(NOON)
        self.keeper = Timekeeper()

    def wall(self) -> UnixMs:
        return self.now()

    def boot_ms(self) -> int:
        return int(self.monotonic() * 1000)


def no_picture(screen: Screen, width: int, height: int) -> bytes:
    raise AssertionError("nobody looks, so nothing is painted")


PORTS = {
    "is_on_air": "advertise", "check": "collect", "read_id": "collect", "synchronised": "keep-time", "draw": "show",
}  # fmt: skip
"""What hangs, and whose port it is."""
CONFIG = Config(web=Web(enabled=False))


@pytest.mark.parametrize(("port", "service"), list(PORTS.items()))
async def test_a_port_that_never_answers_costs_one_service_a_minute_and_the_process_nothing(
    port: str, service: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = KeptManualClock()
    faults = {name: Fault(clock) for name in PORTS}
    radio, host = Radio(World(clock, Street(60.0, seed=3)), clock), Recorder(clock)

    def timekeeper(store: Store, board: Board) -> KeepTime:
        source = HangingTime(faults["synchronised"])
        return KeepTime(source, store.last_seal, PowerOnFile(None), believe=False, clock=clock, board=board)

    parts = Parts(
        clock, clock, host, HangingAdvertiser(radio, faults["is_on_air"]), HangingScanner(radio, faults["check"]),
        HangingReader(radio, faults["read_id"]), Wall(PngDisplay(no_picture, panel=HangingDisplay(faults["draw"]))),
        RootKey(bytes(32)), tmp_path, SimulatedSpeaker(), timekeeper=timekeeper, simulated=True,
    )  # fmt: skip
    boards: list[Board] = []

    async def look(board: Board, page: StatusSite) -> None:
        del page
        boards.append(board)

    async with asyncio.TaskGroup() as group:
        task = group.create_task(app.live(CONFIG, parts, look), name="kiosk")
        await clock.advance(600)
        faults[port].armed = True
        await clock.advance(600)
        snapshot = boards[0].snapshot()
        task.cancel()
    assert not faults[port].armed
    assert {each.name: each.hangs for each in snapshot.services if each.hangs} == {service: 1}
    assert {each.name for each in snapshot.services if each.state is not State.RUNNING} <= {"upkeep"}
    assert longest_silence(host, 1200) <= 5
    assert [record.message for record in caplog.records if " hung" in record.message] == [
        f"{service} hung: it took no turn for 45 s; it starts again alone (1 so far)"
    ]
    assert heard_everywhere(snapshot, service)


def heard_everywhere(snapshot: Snapshot, service: str) -> bool:
    """Page, terminal and scraper say which part hung, and how often."""
    status = document(snapshot)
    [box] = [row for row in status["rows"] if row["key"] == "box"]
    assert "phần bị treo, đã tự chạy lại: " in box["value"]["vi"]
    assert "hung and started again: " in box["value"]["en"]
    assert box["value"]["en"].endswith(" once")
    assert [each["hangs"] for each in status["services"] if each["name"] == service] == [1]
    assert any("phần bị treo" in line for line in lines(status))
    return f'kiosk_service_hangs_total{{service="{service}"}} 1' in metrics(snapshot, status).splitlines()
