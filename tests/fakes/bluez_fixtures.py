"""Fixtures on the fake BlueZ; a conftest.py imports them."""

from collections.abc import AsyncIterator, Iterator

import pytest

from kiosk.adapters.bluez import Controller
from tests.fakes.bluez import FakeBlueZ
from tests.fakes.bluez_bus import private_bus

HASTY_S = 1.0
"""What a test waits for a call that is never answered."""


@pytest.fixture
def system_bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A private bus in the system bus's place."""
    with private_bus() as address:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
        yield address


@pytest.fixture
async def bluez(system_bus: str) -> AsyncIterator[FakeBlueZ]:
    """bluetoothd with one controller, hci0, powered."""
    async with FakeBlueZ(system_bus) as fake:
        yield fake


@pytest.fixture
async def controller(bluez: FakeBlueZ) -> AsyncIterator[Controller]:
    """hci0 as the adapters see it."""
    controller = Controller("hci0")
    yield controller
    controller.close()
