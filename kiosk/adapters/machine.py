"""Machine: what /sys, /proc, /etc and a few programs say about this box. For `kiosk doctor`; never raises."""

import os
import re
import shutil
import socket
import subprocess
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from kiosk.core.checkup.evidence import Chips, Daemon, Name, Screen, Switch, Unit

PATIENCE_S: Final = 20.0
"""For a program: systemd-analyze takes seconds on a small Pi."""
UNIT: Final = "bluezone-kiosk.service"
BLUETOOTHD: Final = ("usr/libexec/bluetooth/bluetoothd", "usr/lib/bluetooth/bluetoothd", "usr/sbin/bluetoothd")
FIRMWARE: Final = ("boot/firmware/config.txt", "boot/config.txt")
DROP_IN: Final = "etc/systemd/system/bluetooth.service.d/bluezone-kiosk.conf"
DOOR: Final = "run/kiosk-radio.socket"
ANNOUNCED: Final = "etc/avahi/services/bluezone-kiosk.service"
SERVICES: Final = ("etc/systemd/system", "usr/lib/systemd/system", "lib/systemd/system")


class Machine:
    """This box, or a tree of files that stands for one."""

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = root

    def chips(self) -> Chips:
        """Controllers, their switches, and a firmware that hides them."""
        folder = self._root / "sys/class/bluetooth"
        names = [path.name for path in _listed(folder) if re.fullmatch(r"hci\d+", path.name)]
        hiding = (self._root / name for name in FIRMWARE if _disables(_text(self._root / name)))
        return Chips(
            tuple(names), tuple(self._switches()), next((f"/{each.relative_to(self._root)}" for each in hiding), "")
        )

    def door(self) -> bool | None:
        """Whether kiosk-radio's socket is there; None where there is no folder for it."""
        return (self._root / DOOR).exists() if (self._root / DOOR).parent.exists() else None

    def daemon(self) -> Daemon:
        """bluetoothd as installed and as it runs."""
        arguments = self._running("bluetoothd")
        file = _argument(arguments or (), "-f")
        settings = _text(self._root / file.lstrip("/")) if file else None
        return Daemon(
            version=self._bluez_version(),
            arguments=arguments,
            settings_file=file,
            settings=None if settings is None else _settings(settings),
            drop_in=(self._root / DROP_IN).exists(),
        )

    def screen(self, surface: str, framebuffer: str, needs: tuple[str, ...] = ()) -> Screen:
        """The framebuffer, what is plugged in, and which of the programs (or the driver) it `needs` are missing."""
        connectors = _listed(self._root / "sys/class/drm")
        connected = [path.name for path in connectors if (_text(path / "status") or "").strip() == "connected"]
        present = (self._root / framebuffer.lstrip("/")).exists()
        missing = self.lacking(needs)
        return Screen(surface, framebuffer, present, tuple(connected), missing, not self.lacking(("zxingcpp",)))

    def unit(self) -> Unit:
        """Our service; asked of systemd only where it runs."""
        if not (self._root / "run/systemd/system").is_dir():
            return Unit()
        installed = any((self._root / folder / UNIT).exists() for folder in SERVICES)
        told = self._said("systemd-analyze", "security", "--no-pager", UNIT) if installed else ""
        exposure = re.search(r"Overall exposure level for \S+: (\d+\.\d+)", told)
        return Unit(systemd=True, installed=installed, exposure=float(exposure[1]) if exposure else None)

    def lacking(self, needs: tuple[str, ...]) -> tuple[str, ...]:
        """Which of these are neither programs nor Python modules here."""
        return tuple(name for name in needs if not _installed(name))

    def name(self) -> Name:
        """Our name on the network."""
        running = self._running("avahi-daemon") is not None
        port = re.search(r"<port>\s*(\d+)\s*</port>", _text(self._root / ANNOUNCED) or "")
        return Name(socket.gethostname(), avahi=running, announced=int(port[1]) if port else None)

    def free_bytes(self, folder: Path) -> int | None:
        """Room where a folder is or will be."""
        for path in (folder, *folder.parents):
            with suppress(OSError):
                return shutil.disk_usage(path).free
        return None

    def damaged(self, folder: Path) -> tuple[str, ...]:
        """Files that the store could not read and set aside."""
        return tuple(path.name for path in _listed(folder / "damaged") if path.suffix == ".db")

    def pip(self) -> str:
        """The pip that installs into the kiosk's own Python."""
        return f"{sys.prefix}/bin/pip"

    def _switches(self) -> list[Switch]:
        return [
            Switch(
                (_text(path / "name") or path.name).strip(), soft=_is_one(path / "soft"), hard=_is_one(path / "hard")
            )
            for path in _listed(self._root / "sys/class/rfkill")
            if (_text(path / "type") or "").strip() == "bluetooth"
        ]

    def _bluez_version(self) -> str:
        for name in BLUETOOTHD:
            if (self._root / name).exists():
                return self._said(str(self._root / name), "--version").strip()
        return ""

    def _running(self, program: str) -> tuple[str, ...] | None:
        """Arguments of the first process of a name."""
        for path in _listed(self._root / "proc"):
            if path.name.isdecimal() and (_text(path / "comm") or "").strip() == program:
                return tuple((_text(path / "cmdline") or "").rstrip("\0").split("\0"))
        return None

    def _said(self, *command: str) -> str:
        """What a program prints; "" where it is missing, fails or hangs."""
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, errors="replace", timeout=PATIENCE_S, check=False,
                env={**os.environ, "LC_ALL": "C.UTF-8"}, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return ""
        return done.stdout if done.returncode == 0 else ""


def _installed(name: str) -> bool:
    """A program, or a Python module."""
    return shutil.which(name) is not None or (name.isidentifier() and find_spec(name) is not None)


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def _is_one(path: Path) -> bool:
    return (_text(path) or "").strip() == "1"


def _disables(text: str | None) -> bool:
    return bool(re.search(r"^\s*dtoverlay=disable-bt\b", text or "", re.MULTILINE))


def _argument(arguments: tuple[str, ...], flag: str) -> str:
    """What follows a flag."""
    at = arguments.index(flag) + 1 if flag in arguments else len(arguments)
    return arguments[at] if at < len(arguments) else ""


def _settings(text: str) -> dict[str, str]:
    """Keys of an ini file; bluetoothd's are unique over all sections."""
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line and not line.lstrip().startswith("#"))
    return {key.strip(): value.strip() for key, value in pairs}
