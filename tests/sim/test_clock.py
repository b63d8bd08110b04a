"""The simulated clocks: time moves only when everybody sleeps."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiosqlite
import pytest

from kiosk.core.windows import UnixMs
from kiosk.ports import Clock
from kiosk.sim.clock import ManualClock, ScaledClock

START = UnixMs(1_795_000_000_000)


def test_both_clocks_satisfy_the_port() -> None:
    clocks: list[Clock] = [ManualClock(START), ScaledClock(START, 60.0)]
    assert all(clock.now() >= START for clock in clocks)


async def test_a_sleeper_wakes_at_its_time_and_not_before() -> None:
    clock = ManualClock(START)
    woke: list[float] = []

    async def sleeper() -> None:
        await clock.sleep(10)
        woke.append(clock.monotonic())

    async with asyncio.TaskGroup() as group:
        group.create_task(sleeper())
        await clock.advance(9.999)
        assert woke == []
        await clock.advance(0.001)
        assert woke == [10.0]
    assert clock.now() == START + 10_000


async def test_sleepers_wake_in_order_of_time_then_of_their_tasks_names() -> None:
    clock = ManualClock(START)
    woke: list[str] = []

    async def sleeper(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woke.append(name)

    async with asyncio.TaskGroup() as group:
        for name, seconds in (("late", 3.0), ("Task-10", 1.0), ("Task-9", 1.0), ("middle", 2.0)):
            group.create_task(sleeper(name, seconds), name=name)
        await clock.advance(5)
    assert woke == ["Task-9", "Task-10", "middle", "late"]


async def test_whoever_is_due_while_all_are_kept_waiting_wakes_late() -> None:
    clock = ManualClock(START)
    woke: list[float] = []

    async def sleeper() -> None:
        await clock.sleep(1)
        clock.stall(3)
        for _ in range(2):
            await clock.sleep(1)
            woke.append(clock.monotonic())

    async def other() -> None:
        await clock.sleep(2)
        woke.append(clock.monotonic())

    async with asyncio.TaskGroup() as group:
        group.create_task(sleeper())
        group.create_task(other())
        await clock.advance(8)
    assert woke == [4.0, 5.0, 6.0]
    assert clock.monotonic() == 8


async def test_zero_seconds_only_yield() -> None:
    clock = ManualClock(START)
    await clock.sleep(0)
    await clock.sleep(-1)
    assert clock.monotonic() == 0


async def test_time_stands_still_while_a_thread_works() -> None:
    clock = ManualClock(START)
    times: list[float] = []
    gate = threading.Event()

    async def busy() -> None:
        await asyncio.to_thread(gate.wait)
        times.append(clock.monotonic())
        await clock.sleep(1)
        times.append(clock.monotonic())

    async with asyncio.TaskGroup() as group:
        group.create_task(busy())
        asyncio.get_running_loop().call_later(0.05, gate.set)
        await clock.advance(100)
    assert times == [0.0, 1.0]


async def test_a_parent_that_waits_for_its_children_does_not_hold_time() -> None:
    clock = ManualClock(START)
    woke: list[float] = []

    async def child() -> None:
        await clock.sleep(7)
        woke.append(clock.monotonic())

    async def parent() -> None:
        await clock.sleep(1)
        async with asyncio.TaskGroup() as group:
            group.create_task(child())

    async with asyncio.TaskGroup() as group:
        group.create_task(parent())
        await clock.advance(20)
    assert woke == [8.0]


async def test_a_crash_reaches_the_parent_before_time_moves_on() -> None:
    clock = ManualClock(START)
    seen: list[float] = []

    async def crash() -> None:
        await clock.sleep(5)
        raise ValueError

    async def steady() -> None:
        while True:
            await clock.sleep(0.25)

    async def parent() -> None:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(crash())
                group.create_task(steady())
        except* ValueError:
            seen.append(clock.monotonic())

    async with asyncio.TaskGroup() as group:
        group.create_task(parent())
        other = group.create_task(steady())
        await clock.advance(10)
        other.cancel()
    assert seen == [5.0]


async def test_a_cancelled_sleeper_is_forgotten() -> None:
    clock = ManualClock(START)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(_for_ever(clock))
        await clock.advance(10)
        task.cancel()
    await clock.advance(10)
    assert clock.monotonic() == 20.0


async def test_a_wall_clock_that_jumps_leaves_monotonic_time_alone() -> None:
    clock = ManualClock(START)
    await clock.advance(100)
    clock.jump(UnixMs(START - 3_600_000))
    await clock.advance(1)
    assert clock.now() == START - 3_600_000 + 1000
    assert clock.monotonic() == 101.0


async def test_a_task_that_waits_for_neither_clock_nor_io_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.sim.clock.STUCK_S", 0.05)
    clock = ManualClock(START)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(_wait(asyncio.Event().wait), name="the culprit")
        with pytest.raises(RuntimeError, match="the culprit"):
            await clock.advance(1)
        task.cancel()


async def test_two_runs_over_real_databases_are_the_same(tmp_path_factory: pytest.TempPathFactory) -> None:
    runs = [await _three_services(tmp_path_factory.mktemp("run")) for _ in range(2)]
    assert runs[0] == runs[1]
    assert len(runs[0]) > 200


async def _three_services(folder: Path) -> list[tuple[str, float]]:
    clock = ManualClock(START)
    log: list[tuple[str, float]] = []

    async def service(name: str, period: float) -> None:
        async with aiosqlite.connect(folder / name) as db:
            await db.execute("CREATE TABLE IF NOT EXISTS turn (name TEXT, at REAL)")
            while True:
                await db.execute("INSERT INTO turn VALUES (?, ?)", (name, clock.monotonic()))
                await db.commit()
                if clock.monotonic() > 0:  # while they start, three threads race
                    log.append((name, clock.monotonic()))
                await clock.sleep(period)

    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(service(name, period), name=name) for name, period in (("a", 1), ("b", 1.5), ("c", 2))
        ]
        await clock.advance(100)
        for task in tasks:
            task.cancel()
    return log


async def test_scaled_time_runs_as_many_times_faster_as_asked() -> None:
    clock = ScaledClock(START, 1000.0)
    before = clock.now()
    await clock.sleep(30)
    assert clock.now() - before >= 30_000
    assert clock.monotonic() >= 30


def test_a_speed_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="above zero"):
        ScaledClock(START, 0)


async def _for_ever(clock: Clock) -> None:
    while True:
        await clock.sleep(3)


async def _wait(what: Callable[[], Awaitable[object]]) -> None:
    await what()
