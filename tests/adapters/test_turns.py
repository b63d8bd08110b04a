"""Turns over a fake kernel whose chip does one thing at a time: it scans or sends, and is never asked for both."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from kiosk.adapters.advert_rungs import MANAGEMENT, TURNS, ManagementAdvertiser, RungAdvertiser, TurnsAdvertiser
from kiosk.adapters.att_reader import AttReader
from kiosk.adapters.management import Management
from kiosk.adapters.socket_scanner import SocketScanner
from kiosk.adapters.system import SystemClock
from kiosk.adapters.turns import REFUSES_TO_LISTEN, REFUSES_TO_SEND, SAYS_SO, TOO_OFTEN, BoxTurns, OneAtATime
from kiosk.core.adverts import encode
from kiosk.core.identity import BluezoneId
from kiosk.core.slices import TRY_S
from kiosk.core.windows import UnixMs
from kiosk.errors import PeerUnreachable, RadioError
from kiosk.ports import Advertiser
from kiosk.sim.clock import ManualClock
from tests.fakes.kernel import FakeKernel, Phone

ONE, TWO = BluezoneId(bytes(range(12))), BluezoneId(bytes(range(100, 112)))
NEAR = "5A:00:00:00:00:01"
ONE_THING = "ff00000000000000"


@dataclass
class House:
    """Our adapters over a fake kernel."""

    kernel: FakeKernel
    clock: ManualClock
    chip: OneAtATime
    scanner: SocketScanner
    reader: AttReader
    advertiser: RungAdvertiser
    turns: BoxTurns
    by_sockets: bool = True

    def does(self) -> tuple[bool, bool]:
        """Whether the chip scans, and whether it sends."""
        return self.kernel.discovering, self.kernel.on_air is not None


@pytest.fixture
async def house() -> AsyncIterator[House]:
    kernel, clock = FakeKernel(), ManualClock(UnixMs(0))
    kernel.one_at_a_time, kernel.states = True, ONE_THING

    async def states() -> str:
        return await kernel.ask("states")

    management = Management(kernel.opened, "hci0", answer_s=1.0, rest_s=0)
    chip = OneAtATime(clock, states, connectable=True)
    scanner = SocketScanner(management, clock, chip)
    reader = AttReader(
        kernel.opened, management, scanner.refresh, scanner.asked, dial=kernel.dial, rests=lambda: chip.sends
    )
    sliced = TurnsAdvertiser(ManagementAdvertiser(kernel.ask, connectable=True))
    turns = BoxTurns(chip, scanner, sliced, lambda: made.by_sockets)
    rungs: dict[str, Advertiser] = {MANAGEMENT: ManagementAdvertiser(kernel.ask, connectable=True), TURNS: sliced}
    made = House(kernel, clock, chip, scanner, reader, RungAdvertiser(rungs, lambda: True, turns.why), turns)
    yield made
    management.close()
    kernel.close()


async def settled() -> None:
    """Both ends read what is on their way."""
    for _ in range(5):
        await SystemClock().sleep(0)


async def test_a_chip_that_says_so_scans_and_sends_by_turns(house: House) -> None:
    async with house.scanner.listening() as ears:
        assert house.turns.why() == SAYS_SO
        await house.advertiser.show(ONE)
        for _ in range(3):
            await house.turns.listen()
            await settled()
            assert house.does() == (True, False)
            await ears.check()
            await house.turns.send()
            await settled()
            await ears.check()
            assert house.does() == (False, True)
            assert await house.advertiser.is_on_air()
    assert (house.advertiser.way, house.advertiser.why) == (TURNS, SAYS_SO)


async def test_a_round_that_ends_in_the_ears_turn_is_followed_by_another(house: House) -> None:
    async with house.scanner.listening():
        await house.turns.listen()
        house.kernel.end_round()
        await settled()
        assert house.does() == (True, False)


async def test_a_new_id_goes_on_air_at_its_next_turn(house: House) -> None:
    async with house.scanner.listening():
        await house.advertiser.show(ONE)
        await house.turns.listen()
        await house.advertiser.show(TWO)
        await settled()
        assert house.does() == (True, False)
        await house.turns.send()
        assert house.kernel.on_air == encode(TWO)
        await house.advertiser.hide()
        assert house.kernel.on_air is None


async def test_a_chip_that_does_both_is_asked_for_both(house: House) -> None:
    house.kernel.one_at_a_time, house.kernel.states = False, "ffff3fffff030000"
    await house.advertiser.show(ONE)
    async with house.scanner.listening():
        assert house.does() == (True, True)
    assert (house.turns.why(), house.advertiser.way) == ("", MANAGEMENT)


async def test_a_chip_that_only_refuses_is_suspected_and_later_asked_for_both_again(house: House) -> None:
    house.kernel.states = ""
    await house.advertiser.show(ONE)
    async with house.scanner.listening():
        assert house.turns.why() == REFUSES_TO_LISTEN
        assert not await house.advertiser.is_on_air()
        await house.advertiser.show(ONE)
        await house.turns.listen()
        assert house.does() == (True, False)
        await house.clock.advance(TRY_S)
        assert house.turns.why() == ""


async def test_a_scan_that_is_refused_with_nothing_on_air_is_no_matter_of_turns(house: House) -> None:
    house.kernel.states, house.kernel.occupied = "", True
    with pytest.raises(RadioError, match="Busy"):
        await house.scanner.listening().__aenter__()
    assert house.turns.why() == ""


async def test_an_advertisement_that_is_refused_in_its_own_turn_ends_the_suspicion(house: House) -> None:
    house.kernel.states, house.kernel.refuses_adverts = "", True
    async with house.scanner.listening():
        house.turns.suspect()
        assert house.turns.why() == REFUSES_TO_SEND
        await house.advertiser.show(ONE)
        for _ in range(TOO_OFTEN - 1):  # an ask may have been under way
            await house.turns.send()
            await house.turns.listen()
            assert house.turns.why() == REFUSES_TO_SEND
        with pytest.raises(RadioError):
            await house.turns.send()
        assert house.turns.why() == ""
        await house.turns.listen()
        await settled()
        assert house.does() == (True, False)


async def test_what_the_chip_says_of_itself_is_not_overruled(house: House) -> None:
    async with house.scanner.listening():
        house.chip.acquit()
        house.turns.suspect()
        await house.clock.advance(TRY_S)
        assert house.turns.why() == SAYS_SO
    house.kernel.states = "ffff3fffff030000"  # another one is plugged in
    async with house.scanner.listening():
        assert house.turns.why() == ""


async def test_ears_through_bluetoothd_take_no_turns(house: House) -> None:
    async with house.scanner.listening():
        house.by_sockets = False
        assert house.turns.why() == ""


async def test_a_kiosk_radio_that_cannot_ask_the_chip_changes_nothing(house: House) -> None:
    house.kernel.one_at_a_time, house.kernel.states = False, "no hex"
    async with house.scanner.listening():
        assert house.turns.why() == ""
        assert house.does()[0]


async def test_a_phone_is_asked_across_the_advertisements_turn(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scan rests, and no connect has begun: the phone has not kept us deaf."""
    monkeypatch.setattr("kiosk.adapters.att_reader.SILENCE_S", 0.05)
    house.kernel.phones[NEAR] = Phone(NEAR, b"", mute=True)

    async def ask() -> None:
        with pytest.raises(PeerUnreachable):
            await house.reader.read_id(NEAR, "random", 0.5)

    async with house.scanner.listening(), asyncio.TaskGroup() as group:
        await house.turns.listen()
        asking = group.create_task(ask())
        await settled()
        await house.turns.send()
        await SystemClock().sleep(0.15)
        assert not asking.done()
