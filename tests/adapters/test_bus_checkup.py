"""What the doctor hears on D-Bus, from the fake BlueZ on a real bus: good, dead, frozen, forbidden, absent."""

from pathlib import Path

import pytest
from dbus_fast import Variant

from kiosk.adapters import bus_checkup
from kiosk.core.checkup.evidence import Bus
from kiosk.core.facts import Trouble
from tests.fakes.bluez import FakeBlueZ
from tests.fakes.bluez_bus import PrivateBus, private_bus
from tests.fakes.bluez_controller import ADAPTER, PATH
from tests.fakes.timedate import FakeTimedate

pytestmark = pytest.mark.dbus

FORBIDDEN = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow user="*"/><allow own="*"/><allow send_type="signal"/><allow send_requested_reply="true"/>
    <allow receive_type="method_call"/><allow receive_type="method_return"/>
    <allow receive_type="error"/><allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus"/>
    <deny send_destination="org.bluez"/>
  </policy>
</busconfig>
"""
"""A system bus as a distribution has it whose bluetoothd admits only root."""


async def test_a_good_bluetoothd_tells_its_pairing_settings(bluez: FakeBlueZ) -> None:
    assert await bus_checkup.look("hci0") == Bus(powered=True, pairable=False, discoverable=False)


async def test_a_controller_that_pairs_is_seen(bluez: FakeBlueZ) -> None:
    bluez.change(PATH, ADAPTER, {"Pairable": Variant("b", True), "Discoverable": Variant("b", True)})
    found = await bus_checkup.look("hci0")
    assert (found.pairable, found.discoverable) == (True, True)


@pytest.mark.parametrize("synchronised", [True, False])
async def test_systemd_tells_whether_the_clock_is_right(
    bluez: FakeBlueZ, system_bus: PrivateBus, synchronised: bool
) -> None:
    async with FakeTimedate(system_bus.address, synchronised=synchronised):
        assert (await bus_checkup.look("hci0")).synchronised is synchronised


async def test_without_bluetoothd_the_clock_is_still_told(system_bus: PrivateBus) -> None:
    async with FakeTimedate(system_bus.address, synchronised=True):
        found = await bus_checkup.look("hci0")
    assert (found.trouble, found.synchronised, found.pairable) == (Trouble.NO_BLUETOOTHD, True, None)


async def test_without_the_controller_there_is_nothing_to_pair(bluez: FakeBlueZ) -> None:
    bluez.controller.unplug()
    assert (await bus_checkup.look("hci0")).trouble is Trouble.NO_ADAPTER


async def test_a_frozen_bluetoothd_does_not_hang_the_doctor(bluez: FakeBlueZ, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bus_checkup, "CALL_S", 0.2)
    bluez.freeze()
    assert (await bus_checkup.look("hci0")).trouble is Trouble.NO_BLUETOOTHD


async def test_a_bus_that_forbids_bluetoothd_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = tmp_path / "bus.conf"
    rules.write_text(FORBIDDEN)
    with private_bus(f"--config-file={rules}") as bus:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.address)
        async with FakeBlueZ(bus.address):
            found = await bus_checkup.look("hci0")
    assert "AccessDenied" in found.refusal
    assert found.unreachable == ""


async def test_a_machine_without_a_bus_is_no_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    found = await bus_checkup.look("hci0")
    assert found.unreachable
    assert found.powered is None
