"""What every GattReader keeps."""

import asyncio
from contextlib import AbstractAsyncContextManager

import pytest

from kiosk.core.identity import ID_BYTES, BluezoneId
from kiosk.errors import BadPeerValue, PeerUnreachable
from kiosk.ports import Ears
from kiosk.sim.phones import Manners
from tests.contract.stages import Stage

pytestmark = pytest.mark.guest

DEADLINE_S = 3.0


def listening(stage: Stage) -> AbstractAsyncContextManager[Ears]:
    return stage.scanner.listening()


async def near(stage: Stage, ears: Ears, manners: Manners = Manners.ANSWERS) -> str:
    """An iPhone that was heard."""
    address = stage.iphone(manners)
    async with asyncio.timeout(20):
        while True:
            await stage.pass_time()
            if address in [packet.address for packet in ears.take()]:
                return address


async def ask(stage: Stage, address: str) -> BluezoneId:
    async with asyncio.timeout(20):
        return await stage.reader.read_id(address, "random", DEADLINE_S)


async def test_an_iphone_tells_its_id(stage: Stage) -> None:
    async with listening(stage) as ears:
        peer = await ask(stage, await near(stage, ears))
    assert len(peer.raw) == ID_BYTES


async def test_asking_does_not_end_the_scan(stage: Stage) -> None:
    async with listening(stage) as ears:
        await ask(stage, await near(stage, ears))
        await ears.check()
        await near(stage, ears)


async def test_an_address_nobody_has_is_unreachable(stage: Stage) -> None:
    async with listening(stage):
        with pytest.raises(PeerUnreachable):
            await ask(stage, "4C:00:00:00:00:99")


@pytest.mark.parametrize("manners", [Manners.SILENT, Manners.REFUSES])
async def test_a_phone_that_does_not_answer_is_unreachable_and_the_next_is_asked(
    manners: Manners, stage: Stage
) -> None:
    async with listening(stage) as ears:
        silent = await near(stage, ears, manners)
        with pytest.raises(PeerUnreachable):
            await ask(stage, silent)
        await ask(stage, await near(stage, ears))


async def test_an_answer_that_is_no_id_is_refused(stage: Stage) -> None:
    async with listening(stage) as ears:
        garbled = await near(stage, ears, Manners.GARBLED)
        with pytest.raises(BadPeerValue):
            await ask(stage, garbled)


async def test_without_a_chip_nobody_is_reached(stage: Stage) -> None:
    async with listening(stage) as ears:
        address = await near(stage, ears)
        stage.pull_chip()
        with pytest.raises(PeerUnreachable):
            await ask(stage, address)
