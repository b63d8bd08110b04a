"""A kernel with one Bluetooth controller, as its management interface shows it, and kiosk-radio beside it.

What it does was seen on the virtual Pi (kernels 6.1 and 6.12), and the same contract is played there:

- a discovery lasts one round and ends with Discovering 0; a second Start is Busy, a Stop without one Rejected;
- without power both are Not Powered, without the controller Invalid Index; power off ends the discovery, unasked;
- every management socket hears every event; a reply goes to whoever asked;
- a wanted LE connection waits until the phone is reported, ends the discovery while it connects, and then stands;
- over a chip that does one thing at a time, a Start is Busy while an advertisement is held, and Add Advertising fails
  during a discovery;
- bluetoothd, when it starts, removes every advertising instance; its death changes nothing else.
"""

import asyncio
import fcntl
import socket
import struct
import sys
import termios
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.core import att, mgmt
from kiosk.core.facts import Trouble
from kiosk.errors import RadioError

ALL = mgmt.NO_INDEX
FAILED, NOT_POWERED, INVALID_INDEX, REJECTED, NOT_SUPPORTED = 0x03, 0x0F, 0x11, 0x0B, 0x0C


@dataclass
class Phone:
    """What a phone sends, and what it answers to our question (None: an error); `mute`: connects, never answers."""

    address: str
    ad: bytes
    answer: bytes | None = None
    mute: bool = False


class FakeKernel:
    """hci0 and whoever is near. Also plays kiosk-radio: `ask` and `opened` are those of adapters/privileged.py."""

    def __init__(self) -> None:
        self.phones: dict[str, Phone] = {}
        self.installed = True
        self.plugged = self.powered = True
        self.knows_roles = True
        """Whether the chip can send and connect at once."""
        self.at_once = False
        """Whether the kernel was told to let it."""
        self.discovering = False
        self.occupied = False
        """Discovery is Busy, whoever is asked to stop, until the controller is switched off and on."""
        self.one_at_a_time = False
        self.states = "ffff3fffff030000"
        """What the chip says that it can do."""
        self.late = False
        """The next start comes just after somebody else's."""
        self.refuses_scans = False
        self.refuses_adverts = self.refuses_management = False
        self.on_air: bytes | None = None
        self.raw: bytes | None = None
        """What is on air by HCI commands, past the kernel."""
        self.commands: list[int] = []
        self.dialled: list[tuple[bytes, int]] = []
        self._links: list[socket.socket] = []
        self._peers: list[socket.socket] = []

    # -- kiosk-radio

    async def opened(self, verb: str) -> socket.socket:
        if not self.installed:
            raise RadioError(f"kiosk-radio, {verb}: No such file or directory", Trouble.OTHER)
        theirs, ours = _pair()
        if verb == "control":
            self._links.append(ours)
            asyncio.get_running_loop().add_reader(ours, self._on_command, ours)
        else:
            self._peers.append(ours)
        return theirs

    async def ask(self, verb: str, *words: str) -> str:
        taken = self.one_at_a_time and self.discovering
        refused = self.refuses_adverts or taken or (self.refuses_management and verb == "advertise")
        if not self.installed or not self.plugged or (refused and verb.startswith("advertise")):
            raise RadioError(f"kiosk-radio, {verb}: the kernel says Failed", Trouble.REFUSED)
        match verb, words:
            case "advertise", (_, ad):
                self.on_air = bytes.fromhex(ad)
                self._tell(mgmt.ADVERTISING_ADDED, bytes((mgmt.INSTANCE,)))
            case "advertise-raw", (_, ad):
                self.raw = bytes.fromhex(ad)
            case "advertising", ():
                return "yes" if self.on_air else "no"
            case "states", ():
                return self.states
            case "hush", ():
                self.on_air = None
                self._tell(mgmt.ADVERTISING_REMOVED, bytes((mgmt.INSTANCE,)))
            case "hush-raw", ():
                self.raw = None
            case _:
                raise AssertionError(f"no such deed: {verb}")
        return ""

    def close(self) -> None:
        for each in self._links:
            asyncio.get_running_loop().remove_reader(each)
        for each in (*self._links, *self._peers):
            each.close()
        self._links, self._peers = [], []

    # -- what happens to it

    def pull(self) -> None:
        self.plugged = self.discovering = False
        self.on_air = self.raw = None
        self._tell(mgmt.INDEX_REMOVED, b"")

    def push(self) -> None:
        self.plugged = True
        self.occupied = False

    def power(self, *, on: bool) -> None:
        self.powered = on
        if not on:
            self.occupied = False
            self.on_air = self.raw = None
            self.end_round()
        self._tell(mgmt.NEW_SETTINGS, self._settings())

    def end_round(self) -> None:
        if self.discovering:
            self.discovering = False
            self._tell(mgmt.DISCOVERING, bytes((mgmt.LE, 0)))

    def everybody_sends(self) -> None:
        """One packet of each phone, for whoever discovers."""
        for phone in self.phones.values() if self.discovering else ():
            found = struct.pack("<6sBbIH", mgmt.raw(phone.address), 2, -60, 0, len(phone.ad)) + phone.ad
            self._tell(mgmt.DEVICE_FOUND, found)

    def connected(self, address: str) -> None:
        """Somebody connects to us, or we to somebody."""
        self._tell(mgmt.DEVICE_CONNECTED, mgmt.raw(address) + bytes((2,)) + bytes(6))

    def left(self, address: str) -> None:
        self._tell(mgmt.DEVICE_DISCONNECTED, mgmt.raw(address) + bytes((2, 0)))

    def unread(self) -> int:
        """Memory of events that nobody has read yet, in bytes. A socket holds some 200,000; then they are lost."""
        queues = (fcntl.ioctl(link, termios.TIOCOUTQ, bytes(4)) for link in self._links)
        return max((int.from_bytes(told, sys.byteorder) for told in queues), default=0)

    def flood(self, body: bytes, count: int) -> None:
        for _ in range(count):
            self._tell(mgmt.DEVICE_FOUND, body)

    # -- management

    def _on_command(self, link: socket.socket) -> None:
        try:
            packet = link.recv(2048)
        except OSError:
            packet = b""
        if not packet:
            asyncio.get_running_loop().remove_reader(link)
            return
        opcode, index, _ = mgmt.HEADER.unpack_from(packet)
        self.commands.append(opcode)
        status, body, then = self._do(opcode, index, packet[mgmt.HEADER.size :])
        told = struct.pack("<HB", opcode, status) + body
        event = mgmt.COMMAND_STATUS if status else mgmt.COMMAND_COMPLETE
        link.send(struct.pack("<HHH", event, index, len(told)) + told)
        then()

    def _do(self, opcode: int, index: int, body: bytes) -> tuple[int, bytes, Callable[[], object]]:
        if index != 0 or not self.plugged:
            return INVALID_INDEX, b"", _nothing
        if opcode == mgmt.READ_INFO:
            return 0, bytes(13) + self._settings(), _nothing
        if opcode == mgmt.SET_POWERED:
            return 0, self._settings(), lambda: self.power(on=bool(body[0]))
        if opcode == mgmt.SET_EXPERIMENTAL:
            return self._experiment(body)
        if opcode == mgmt.READ_ADVERTISING:
            held = bytes((mgmt.INSTANCE,)) if self.on_air else b""
            return 0, bytes((0, 0, 0, 0, 31, 31, 5, len(held))) + held, _nothing
        if not self.powered:
            return NOT_POWERED, b"", _nothing
        return self._discover(opcode, body)

    def _experiment(self, body: bytes) -> tuple[int, bytes, Callable[[], object]]:
        if not self.knows_roles or body[:-1] != mgmt.SIMULTANEOUS_ROLES:
            return NOT_SUPPORTED, b"", _nothing
        self.at_once = bool(body[-1])
        return 0, body, _nothing

    def _discover(self, opcode: int, body: bytes) -> tuple[int, bytes, Callable[[], object]]:
        if opcode == mgmt.START_DISCOVERY:
            if self.refuses_scans:
                return FAILED, b"", _nothing
            if self.late:
                self.late, self.discovering = False, True
                self._tell(mgmt.DISCOVERING, bytes((mgmt.LE, 1)))
            taken = self.one_at_a_time and (self.on_air or self.raw)
            if self.discovering or self.occupied or taken:
                return mgmt.BUSY, b"", _nothing
            self.discovering = True
            return 0, body, lambda: self._tell(mgmt.DISCOVERING, bytes((mgmt.LE, 1)))
        if opcode == mgmt.STOP_DISCOVERY:
            return (0, body, self.end_round) if self.discovering else (REJECTED, b"", _nothing)
        return 0, body, _nothing

    def _settings(self) -> bytes:
        return (mgmt.POWERED if self.powered else 0).to_bytes(4, "little")

    def _tell(self, event: int, body: bytes) -> None:
        for link in self._links:
            try:
                link.send(struct.pack("<HHH", event, 0, len(body)) + body)
            except OSError:  # whoever does not listen, or left
                continue

    # -- connections

    def dial(self, link: socket.socket, peer: bytes, kind: int) -> None:
        """A connect of a socket from `opened("att")`, in place of bind(2) and connect(2)."""
        self.dialled.append((peer, kind))
        if not self.plugged:
            raise OSError(113, "No route to host")
        phone = self.phones.get(mgmt.spelled(peer))
        ours = self._peers[-1]
        if phone is not None and not phone.mute:
            asyncio.get_running_loop().add_reader(ours, self._on_question, ours, phone)

    def _on_question(self, ours: socket.socket, phone: Phone) -> None:
        question = ours.recv(512)
        if question == att.QUESTION and self.plugged:
            ours.send(_answer(phone.answer))
        asyncio.get_running_loop().remove_reader(ours)


def _answer(value: bytes | None) -> bytes:
    if value is None:
        return bytes((att.ERROR, att.BY_TYPE_REQUEST, 1, 0, 0x05))
    return bytes((att.BY_TYPE_RESPONSE, len(value) + 2)) + b"\x10\x00" + value


def _pair() -> tuple[socket.socket, socket.socket]:
    pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for each in pair:
        each.setblocking(False)
    return pair


def _nothing() -> None:
    return None
