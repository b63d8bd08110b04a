"""kiosk-radio: the only privileged part of the kiosk. Opens the kernel's Bluetooth sockets for the daemon, and does a
fixed list of deeds for it. systemd/kiosk-radio.socket starts it: `python -m kiosk.radiod`.

A request is one packet, "VERB [WORDS]"; the answer is one packet, "ok ..." or "no ...", with a descriptor where the
verb opens a socket: the kernel trusts a Bluetooth socket by whoever bound it. Only root and the kiosk's user are
answered, each verb at its own pace, and deeds stand in the journal. It reads no file of the kiosk, has no network, and
of all capabilities only CAP_NET_ADMIN and CAP_NET_RAW: as a root it may still write the drivers' bind files and signal
root's own processes, and so it re-probes, restarts and reboots."""

import ctypes
import os
import pwd
import signal
import socket
import struct
import sys
import time  # noqa: TID251 - a process of its own, far below any Clock
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Final, NamedTuple

from kiosk.core import mgmt

USER: Final = "bluezone-kiosk"
RAW, CONTROL = 0, 3  # channels of HCI sockets (<net/bluetooth/hci_sock.h>)
ANSWER_S: Final = 8.0
"""The kernel resets a controller and loads its settings: some seconds on a slow UART."""
REBOOT_EVERY_S: Final = 6 * 3600.0
UNBLOCK: Final = struct.pack("=IBBBB", 0, 2, 3, 0, 0)
"""struct rfkill_event of <linux/rfkill.h>: every Bluetooth switch, change all, no soft block."""
REBOOT: Final = signal.SIGRTMIN + 5  # systemd(1): in order, as `systemctl reboot` does it
PACE_S: Final = {
    "control": 0.5, "att": 0.0, "power-cycle": 5.0, "unblock": 5.0, "reprobe": 25.0, "restart-bluetoothd": 25.0,
    "reboot": 60.0, "advertise": 0.2, "advertising": 0.0, "advertise-raw": 0.2, "hush": 0.0, "hush-raw": 0.0,
    "states": 0.0,
}  # fmt: skip
"""Every verb, and the least time between two of its deeds."""
EVERYDAY: Final = {"att", "advertise", "advertising", "hush", "hush-raw", "states"}
"""What happens many times a minute and changes little stands in the journal once."""


class Refusal(Exception):
    """The deed is not done; the text says why."""


class Answer(NamedTuple):
    """What is told, and perhaps a socket that goes with it."""

    text: str = ""
    opened: socket.socket | None = None


class Kernel:
    """What the deeds are done with; the tests bring their own."""

    root = Path("/")

    def hci(self, device: int, channel: int) -> socket.socket:
        """A bound HCI socket. Python's own bind knows no channels."""
        opened = socket.socket(mgmt.BLUETOOTH, socket.SOCK_RAW, mgmt.HCI)
        address = struct.pack("<HHH", mgmt.BLUETOOTH, device, channel)
        if ctypes.CDLL(None, use_errno=True).bind(opened.fileno(), address, len(address)):
            opened.close()
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        opened.setsockopt(socket.SOL_SOCKET, mgmt.RECEIVE_ROOM, mgmt.ROOM_BYTES)
        return opened

    def att(self) -> socket.socket:
        """A socket for one LE connection."""
        return socket.socket(mgmt.BLUETOOTH, socket.SOCK_SEQPACKET, mgmt.L2CAP)

    def signal(self, process: int, number: int) -> None:
        os.kill(process, number)

    def up_s(self) -> float:
        """Seconds since power-on."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)


class Deeds:
    """The verbs' bodies: each answers, or raises Refusal, OSError or ValueError."""

    def __init__(self, kernel: Kernel, adapter: int) -> None:
        self._kernel, self._adapter = kernel, adapter
        self._driver: Path | None = None
        self._device = ""
        self._deeds: dict[str, tuple[Callable[..., Answer], int]] = {
            "control": (lambda: Answer("", kernel.hci(mgmt.NO_INDEX, CONTROL)), 0),
            "att": (lambda: Answer("", kernel.att()), 0),
            "power-cycle": (lambda: self._manage(mgmt.SET_POWERED, b"\0", b"\1"), 0),
            "unblock": (self._unblock, 0),
            "reprobe": (self._reprobe, 0),
            "restart-bluetoothd": (self._restart_bluetoothd, 0),
            "reboot": (self._reboot, 0),
            "advertise": (lambda kind, ad: self._manage(mgmt.ADD_ADVERTISING, mgmt.advertisement(_ad(ad), kind)), 2),
            "advertising": (self._advertising, 0),
            "hush": (lambda: self._manage(mgmt.REMOVE_ADVERTISING, bytes((mgmt.INSTANCE,))), 0),
            "advertise-raw": (lambda kind, ad: self._order(mgmt.legacy_advertising(_ad(ad), kind)), 2),
            "hush-raw": (lambda: self._order([mgmt.ADVERTISING_OFF]), 0),
            "states": (lambda: self._order([mgmt.SUPPORTED_STATES]), 0),
        }
        """Verb -> its deed and how many words it takes."""

    def do(self, verb: str, words: list[str]) -> Answer:
        """One deed."""
        self._look()
        deed, takes = self._deeds[verb]
        if len(words) != takes:
            raise Refusal("that is not how this verb is used")
        return deed(*words)

    def _look(self) -> None:
        """Remember the driver while the controller is there: when it is needed, the controller may be gone."""
        device = self._kernel.root / f"sys/class/bluetooth/hci{self._adapter}/device"
        if (device / "driver").exists():
            self._driver, self._device = (device / "driver").resolve(), device.resolve().name

    def _unblock(self) -> Answer:
        (self._kernel.root / "dev/rfkill").write_bytes(UNBLOCK)
        return Answer()

    def _reprobe(self) -> Answer:
        """Take the chip from its driver and give it back, as if it was pulled out and put in again."""
        if self._driver is None:
            raise Refusal("this controller has no driver that could be asked to probe again")
        for file in ("unbind", "bind"):
            (self._driver / file).write_text(self._device, encoding="ascii")
        return Answer()

    def _restart_bluetoothd(self) -> Answer:
        """End it, frozen or not; systemd starts it again (our drop-in)."""
        group = self._kernel.root / "sys/fs/cgroup/system.slice/bluetooth.service/cgroup.procs"
        processes = group.read_text(encoding="ascii").split() if group.exists() else []
        if not processes:
            raise Refusal("bluetoothd does not run")
        for process in processes:
            self._kernel.signal(int(process), signal.SIGKILL)
        return Answer()

    def _reboot(self) -> Answer:
        """Nothing needs to be remembered: a machine that has just been rebooted is too young."""
        if self._kernel.up_s() < REBOOT_EVERY_S:
            raise Refusal(f"this machine was started {self._kernel.up_s() / 60:.0f} minutes ago; once in 6 h is enough")
        self._kernel.signal(1, REBOOT)
        return Answer()

    def _advertising(self) -> Answer:
        return Answer("yes" if mgmt.INSTANCE in mgmt.instances(self._ask(mgmt.READ_ADVERTISING)) else "no")

    def _manage(self, opcode: int, *bodies: bytes) -> Answer:
        for body in bodies:
            self._ask(opcode, body)
        return Answer()

    def _ask(self, opcode: int, body: bytes = b"") -> bytes:
        """One management command; the body of the reply."""
        with self._kernel.hci(mgmt.NO_INDEX, CONTROL) as link:
            link.settimeout(ANSWER_S)
            link.send(mgmt.command(opcode, self._adapter, body))
            while True:
                event = mgmt.frame(link.recv(2048))
                reply = mgmt.reply(event) if event and event.controller == self._adapter else None
                if reply and reply.opcode == opcode:
                    if reply.status:
                        raise Refusal(f"the kernel says {mgmt.said(reply.status)}")
                    return reply.body

    def _order(self, commands: list[tuple[int, bytes]]) -> Answer:
        """HCI commands to the chip; what it tells at last. Some refuse to turn off what is off; that is no failure."""
        told = b""
        with self._kernel.hci(self._adapter, RAW) as chip:
            chip.settimeout(ANSWER_S)
            for opcode, body in commands:
                chip.setsockopt(0, mgmt.HCI_FILTER, mgmt.hci_filter(opcode))
                chip.send(mgmt.hci_command(opcode, body))
                told = chip.recv(260)  # a Command Complete: status behind six bytes, then what it tells
                if told[6] and (opcode, body) != mgmt.ADVERTISING_OFF:
                    raise Refusal(f"the chip says error 0x{told[6]:02x}")
        return Answer(told[7:].hex())


def _ad(text: str) -> bytes:
    ad = bytes.fromhex(text)
    if not 0 < len(ad) <= mgmt.MOST_AD:
        raise Refusal(f"{len(ad)} bytes are no advertisement")
    return ad


class Door:
    """Who is answered, how often, and what the journal says."""

    def __init__(self, deeds: Deeds, users: set[int], say: Callable[[str], object], now: Callable[[], float]) -> None:
        self._deeds, self._allowed, self._say, self._clock = deeds, users, say, now
        self._done: dict[str, float] = {}

    def serve(self, caller: socket.socket) -> None:
        """One request of one caller. Never raises for what a caller or the kernel does."""
        try:
            caller.settimeout(2.0)
            _, user, _ = struct.unpack("iII", caller.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
            told, opened = self._answer(user, caller.recv(512).decode("ascii", "replace").split())
            with opened or nullcontext():
                socket.send_fds(caller, [told.encode()], [opened.fileno()] if opened else [])
        except OSError as error:
            self._say(f"a caller went away: {error.strerror or error}")

    def _answer(self, user: int, request: list[str]) -> Answer:
        verb, *words = request or [""]
        if user not in self._allowed or verb not in PACE_S:
            self._say(f"turned away: user {user}" if user not in self._allowed else "turned away: an unknown verb")
            return Answer("no such thing is done for you")
        now, before = self._clock(), self._done.get(verb)
        if before is not None and now - before < PACE_S[verb]:
            return Answer(f"no {verb} again so soon")
        self._done[verb] = now
        try:
            text, opened = self._deeds.do(verb, words)
            told = f"ok {text}".rstrip()
        except (Refusal, ValueError, OSError) as error:
            told, opened = f"no {getattr(error, 'strerror', None) or error}", None
        if before is None or verb not in EVERYDAY or told.startswith("no"):
            self._say(f"{verb}: {told}")
        return Answer(told, opened)


def main() -> None:
    """Serve the socket that systemd hands over (sd_listen_fds(3): descriptor 3), until ended."""
    listening = socket.socket(fileno=3)
    deeds = Deeds(Kernel(), int(os.environ.get("KIOSK_ADAPTER", "hci0").removeprefix("hci")))
    door = Door(deeds, {0, pwd.getpwnam(USER).pw_uid}, lambda line: sys.stderr.write(line + "\n"), time.monotonic)
    while True:
        caller, _ = listening.accept()
        with caller:
            door.serve(caller)


if __name__ == "__main__":
    main()
