"""A kernel for kiosk-radio: answers what its sockets are asked, in a thread; files under a folder, signals noted."""

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from kiosk.core import mgmt
from kiosk.radiod import CONTROL, Kernel


class Hands(Kernel):
    """`status` is what every command is answered with, 0 for success."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.bound: list[tuple[int, int]] = []
        self.managed: list[tuple[int, bytes]] = []
        self.ordered: list[tuple[int, bytes]] = []
        self.signals: list[tuple[int, int]] = []
        self.instances: set[int] = set()
        self.opened: list[socket.socket] = []
        """What whoever asked has of them; closed at the end."""
        self.status = 0
        self.up = 0.0
        self._house = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._house.close()
        for each in self.opened:
            each.close()

    def hci(self, device: int, channel: int) -> socket.socket:
        self.bound.append((device, channel))
        return self._served(self._manage if channel == CONTROL else self._order)

    def att(self) -> socket.socket:
        return self._served(lambda _: b"")

    def signal(self, process: int, number: int) -> None:
        self.signals.append((process, number))

    def up_s(self) -> float:
        return self.up

    def _served(self, answer: Callable[[bytes], bytes]) -> socket.socket:
        theirs, ours = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

        def serve() -> None:
            while packet := ours.recv(2048):
                ours.send(answer(packet))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        self._house.callback(ours.close)
        self._house.callback(thread.join, 5)
        self._house.callback(ours.shutdown, socket.SHUT_RDWR)
        return _Filtered(theirs)

    def _manage(self, packet: bytes) -> bytes:
        opcode, index, size = mgmt.HEADER.unpack_from(packet)
        body = packet[mgmt.HEADER.size :]
        assert len(body) == size
        told = b""
        if opcode != mgmt.READ_ADVERTISING:
            self.managed.append((opcode, body))
        if opcode == mgmt.ADD_ADVERTISING and not self.status:
            self.instances.add(body[0])
        if opcode == mgmt.REMOVE_ADVERTISING:
            self.instances.discard(body[0])
        if opcode == mgmt.READ_ADVERTISING:
            told = struct.pack("<IBBBB", 0, 31, 31, 5, len(self.instances)) + bytes(self.instances)
        reply = struct.pack("<HB", opcode, self.status) + told
        return struct.pack("<HHH", mgmt.COMMAND_COMPLETE, index, len(reply)) + reply

    def _order(self, packet: bytes) -> bytes:
        kind, opcode, size = struct.unpack_from("<BHB", packet)
        assert kind == 1
        assert len(packet) == 4 + size
        self.ordered.append((opcode, packet[4:]))
        told = bytes.fromhex("ffff3fffff030000") if (opcode, packet[4:]) == mgmt.SUPPORTED_STATES else b""
        return struct.pack("<BBBBHB", 4, 0x0E, 4 + len(told), 1, opcode, self.status) + told


class _Filtered(socket.socket):
    """Takes the options of an HCI socket, which a socket pair has not."""

    def __init__(self, of: socket.socket) -> None:
        super().__init__(of.family, of.type, of.proto, of.detach())

    def setsockopt(self, level: int, *option: object) -> None:
        assert (level, option[0]) == (0, mgmt.HCI_FILTER)
