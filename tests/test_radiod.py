"""The privileged part: whom it answers, what it does, and what it refuses. The kernel is a thread on a socket pair."""

import os
import signal
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import radiod
from kiosk.core import mgmt
from tests.fakes.hands import Hands

AD = b"\x03\x03\x56\x4e"


@pytest.fixture
def hands(tmp_path: Path) -> Iterator[Hands]:
    with Hands(tmp_path) as hands:
        yield hands


class Desk:
    """The door, the clock it goes by, what it said and what it opened."""

    def __init__(self, hands: Hands, allowed: set[int] | None = None) -> None:
        self.opened: list[socket.socket] = hands.opened
        self.now, self.said = 100.0, list[str]()
        users = {os.getuid()} if allowed is None else allowed
        self.door = radiod.Door(radiod.Deeds(hands, 0), users, self.said.append, lambda: self.now)

    def ask(self, request: str) -> tuple[str, bool]:
        """The answer, and whether a descriptor came with it: the last of `opened`."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours, theirs:
            ours.settimeout(5.0)  # a door that answers with silence fails here
            ours.send(request.encode())
            self.door.serve(theirs)
            data, descriptors, _, _ = socket.recv_fds(ours, 512, 1)
            self.opened += [socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, fileno=each) for each in descriptors]
            return data.decode(), bool(descriptors)


def test_a_management_socket_comes_bound_and_open(hands: Hands) -> None:
    desk = Desk(hands)
    assert desk.ask("control") == ("ok", True)
    assert hands.bound == [(mgmt.NO_INDEX, radiod.CONTROL)]
    desk.opened[0].send(mgmt.command(mgmt.SET_POWERED, 0, b"\1"))
    assert mgmt.frame(desk.opened[0].recv(100)) is not None


def test_a_deed_that_opens_no_socket_is_answered_where_only_bluetooth_sockets_are_allowed(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The unit's RestrictAddressFamilies: AF_UNIX, AF_BLUETOOTH, and nothing of the internet."""

    class Restricted(socket.socket):
        def __init__(self, family: int = -1, kind: int = -1, proto: int = -1, fileno: int | None = None) -> None:
            if fileno is None and family not in (socket.AF_UNIX, mgmt.BLUETOOTH):
                raise OSError(97, "Address family not supported by protocol")
            super().__init__(family, kind, proto, fileno)

    monkeypatch.setattr(socket, "socket", Restricted)
    assert Desk(hands).ask("power-cycle") == ("ok", False)
    assert Desk(hands).ask("nonsense") == ("no such thing is done for you", False)


def test_strangers_are_turned_away_and_named_in_the_journal(hands: Hands) -> None:
    desk = Desk(hands, allowed=set())
    assert desk.ask("control") == ("no such thing is done for you", False)
    assert desk.said == [f"turned away: user {os.getuid()}"]
    assert hands.bound == []


@pytest.mark.parametrize(
    "request_", ["format-disk", "", "CONTROL", "control now", "advertise", "hush loudly", "é" * 200]
)
def test_only_the_verbs_there_are_are_done(hands: Hands, request_: str) -> None:
    told, descriptor = Desk(hands).ask(request_)
    assert told.startswith("no ")
    assert not descriptor
    assert hands.bound == []


@pytest.mark.parametrize(("verb", "pace_s"), [(verb, pace_s) for verb, pace_s in radiod.PACE_S.items() if pace_s])
def test_each_verb_has_its_pace(hands: Hands, verb: str, pace_s: float) -> None:
    desk = Desk(hands)
    desk.ask(verb)
    desk.now += pace_s * 0.9
    assert desk.ask(verb) == (f"no {verb} again so soon", False)
    desk.now += pace_s * 0.2
    assert desk.ask(verb)[0] != f"no {verb} again so soon"


def test_a_power_cycle_is_off_and_on(hands: Hands) -> None:
    assert Desk(hands).ask("power-cycle")[0] == "ok"
    assert hands.managed == [(mgmt.SET_POWERED, b"\0"), (mgmt.SET_POWERED, b"\1")]


def test_what_the_kernel_refuses_is_told_in_words(hands: Hands) -> None:
    hands.status = mgmt.RFKILLED
    desk = Desk(hands)
    assert desk.ask("power-cycle")[0] == "no the kernel says RFKilled"
    assert desk.said == ["power-cycle: no the kernel says RFKilled"]


def test_the_block_is_lifted_for_every_bluetooth_switch(hands: Hands, tmp_path: Path) -> None:
    (tmp_path / "dev").mkdir()
    assert Desk(hands).ask("unblock")[0] == "ok"
    assert struct.unpack("=IBBBB", (tmp_path / "dev/rfkill").read_bytes()) == (0, 2, 3, 0, 0)


def test_a_chip_is_probed_again_even_after_it_vanished(hands: Hands, tmp_path: Path) -> None:
    driver, device = tmp_path / "sys/bus/usb/drivers/btusb", tmp_path / "sys/devices/usb1/1-1:1.0"
    for folder in (driver, device, tmp_path / "sys/class/bluetooth/hci0"):
        folder.mkdir(parents=True)
    (device / "driver").symlink_to(driver)
    link = tmp_path / "sys/class/bluetooth/hci0/device"
    link.symlink_to(device)
    desk = Desk(hands)
    desk.ask("advertising")
    link.unlink()
    assert desk.ask("reprobe")[0] == "ok"
    assert [(driver / file).read_text() for file in ("unbind", "bind")] == ["1-1:1.0"] * 2


def test_a_chip_without_a_driver_is_not_probed(hands: Hands) -> None:
    assert Desk(hands).ask("reprobe")[0].startswith("no this controller has no driver")


def test_bluetoothd_is_ended_for_systemd_to_start_it_again(hands: Hands, tmp_path: Path) -> None:
    desk = Desk(hands)
    assert desk.ask("restart-bluetoothd")[0] == "no bluetoothd does not run"
    group = tmp_path / "sys/fs/cgroup/system.slice/bluetooth.service"
    group.mkdir(parents=True)
    (group / "cgroup.procs").write_text("41\n42\n")
    desk.now += 60
    assert desk.ask("restart-bluetoothd")[0] == "ok"
    assert hands.signals == [(41, signal.SIGKILL), (42, signal.SIGKILL)]


def test_the_machine_is_rebooted_once_in_six_hours_at_most(hands: Hands) -> None:
    desk = Desk(hands)
    hands.up = 6 * 3600.0 - 1
    assert desk.ask("reboot")[0] == "no this machine was started 360 minutes ago; once in 6 h is enough"
    assert hands.signals == []
    hands.up, desk.now = 6 * 3600.0, desk.now + 61
    assert desk.ask("reboot")[0] == "ok"
    assert hands.signals == [(1, radiod.REBOOT)]


def test_an_advertisement_goes_on_air_by_management_and_off_again(hands: Hands) -> None:
    desk = Desk(hands)
    assert desk.ask(f"advertise connectable {AD.hex()}")[0] == "ok"
    assert desk.ask("advertising")[0] == "ok yes"
    assert hands.managed[0] == (mgmt.ADD_ADVERTISING, bytes.fromhex("05 01000000 0000 0000 04 00") + AD)
    assert desk.ask("hush")[0] == "ok"
    assert desk.ask("advertising")[0] == "ok no"


def test_an_advertisement_goes_on_air_past_the_kernel(hands: Hands) -> None:
    desk = Desk(hands)
    assert desk.ask(f"advertise-raw broadcast {AD.hex()}")[0] == "ok"
    assert hands.bound == [(0, radiod.RAW)]
    (off, how, what, on) = hands.ordered
    assert (off, on) == (mgmt.ADVERTISING_OFF, mgmt.ADVERTISING_ON)
    assert how == (0x2006, bytes.fromhex("a000f000 03 00 00 000000000000 07 00"))
    assert what == (0x2008, b"\x04" + AD.ljust(31, b"\0"))
    assert desk.ask("hush-raw")[0] == "ok"
    assert hands.ordered[-1] == mgmt.ADVERTISING_OFF


def test_a_chip_tells_what_it_can_do_at_once(hands: Hands) -> None:
    assert Desk(hands).ask("states")[0] == "ok ffff3fffff030000"
    assert hands.ordered == [mgmt.SUPPORTED_STATES]


def test_a_chip_may_refuse_to_be_turned_off_but_not_on(hands: Hands) -> None:
    hands.status = 0x0C
    assert Desk(hands).ask(f"advertise-raw broadcast {AD.hex()}")[0] == "no the chip says error 0x0c"
    assert Desk(hands).ask("hush-raw")[0] == "ok"


@pytest.mark.parametrize("ad", ["", "00" * 32, "xyz"])
def test_what_is_no_advertisement_is_not_sent(hands: Hands, ad: str) -> None:
    assert Desk(hands).ask(f"advertise broadcast {ad}")[0].startswith("no ")
    assert hands.managed == []


def test_what_happens_all_the_time_is_said_once_and_what_changes_things_each_time(hands: Hands) -> None:
    desk = Desk(hands)
    for _ in range(3):
        assert desk.ask("att") == ("ok", True)
        desk.ask("power-cycle")
        desk.now += 10
    assert desk.said == ["att: ok", *["power-cycle: ok"] * 3]


def test_a_caller_that_leaves_early_harms_nobody(hands: Hands) -> None:
    desk = Desk(hands)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.send(b"advertising")
    ours.close()
    with theirs:
        desk.door.serve(theirs)
    assert desk.said[-1].startswith("a caller went away")
    assert desk.ask("advertising")[0] == "ok no"


def test_it_is_small_enough_to_be_read_in_one_sitting() -> None:
    lines = Path(radiod.__file__).read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if line.strip()]) < 200
