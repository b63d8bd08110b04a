#!/usr/bin/python3
"""Guest side of the radio: pump H4 packets between a virtio-serial port and /dev/vhci.

The host process that plays the Bluetooth chip connects to the other end of the port. While it is connected the guest
has an hci0; when it hangs up, hci0 disappears, as if the chip was pulled out.
"""

import os
import select
import struct
import sys
import time

PORT = sys.argv[1] if len(sys.argv) > 1 else "/dev/virtio-ports/bt0"
HEADERS = {2: (5, "<H", 0xFFFF), 3: (4, "<B", 0xFF), 4: (3, "<B", 0xFF), 5: (5, "<H", 0x3FFF)}
"""Packet type (ACL, SCO, event, ISO) -> bytes before the payload, how its length is written there, which bits."""
NEW_CONTROLLER = b"\xff\x00"
VENDOR = 0xFF
"""vhci's own replies, not HCI."""


def packets(buffer: bytearray) -> list[bytes]:
    """Cut whole H4 packets off the front of the buffer."""
    found = []
    while buffer:
        if buffer[0] not in HEADERS:
            raise ValueError(f"not an H4 packet type: {buffer[0]}")
        size, form, mask = HEADERS[buffer[0]]
        if len(buffer) < size:
            break
        (length,) = struct.unpack_from(form, buffer, size - struct.calcsize(form))
        end = size + (length & mask)
        if len(buffer) < end:
            break
        found.append(bytes(buffer[:end]))
        del buffer[:end]
    return found


def wait_for_host(port: int) -> select.poll:
    """virtio-serial reports a hang-up until the host end is open."""
    poll = select.poll()
    poll.register(port, select.POLLIN)
    while any(event & select.POLLHUP for _, event in poll.poll(0)):
        time.sleep(0.05)
    return poll


def to_kernel(port: int, vhci: int, buffer: bytearray) -> bool:
    """Carry on what the host sent; False if it hung up."""
    data = os.read(port, 65536)
    buffer += data
    for packet in packets(buffer):
        try:
            os.write(vhci, packet)
        except OSError as error:  # e.g. hci0 is down: the kernel refuses
            sys.stderr.write(f"vhci write: {error} {packet[:8].hex()}\n")
    return bool(data)


def to_host(port: int, vhci: int) -> None:
    """Carry on what the kernel sent."""
    packet = os.read(vhci, 4096)
    if packet[0] != VENDOR:
        view = memoryview(packet)
        while view:
            view = view[os.write(port, view) :]


def session(port: int) -> None:
    """Wait for a host, give the kernel a controller, pump until the host hangs up."""
    poll = wait_for_host(port)
    vhci = os.open("/dev/vhci", os.O_RDWR)
    try:
        os.write(vhci, NEW_CONTROLLER)
        poll.register(vhci, select.POLLIN)
        inbound = bytearray()
        connected = True
        while connected:
            for source, event in poll.poll():
                if source == vhci and event & select.POLLIN:
                    to_host(port, vhci)
                elif source == port:
                    connected = bool(event & select.POLLIN) and to_kernel(port, vhci, inbound)
    finally:
        os.close(vhci)


def main() -> None:
    port = os.open(PORT, os.O_RDWR)
    while True:
        session(port)


if __name__ == "__main__":
    main()
