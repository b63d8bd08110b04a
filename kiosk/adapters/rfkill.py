"""Rfkill: the kernel's switch for radios. Unblocks Bluetooth, where systemd/udev gave us the device."""

import os
import struct
from pathlib import Path
from typing import Final

from kiosk.core.facts import Trouble
from kiosk.errors import RadioError

DEVICE: Final = Path("/dev/rfkill")
_BLUETOOTH: Final = 2
_CHANGE_ALL: Final = 3
"""From <linux/rfkill.h>: type and operation of struct rfkill_event {u32 idx; u8 type, op, soft, hard}."""


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
