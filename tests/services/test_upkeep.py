"""Upkeep on a real store: days leave on time, and what is left is told."""

from pathlib import Path

import pytest

from kiosk.core.adverts import Platform
from kiosk.core.encounters import Encounter, Flush, Via
from kiosk.core.identity import BluezoneId
from kiosk.core.windows import DAY_MS, UnixMs, Window, window_at
from kiosk.services.upkeep import NAME, Upkeep
from kiosk.sim.clock import ManualClock
from kiosk.store import Store, open_store
from kiosk.supervisor import Board

pytestmark = pytest.mark.guest

NOW = UnixMs(1_795_305_600_000)
TODAY = window_at(NOW).day


async def put(store: Store, day: int) -> None:
    start = UnixMs(day * DAY_MS)
    row = Encounter(Window(start), BluezoneId(bytes(12)), 0, start, start, 1, -60, -60, Platform.ANDROID, Via.ADVERT)
    await store.put(Flush([row], []), start)


def upkeep(store: Store, clock: ManualClock, retention_days: int) -> tuple[Upkeep, Board]:
    board = Board(clock, version="test", venue="", simulated=True)
    board.enter(NAME)
    return Upkeep(store, retention_days, clock=clock, board=board), board


async def test_nothing_older_than_the_promise_is_left_and_nothing_younger_is_touched(tmp_path: Path) -> None:
    clock = ManualClock(NOW)
    async with open_store(tmp_path) as store:
        for back in range(20):
            await put(store, TODAY - back)
        service, board = upkeep(store, clock, retention_days=14)
        await service.turn()
        assert store.days() == [TODAY - back for back in range(13, -1, -1)]
        oldest_ms = store.days()[0] * DAY_MS
        assert NOW - oldest_ms <= 14 * DAY_MS
        facts = board.snapshot().upkeep
    assert (facts.days, facts.purged_at) == (14, NOW)
    assert facts.bytes_on_disk > 0
    assert facts.free_bytes


async def test_a_day_leaves_at_the_utc_midnight_that_ends_its_time(tmp_path: Path) -> None:
    clock = ManualClock(UnixMs(TODAY * DAY_MS))
    async with open_store(tmp_path) as store:
        await put(store, TODAY)
        service, _ = upkeep(store, clock, retention_days=1)
        clock.jump(UnixMs((TODAY + 1) * DAY_MS - 1))
        await service.turn()
        assert store.days() == [TODAY]
        clock.jump(UnixMs((TODAY + 1) * DAY_MS))
        await service.turn()
        assert store.days() == []
