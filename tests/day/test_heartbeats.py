"""The whole house in virtual time: systemd hears from it without a gap."""

import asyncio
import logging
from itertools import pairwise
from pathlib import Path

import pytest

from kiosk.app import ALIVE_EVERY_S, ALIVE_LIMIT_S
from kiosk.config import Collect as Settings
from kiosk.config import StoreSection
from kiosk.core.identity import RootKey
from kiosk.core.windows import UnixMs
from kiosk.parts import VITAL
from kiosk.services import keep_time
from kiosk.services.advertise import Advertise
from kiosk.services.collect import Collect
from kiosk.services.upkeep import Upkeep
from kiosk.sim.clock import ManualClock
from kiosk.sim.radio import Fault, Radio
from kiosk.sim.street import Street
from kiosk.sim.world import World
from kiosk.store import open_store
from kiosk.supervisor import Board, keep_alive, supervise

pytestmark = pytest.mark.guest

START = UnixMs(1_795_305_600_000)
KEY = RootKey(bytes(32))


class Manager:
    """systemd as a list of (what, when)."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.heard: list[tuple[str, float]] = []

    def ready(self) -> None:
        self.heard.append(("ready", self._clock.monotonic()))

    def alive(self) -> None:
        self.heard.append(("alive", self._clock.monotonic()))

    def stopping(self) -> None:
        self.heard.append(("stopping", self._clock.monotonic()))

    def status(self, line: str) -> None:
        del line


@pytest.mark.parametrize("fault", [None, Fault.CHIP_GONE, Fault.DAEMON_GONE, Fault.REFUSES_ADVERT, Fault.BUSY])
async def test_systemd_hears_every_beat_whatever_is_wrong_with_the_radio(
    fault: Fault | None, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = ManualClock(START)
    radio = Radio(World(clock, Street(people=30)), clock)
    board = Board(clock, version="test", venue="", simulated=True)
    manager = Manager(clock)
    if fault is not None:
        radio.break_down(fault)
    async with open_store(tmp_path) as store, asyncio.TaskGroup() as group:
        ears = Collect(radio.scanner, radio.gatt, store, KEY, Settings(), clock=clock, board=board)
        runs = {
            "advertise": Advertise(radio.advertiser, KEY, clock=clock, board=board).run,
            "collect": ears.run,
            "upkeep": Upkeep(store, StoreSection(), "matches", clock=clock, board=board).run,
        }
        assert (*runs, keep_time.NAME) == VITAL  # a simulated clock needs no judge
        tasks = [group.create_task(supervise(name, run, clock=clock, board=board)) for name, run in runs.items()]
        alive = keep_alive(board, manager, clock, vital=tuple(runs), period_s=ALIVE_EVERY_S, limit_s=ALIVE_LIMIT_S)
        tasks.append(group.create_task(alive))
        await clock.advance(600)
        for task in tasks:
            task.cancel()
    beats = [at for what, at in manager.heard if what == "alive"]
    assert [what for what, _ in manager.heard].count("ready") == 1
    assert max(later - sooner for sooner, later in pairwise(beats)) <= ALIVE_EVERY_S
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
