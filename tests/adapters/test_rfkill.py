"""Rfkill: the very bytes the kernel takes, and words where it cannot be reached."""

import struct
from pathlib import Path

import pytest

from kiosk.adapters.rfkill import bluetooth_is_blocked, unblock_bluetooth
from kiosk.errors import RadioError


def test_it_asks_to_unblock_every_bluetooth_radio(tmp_path: Path) -> None:
    device = tmp_path / "rfkill"
    device.touch()
    unblock_bluetooth(device)
    assert struct.unpack("=IBBBB", device.read_bytes()) == (0, 2, 3, 0, 0)


def test_a_kernel_without_rfkill_blocks_nothing(tmp_path: Path) -> None:
    unblock_bluetooth(tmp_path / "rfkill")
    assert not (tmp_path / "rfkill").exists()


def test_a_device_that_is_not_ours_names_the_command_and_the_rule(tmp_path: Path) -> None:
    with pytest.raises(RadioError, match=r"sudo rfkill unblock bluetooth.*70-bluezone-kiosk\.rules"):
        unblock_bluetooth(tmp_path)  # a folder cannot be written, whoever asks


@pytest.mark.parametrize(
    ("kind", "soft", "hard", "blocked"),
    [
        ("bluetooth", "0", "0", False),
        ("bluetooth", "1", "0", True),
        ("bluetooth", "0", "1", True),
        ("wlan", "1", "1", False),
    ],
)
def test_only_a_blocked_bluetooth_switch_counts(tmp_path: Path, kind: str, soft: str, hard: str, blocked: bool) -> None:
    (tmp_path / "rfkill0").mkdir()
    for name, said in (("type", kind), ("soft", soft), ("hard", hard)):
        (tmp_path / "rfkill0" / name).write_text(f"{said}\n")
    (tmp_path / "rfkill1").mkdir()  # one that is just going away
    assert bluetooth_is_blocked(tmp_path) is blocked


def test_without_switches_nothing_is_blocked(tmp_path: Path) -> None:
    assert not bluetooth_is_blocked(tmp_path / "rfkill")
