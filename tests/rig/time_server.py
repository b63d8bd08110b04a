"""A time server on the wire of the virtual Pi, beside QEMU's own network: ARP, IPv4, UDP and SNTP, no more.

    with TimeServer(pi.dir) as server:      # 10.0.2.123; without one the Pi is alone
        server.ahead_s = -1200              # what it says differs from the host's clock by this

Ethernet frames come and go as datagrams of a unix socket (QEMU: -netdev dgram), so that neither a port of the host nor
a way out of the guest is opened.
"""

import asyncio
import socket
import struct
import time
from pathlib import Path
from types import TracebackType
from typing import Self

ADDRESS = "10.0.2.123"
SERVER_SOCKET, GUEST_SOCKET = "time.sock", "wire.sock"
"""In the machine's folder: where the server listens, and where QEMU does."""

_IP = socket.inet_aton(ADDRESS)
_MAC = bytes.fromhex("525400000123")
_ARP, _IPV4 = 0x0806, 0x0800
_UDP = 17
_NTP_PORT = 123
_UNIX_EPOCH_S = 2_208_988_800
"""1970 as NTP counts: seconds since 1900."""
_SERVER_V4 = 0x24
"""No leap second, version 4, mode 4: a server's answer (RFC 5905, 7.3)."""


class TimeServer:
    """Answers while it is open. `asked`: how often it was."""

    def __init__(self, folder: Path) -> None:
        self._here, self._guest = folder / SERVER_SOCKET, folder / GUEST_SOCKET
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.ahead_s = 0.0
        self.asked = 0

    def __enter__(self) -> Self:
        self._here.unlink(missing_ok=True)
        self._socket.bind(str(self._here))
        self._socket.setblocking(False)
        asyncio.get_running_loop().add_reader(self._socket, self._receive)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()
        self._here.unlink()

    def _receive(self) -> None:
        frame = self._socket.recv(65536)
        if len(frame) > 14 and (body := self._answered(int.from_bytes(frame[12:14]), frame[14:])):
            self._socket.sendto(frame[6:12] + _MAC + frame[12:14] + body, str(self._guest))

    def _answered(self, kind: int, packet: bytes) -> bytes:
        if kind == _ARP and packet[6:8] == b"\0\1" and packet[24:28] == _IP:
            return packet[:7] + b"\2" + _MAC + _IP + packet[8:18]
        if kind == _IPV4 and packet[9] == _UDP and packet[16:20] == _IP:
            return self._udp(packet, packet[(packet[0] & 15) * 4 :])
        return b""

    def _udp(self, packet: bytes, datagram: bytes) -> bytes:
        from_port, to_port = struct.unpack_from("!HH", datagram)
        if to_port != _NTP_PORT or len(datagram) < 8 + 48:
            return b""
        self.asked += 1
        answer = self._time(datagram[8:56])
        udp = struct.pack("!HHHH", to_port, from_port, 8 + len(answer), 0) + answer
        head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, _UDP, 0, _IP, packet[12:16])
        return head[:10] + _checksum(head) + head[12:] + udp

    def _time(self, question: bytes) -> bytes:
        now = int((time.time() + self.ahead_s + _UNIX_EPOCH_S) * 2**32) & (2**64 - 1)
        fixed = struct.pack("!BBbbII4s", _SERVER_V4, 1, 6, -20, 0, 0, b"RIG\0")
        return fixed + now.to_bytes(8) + question[40:48] + now.to_bytes(8) * 2


def _checksum(head: bytes) -> bytes:
    """Ones' complement sum of 16-bit words (RFC 1071)."""
    total: int = sum(struct.unpack(f"!{len(head) // 2}H", head))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return (~total & 0xFFFF).to_bytes(2)
