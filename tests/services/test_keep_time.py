"""Keep time: the machine's clock is judged within seconds, a step moves nothing, and the Board is told."""

from collections.abc import Awaitable

import pytest

from kiosk.core.facts import ClockFacts
from kiosk.core.timekeeping import Source, Timekeeper
from kiosk.core.windows import DAY_MS, UnixMs
from kiosk.services.keep_time import ASK_SURE_S, ASK_UNSURE_S, NAME, KeepTime
from kiosk.sim.clock import ManualClock
from kiosk.supervisor import Board
from tests.core.strategies import NOON

pytestmark = pytest.mark.guest


class Machine:
    """A KeptClock and its TimeSource, set by hand: `wall` runs with the power-on time until somebody sets it."""

    def __init__(self, wall: int) -> None:
        self._up = ManualClock(UnixMs(40_000))
        self.offset = wall - 40_000
        self.keeper = Timekeeper()
        self.is_synchronised: bool | None = False
        self.has_battery = False
        self.asked = 0

    @property
    def trusted(self) -> bool:
        return self.keeper.trusted

    @property
    def powered_on_at(self) -> UnixMs:
        return UnixMs(self.now() - self.boot_ms()) if self.trusted else UnixMs(0)

    def wall(self) -> UnixMs:
        return UnixMs(self.boot_ms() + self.offset)

    def boot_ms(self) -> int:
        return self._up.now()

    def now(self) -> UnixMs:
        return self.keeper.now(self.boot_ms()) or UnixMs(self.boot_ms())

    def monotonic(self) -> float:
        return self._up.monotonic()

    def sleep(self, seconds: float) -> Awaitable[None]:
        return self._up.sleep(seconds)

    async def later(self, seconds: float) -> None:
        await self._up.advance(seconds)

    def battery(self) -> bool:
        return self.has_battery

    async def synchronised(self) -> bool | None:
        self.asked += 1
        return self.is_synchronised


def service(machine: Machine, *, believe: bool = False) -> tuple[KeepTime, Board]:
    board = Board(machine, version="test", venue="", simulated=False)
    board.enter(NAME)

    async def last_seal() -> UnixMs | None:
        return UnixMs(NOON - DAY_MS)

    return KeepTime(machine, last_seal, believe=believe, clock=machine, board=board), board


@pytest.mark.parametrize("year_ms", [0, 1_577_836_800_000, 1_924_992_000_000], ids=["1970", "2020", "2031"])
async def test_a_wrong_clock_is_not_believed_and_the_corrected_one_is(year_ms: int) -> None:
    machine = Machine(year_ms)
    keeper, board = service(machine)
    await keeper.turn()
    assert board.snapshot().clock == ClockFacts(trusted=False, on_hold=True)
    assert machine.now() < DAY_MS, "time since power-on, no date"
    machine.offset, machine.is_synchronised = NOON - machine.boot_ms(), True
    await keeper.turn()
    assert board.snapshot().clock == ClockFacts(trusted=True, source=Source.NETWORK)
    assert machine.now() == NOON
    assert board.snapshot().started == NOON


async def test_a_step_back_of_twenty_minutes_moves_nothing() -> None:
    machine = Machine(NOON)
    machine.is_synchronised = True
    keeper, board = service(machine)
    await keeper.turn()
    await machine.later(60)
    machine.offset, machine.is_synchronised = machine.offset - 1_200_000, False
    await keeper.turn()
    assert machine.now() == NOON + 60_000
    assert board.snapshot().clock == ClockFacts(trusted=True, source=Source.NETWORK)
    machine.offset, machine.is_synchronised = machine.offset + 1_200_300, True  # the time server mends it
    await keeper.turn()
    assert machine.now() == NOON + 60_300


async def test_the_machine_is_asked_often_while_unsure_and_seldom_afterwards() -> None:
    machine = Machine(0)
    keeper, _ = service(machine)
    await keeper.turn()
    await machine.later(ASK_UNSURE_S - 1)
    await keeper.turn()
    assert machine.asked == 1
    await machine.later(1)
    machine.is_synchronised = True
    await keeper.turn()
    assert machine.asked == 2
    await machine.later(ASK_SURE_S - 1)
    await keeper.turn()
    assert machine.asked == 2
    machine.offset += 5000  # somebody set the clock
    await keeper.turn()
    assert machine.asked == 3


async def test_a_clock_that_is_to_be_believed_whatever_it_says_is() -> None:
    machine = Machine(NOON)
    keeper, board = service(machine, believe=True)
    await keeper.turn()
    assert machine.now() == NOON
    assert board.snapshot().clock == ClockFacts(trusted=True, source=Source.NETWORK)
    assert machine.asked == 0
