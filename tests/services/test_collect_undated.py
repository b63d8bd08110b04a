"""Collect before the time is known: nothing under a false date, and nothing lost that the same power-on can date."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from kiosk.config import Collect as Settings
from kiosk.core.adverts import Platform
from kiosk.core.encounters import Encounter
from kiosk.core.identity import DailyKey, RootKey
from kiosk.core.windows import DAY_MS, WINDOW_MS, UnixMs, window_at
from kiosk.errors import StoreUnavailable
from kiosk.services.collect import NAME, Collect
from kiosk.sim.clock import ManualClock
from kiosk.sim.phones import Addresses, Device, Duty, Phone
from kiosk.sim.radio import Radio
from kiosk.sim.world import World
from kiosk.store import Store, open_store
from kiosk.supervisor import Board, supervise
from tests.fakes.unsure_clock import UnsureClock

pytestmark = pytest.mark.guest

KEY = RootKey(bytes(range(32)))
DAY = UnixMs(1_795_305_600_000 // DAY_MS * DAY_MS)
START = UnixMs(DAY + 13 * WINDOW_MS - 300_000)  # five minutes before a boundary that the box does not know of
FIRST, SECOND = window_at(START), window_at(START).after


class Box:
    """One power-on of a box in a world that goes on without it."""

    def __init__(self, store: Store, world: World, clock: UnsureClock, boot: str = "one") -> None:
        self.store, self.boot, self.clock = store, boot, clock
        self.radio = Radio(world, clock)
        self.board = Board(self.clock, version="test", venue="", simulated=True)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        service = Collect(
            self.radio.scanner, self.radio.gatt, self.store, KEY, Settings(), clock=self.clock, board=self.board,
            boot=self.boot,
        )  # fmt: skip
        async with asyncio.TaskGroup() as group:
            task = group.create_task(supervise(NAME, service.run, clock=self.clock, board=self.board))
            await self.clock.advance(0)
            yield
            task.cancel()

    async def stored(self) -> list[Encounter]:
        return [row for window in (FIRST, SECOND) for row in await self.store.encounters(window)]


def place(world: World, number: int, platform: Platform) -> Phone:
    phone = Phone(platform, True, DailyKey(bytes([number]) * 32), DAY)
    each_window = Duty(WINDOW_MS, WINDOW_MS)
    world.place(Device(Addresses(bytes([number]) * 16, lasts=None), phone.advert, each_window, -60, phone))
    return phone


@pytest.fixture
def clock() -> UnsureClock:
    return UnsureClock(ManualClock(START))


@pytest.fixture
def world(clock: UnsureClock) -> World:
    """Whoever makes it knows the time; then the box's power is cut."""
    world = World(clock)
    clock.power_cut()
    return world


async def test_nothing_is_dated_before_the_time_is_known_and_all_of_it_afterwards(
    tmp_path: Path, clock: UnsureClock, world: World
) -> None:
    android, iphone = place(world, 1, Platform.ANDROID), place(world, 2, Platform.IOS)
    async with open_store(tmp_path) as store:
        box = Box(store, world, clock)
        async with box.running():
            await clock.advance(420)
            assert store.days() == []
            assert await store.undated.count("one") != (0, 0)
            clock.know()
            await clock.advance(10)
            rows = await box.stored()
            assert not store.undated.exist
    found = {(row.window, row.peer) for row in rows}
    assert {(window, android.id_at(window.start)) for window in (FIRST, SECOND)} <= found
    assert (FIRST, iphone.id_at(FIRST.start)) in found
    for row in rows:
        assert row.peer in (android.id_at(row.window.start), iphone.id_at(row.window.start)), "a false window"
        assert START <= row.first <= row.last <= clock.now()


async def test_a_short_flush_before_the_time_is_known_survives_a_crash_within_the_same_power_on(
    tmp_path: Path, clock: UnsureClock, world: World
) -> None:
    phone = place(world, 1, Platform.ANDROID)
    async with open_store(tmp_path) as store:
        async with Box(store, world, clock).running():
            await clock.advance(60)
        box = Box(store, world, clock)
        clock.know()
        async with box.running():
            await clock.advance(1)
            rows = await box.stored()
    assert {(row.window, row.peer) for row in rows} == {(FIRST, phone.id_at(START))}
    assert min(row.first for row in rows) < START + 5000


async def test_what_an_earlier_power_on_met_is_counted_and_dropped(
    tmp_path: Path, clock: UnsureClock, world: World
) -> None:
    place(world, 1, Platform.ANDROID)
    async with open_store(tmp_path) as store:
        async with Box(store, world, clock).running():
            await clock.advance(30)
        lost = sum(await store.undated.count("two"))
        clock.power_cut()
        box = Box(store, World(clock), clock, boot="two")
        async with box.running():
            await clock.advance(5)
            assert box.board.snapshot().collect.undated_lost == lost > 0
            clock.know()
            await clock.advance(20)
            assert await box.stored() == []
        assert not store.undated.exist


async def test_an_iphone_s_answer_counts_when_it_came_and_not_before_or_after(
    tmp_path: Path, clock: UnsureClock, world: World
) -> None:
    phone = place(world, 2, Platform.IOS)
    async with open_store(tmp_path) as store:
        box = Box(store, world, clock)
        async with box.running():
            await clock.advance(400)  # across the boundary that the box cannot see
            clock.know()
            await clock.advance(1)
            early = [row for row in await box.stored() if row.peer == phone.id_at(FIRST.start)]
    assert early
    assert all(row.window == FIRST for row in early)


async def test_a_restart_of_the_service_keeps_what_waits(tmp_path: Path, clock: UnsureClock, world: World) -> None:
    phone = place(world, 1, Platform.ANDROID)
    async with open_store(tmp_path) as store:
        box = Box(store, world, clock)
        async with box.running():
            await clock.advance(3)  # nothing is on disk yet
        async with box.running():
            clock.know()
            await clock.advance(1)
            rows = await box.stored()
    assert {row.peer for row in rows} == {phone.id_at(START)}


async def test_a_stop_right_after_the_time_became_known_loses_and_misdates_nothing(
    tmp_path: Path, clock: UnsureClock, world: World
) -> None:
    phone = place(world, 1, Platform.ANDROID)
    async with open_store(tmp_path) as store:
        box = Box(store, world, clock)
        async with box.running():
            await clock.advance(3)  # nothing is on disk yet
            clock.know()
        assert {row.peer for row in await box.stored()} == {phone.id_at(START)}
        assert store.days() == [FIRST.day]
        assert not store.undated.exist


async def test_a_card_that_is_full_when_the_time_becomes_known_costs_no_row(
    tmp_path: Path, clock: UnsureClock, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_boot: str, _rows: object) -> None:
        raise StoreUnavailable("store, undated.db: database or disk is full")

    first, second = place(world, 1, Platform.ANDROID), place(world, 2, Platform.ANDROID)
    async with open_store(tmp_path) as store:
        box = Box(store, world, clock)
        async with box.running():
            await clock.advance(20)
            on_disk = sum(await store.undated.count("one"))
            monkeypatch.setattr(store.undated, "put", full)
            await clock.advance(15)
            clock.know()
            await clock.advance(1)
        rows = await box.stored()
        assert on_disk
        assert {(row.window, row.peer) for row in rows} == {(FIRST, each.id_at(START)) for each in (first, second)}
        assert all(row.first < START + 2000 and row.last > START + 30_000 for row in rows)
