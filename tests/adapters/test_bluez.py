"""The controller against the fake BlueZ: power, recovery, losses, uninvited guests."""

import asyncio

import pytest

from kiosk.adapters.bluez import ADAPTER, Controller, Loss
from kiosk.core.facts import Trouble
from kiosk.core.identity import BluezoneId
from kiosk.errors import RadioError
from tests.fakes.bluez import FakeBlueZ
from tests.fakes.bluez_bus import PrivateBus

pytestmark = [pytest.mark.dbus, pytest.mark.guest]

ONE = BluezoneId(bytes(range(12)))
STRANGER = "5A:00:00:00:00:01"


async def trouble_of(controller: Controller, step: int) -> object:
    with pytest.raises(RadioError) as caught:
        await controller.recover(step)
    return caught.value.trouble


async def test_first_recovery_step_only_powers_on(bluez: FakeBlueZ, controller: Controller) -> None:
    await controller.recover(1)
    assert bluez.controller.power_cycles == 0
    bluez.controller.switch_off()
    await controller.recover(1)
    assert bluez.controller.powered


async def test_later_recovery_steps_power_cycle(bluez: FakeBlueZ, controller: Controller) -> None:
    await controller.recover(2)
    assert bluez.controller.power_cycles == 1
    assert bluez.controller.powered


async def test_recovery_switches_on_what_is_off_without_switching_off(bluez: FakeBlueZ, controller: Controller) -> None:
    bluez.controller.switch_off()
    await controller.recover(2)
    assert bluez.controller.power_cycles == 1
    assert bluez.controller.powered


@pytest.mark.parametrize("step", [1, 2, 5])
async def test_recovery_says_what_it_cannot_mend(step: int, bluez: FakeBlueZ, controller: Controller) -> None:
    bluez.controller.block()
    assert await trouble_of(controller, step) is Trouble.BLOCKED
    bluez.controller.unplug()
    assert await trouble_of(controller, step) is Trouble.NO_ADAPTER
    bluez.die()
    assert await trouble_of(controller, step) is Trouble.NO_BLUETOOTHD
    assert bluez.controller.power_cycles == 0


@pytest.mark.parametrize(("blocked", "trouble"), [(True, Trouble.BLOCKED), (False, Trouble.REFUSED)])
async def test_a_controller_that_says_only_failed_is_blocked_if_the_kernel_says_so(
    bluez: FakeBlueZ, blocked: bool, trouble: Trouble
) -> None:
    controller = Controller("hci0", blocked=lambda: blocked)
    bluez.controller.says_blocked = False
    bluez.controller.block()
    assert await trouble_of(controller, 1) is trouble
    controller.close()


async def test_a_frozen_bluetoothd_does_not_hang_recovery(bluez: FakeBlueZ) -> None:
    controller = Controller("hci0", call_s=1.0)
    await controller.power_on()
    bluez.freeze()
    async with asyncio.timeout(10):
        assert await trouble_of(controller, 2) is Trouble.NO_BLUETOOTHD
    controller.close()


async def test_a_call_under_way_when_bluetoothd_dies_ends(bluez: FakeBlueZ, controller: Controller) -> None:
    await controller.power_on()
    bluez.freeze()
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        call = group.create_task(trouble_of(controller, 1))
        await bluez.until(lambda: bluez.piled)
        bluez.die()
        assert await call is Trouble.NO_BLUETOOTHD


@pytest.mark.parametrize("end", ["our leaving", "the bus"])
async def test_a_call_under_way_ends_with_the_bus(
    end: str, bluez: FakeBlueZ, controller: Controller, system_bus: PrivateBus
) -> None:
    await controller.power_on()
    bluez.freeze()
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        call = group.create_task(trouble_of(controller, 1))
        await bluez.until(lambda: bluez.piled)
        if end == "the bus":
            system_bus.stop()
        else:
            controller.close()
        assert await call is Trouble.NO_BLUETOOTHD


async def test_every_loss_is_told_to_who_watches(bluez: FakeBlueZ, controller: Controller) -> None:
    told: list[Loss] = []
    await controller.bus()
    with controller.watching(told.append):
        bluez.controller.switch_off()
        await controller.power_on()  # a call's answer comes after the signals sent before it
        bluez.controller.unplug()
        with pytest.raises(RadioError):
            await controller.get(ADAPTER, "Powered")
        bluez.die()
        with pytest.raises(RadioError):
            await controller.get(ADAPTER, "Powered")
        (await controller.bus()).disconnect()
        await controller.bus()
    assert told == [Loss.POWER, Loss.CONTROLLER, Loss.BLUETOOTHD, Loss.BUS]
    await bluez.come_back()
    bluez.controller.plug()
    await controller.power_on()
    assert len(told) == 4


async def test_another_controllers_end_is_no_loss(bluez: FakeBlueZ, controller: Controller) -> None:
    told: list[Loss] = []
    await controller.bus()
    bluez.add("/org/bluez/hci1", {ADAPTER: {}})
    with controller.watching(told.append):
        bluez.remove("/org/bluez/hci1")
        await controller.power_on()
    assert told == []


async def test_a_crowd_costs_nothing_here(bluez: FakeBlueZ, controller: Controller) -> None:
    bus = await controller.bus()
    heard = 0

    def count(_: object) -> None:
        nonlocal heard
        heard += 1

    bus.add_message_handler(count)
    for number in range(50):
        phone = bluez.phone(f"5A:00:00:00:01:{number:02X}")
        bluez.add(phone.path, phone.as_object())
        bluez.remove(phone.path)
    await controller.power_on()
    assert heard == 1  # the answer


async def test_forgetting_a_device_hangs_up_and_drops_it(bluez: FakeBlueZ, controller: Controller) -> None:
    await controller.bus()
    phone = bluez.phone(STRANGER)
    bluez.add(phone.path, phone.as_object())
    controller.forget(phone.path)
    await bluez.until(lambda: not phone.known)
    controller.forget(phone.path)  # twice does not hurt
    await controller.power_on()


async def test_hanging_up_ends_a_connection(bluez: FakeBlueZ, controller: Controller) -> None:
    await controller.bus()
    phone = bluez.phone(STRANGER)
    bluez.add(phone.path, phone.as_object())
    await phone.on_Connect("someone")
    controller.hang_up(phone.path)
    await bluez.until(lambda: not phone.connected)
    assert phone.known


async def test_forgetting_without_a_bus_is_no_error(controller: Controller) -> None:
    controller.forget("/org/bluez/hci0/dev_5A_00_00_00_00_01")
    assert not controller.connected
