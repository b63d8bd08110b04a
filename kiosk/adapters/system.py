"""System: the machine's clock, the root key's file, the service manager."""

import asyncio
import os
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from kiosk.adapters import whole
from kiosk.adapters.credentials import credential, read_credential
from kiosk.adapters.journal import redaction
from kiosk.core.identity import KEY_BYTES, RootKey
from kiosk.core.timekeeping import Timekeeper
from kiosk.core.windows import UnixMs
from kiosk.errors import IdentityError, KeyUnreadable

ROOT_KEY_FILE: Final = "root.key"
"""Name of the root key's file in the store's folder."""


class SystemClock:
    """The machine's clock as it is. Its sleep is monotonic: whoever waits for a wall time sleeps in short turns."""

    trusted = True

    @property
    def powered_on_at(self) -> UnixMs:
        return UnixMs(self.now() - self.boot_ms())

    def boot_ms(self) -> int:
        """Since power-on, sleep included."""
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000

    def now(self) -> UnixMs:
        return UnixMs(time.time_ns() // 1_000_000)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))


class KeptClock:
    """The machine's clock as far as it can be trusted (core/timekeeping.py); before that, time since power-on."""

    def __init__(self, keeper: Timekeeper | None = None) -> None:
        self.keeper = keeper or Timekeeper()
        self._machine = SystemClock()
        self.monotonic, self.sleep, self.boot_ms = self._machine.monotonic, self._machine.sleep, self._machine.boot_ms
        self.wall = self._machine.now

    @property
    def trusted(self) -> bool:
        return self.keeper.trusted

    @property
    def powered_on_at(self) -> UnixMs:
        return self.keeper.powered_on_at or UnixMs(0)

    def now(self) -> UnixMs:
        since_power_on = self.boot_ms()
        return self.keeper.now(since_power_on) or UnixMs(since_power_on)


class MachinePower:
    """Power: Linux counts its monotonic clock from power-on, and names each boot."""

    def boot(self) -> str:
        told = os.environ.get("KIOSK_BOOT", "")  # the unit hides the file
        with suppress(OSError):
            told = told or Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
        return told.strip().replace("-", "")

    def up_s(self) -> float:
        return time.clock_gettime(time.CLOCK_BOOTTIME)


def seen_as(host: str) -> str:
    """What phones on the network call this box: the address it listens on, or the one it would send from."""
    if host not in ("0.0.0.0", "::", ""):
        return f"[{host}]" if ":" in host else host
    return own_address() or f"{socket.gethostname()}.local"


def own_address() -> str:
    """The address from which this box would send; "" without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # sends nothing: it only asks the routes
        address: str = probe.getsockname()[0]
        return address
    return ""


def load_or_create_root_key(path: Path) -> RootKey:
    """The box's root key: systemd's credential, else the file, made on first use. IdentityError says what a person must
    mend."""
    given = credential(ROOT_KEY_FILE)
    if given is not None:
        return _whole(read_credential(given), Path(f"the credential {ROOT_KEY_FILE}"))
    with _explained(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _create(path)
        return _read(path)


def load_root_key(path: Path) -> RootKey:
    """The box's root key as it is. IdentityError if there is none yet, or it is not ours to read."""
    if not path.exists():
        raise IdentityError(f"{path}: there is no root key yet; `kiosk run` makes it when it first starts")
    with _explained(path):
        return _read(path)


def replace_root_key(path: Path) -> RootKey:
    """Make a new root key; the box cannot know its earlier ids afterwards. Raises IdentityError."""
    with _explained(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _fresh(path).replace(path)
        whole.sync_folder(path.parent)
        return _read(path)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise KeyUnreadable(f"{path}: {error.strerror or error}") from error


def _create(path: Path) -> None:
    """Whole or not at all, even if the power goes: the key gets its name once it is on the disk."""
    new = _fresh(path)
    with suppress(FileExistsError):  # another process was first: its key counts
        path.hardlink_to(new)
    new.unlink()
    whole.sync_folder(path.parent)


def _fresh(path: Path) -> Path:
    """A new key on the disk beside `path`; one made with sudo must be readable by the service."""
    return whole.beside(path, os.urandom(KEY_BYTES), 0o600, as_folder=True)


def _read(path: Path) -> RootKey:
    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        raw = file.read(KEY_BYTES + 1)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise IdentityError(f"{path}: the root key can be read by others. Run: chmod 600 {path}")
    return _whole(raw, path)


def _whole(raw: bytes, path: Path) -> RootKey:
    if len(raw) != KEY_BYTES:
        raise KeyUnreadable(
            f"{path}: a root key has {KEY_BYTES} bytes. Restore the file from a backup, or run: kiosk id --new-root-key"
        )
    redaction.know(raw)
    return RootKey(raw)


class SystemdHost:
    """Host: systemd's notification socket (sd_notify(3)), or nothing where there is none."""

    def __init__(self) -> None:
        address = os.environ.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address  # "@": an abstract socket

    def ready(self) -> None:
        self._send("READY=1")

    def alive(self) -> None:
        self._send("WATCHDOG=1")

    def stopping(self) -> None:
        self._send("STOPPING=1")

    def status(self, line: str) -> None:
        self._send("STATUS=" + " ".join(line.splitlines()))

    def _send(self, state: str) -> None:
        """Never blocks: a heartbeat that cannot be sent is one that was not sent."""
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender, suppress(OSError):
            sender.setblocking(False)
            sender.sendto(state.encode(), self._address)
