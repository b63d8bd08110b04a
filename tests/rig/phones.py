"""Simulated phones: beacons that only advertise, and whole phones with a GATT server on a chip of their own."""

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from typing import Any

from bumble import hci
from bumble.att import ATT_Error, ErrorCode
from bumble.device import Device
from bumble.gatt import Characteristic, CharacteristicValue, Service
from bumble.host import Host
from bumble.pairing import PairingConfig, PairingDelegate
from bumble.transport.common import AsyncPipeSink

from tests.rig.air import FLAGS, Advert, Air, Pdu, manufacturer, structure
from tests.rig.chip import Chip

IOS_SERVICE = "00004E56-73F5-4BC4-A12F-17D1AD07A667"
IOS_CHARACTERISTIC = "00004E56-73F5-4BC4-A12F-17D1AD07A689"
"""Spelled from SPEC 1, not imported: the rig judges the package by its own reading."""

GUARDED = {
    "180F": ["2A19"],  # Battery: what bluetoothd's battery plugin reads unasked
    "1805": ["2A2B"],  # Current Time
    "7905F431-B5CE-4E99-A40F-4B1E122D00D0": ["9FBF120D-6301-42D9-8C58-25E699A21DBD"],  # ANCS, notification source
}
"""Services of every iPhone whose characteristics answer Insufficient Authentication to a stranger."""


class Beacon:
    """A cheap phone: adverts only, no host stack. Hundreds of them cost little."""

    def __init__(
        self,
        air: Air,
        address: str,
        data: bytes,
        *,
        interval: float = 0.1,
        rssi: int = -60,
        kind: Pdu = Pdu.ADV_IND,
        scan_response: bytes = b"",
    ) -> None:
        self.air, self.interval, self.rssi, self.kind = air, interval, rssi, kind
        self.address = hci.Address(address, hci.Address.RANDOM_DEVICE_ADDRESS)
        self.data, self.scan_response, self.sent = data, scan_response, 0
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> "Beacon":
        self.air.beacons.append(self)
        self._timer = asyncio.get_running_loop().call_later(random.random() * self.interval, self._fire)
        return self

    def _fire(self) -> None:
        self.sent += 1
        self.air.send_advertising_pdu(None, Advert(self.kind, self.address, self.data, self.scan_response, self.rssi))
        self._timer = asyncio.get_running_loop().call_later(self.interval + random.random() * 0.01, self._fire)

    def stop(self) -> None:
        if self._timer:
            self._timer.cancel()


class Phone:
    """A whole phone: a Bumble host with a GATT server, advertising and scanning on its own chip.

    `guarded` characteristics exist but answer Insufficient Authentication (ATT 0x05) to everyone.
    """

    def __init__(
        self,
        air: Air,
        name: str,
        address: str,
        data: bytes,
        *,
        scan_response: bytes = b"",
        serves: Mapping[str, Mapping[str, bytes]] | None = None,
        guarded: Mapping[str, list[str]] | None = None,
        interval: float = 0.1,
        rssi: int = -60,
    ) -> None:
        self.chip = Chip(name, link=air)
        self.chip.tx_rssi = rssi
        self.device = Device(name=name, address=hci.Address(address, hci.Address.RANDOM_DEVICE_ADDRESS))
        self.device.pairing_config_factory = lambda _link: PairingConfig(delegate=_Cancels())
        self.device.host = Host(self.chip, AsyncPipeSink(self.chip))
        self.data, self.scan_response, self.interval = data, scan_response, interval
        self.reads: list[str] = []
        """Characteristics read from us, in order."""
        self.read_at: list[float] = []
        """When, by the host's monotonic clock."""
        self.guarded_reads: list[str] = []
        """Guarded ones that someone tried to read."""
        for uuid, values in (serves or {}).items():
            self.device.add_service(Service(uuid, [self._open(c, value) for c, value in values.items()]))
        for uuid, names in (guarded or {}).items():
            self.device.add_service(Service(uuid, [self._guarded(c) for c in names]))

    async def start(self) -> "Phone":
        await self.device.power_on()
        await self.advertise()
        return self

    async def advertise(self) -> None:
        milliseconds = self.interval * 1000
        await self.device.start_advertising(
            auto_restart=True,
            advertising_data=self.data,
            scan_response_data=self.scan_response,
            advertising_interval_min=milliseconds,
            advertising_interval_max=milliseconds,
        )

    async def connect(self, address: hci.Address, within: float = 10) -> Any:
        """Connect as a central, uninvited or not; the link."""
        return await self.device.connect(address, timeout=within)

    async def stop(self) -> None:
        await self.device.power_off()
        self.chip.leave()

    def _open(self, uuid: str, value: bytes) -> Characteristic[bytes]:
        def read(_connection: Any) -> bytes:
            self.reads.append(uuid)
            self.read_at.append(time.monotonic())
            return value

        return Characteristic(
            uuid, Characteristic.Properties.READ, Characteristic.READABLE, CharacteristicValue(read=read)
        )

    def _guarded(self, uuid: str) -> Characteristic[bytes]:
        def read(_connection: Any) -> bytes:
            self.guarded_reads.append(uuid)
            raise ATT_Error(ErrorCode.INSUFFICIENT_AUTHENTICATION)

        return Characteristic(
            uuid, Characteristic.Properties.READ, Characteristic.READABLE, CharacteristicValue(read=read)
        )


class _Cancels(PairingDelegate):
    """The phone's owner taps "Cancel" when asked to pair."""

    async def accept(self) -> bool:
        return False


def android(air: Air, address: str, peer: bytes, *, rssi: int = -60) -> Beacon:
    """An Android phone: the id in its advertisement (SPEC 3), no GATT server."""
    data = structure(1, b"\x02") + manufacturer(0x22B5, peer) + structure(3, b"\x56\x4e")
    return Beacon(air, address, data, rssi=rssi)


def iphone_in_front(air: Air, address: str, peer: bytes, *, rssi: int = -60) -> Phone:
    """An iPhone with the app open: UUID and name on air, the id over GATT, guarded services beside it."""
    uuid = bytes.fromhex(IOS_SERVICE.replace("-", ""))[::-1]
    return Phone(
        air,
        f"front {peer[0]:02x}",
        address,
        FLAGS + structure(7, uuid),
        scan_response=structure(9, b"Bluezone"),
        serves=_id_service(peer),
        guarded=GUARDED,
        rssi=rssi,
    )


def iphone_in_background(air: Air, address: str, peer: bytes, *, rssi: int = -60, more_bits: bool = False) -> Phone:
    """An iPhone in a pocket: only a bit of Apple's overflow area on air; `more_bits`: another app shares it."""
    overflow = b"\x01\x08" + (b"\x20" if more_bits else b"\x00") + bytes(14)
    return Phone(
        air,
        f"background {peer[0]:02x}",
        address,
        FLAGS + manufacturer(0x004C, overflow),
        serves=_id_service(peer),
        guarded=GUARDED,
        rssi=rssi,
    )


def stranger(air: Air, number: int) -> Beacon:
    """One of a crowd: other makers' adverts, an Apple device without our bit, a bare one with a foreign UUID."""
    kinds: list[Callable[[], bytes]] = [
        lambda: FLAGS + manufacturer(0x0075, bytes([number, 1, 2, 3])),
        lambda: FLAGS + manufacturer(0x004C, b"\x10\x05" + bytes([number, 2, 3, 4, 5])),
        lambda: FLAGS + structure(3, b"\x0f\x18") + structure(9, b"watch %d" % number),
        lambda: FLAGS + manufacturer(0x004C, b"\x01" + bytes(16)),
        lambda: FLAGS + manufacturer(0x22B5, bytes([number]) * 12),  # the company without the UUID: not the app
    ]
    address = f"{0x40 + number % 64:02X}:11:22:33:{number >> 8:02X}:{number & 255:02X}"
    return Beacon(air, address, kinds[number % len(kinds)](), interval=0.2, rssi=-50 - number % 40)


def _id_service(peer: bytes) -> dict[str, dict[str, bytes]]:
    return {IOS_SERVICE: {IOS_CHARACTERISTIC: peer}}
