"""A box as a tree of files: what /sys, /proc, /etc and the programs of a healthy Pi look like."""

from pathlib import Path
from typing import Final

FILES: Final = {
    "sys/class/bluetooth/hci0/address": "",
    "sys/class/bluetooth/hci0:11/x": "",
    "sys/class/rfkill/rfkill0/type": "wlan\n",
    "sys/class/rfkill/rfkill0/soft": "1\n",
    "sys/class/rfkill/rfkill1/type": "bluetooth\n",
    "sys/class/rfkill/rfkill1/name": "hci0\n",
    "sys/class/rfkill/rfkill1/soft": "0\n",
    "sys/class/rfkill/rfkill1/hard": "0\n",
    "sys/class/drm/card0-HDMI-A-1/status": "connected\n",
    "sys/class/drm/card0-HDMI-A-2/status": "disconnected\n",
    "dev/fb0": "",
    "proc/1/comm": "systemd\n",
    "proc/612/comm": "bluetoothd\n",
    "proc/612/cmdline": "/usr/libexec/bluetooth/bluetoothd\0--plugin=policy\0-f\0/etc/bluetooth/bluezone-kiosk.conf\0",
    "proc/meminfo": "",
    "boot/firmware/config.txt": "# dtoverlay=disable-bt\ndtparam=audio=on\n",
    "run/systemd/system/x": "",
}
HOUSE: Final = Path(__file__).parents[2]
SHIPPED: Final = {
    "etc/bluetooth/bluezone-kiosk.conf": "systemd/bluetooth-main.conf",
    "etc/systemd/system/bluetooth.service.d/bluezone-kiosk.conf": "systemd/bluetooth.service.d/bluezone-kiosk.conf",
    "etc/systemd/system/bluezone-kiosk.service": "systemd/bluezone-kiosk.service",
}
"""Where the files that we ship are installed: a checkup that does not like them fails its own tests."""


def build(root: Path) -> Path:
    """Make the tree; the programs are scripts that say what the real ones say."""
    for name, text in FILES.items():
        plant(root / name, text)
    for name, source in SHIPPED.items():
        plant(root / name, (HOUSE / source).read_text(encoding="utf-8"))
    program(root / "usr/libexec/bluetooth/bluetoothd", "echo 5.82")
    return root


def plant(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def program(path: Path, script: str) -> None:
    plant(path, f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
