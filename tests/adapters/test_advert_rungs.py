"""The rungs of advertising: the first that works, and never two at once."""

import pytest

from kiosk.adapters.advert_rungs import (
    BLUETOOTHD,
    CHIP,
    MANAGEMENT,
    ChipAdvertiser,
    ManagementAdvertiser,
    RungAdvertiser,
)
from kiosk.core.facts import Trouble
from kiosk.core.identity import BluezoneId
from kiosk.errors import RadioError
from kiosk.ports import Advertiser
from tests.fakes.kernel import FakeKernel

ONE, TWO = BluezoneId(bytes(range(12))), BluezoneId(bytes(range(100, 112)))


class Bluetoothd:
    """The first rung."""

    def __init__(self) -> None:
        self.refuses = False
        self.shown: BluezoneId | None = None

    async def show(self, peer: BluezoneId) -> None:
        if self.refuses:
            self.shown = None
            raise RadioError("RegisterAdvertisement: org.bluez.Error.Failed", Trouble.REFUSED)
        self.shown = peer

    async def is_on_air(self) -> bool:
        return self.shown is not None and not self.refuses

    async def hide(self) -> None:
        self.shown = None


class Box:
    def __init__(self, *, door: bool = True) -> None:
        self.kernel, self.bluetoothd = FakeKernel(), Bluetoothd()
        rungs: dict[str, Advertiser] = {
            BLUETOOTHD: self.bluetoothd,
            MANAGEMENT: ManagementAdvertiser(self.kernel.ask, connectable=True),
            CHIP: ChipAdvertiser(self.kernel.ask, connectable=True),
        }
        self.advertiser = RungAdvertiser(rungs, lambda: door)

    def on_air(self) -> list[str]:
        """The ways that send now."""
        sends = (self.bluetoothd.shown, self.kernel.on_air, self.kernel.raw)
        return [way for way, sent in zip((BLUETOOTHD, MANAGEMENT, CHIP), sends, strict=True) if sent]


async def test_bluetoothd_is_enough_where_it_works() -> None:
    box = Box()
    await box.advertiser.show(ONE)
    assert box.on_air() == [box.advertiser.way] == [BLUETOOTHD]
    assert box.advertiser.why == ""


async def test_the_kernel_takes_it_where_bluetoothd_refuses_and_says_why() -> None:
    box = Box()
    box.bluetoothd.refuses = True
    await box.advertiser.show(ONE)
    assert box.on_air() == [box.advertiser.way] == [MANAGEMENT]
    assert "Error.Failed" in box.advertiser.why
    assert await box.advertiser.is_on_air()


async def test_the_chip_is_told_where_the_kernel_refuses_too() -> None:
    box = Box()
    box.bluetoothd.refuses = box.kernel.refuses_management = True
    await box.advertiser.show(ONE)
    assert box.on_air() == [box.advertiser.way] == [CHIP]
    assert await box.advertiser.is_on_air()
    await box.advertiser.hide()
    assert box.on_air() == []


async def test_bluetoothd_gets_it_back_at_the_next_id_and_two_never_send() -> None:
    box = Box()
    box.bluetoothd.refuses = True
    await box.advertiser.show(ONE)
    box.bluetoothd.refuses = False
    await box.advertiser.show(TWO)
    assert box.on_air() == [BLUETOOTHD]
    box.bluetoothd.refuses = True
    await box.advertiser.show(ONE)
    assert box.on_air() == [MANAGEMENT]


async def test_a_bluetoothd_that_starts_takes_the_kernels_away_and_that_is_seen() -> None:
    box = Box()
    box.bluetoothd.refuses = True
    await box.advertiser.show(ONE)
    box.kernel.on_air = None
    assert not await box.advertiser.is_on_air()


async def test_without_kiosk_radio_there_is_one_rung() -> None:
    box = Box(door=False)
    box.bluetoothd.refuses = True
    with pytest.raises(RadioError, match="RegisterAdvertisement"):
        await box.advertiser.show(ONE)
    assert box.on_air() == []
    assert not await box.advertiser.is_on_air()


async def test_where_no_rung_takes_it_bluetoothds_words_are_told() -> None:
    box = Box()
    box.bluetoothd.refuses = box.kernel.refuses_adverts = True
    with pytest.raises(RadioError, match="RegisterAdvertisement"):
        await box.advertiser.show(ONE)
    assert box.advertiser.way == ""
