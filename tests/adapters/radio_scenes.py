"""Scenes for the radio adapters over the fake BlueZ: who is near, and what is heard of them."""

import asyncio
from contextlib import suppress

from kiosk.adapters.bleak_radio import BleakRadio
from kiosk.core.adverts import Heard
from kiosk.errors import RadioError
from kiosk.ports import Ears
from tests.fakes.bluez import FakeBlueZ
from tests.fakes.bluez_phones import IOS_SERVICE, Phone

ANDROID_UUID = "00004e56-0000-1000-8000-00805f9b34fb"
ID = bytes(range(12))
OVERFLOW = b"\x01\x08" + bytes(15)
IPHONE = "4C:00:00:00:00:01"
HASTE_S = 1.0
"""A deadline to be waited out; a machine ten times slower must still answer within it."""


def android(bluez: FakeBlueZ, number: int = 1, *, rssi: int | None = -60) -> Phone:
    return bluez.phone(f"5A:00:00:00:00:{number:02X}", uuids=(ANDROID_UUID,), manufacturers={0x22B5: ID}, rssi=rssi)


def iphone(bluez: FakeBlueZ, answer: bytes | None = ID, address: str = IPHONE) -> Phone:
    return bluez.phone(address, uuids=(IOS_SERVICE,), answer=answer)


async def heard(ears: Ears, wanted: int = 1) -> list[Heard]:
    """Wait for so many packets; every look is a round trip to bluetoothd."""
    got: list[Heard] = []
    async with asyncio.timeout(20):
        while len(got) < wanted:
            await ears.check()
            got += ears.take()
    return got


async def near(radio: BleakRadio, ears: Ears, phone: Phone) -> None:
    phone.advertise()
    await heard(ears)


async def dead(ears: Ears) -> RadioError:
    """Wait until the ears say that the scan is dead."""
    async with asyncio.timeout(20):
        while True:
            try:
                ears.take()
            except RadioError as error:
                return error
            with suppress(RadioError):
                await ears.check()


async def works(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    """A new phone is heard."""
    async with radio.listening() as ears:
        await near(radio, ears, android(bluez, 0xEE))
