"""Mend: a silence that is believed costs nothing; one that is not is climbed out of, and the page says how."""

from dataclasses import replace

import pytest

from kiosk.core.airtime import AirtimeFacts, Duty
from kiosk.core.facts import CollectFacts, Trouble, Ways
from kiosk.core.recovery import PATIENCE_S, SILENT_S, Rung
from kiosk.core.windows import UnixMs
from kiosk.errors import RadioError
from kiosk.services.mend import EARS, LOOK_S, NAME, Mend
from kiosk.sim.clock import ManualClock
from kiosk.supervisor import Board

START = UnixMs(1_795_000_000_000)
HOUR_S = 3600.0


class Box:
    """A radio that is heard or not, and every step it is asked for."""

    def __init__(self) -> None:
        self.clock = ManualClock(START)
        self.board = Board(self.clock, version="0", venue="", simulated=False)
        self.taken: list[Rung] = []
        self.offered = frozenset(Rung)
        self.refuses = False
        self.beats = True
        self.age_s = 100 * HOUR_S
        self.mend = Mend(self, self, clock=self.clock, board=self.board)
        self.board.enter(NAME)
        self.board.enter(EARS)
        self.facts = CollectFacts(listening_since=START)

    def rungs(self) -> frozenset[Rung]:
        return self.offered

    async def take(self, rung: Rung) -> None:
        self.taken.append(rung)
        if self.refuses:
            raise RadioError("kiosk-radio does not answer")

    def beat_at(self) -> float | None:
        return self.clock.monotonic() if self.beats else 0.0

    def airtime(self, uptime: float) -> AirtimeFacts | None:
        return AirtimeFacts(min(uptime, 900.0), Duty(0.96, 0.4), Duty(0.99, 1.25))

    def ways(self) -> Ways:
        return Ways("sockets", "", "management", "bluetoothd refuses")

    def boot(self) -> str:
        return ""

    def up_s(self) -> float:
        return self.age_s + self.clock.monotonic()

    async def passes(self, seconds: float, *, crowd: int | None = None) -> None:
        """Time, with so many phones around (None: nobody)."""
        for _ in range(round(seconds / LOOK_S)):
            if crowd is not None:
                self.facts = replace(self.facts, packets=self.facts.packets + crowd, crowd=crowd)
            self.board.collect(self.facts)
            await self.mend.turn()
            await self.clock.advance(LOOK_S)


async def test_an_empty_venue_takes_no_step_in_eight_hours_and_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    box = Box()
    await box.passes(60, crowd=1)
    await box.passes(8 * HOUR_S)
    assert box.taken == []
    assert caplog.records == []
    path = box.board.snapshot().path
    assert path is not None
    assert path.sense == "empty"


async def test_a_controller_that_fell_still_is_climbed_out_of_rung_by_rung() -> None:
    box = Box()
    await box.passes(60, crowd=20)
    box.beats = False
    await box.passes(SILENT_S + 3 * PATIENCE_S[Rung.POWER_CYCLE])
    assert box.taken[:3] == [Rung.RESTART_SCAN, Rung.POWER_CYCLE, Rung.REOPEN]


async def test_the_step_that_worked_is_on_the_page() -> None:
    box = Box()
    await box.passes(60, crowd=20)
    box.beats = False
    await box.passes(SILENT_S + PATIENCE_S[Rung.RESTART_SCAN] + LOOK_S)
    box.beats = True
    await box.passes(10, crowd=20)
    path = box.board.snapshot().path
    assert path is not None
    assert path.worked == path.step == Rung.POWER_CYCLE.value
    assert path.worked_at is not None
    assert path.sense == "hearing"
    assert path.ways.air == "management"
    assert path.airtime is not None
    assert path.airtime.listening == Duty(0.96, 0.4)


async def test_a_step_that_could_not_be_done_is_told_and_the_next_is_taken() -> None:
    box = Box()
    box.refuses, box.beats = True, False
    await box.passes(SILENT_S + 60)
    path = box.board.snapshot().path
    assert path is not None
    assert path.refusal == "kiosk-radio does not answer"
    assert len(box.taken) >= 3


async def test_a_trouble_that_the_stack_names_is_met_at_once() -> None:
    box = Box()
    await box.passes(60, crowd=20)
    box.facts = replace(box.facts, listening_since=None)
    box.board.troubled(EARS, Trouble.BLOCKED, "rfkill keeps the Bluetooth controller off")
    await box.passes(30)
    assert box.taken == [Rung.RESTART_SCAN, Rung.UNBLOCK]


@pytest.mark.parametrize("trouble", [Trouble.STORE, Trouble.BUG])
async def test_what_is_no_trouble_of_the_radio_takes_no_step(trouble: Trouble) -> None:
    box = Box()
    await box.passes(60, crowd=20)
    box.board.troubled(EARS, trouble, "the disk is full")
    await box.passes(30, crowd=20)
    assert box.taken == []


async def test_a_machine_that_has_just_started_is_not_rebooted() -> None:
    young, old = Box(), Box()
    young.age_s = 0.0
    for box in (young, old):
        box.beats = False
        await box.passes(HOUR_S)
    assert Rung.REBOOT not in young.taken
    assert Rung.REBOOT in old.taken
