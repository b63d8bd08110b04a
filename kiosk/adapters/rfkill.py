"""Rfkill: the kernel's switch for radios. Asks whether Bluetooth is blocked, unblocks it where udev's rule lets us."""

import os
import struct
from pathlib import Path
from typing import Final

from kiosk.core.facts import Trouble
from kiosk.errors import RadioError

DEVICE: Final = Path("/dev/rfkill")
SWITCHES: Final = Path("/sys/class/rfkill")
"""The kernel's Documentation/ABI/stable/sysfs-class-rfkill: type, soft, hard."""
_BLUETOOTH: Final = 2
_CHANGE_ALL: Final = 3
"""From <linux/rfkill.h>: type and operation of struct rfkill_event {u32 idx; u8 type, op, soft, hard}."""


def bluetooth_is_blocked(switches: Path = SWITCHES) -> bool:
    """Whether a Bluetooth radio is blocked, by software or by a switch on the box. False where nobody can tell."""
    return any(
        _said(each / "type") == "bluetooth" and "1" in (_said(each / "soft"), _said(each / "hard"))
        for each in (switches.iterdir() if switches.is_dir() else ())
    )


def _said(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def unblock_bluetooth(device: Path = DEVICE) -> None:
    """Lift the soft block of every Bluetooth radio; a hard one is a switch on the box. Raises RadioError."""
    try:
        handle = os.open(device, os.O_WRONLY)
        try:
            os.write(handle, struct.pack("=IBBBB", 0, _BLUETOOTH, _CHANGE_ALL, 0, 0))
        finally:
            os.close(handle)
    except FileNotFoundError:
        return  # a kernel without rfkill blocks nothing
    except OSError as error:
        raise RadioError(
            f"{device}: {error.strerror or error}. Run: sudo rfkill unblock bluetooth; and install "
            "systemd/udev/70-bluezone-kiosk.rules",
            Trouble.BLOCKED,
        ) from error
