"""What every Scanner and its Ears keep."""

import asyncio

import pytest

from kiosk.core.adverts import Ask, CarriesId, Heard, read
from kiosk.errors import RadioError
from kiosk.ports import Ears
from tests.contract.stages import Stage

pytestmark = pytest.mark.guest


async def heard(stage: Stage, ears: Ears, address: str) -> Heard:
    """Wait until someone is heard."""
    async with asyncio.timeout(20):
        while True:
            await stage.pass_time()
            for packet in ears.take():
                if packet.address == address:
                    return packet


async def test_an_android_phone_and_an_iphone_are_heard(stage: Stage) -> None:
    async with stage.scanner.listening() as ears:
        android, iphone = stage.android(), stage.iphone()
        packet = await heard(stage, ears, android)
        assert isinstance(read(packet.ad), CarriesId)
        assert packet.address_type in {"public", "random"}
        assert -127 <= packet.rssi <= 20
    async with stage.scanner.listening() as ears:
        assert read((await heard(stage, ears, iphone)).ad) == Ask(likely=False)
        assert ears.dropped == 0


async def test_a_packet_is_taken_once(stage: Stage) -> None:
    async with stage.scanner.listening() as ears:
        await heard(stage, ears, stage.android())
        ears.take()
        assert ears.take() == []


async def test_packets_are_taken_oldest_first(stage: Stage) -> None:
    async with stage.scanner.listening() as ears:
        first = await heard(stage, ears, stage.android())
        second = await heard(stage, ears, stage.android())
        assert first.at <= second.at


async def test_a_scan_that_runs_passes_its_check(stage: Stage) -> None:
    async with stage.scanner.listening() as ears:
        await ears.check()
        assert ears.take() == []


async def test_the_chips_end_is_told_by_take_and_by_check(stage: Stage) -> None:
    async with stage.scanner.listening() as ears:
        stage.pull_chip()
        with pytest.raises(RadioError):
            await ears.check()
        with pytest.raises(RadioError):
            ears.take()
    with pytest.raises(RadioError):
        await stage.scanner.recover(1)
    with pytest.raises(RadioError):
        await stage.scanner.listening().__aenter__()
    stage.push_chip()
    await stage.scanner.recover(1)
    async with stage.scanner.listening() as ears:
        await heard(stage, ears, stage.android())


async def test_a_restart_of_the_stack_is_survived_or_told_by_check(stage: Stage) -> None:
    async with stage.scanner.listening() as ears:
        await stage.restart_daemon()
        try:
            await ears.check()
        except RadioError:
            pass
        else:
            await heard(stage, ears, stage.android())
    await stage.scanner.recover(1)
    async with stage.scanner.listening() as ears:
        await heard(stage, ears, stage.android())


async def test_a_stack_that_is_busy_refuses_until_the_second_step_of_recovery(stage: Stage) -> None:
    stage.occupy()
    for step in (1, 2):
        with pytest.raises(RadioError):
            await stage.scanner.listening().__aenter__()
        await stage.scanner.recover(step)
    async with stage.scanner.listening() as ears:
        await heard(stage, ears, stage.android())


async def test_an_error_inside_passes_through_and_the_next_scan_works(stage: Stage) -> None:
    async def fail() -> None:
        async with stage.scanner.listening():
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    async with stage.scanner.listening() as ears:
        await heard(stage, ears, stage.android())
