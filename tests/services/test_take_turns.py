"""Take turns: never both at once where the chip cannot, nobody left resting, and a chip that refuses is suspected."""

import asyncio
from itertools import pairwise

import pytest

from kiosk.core.facts import CollectFacts, Trouble
from kiosk.core.slices import SILENT_S, plan
from kiosk.core.windows import UnixMs
from kiosk.errors import RadioError
from kiosk.services.take_turns import AIR, LOOK_S, NAME, TakeTurns
from kiosk.sim.clock import ManualClock
from kiosk.supervisor import Board

START = UnixMs(1_795_000_000_000)


class Box:
    """A chip, and when each began to have its turn."""

    def __init__(self, why: str = "the chip says so") -> None:
        self.reason, self.refuses, self.suspected = why, False, 0
        self.turns: list[tuple[float, str]] = []
        self.clock = ManualClock(START)
        self.board = Board(self.clock, version="0", venue="", simulated=False)
        for name in (NAME, AIR):
            self.board.enter(name)
        self.board.collect(CollectFacts(listening_since=START))
        self.service = TakeTurns(self, clock=self.clock, board=self.board)

    def why(self) -> str:
        return self.reason

    def suspect(self) -> None:
        self.suspected += 1

    async def listen(self) -> None:
        self.turns.append((self.clock.monotonic(), "listen"))

    async def send(self) -> None:
        if self.refuses:
            raise RadioError("kiosk-radio, advertise: the kernel says Failed", Trouble.REFUSED)
        self.turns.append((self.clock.monotonic(), "send"))

    async def runs(self, seconds: float) -> None:
        """The service, for so long."""
        async with asyncio.TaskGroup() as group:
            task = group.create_task(self.service.run())
            await self.clock.advance(seconds)
            task.cancel()


async def test_each_has_its_turn_for_as_long_as_planned() -> None:
    box, slices = Box(), plan(0)
    await box.runs(10 * sum(slices) - 0.01)
    begun = [at for at, _ in box.turns]
    assert [who for _, who in box.turns[:-1]] == ["listen", "send"] * 10
    assert [after - at for at, after in pairwise(begun[:-1])] == pytest.approx(([*slices] * 10)[:-1], abs=1e-5)


async def test_who_ends_leaves_the_ears_listening() -> None:
    box = Box()
    await box.runs(sum(plan(0)) - 0.01)
    assert [who for _, who in box.turns] == ["listen", "send", "listen"]


async def test_a_chip_that_does_both_is_left_alone() -> None:
    box = Box("")
    await box.runs(600)
    assert box.turns == []


async def test_a_chip_that_is_trusted_again_listens_all_the_time() -> None:
    box = Box()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(box.service.run())
        await box.clock.advance(plan(0).listen_s + 0.1)
        box.reason = ""
        await box.clock.advance(60)
        assert [who for _, who in box.turns] == ["listen", "send", "listen"]
        task.cancel()
    assert len(box.turns) == 3


async def test_an_advertisement_that_is_refused_in_its_own_turn_gives_the_ears_theirs_back() -> None:
    box = Box()
    box.refuses = True
    async with asyncio.TaskGroup() as group:

        async def run() -> None:
            with pytest.raises(RadioError):
                await box.service.run()

        group.create_task(run())
        await box.clock.advance(10)
    assert [who for _, who in box.turns] == ["listen", "listen"]


@pytest.mark.parametrize(
    ("trouble", "listens", "suspected"),
    [(Trouble.REFUSED, True, 1), (Trouble.REFUSED, False, 0), (Trouble.NO_ADAPTER, True, 0), (None, True, 0)],
)
async def test_a_chip_that_refuses_to_send_while_it_listens_is_suspected(
    trouble: Trouble | None, listens: bool, suspected: int
) -> None:
    box = Box("")
    box.board.collect(CollectFacts(listening_since=START if listens else None))
    if trouble is not None:
        box.board.troubled(AIR, trouble, "RegisterAdvertisement: Failed")
    await box.runs(SILENT_S + LOOK_S + 1)
    assert box.suspected == suspected
