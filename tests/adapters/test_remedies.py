"""Remedies: what can be told of the radio's time, and by whom. The kernel is a fake one, the adapters are ours."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from kiosk.adapters.advert_rungs import CHIP, ChipAdvertiser, RungAdvertiser
from kiosk.adapters.att_reader import AttReader
from kiosk.adapters.bluez import Controller
from kiosk.adapters.management import Management
from kiosk.adapters.privileged import Privileged
from kiosk.adapters.radio import Body, ChosenRadio
from kiosk.adapters.remedies import BoxRemedies
from kiosk.adapters.socket_scanner import SocketScanner
from kiosk.adapters.system import SystemClock
from kiosk.core.identity import BluezoneId
from tests.fakes.kernel import FakeKernel

CLOCK = SystemClock()


@dataclass
class Box:
    """A box whose bluetoothd may not be asked, and what it tells of itself."""

    kernel: FakeKernel
    radio: ChosenRadio
    advertiser: RungAdvertiser
    remedies: BoxRemedies


@pytest.fixture
async def box() -> AsyncIterator[Box]:
    kernel = FakeKernel()
    management = Management(kernel.opened, "hci0", answer_s=1.0, rest_s=0)
    scanner = SocketScanner(management, CLOCK)
    reader = AttReader(kernel.opened, management, scanner.refresh, scanner.asked, dial=kernel.dial)
    body = Body("sockets", scanner, reader)
    radio = ChosenRadio(body, lambda: Body("bleak", scanner, reader), "auto", lambda: "", CLOCK)
    advertiser = RungAdvertiser({CHIP: ChipAdvertiser(kernel.ask, connectable=True)}, lambda: True)
    remedies = BoxRemedies(Controller("hci0"), Privileged(), radio, advertiser, lambda: None, scanner)
    yield Box(kernel, radio, advertiser, remedies)
    management.close()
    kernel.close()


async def test_the_time_is_told_while_the_sockets_listen(box: Box) -> None:
    assert box.remedies.airtime(CLOCK.monotonic()) is None
    async with box.radio.listening():
        told = box.remedies.airtime(CLOCK.monotonic() + 60)
        assert told is not None
        assert told.listening.share > 0.9
        assert told.sending is not None
        assert told.sending.share == 0.0


async def test_what_the_chip_sends_past_the_kernel_is_not_told(box: Box) -> None:
    async with box.radio.listening():
        await box.advertiser.show(BluezoneId(bytes(12)))
        told = box.remedies.airtime(CLOCK.monotonic() + 60)
        assert told is not None
        assert told.sending is None


async def test_nothing_is_told_once_bluetoothd_listens(box: Box) -> None:
    async with box.radio.listening():
        box.radio.give_up()
    async with box.radio.listening():
        assert box.radio.body == "bleak"
        assert box.remedies.airtime(CLOCK.monotonic() + 60) is None
