"""Keep time: the machine's clock is judged within seconds, a step moves nothing, and the Board is told."""

from collections.abc import Awaitable, Callable

import pytest

from kiosk.core.facts import ClockFacts
from kiosk.core.timekeeping import Lent, Source, Timekeeper
from kiosk.core.windows import DAY_MS, UnixMs
from kiosk.errors import StoreUnavailable
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
        self.chip: UnixMs | None = None
        self.asked = 0
        self.during_the_answer: Callable[[], None] = lambda: None
        self.noted: tuple[UnixMs, Source] | None = None

    @property
    def trusted(self) -> bool:
        return self.keeper.trusted

    @property
    def powered_on_at(self) -> UnixMs:
        return self.keeper.powered_on_at or UnixMs(0)

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

    def battery(self) -> UnixMs | None:
        return self.chip

    async def synchronised(self) -> bool | None:
        self.asked += 1
        told = self.is_synchronised
        self.during_the_answer()
        return told

    def recall(self) -> tuple[UnixMs, Source] | None:
        return self.noted

    def note(self, powered_on_at: UnixMs, source: Source) -> None:
        self.noted = powered_on_at, source

    def begin_anew(self) -> None:
        """Another process of the same power-on."""
        self.keeper = Timekeeper()


async def yesterday() -> UnixMs | None:
    return UnixMs(NOON - DAY_MS)


def service(
    machine: Machine, *, believe: bool = False, last_seal: Callable[[], Awaitable[UnixMs | None]] = yesterday
) -> tuple[KeepTime, Board]:
    board = Board(machine, version="test", venue="", simulated=False)
    board.enter(NAME)
    return KeepTime(machine, last_seal, machine, believe=believe, clock=machine, board=board), board


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


async def test_a_battery_clock_puts_the_box_on_air_and_one_against_the_wall_clock_does_not() -> None:
    machine = Machine(NOON)
    machine.chip = UnixMs(NOON + 500)
    keeper, board = service(machine)
    await keeper.begin()
    await keeper.turn()
    assert (machine.now(), board.snapshot().clock) == (NOON + 500, ClockFacts(trusted=True, source=Source.BATTERY))

    lifted = Machine(NOON)  # by systemd, to the time it last kept: the chip's battery is empty
    lifted.chip = UnixMs(40_000)
    keeper, board = service(lifted)
    await keeper.begin()
    await keeper.turn()
    assert board.snapshot().clock == ClockFacts(trusted=False, on_hold=True)


async def test_a_wall_clock_that_is_set_while_the_machine_answers_is_asked_about_again() -> None:
    """The answer was about the time before."""
    machine = Machine(NOON)
    machine.is_synchronised = True

    def step() -> None:
        machine.offset -= 1_200_000
        machine.is_synchronised = False
        machine.during_the_answer = lambda: None

    machine.during_the_answer = step
    keeper, board = service(machine)
    await keeper.turn()
    assert board.snapshot().clock == ClockFacts(trusted=False, on_hold=True)
    await keeper.turn()
    assert (machine.asked, machine.trusted) == (2, False)


async def test_a_time_that_staff_lend_dates_what_was_noted_before_and_outlives_the_process() -> None:
    machine = Machine(0)
    keeper, board = service(machine)
    await keeper.begin()
    await keeper.turn()
    assert machine.keeper.confirm(NOON, machine.boot_ms()) is Lent.TAKEN
    await machine.later(1)
    await keeper.turn()
    assert board.snapshot().started == NOON
    machine.begin_anew()
    await machine.later(30)
    keeper, board = service(machine)
    await keeper.begin()
    assert board.snapshot().clock == ClockFacts(trusted=True, source=Source.STAFF), "known to be lent before it is used"
    await keeper.turn()
    assert machine.now() == NOON + 31_000
    assert board.snapshot().clock == ClockFacts(trusted=True, source=Source.STAFF)
    assert board.snapshot().started == NOON + 31_000


async def test_a_clock_that_is_believed_whatever_it_says_is_no_witness_for_the_next_process() -> None:
    machine = Machine(0)
    keeper, _ = service(machine, believe=True)
    await keeper.begin()
    await keeper.turn()
    assert machine.noted is None


async def test_a_card_that_does_not_tell_the_last_seal_keeps_the_network_s_time_from_nobody() -> None:
    async def unreadable() -> UnixMs | None:
        raise StoreUnavailable("store, day 20782: disk I/O error")

    machine = Machine(NOON)
    machine.chip, machine.is_synchronised = NOON, True
    keeper, board = service(machine, last_seal=unreadable)
    await keeper.begin()
    await keeper.turn()
    assert board.snapshot().clock == ClockFacts(trusted=True, source=Source.NETWORK)
