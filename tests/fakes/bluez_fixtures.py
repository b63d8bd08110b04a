"""Fixtures on the fake BlueZ; a conftest.py imports them."""

from collections.abc import AsyncIterator, Iterator

import pytest

from kiosk.adapters.bluez import Controller
from tests.fakes.bluez import FakeBlueZ
from tests.fakes.bluez_bus import PrivateBus, private_bus


@pytest.fixture
def system_bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateBus]:
    """A private bus in the system bus's place."""
    with private_bus() as bus:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.address)
        yield bus


@pytest.fixture
async def bluez(system_bus: PrivateBus) -> AsyncIterator[FakeBlueZ]:
    """bluetoothd with one controller, hci0, powered."""
    async with FakeBlueZ(system_bus.address) as fake:
        yield fake


@pytest.fixture
async def controller(bluez: FakeBlueZ) -> AsyncIterator[Controller]:
    """hci0 as the adapters see it."""
    controller = Controller("hci0")
    yield controller
    controller.close()
