"""What the doctor sees of a machine: of a healthy box, of a broken one, and of one with nothing at all."""

from pathlib import Path

import pytest

from kiosk.adapters.machine import Machine
from kiosk.core.checkup.evidence import Chips, Daemon, Switch, Unit
from tests.fakes.box import build, plant, program

ANALYSED = "echo '→ Overall exposure level for bluezone-kiosk.service: 1.2 OK 🙂'"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return build(tmp_path / "box")


def test_a_healthy_box_is_seen_as_it_is(root: Path) -> None:
    machine = Machine(root)
    assert machine.chips() == Chips(("hci0",), (Switch("hci0", soft=False, hard=False),))
    daemon = machine.daemon()
    assert (daemon.version, daemon.drop_in) == ("5.82", True)
    assert daemon.arguments is not None
    assert daemon.arguments[1:] == ("--plugin=policy", "-f", "/etc/bluetooth/bluezone-kiosk.conf")
    assert daemon.settings is not None
    assert daemon.settings["ControllerMode"] == "le"
    screen = machine.screen("auto", "/dev/fb0")
    assert (screen.present, screen.connected) == (True, ("card0-HDMI-A-1",))


def test_a_switched_off_radio_is_seen(root: Path) -> None:
    plant(root / "sys/class/rfkill/rfkill1/soft", "1\n")
    plant(root / "sys/class/rfkill/rfkill1/hard", "1\n")
    assert Machine(root).chips().switches == (Switch("hci0", soft=True, hard=True),)


def test_a_firmware_that_hides_the_radio_is_named(root: Path) -> None:
    plant(root / "boot/firmware/config.txt", "dtoverlay=disable-bt\n")
    assert Machine(root).chips().disabled_in == "/boot/firmware/config.txt"


def test_a_bluetoothd_of_debian_has_no_settings_of_ours(root: Path) -> None:
    plant(root / "proc/612/cmdline", "/usr/libexec/bluetooth/bluetoothd\0")
    daemon = Machine(root).daemon()
    assert (daemon.arguments, daemon.settings_file, daemon.settings) == (
        ("/usr/libexec/bluetooth/bluetoothd",),
        "",
        None,
    )


def test_a_flag_without_a_file_behind_it_is_no_crash(root: Path) -> None:
    plant(root / "proc/612/cmdline", "bluetoothd\0-f\0")
    assert Machine(root).daemon().settings_file == ""


def test_the_exposure_of_the_unit_is_read_from_systemd_analyze(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    program(tmp_path / "bin/systemd-analyze", ANALYSED)
    assert Machine(root).unit() == Unit(systemd=True, installed=True, exposure=1.2)


@pytest.mark.parametrize("script", ["exit 1", "echo nothing of use", "printf '\\377'"])
def test_a_systemd_analyze_that_says_nothing_of_use_leaves_the_exposure_open(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    program(tmp_path / "bin/systemd-analyze", script)
    assert Machine(root).unit() == Unit(systemd=True, installed=True)


def test_a_machine_with_nothing_is_no_crash(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    assert machine.chips() == Chips()
    assert machine.daemon() == Daemon()
    assert machine.unit() == Unit()
    assert machine.screen("auto", "/dev/fb0").present is False


def test_the_room_is_that_of_the_disk_where_the_folder_will_be(tmp_path: Path) -> None:
    free = Machine().free_bytes(tmp_path / "not" / "yet")
    assert free is not None
    assert free > 0


def test_a_program_or_driver_that_is_missing_is_named(root: Path) -> None:
    found = Machine(root).screen("browser", "/dev/fb0", ("sh", "no-such-program", "json", "no_such_module"))
    assert found.missing == ("no-such-program", "no_such_module")


def test_a_name_on_the_network_needs_avahi_and_our_file(root: Path) -> None:
    assert (Machine(root).name().avahi, Machine(root).name().announced) == (False, None)
    plant(root / "proc/700/comm", "avahi-daemon\n")
    plant(root / "etc/avahi/services/bluezone-kiosk.service", "<port>9090</port>")
    assert (Machine(root).name().avahi, Machine(root).name().announced) == (True, 9090)
    plant(root / "etc/avahi/services/bluezone-kiosk.service", "cut off <po")
    assert Machine(root).name().announced is None
