"""The radio medium around the virtual Pi: what is on air, who hears it. Runs on the host, in Bumble's event loop.

Chips (chip.py) and phones (phones.py) meet here. Adverts are legacy PDUs; links are Bumble's.
"""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, cast

from bumble import hci, ll
from bumble.core import PhysicalTransport
from bumble.link import LocalLink


class Pdu(IntEnum):
    """Types of legacy advertising PDUs, as HCI numbers them in reports (Core Vol 4 Part E 7.7.65.2)."""

    ADV_IND = 0
    ADV_DIRECT_IND = 1
    ADV_SCAN_IND = 2
    ADV_NONCONN_IND = 3
    SCAN_RSP = 4


def structure(kind: int, data: bytes) -> bytes:
    """One AD structure: length, type, data. Spelled anew here, so that the rig judges the package by its own sums."""
    return bytes([len(data) + 1, kind]) + data


def structures(ad: bytes) -> list[tuple[int, bytes]]:
    """AD structures of an advert, in order."""
    found = []
    while len(ad) > 1 and ad[0]:
        found.append((ad[1], ad[2 : ad[0] + 1]))
        ad = ad[ad[0] + 1 :]
    return found


def manufacturer(company: int, payload: bytes) -> bytes:
    """Manufacturer data as an AD structure."""
    return structure(0xFF, company.to_bytes(2, "little") + payload)


FLAGS = structure(0x01, b"\x06")


@dataclass
class Advert(ll.AdvertisingPdu):
    """One legacy advertising event; `rssi` is at the receiver, unless the medium says otherwise."""

    kind: Pdu
    address: hci.Address
    data: bytes
    scan_response: bytes = b""
    rssi: int = -60
    at: float = 0.0


class Air(LocalLink):
    """The medium. `loss` is the chance that a receiver misses an advert; `listeners` hear every one, raw."""

    def __init__(self, loss: float = 0.0) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.loss = loss
        self.rssi: dict[str, int] = {}
        """Sender's address -> level everywhere."""
        self.beacons: list[Any] = []
        self.listeners: list[Callable[[Advert], None]] = []
        self.reported: dict[bytes, float] = {}
        """Advertising data -> when a chip first told its host of it."""

    def send_advertising_pdu(self, sender_controller: Any, packet: ll.AdvertisingPdu) -> None:
        if not isinstance(packet, Advert):
            super().send_advertising_pdu(sender_controller, packet)
            return
        packet.at = time.monotonic()
        packet.rssi = self.rssi.get(packet.address.to_string(with_type_qualifier=False), packet.rssi)
        for listener in self.listeners:
            listener(packet)
        for chip in list(self.controllers):
            if chip is not sender_controller and (chip.le_scan_enable or chip.pending_le_connection):
                self._carry(packet, chip)

    def _carry(self, packet: Advert, chip: Any) -> None:
        if not self.loss or random.random() >= self.loss:
            chip.hear(packet)

    def send_acl_data(
        self,
        sender_controller: Any,
        destination_address: hci.Address,
        transport: PhysicalTransport,
        data: bytes,
    ) -> None:
        """Over the link that exists, named by the addresses it was made with (Bumble takes the random ones)."""
        connection = sender_controller.le_connections.get(destination_address)
        receiver = self.find_le_controller(destination_address)
        if connection and receiver and transport == PhysicalTransport.LE:
            loop = asyncio.get_running_loop()
            loop.call_soon(receiver.on_link_acl_data, connection.self_address, transport, data)

    def silence_beacons(self) -> None:
        """Every beacon stops; whole phones and the Pi go on."""
        for beacon in self.beacons:
            beacon.stop()
        self.beacons.clear()

    def silence(self) -> None:
        """Every beacon stops, every chip leaves."""
        self.silence_beacons()
        for chip in list(self.controllers):
            cast(Any, chip).leave()

    def find_le_controller(self, address: hci.Address) -> Any:
        """Who holds the link that goes to this address."""
        for chip in self.controllers:
            if any(link.self_address == address for link in chip.le_connections.values()):
                return chip
        return None
