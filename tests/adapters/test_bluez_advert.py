"""The advertiser against the fake BlueZ."""

import asyncio
import logging
from contextlib import suppress

import pytest

from kiosk.adapters.bluez import Controller
from kiosk.adapters.bluez_advert import BluezAdvertiser
from kiosk.adapters.system import SystemClock
from kiosk.core import adverts
from kiosk.core.facts import Trouble
from kiosk.core.identity import BluezoneId
from kiosk.errors import RadioError
from tests.fakes.bluez import FakeBlueZ
from tests.fakes.bluez_bus import PrivateBus

pytestmark = [pytest.mark.dbus, pytest.mark.guest]

ONE, TWO = BluezoneId(bytes(range(12))), BluezoneId(bytes(range(100, 112)))


@pytest.fixture
def advertiser(controller: Controller) -> BluezAdvertiser:
    return BluezAdvertiser(controller, connectable=False, clock=SystemClock(), settle_s=0.2)


async def off_air(advertiser: BluezAdvertiser) -> None:
    async with asyncio.timeout(20):
        while await advertiser.is_on_air():
            pass


async def trouble_of(advertiser: BluezAdvertiser) -> object:
    with pytest.raises(RadioError) as caught:
        await advertiser.show(ONE)
    return caught.value.trouble


async def test_sends_exactly_our_service_and_our_companys_data(bluez: FakeBlueZ, advertiser: BluezAdvertiser) -> None:
    assert not await advertiser.is_on_air()
    await advertiser.show(ONE)
    assert bluez.adverts.on_air == [adverts.encode(ONE)]
    assert set(bluez.adverts.values) == {"Type", "ServiceUUIDs", "ManufacturerData"}
    assert await advertiser.is_on_air()


@pytest.mark.parametrize(("connectable", "kind"), [(True, "peripheral"), (False, "broadcast")])
async def test_is_connectable_only_if_told_so(
    connectable: bool, kind: str, bluez: FakeBlueZ, controller: Controller
) -> None:
    await BluezAdvertiser(controller, connectable=connectable, clock=SystemClock()).show(ONE)
    assert bluez.adverts.values["Type"].value == kind
    assert bluez.adverts.connectable is connectable


async def test_rotates_in_place_without_a_gap(bluez: FakeBlueZ, advertiser: BluezAdvertiser) -> None:
    await advertiser.show(ONE)
    await advertiser.show(TWO)
    assert bluez.adverts.on_air == [adverts.encode(TWO)]
    assert bluez.adverts.registrations == 1
    assert bluez.adverts.emptied == 0


async def test_the_same_id_again_changes_nothing(bluez: FakeBlueZ, advertiser: BluezAdvertiser) -> None:
    await advertiser.show(ONE)
    calls = len(bluez.calls)
    await advertiser.show(ONE)
    assert len(bluez.calls) == calls
    assert bluez.adverts.on_air == [adverts.encode(ONE)]


async def test_an_update_that_bluetoothd_drops_in_silence_is_registered_afresh(
    bluez: FakeBlueZ, advertiser: BluezAdvertiser
) -> None:
    await advertiser.show(ONE)
    bluez.adverts.fails_updates = True
    await advertiser.show(TWO)
    assert bluez.adverts.emptied == 1
    assert bluez.adverts.on_air == [adverts.encode(TWO)]
    assert bluez.adverts.registrations == 2


async def test_an_advertisement_lost_without_a_word_is_noticed_and_shown_again(
    bluez: FakeBlueZ, advertiser: BluezAdvertiser
) -> None:
    await advertiser.show(ONE)
    bluez.adverts.drop()
    assert not await advertiser.is_on_air()
    await advertiser.show(ONE)
    assert bluez.adverts.on_air == [adverts.encode(ONE)]


async def test_hides_and_may_hide_twice(bluez: FakeBlueZ, advertiser: BluezAdvertiser) -> None:
    await advertiser.hide()
    await advertiser.show(ONE)
    await advertiser.hide()
    assert bluez.adverts.on_air == []
    assert not await advertiser.is_on_air()
    await advertiser.hide()
    await advertiser.show(TWO)
    assert bluez.adverts.on_air == [adverts.encode(TWO)]


async def test_powers_the_controller_on_first(bluez: FakeBlueZ, advertiser: BluezAdvertiser) -> None:
    bluez.controller.switch_off()
    await advertiser.show(ONE)
    assert bluez.adverts.on_air == [adverts.encode(ONE)]


async def test_power_lost_means_off_air_until_shown_again(bluez: FakeBlueZ, advertiser: BluezAdvertiser) -> None:
    await advertiser.show(ONE)
    bluez.controller.switch_off()
    assert not await advertiser.is_on_air()
    await advertiser.show(ONE)
    assert bluez.adverts.on_air == [adverts.encode(ONE)]
    assert await advertiser.is_on_air()


async def test_a_power_cycle_between_two_looks_is_noticed(bluez: FakeBlueZ, advertiser: BluezAdvertiser) -> None:
    """The kernel may have lost what bluetoothd still counts as active."""
    await advertiser.show(ONE)
    bluez.controller.switch_off()
    bluez.controller.set_powered(on=True)
    assert not await advertiser.is_on_air()
    await advertiser.show(ONE)
    assert bluez.adverts.registrations == 2


async def test_an_advertisement_that_bluetoothd_released_is_off_air(
    bluez: FakeBlueZ, advertiser: BluezAdvertiser
) -> None:
    await advertiser.show(ONE)
    bluez.adverts.release()
    assert not await advertiser.is_on_air()
    await advertiser.show(TWO)
    assert bluez.adverts.on_air == [adverts.encode(TWO)]


async def test_rfkill_is_told_as_blocked(bluez: FakeBlueZ, advertiser: BluezAdvertiser) -> None:
    await advertiser.show(ONE)
    bluez.controller.block()
    await off_air(advertiser)
    assert await trouble_of(advertiser) is Trouble.BLOCKED
    bluez.controller.unblock()
    await advertiser.show(TWO)
    assert bluez.adverts.on_air == [adverts.encode(TWO)]


async def test_a_pulled_controller_is_told_as_no_adapter_and_its_return_is_used(
    bluez: FakeBlueZ, advertiser: BluezAdvertiser
) -> None:
    await advertiser.show(ONE)
    bluez.controller.unplug()
    await off_air(advertiser)
    assert await trouble_of(advertiser) is Trouble.NO_ADAPTER
    await advertiser.hide()
    bluez.controller.plug()
    await advertiser.show(TWO)
    assert bluez.adverts.on_air == [adverts.encode(TWO)]


async def test_back_on_air_after_bluetoothd_died(bluez: FakeBlueZ, advertiser: BluezAdvertiser) -> None:
    await advertiser.show(ONE)
    bluez.die()
    assert not await advertiser.is_on_air()
    assert await trouble_of(advertiser) is Trouble.NO_BLUETOOTHD
    await bluez.come_back()
    assert not await advertiser.is_on_air()
    await advertiser.show(ONE)
    assert bluez.adverts.on_air == [adverts.encode(ONE)]


async def test_a_restart_of_bluetoothd_between_two_looks_is_noticed(
    bluez: FakeBlueZ, advertiser: BluezAdvertiser
) -> None:
    await advertiser.show(ONE)
    bluez.die()
    await bluez.come_back()
    await off_air(advertiser)
    await advertiser.show(TWO)
    assert bluez.adverts.on_air == [adverts.encode(TWO)]


async def test_a_frozen_bluetoothd_hangs_nobody(bluez: FakeBlueZ, advertiser: BluezAdvertiser) -> None:
    await advertiser.show(ONE)
    bluez.freeze()
    async with asyncio.timeout(10):
        assert not await advertiser.is_on_air()
        assert await trouble_of(advertiser) is Trouble.NO_BLUETOOTHD
        await advertiser.hide()
    bluez.thaw()
    await advertiser.show(TWO)
    assert bluez.adverts.on_air == [adverts.encode(TWO)]


async def test_a_registration_answered_too_late_does_not_stand_in_the_way(
    bluez: FakeBlueZ, controller: Controller, advertiser: BluezAdvertiser
) -> None:
    await controller.power_on()
    bluez.adverts.slow.clear()
    assert await trouble_of(advertiser) is Trouble.NO_BLUETOOTHD
    bluez.adverts.slow.set()
    await advertiser.show(TWO)
    assert bluez.adverts.on_air == [adverts.encode(TWO)]


async def test_a_refused_advertisement_is_told_as_refused_and_tried_again(
    bluez: FakeBlueZ, advertiser: BluezAdvertiser
) -> None:
    bluez.adverts.refusal = "org.bluez.Error.NotPermitted"
    assert await trouble_of(advertiser) is Trouble.REFUSED
    assert not await advertiser.is_on_air()
    bluez.adverts.refusal = ""
    await advertiser.show(ONE)
    assert bluez.adverts.on_air == [adverts.encode(ONE)]


async def test_a_lost_connection_to_the_bus_is_opened_again(
    bluez: FakeBlueZ, controller: Controller, advertiser: BluezAdvertiser
) -> None:
    await advertiser.show(ONE)
    (await controller.bus()).disconnect()
    await bluez.until(lambda: bluez.adverts.on_air == [])
    assert not await advertiser.is_on_air()
    await advertiser.show(TWO)
    assert bluez.adverts.on_air == [adverts.encode(TWO)]


async def test_leaving_the_bus_leaves_nothing_on_air(
    bluez: FakeBlueZ, controller: Controller, advertiser: BluezAdvertiser
) -> None:
    await advertiser.show(ONE)
    controller.close()
    await bluez.until(lambda: bluez.adverts.on_air == [])
    await advertiser.hide()


async def test_a_system_bus_that_dies_hangs_nobody(
    bluez: FakeBlueZ, controller: Controller, advertiser: BluezAdvertiser, system_bus: PrivateBus
) -> None:
    await advertiser.show(ONE)
    bus = await controller.bus()
    system_bus.stop()
    async with asyncio.timeout(10):
        with suppress(EOFError, OSError):
            await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]  # dbus-fast forgot it
        assert not await advertiser.is_on_air()
        assert await trouble_of(advertiser) is Trouble.NO_BLUETOOTHD
        await advertiser.hide()


async def test_no_system_bus_is_told_as_no_bluetoothd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    advertiser = BluezAdvertiser(Controller("hci0"), connectable=False, clock=SystemClock())
    assert await trouble_of(advertiser) is Trouble.NO_BLUETOOTHD
    assert not await advertiser.is_on_air()
    await advertiser.hide()


async def test_no_id_and_no_noise_in_the_log(
    bluez: FakeBlueZ, advertiser: BluezAdvertiser, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        await advertiser.show(ONE)
        await advertiser.show(TWO)
        await advertiser.hide()
    ours = [record for record in caplog.records if record.name != "asyncio"]  # it tells of earlier tests' dead buses
    assert ours == []
