"""The advertiser against the fake BlueZ."""

import asyncio
import logging

import pytest

from kiosk.adapters.bluez import Controller
from kiosk.adapters.bluez_advert import BluezAdvertiser
from kiosk.adapters.system import SystemClock
from kiosk.core import adverts
from kiosk.core.facts import Trouble
from kiosk.core.identity import BluezoneId
from kiosk.errors import RadioError
from tests.fakes.bluez import FakeBlueZ

pytestmark = [pytest.mark.dbus, pytest.mark.guest]

ONE, TWO = BluezoneId(bytes(range(12))), BluezoneId(bytes(range(100, 112)))


@pytest.fixture
def advertiser(controller: Controller) -> BluezAdvertiser:
    return BluezAdvertiser(controller, connectable=False, clock=SystemClock(), settle_s=0.3)


async def test_sends_exactly_our_service_and_our_companys_data(bluez: FakeBlueZ, advertiser: BluezAdvertiser) -> None:
    await advertiser.show(ONE)
    assert bluez.adverts.on_air == [adverts.encode(ONE)]
    assert set(bluez.adverts.values) == {"Type", "ServiceUUIDs", "ManufacturerData"}
    assert await advertiser.is_on_air()
