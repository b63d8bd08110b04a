"""The fake BlueZ for every test here, and our adapters with little patience."""

from collections.abc import AsyncIterator

import pytest

from kiosk.adapters import bleak_radio
from kiosk.adapters.bleak_radio import BleakRadio
from kiosk.adapters.bluez import Controller
from kiosk.adapters.system import SystemClock
from tests.adapters.radio_scenes import HASTE_S
from tests.fakes.bluez import FakeBlueZ
from tests.fakes.bluez_fixtures import bluez, system_bus

__all__ = ["bluez", "controller", "radio", "system_bus"]


@pytest.fixture
async def controller(bluez: FakeBlueZ) -> AsyncIterator[Controller]:
    controller = Controller("hci0", call_s=HASTE_S)
    yield controller
    controller.close()


@pytest.fixture
def radio(controller: Controller, monkeypatch: pytest.MonkeyPatch) -> BleakRadio:
    monkeypatch.setattr(bleak_radio, "START_S", 2 * HASTE_S)
    monkeypatch.setattr(bleak_radio, "STOP_S", HASTE_S)
    return BleakRadio(controller, SystemClock())
