"""Simulated clocks: one that a test moves by hand, one that runs N times faster than the machine's."""

import asyncio
import heapq
import time
from collections.abc import Awaitable
from types import CodeType
from typing import Final, NamedTuple

from kiosk.core.windows import UnixMs
from kiosk.ports import Clock

STUCK_S: Final = 30.0
"""Real seconds after which a task that neither sleeps nor ends is taken for a bug in the test."""
LOOK_AGAIN_S: Final = 0.01
"""Real seconds between two looks at tasks that are busy with I/O."""
QUIET_ROUNDS: Final = 3
"""A crash climbs from a child to the parent waiting in its TaskGroup within two rounds of the loop."""
_WAITS_FOR_CHILDREN: Final[CodeType] = asyncio.TaskGroup.__aexit__.__code__


class _Sleeper(NamedTuple):
    """Who wakes when, in whole microseconds, so that no rounding adds up.

    Equal times go by the task's name, the shorter first (Task-9, Task-10): the order of coming depends on threads.
    """

    due_us: int
    name_length: int
    name: str
    number: int
    woken: "asyncio.Future[None]"


class ManualClock:
    """Time that stands still until `advance`.

    It moves from one sleeper to the next, wakes that one alone, and goes on only when every other task of the loop
    sleeps on this clock or stands at the end of a TaskGroup waiting for tasks that do. A task that waits for I/O (a
    database thread, say) therefore holds time, and a run gives the same results each time. The price: under this
    clock tasks may wait for nothing but the clock, I/O and TaskGroups.
    """

    def __init__(self, start: UnixMs) -> None:
        self._start_ms: int = start
        self._us = 0
        self._count = 0
        self._sleepers: list[_Sleeper] = []
        self._asleep: dict[asyncio.Task[object], asyncio.Future[None]] = {}
        self._tasks: set[asyncio.Task[object]] = set()
        self._movement = asyncio.Event()
        self.trusted = True
        self.powered_on_at = start

    def now(self) -> UnixMs:
        return UnixMs(self._start_ms + self._us // 1000)

    def monotonic(self) -> float:
        return self._us / 1_000_000

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        task = asyncio.current_task()
        assert task is not None
        self._count += 1
        due_us = self._us + max(1, round(seconds * 1_000_000))
        woken = asyncio.get_running_loop().create_future()
        name = task.get_name()
        heapq.heappush(self._sleepers, _Sleeper(due_us, len(name), name, self._count, woken))
        self._asleep[task] = woken
        self._movement.set()
        try:
            await woken
        finally:
            del self._asleep[task]

    def jump(self, to: UnixMs) -> None:
        """Set the wall clock, as a time server does; nobody wakes and monotonic time goes on."""
        self._start_ms = to - self._us // 1000

    def stall(self, seconds: float) -> None:
        """Time passes while a card or a processor keeps everybody waiting: whoever is due meanwhile wakes late."""
        self._us += round(seconds * 1_000_000)

    async def advance(self, seconds: float) -> None:
        """Let this much time pass. Ends when everybody whose sleep is over has gone to sleep again."""
        target_us = self._us + round(seconds * 1_000_000)
        await self._all_asleep()
        while self._sleepers and self._sleepers[0].due_us <= target_us:
            sleeper = heapq.heappop(self._sleepers)
            if sleeper.woken.done():  # cancelled in its sleep
                continue
            self._us = max(self._us, sleeper.due_us)
            sleeper.woken.set_result(None)
            await self._all_asleep()
        self._us = max(self._us, target_us)

    async def _all_asleep(self) -> None:
        await asyncio.sleep(0)  # whoever was woken takes its step
        tasks = asyncio.all_tasks()
        if tasks == self._tasks and not self._awake(tasks):
            return
        try:
            async with asyncio.timeout(STUCK_S):
                await self._settle()
        except TimeoutError:
            names = ", ".join(sorted(task.get_name() for task in self._awake(asyncio.all_tasks())))
            raise RuntimeError(f"time cannot move: {names} waits for neither clock nor TaskGroup") from None

    async def _settle(self) -> None:
        """Tasks came, went or are busy: time may move once nothing has changed for a few rounds of the loop."""
        quiet = 0
        while quiet < QUIET_ROUNDS:
            self._tasks, before = asyncio.all_tasks(), self._tasks
            if self._awake(self._tasks):
                await self._look_again()
                quiet = 0
                continue
            quiet = quiet + 1 if self._tasks == before else 0
            await asyncio.sleep(0)

    async def _look_again(self) -> None:
        """Wait until somebody falls asleep; look now and then as well, since a task may also just end."""
        self._movement.clear()
        timer = asyncio.get_running_loop().call_later(LOOK_AGAIN_S, self._movement.set)
        try:
            await self._movement.wait()
        finally:
            timer.cancel()

    def _awake(self, tasks: set[asyncio.Task[object]]) -> list[asyncio.Task[object]]:
        """Those that may still do something at this moment, but for the one that moves the clock."""
        me = asyncio.current_task()
        asleep = self._asleep
        return [
            task
            for task in tasks
            if task is not me and (task not in asleep or asleep[task].done()) and not _waits(task)
        ]


def _waits(task: "asyncio.Task[object]") -> bool:
    """Whether a task stands at the end of `async with TaskGroup()`: then its children count in its stead."""
    awaited: object = task.get_coro()
    while awaited is not None:
        if getattr(awaited, "cr_code", None) is _WAITS_FOR_CHILDREN:
            return True
        awaited = getattr(awaited, "cr_await", None)
    return False


class ScaledClock:
    """Time that runs `speed` times faster than the machine's, from `start` on. It never jumps."""

    trusted = True

    def __init__(self, start: UnixMs, speed: float = 1.0) -> None:
        if speed <= 0:
            raise ValueError(f"speed must be above zero, not {speed}")
        self._start = self.powered_on_at = start
        self._speed = speed
        self._origin_s = time.monotonic()

    def now(self) -> UnixMs:
        return UnixMs(self._start + int(self.monotonic() * 1000))

    def monotonic(self) -> float:
        return (time.monotonic() - self._origin_s) * self._speed

    def sleep(self, seconds: float) -> Awaitable[None]:
        return asyncio.sleep(max(0.0, seconds) / self._speed)


class OnlookerClock:
    """Tells the time of a simulation but sleeps in real time: for what people look at while it runs fast."""

    trusted = True

    def __init__(self, simulated: Clock) -> None:
        self._simulated = simulated

    def now(self) -> UnixMs:
        return self._simulated.now()

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> Awaitable[None]:
        return asyncio.sleep(max(0.0, seconds))
