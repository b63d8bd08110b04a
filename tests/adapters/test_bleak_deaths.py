"""The scanner against the fake BlueZ: the ways a scan dies, and how it comes back."""

import asyncio
from itertools import count

import pytest

from kiosk.adapters.bleak_radio import BleakRadio
from kiosk.adapters.bluez import Controller
from kiosk.adapters.system import SystemClock
from kiosk.core.facts import Trouble
from kiosk.errors import RadioError
from tests.adapters.radio_scenes import android, dead, near, works
from tests.fakes.bluez import FakeBlueZ

pytestmark = [pytest.mark.dbus, pytest.mark.guest]


async def test_death_of_bluetoothd_is_told_and_a_new_one_is_scanned_with(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    async with radio.listening() as ears:
        await near(radio, ears, android(bluez))
        bluez.die()
        assert (await dead(ears)).trouble is Trouble.NO_BLUETOOTHD
        with pytest.raises(RadioError):
            await ears.check()
    with pytest.raises(RadioError):
        await radio.recover(1)
    await bluez.come_back()
    await radio.recover(1)
    await works(bluez, radio)


async def test_restart_of_bluetoothd_between_two_takes_is_told(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    async with radio.listening() as ears:
        bluez.die()
        await bluez.come_back()
        assert (await dead(ears)).trouble is Trouble.NO_BLUETOOTHD
    await works(bluez, radio)


async def test_a_controller_that_is_off_is_told_and_recovery_switches_it_on(
    bluez: FakeBlueZ, radio: BleakRadio
) -> None:
    bluez.controller.switch_off()
    with pytest.raises(RadioError) as caught:
        async with radio.listening():
            pytest.fail("it is off")
    assert caught.value.trouble is Trouble.BLOCKED
    await radio.recover(1)
    await works(bluez, radio)


async def test_a_pulled_controller_is_told_and_its_return_is_used(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    async with radio.listening() as ears:
        bluez.controller.unplug()
        assert (await dead(ears)).trouble is Trouble.NO_ADAPTER
    with pytest.raises(RadioError) as caught:
        async with radio.listening():
            pytest.fail("there is nothing to listen with")
    assert caught.value.trouble is Trouble.NO_ADAPTER
    bluez.controller.plug()
    await works(bluez, radio)


async def test_rfkill_is_told_and_waited_out(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    async with radio.listening() as ears:
        bluez.controller.block()
        assert (await dead(ears)).trouble is Trouble.BLOCKED
    with pytest.raises(RadioError) as caught:
        await radio.recover(2)
    assert caught.value.trouble is Trouble.BLOCKED
    bluez.controller.unblock()
    await radio.recover(1)
    await works(bluez, radio)


async def test_a_scan_that_bluetoothd_ended_is_told(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    async with radio.listening() as ears:
        bluez.controller.end_discovery()
        assert (await dead(ears)).trouble is Trouble.SILENT
        with pytest.raises(RadioError):
            await ears.check()
    await works(bluez, radio)


async def test_a_broken_bus_is_told(bluez: FakeBlueZ, radio: BleakRadio, controller: Controller) -> None:
    async with radio.listening() as ears:
        (await controller.bus()).disconnect()
        with pytest.raises(RadioError) as caught:
            ears.take()
        assert caught.value.trouble is Trouble.NO_BLUETOOTHD
    await works(bluez, radio)


async def test_what_ended_the_last_scan_does_not_end_the_next(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    for number in count(1):
        async with radio.listening() as ears:
            await near(radio, ears, android(bluez, number))
        if number == 5:
            return


async def test_a_frozen_bluetoothd_hangs_neither_check_nor_leaving_nor_entering(
    bluez: FakeBlueZ, radio: BleakRadio
) -> None:
    async with asyncio.timeout(15):
        async with radio.listening() as ears:
            bluez.freeze()
            with pytest.raises(RadioError) as caught:
                await ears.check()
            assert caught.value.trouble is Trouble.NO_BLUETOOTHD
        with pytest.raises(RadioError):
            async with radio.listening():
                pytest.fail("it cannot have answered")
        bluez.thaw()
        await works(bluez, radio)


async def test_a_start_that_was_heard_too_late_is_no_InProgress_later(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    async with radio.listening():
        pass
    bluez.controller.slow.clear()
    with pytest.raises(RadioError):
        async with radio.listening():
            pytest.fail("it was not answered")
    bluez.controller.slow.set()
    await works(bluez, radio)


async def test_InProgress_is_an_error_that_recovery_heals(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    bluez.controller.busy = True
    with pytest.raises(RadioError, match="InProgress"):
        async with radio.listening():
            pytest.fail("it was refused")
    await radio.recover(1)
    with pytest.raises(RadioError, match="InProgress"):
        async with radio.listening():
            pytest.fail("it was refused")
    await radio.recover(2)
    await works(bluez, radio)


async def test_no_system_bus_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    radio = BleakRadio(Controller("hci0"), SystemClock())
    with pytest.raises(RadioError) as caught:
        async with radio.listening():
            pytest.fail("there is no bus")
    assert caught.value.trouble is Trouble.NO_BLUETOOTHD
