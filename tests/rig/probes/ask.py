"""In the guest: read one iPhone's id as plainly as it can be done. ask.py ADDRESS; prints the id in hex."""

import asyncio
import sys

from bleak import BleakClient, BleakScanner

ID_CHARACTERISTIC = "00004e56-73f5-4bc4-a12f-17d1ad07a689"


async def main(address: str) -> None:
    device = await BleakScanner.find_device_by_address(address, timeout=30)
    assert device is not None, f"{address} was not heard"
    async with BleakClient(device, timeout=60) as client:
        sys.stdout.write((await client.read_gatt_char(ID_CHARACTERISTIC)).hex() + "\n")
        await asyncio.sleep(10)  # what bluetoothd reads unasked, it reads now


asyncio.run(main(sys.argv[1]))
