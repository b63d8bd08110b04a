"""Management: the kernel's Bluetooth interface, frames in and out. Pure bytes; the sockets are in kiosk/adapters.

Layout and numbers: BlueZ doc/mgmt-api.txt (since 5.77 doc/mgmt.rst), little-endian throughout. A frame is opcode or
event, controller index, length, parameters. Its Device Found carries the AD structures as they were sent, scan
response appended, once for both packets.
"""

import struct
from typing import Final, NamedTuple

from kiosk.core.adverts import RSSI_UNKNOWN, Heard
from kiosk.core.windows import UnixMs

BLUETOOTH, L2CAP, HCI = 31, 0, 1
"""Address family and protocols (<bluetooth/bluetooth.h>): not every Python is built with their names."""
HEADER: Final = struct.Struct("<HHH")
LE: Final = 0x06
"""Address types of a discovery, as bits: LE public and LE random; bit 0, BR/EDR, is never asked for."""
NO_INDEX: Final = 0xFFFF
RECEIVE_ROOM: Final = 33
"""Socket option SO_RCVBUFFORCE of <asm-generic/socket.h>: CAP_NET_ADMIN may pass net.core.rmem_max."""
MEMORY: Final = 55
"""Socket option SO_MEMINFO, of the same: nine numbers of 32 bits, the last how many packets found no room."""
ROOM_BYTES: Final = 4 << 20
"""Two seconds of the densest crowd measured wait for a daemon that is busy; the usual room holds 0.1 s of it."""
INSTANCE: Final = 5
"""Our advertising instance. bluetoothd counts its own from 1 up, and the kernel has 5 where the chip is legacy."""
CONNECTABLE, BROADCAST = "connectable", "broadcast"
"""Kinds of our advertisement, as kiosk-radio is told them."""

READ_INFO: Final = 0x0004
SET_POWERED: Final = 0x0005
START_DISCOVERY: Final = 0x0023
STOP_DISCOVERY: Final = 0x0024
READ_ADVERTISING: Final = 0x003D
ADD_ADVERTISING: Final = 0x003E
REMOVE_ADVERTISING: Final = 0x003F
DISCONNECT: Final = 0x0014
SET_EXPERIMENTAL: Final = 0x004A

COMMAND_COMPLETE: Final = 0x0001
COMMAND_STATUS: Final = 0x0002
INDEX_REMOVED: Final = 0x0005
NEW_SETTINGS: Final = 0x0006
DEVICE_CONNECTED: Final = 0x000B
DEVICE_DISCONNECTED: Final = 0x000C
CONNECT_FAILED: Final = 0x000D
DEVICE_FOUND: Final = 0x0012
DISCOVERING: Final = 0x0013
ADVERTISING_ADDED: Final = 0x0023
ADVERTISING_REMOVED: Final = 0x0024

POWERED: Final = 0x0001
"""Bit of the settings."""
SIMULTANEOUS_ROLES: Final = bytes.fromhex("671b10b542c046969227eb28d1b049d6")[::-1]
"""Experimental feature "LE Simultaneous Central and Peripheral Roles", on air backwards."""

BUSY: Final = 0x0A
RFKILLED: Final = 0x12
STATUS: Final = {
    0x01: "Unknown Command", 0x03: "Failed", 0x0A: "Busy", 0x0B: "Rejected", 0x0C: "Not Supported",
    0x0D: "Invalid Parameters", 0x0F: "Not Powered", 0x11: "Invalid Index", 0x12: "RFKilled", 0x14: "Permission Denied",
}  # fmt: skip


class Frame(NamedTuple):
    """An event: its number, the controller's index, its parameters."""

    event: int
    controller: int
    body: bytes


class Reply(NamedTuple):
    """What Command Complete or Command Status says of a command; `status` 0 is success."""

    opcode: int
    status: int
    body: bytes


def command(opcode: int, index: int, body: bytes = b"") -> bytes:
    """A command's frame."""
    return HEADER.pack(opcode, index, len(body)) + body


def frame(packet: bytes) -> Frame | None:
    """An event's frame, None if it is cut short."""
    if len(packet) < HEADER.size:
        return None
    event, index, size = HEADER.unpack_from(packet)
    body = packet[HEADER.size :]
    return Frame(event, index, body) if len(body) == size else None


def reply(event: Frame) -> Reply | None:
    """The reply in an event, None if it is none."""
    if event.event not in (COMMAND_COMPLETE, COMMAND_STATUS) or len(event.body) < 3:
        return None
    return Reply(int.from_bytes(event.body[:2], "little"), event.body[2], event.body[3:])


def said(status: int) -> str:
    """A status in the document's own words."""
    return STATUS.get(status, f"status 0x{status:02x}")


_FOUND: Final = struct.Struct("<6sBbIH")
"""Device Found: address, its type, RSSI in dBm, flags, length of the AD structures."""
_TYPES: Final = {1: "public", 2: "random"}


def heard(body: bytes, at: UnixMs) -> Heard | None:
    """The advertisement in a Device Found; None if it is cut short or was not sent over LE."""
    if len(body) < _FOUND.size:
        return None
    address, kind, rssi, _flags, size = _FOUND.unpack_from(body)
    ad = body[_FOUND.size :]
    if kind not in _TYPES or len(ad) != size:
        return None
    return Heard(spelled(address), _TYPES[kind], at, RSSI_UNKNOWN if rssi == 127 else rssi, ad)


def spelled(address: bytes) -> str:
    """An address as people write it: "C0:FF:EE:00:00:01"."""
    return address[::-1].hex(":").upper()


def raw(address: str) -> bytes:
    """An address as it is on air, backwards."""
    return bytes.fromhex(address.replace(":", ""))[::-1]


def discovering(body: bytes) -> bool | None:
    """What a Discovering event says of LE; None if it speaks of something else."""
    return bool(body[1]) if len(body) == 2 and body[0] & LE else None


def settings(info: bytes) -> bytes:
    """The current settings in the reply to Read Controller Information: address, version, manufacturer, supported,
    current, ..."""
    return info[13:17]


def powered(current: bytes) -> bool:
    """Whether settings, as New Settings and the reply to Set Powered bring them, have the controller on."""
    return bool(int.from_bytes(current[:4], "little") & POWERED)


def advertisement(ad: bytes, kind: str) -> bytes:
    """Parameters of Add Advertising: our instance without end, these AD structures; `kind` is CONNECTABLE or other."""
    flags = 1 if kind == CONNECTABLE else 0  # without the flag it goes out from a random address
    return struct.pack("<BIHHBB", INSTANCE, flags, 0, 0, len(ad), 0) + ad


def instances(body: bytes) -> tuple[int, ...]:
    """The instances on air, from the reply to Read Advertising Features."""
    return tuple(body[8 : 8 + body[7]]) if len(body) >= 8 else ()


# -- HCI commands to the chip itself (Core Vol 4 Part E 7.8.5 to 7.8.9), for a kernel that does not advertise

MOST_AD: Final = 31
ADVERTISING_OFF: Final = (0x200A, b"\0")
ADVERTISING_ON: Final = (0x200A, b"\1")
SUPPORTED_STATES: Final = (0x201C, b"")
"""Which things the chip can do, and which two at once: 8 bytes of bits (7.8.27)."""
HCI_FILTER: Final = 2
"""Socket option of <net/bluetooth/hci_sock.h>."""
_PARAMETERS, _DATA = 0x2006, 0x2008
_INTERVAL: Final = (0x00A0, 0x00F0)
"""100 to 150 ms in units of 0.625 ms, as systemd/bluetooth-main.conf has it."""


def hci_command(opcode: int, body: bytes) -> bytes:
    """An HCI command packet."""
    return struct.pack("<BHB", 1, opcode, len(body)) + body


def hci_filter(opcode: int) -> bytes:
    """Let through events that are Command Complete of this command (struct hci_ufilter)."""
    return struct.pack("<IIIHxx", 1 << 4, 1 << 0x0E, 0, opcode)


def legacy_advertising(ad: bytes, kind: str) -> list[tuple[int, bytes]]:
    """The commands that put AD structures on air: off, how, what, on."""
    pdu = 0 if kind == CONNECTABLE else 3
    how = struct.pack("<HHBBB6sBB", *_INTERVAL, pdu, 0, 0, bytes(6), 7, 0)
    what = bytes((len(ad),)) + ad.ljust(MOST_AD, b"\0")
    return [ADVERTISING_OFF, (_PARAMETERS, how), (_DATA, what), ADVERTISING_ON]
