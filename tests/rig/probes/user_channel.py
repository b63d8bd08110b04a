"""In the guest: have the chip to ourselves (HCI_CHANNEL_USER), scan, advertise, and ask iPhones one after the other.
user_channel.py COUNT AD ADDRESS...

The kernel gives the chip to one program only while nobody else has it: bluetoothd must be stopped and the controller
off. Measured, never shipped: whoever takes this way brings a Bluetooth stack of its own. Prints JSON like read.py.
"""

import json
import select
import struct
import sys
import time

from kiosk.core import att, mgmt
from kiosk.errors import KioskError
from kiosk.radiod import Deeds, Kernel

USER = 1
"""HCI_CHANNEL_USER of <net/bluetooth/hci_sock.h>."""
COMMAND, ACL, EVENT = 1, 2, 4
STATUS, COMPLETE, GONE, META, CONNECTED = 0x0F, 0x0E, 0x05, 0x3E, 0x01
SCAN = struct.pack("<BHHBB", 1, 0x12, 0x12, 0, 0)
"""Active, all the time."""
CONNECT = struct.Struct("<HHBB6sBHHHHHH")


class Chip:
    """Commands out, events and data in."""

    def __init__(self) -> None:
        kernel = Kernel()
        Deeds(kernel, 0)._manage(mgmt.SET_POWERED, b"\0")
        self._link = kernel.hci(0, USER)

    def order(self, opcode: int, body: bytes = b"") -> None:
        """A command; waits until the chip has taken it."""
        self._link.send(mgmt.hci_command(opcode, body))
        self.until(
            lambda told: told[0] == EVENT and told[1] in (STATUS, COMPLETE) and opcode.to_bytes(2, "little") in told[3:]
        )

    def until(self, wanted, within: float = 2.0) -> bytes:  # type: ignore[no-untyped-def]
        """The first packet that is wanted; reports of the scan are read and thrown away meanwhile."""
        deadline = time.monotonic() + within
        while (left := deadline - time.monotonic()) > 0 and select.select([self._link], [], [], left)[0]:
            told = self._link.recv(1024)
            if wanted(told):
                return told
        raise TimeoutError

    def send(self, handle: int, pdu: bytes) -> None:
        """One ATT PDU."""
        self._link.send(struct.pack("<BHHHH", ACL, handle, len(pdu) + 4, len(pdu), 4) + pdu)


def begin(chip: Chip, ad: bytes) -> None:
    """On air, and listening."""
    chip.order(0x0C03)
    chip.order(0x0C01, b"\xff\xff\xff\xff\xff\xff\xff\x3f")
    chip.order(0x2001, struct.pack("<Q", 0x1F))
    for opcode, body in mgmt.legacy_advertising(ad, mgmt.CONNECTABLE)[1:]:
        chip.order(opcode, body)
    chip.order(0x200B, SCAN)
    chip.order(0x200C, b"\1\0")


def ask(chip: Chip, address: str) -> bool:
    """Connect, one question, hang up; whether an id came."""
    chip.order(0x200D, CONNECT.pack(0x60, 0x60, 0, 1, mgmt.raw(address), 0, 24, 40, 0, 42, 0, 0))
    try:
        told = chip.until(lambda told: told[:2] == bytes((EVENT, META)) and told[3] == CONNECTED)
    except TimeoutError:
        chip.order(0x200E)
        return False
    handle = int.from_bytes(told[5:7], "little")
    chip.send(handle, att.QUESTION)
    try:
        while not att.answer(chip.until(lambda told: told[0] == ACL and told[7:9] == b"\x04\0")[9:]):
            pass
        answered = True
    except (KioskError, TimeoutError):
        answered = False
    chip.order(0x0406, struct.pack("<HB", handle, 0x13))
    chip.until(lambda told: told[:2] == bytes((EVENT, GONE)))
    return answered


def main(count: int, ad: str, *addresses: str) -> None:
    chip = Chip()
    begin(chip, bytes.fromhex(ad))
    time.sleep(2)
    began = time.monotonic()
    answers = [ask(chip, address) for address in addresses * count]
    whole = time.monotonic() - began
    sys.stdout.write(
        json.dumps({"status": "ok", "answers": sum(answers), "asks": len(answers), "seconds": whole}) + "\n"
    )


main(int(sys.argv[1]), *sys.argv[2:])
