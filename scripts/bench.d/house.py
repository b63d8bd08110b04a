"""A whole kiosk as a process of its own, against the fake BlueZ of the tests on a private bus."""

import asyncio
import compileall
import http.client
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from tests.fakes.bluez import FakeBlueZ
from tests.fakes.bluez_bus import private_bus

WITH_DOOR = Path(__file__).with_name("with_door.py")
CONFIG = """[store]
folder = "{folder}/store"
retention_days = 15
[clock]
believe = "always"
[show]
surface = "png"
png = "{folder}/wall.png"
[web]
enabled = {web}
host = "127.0.0.1"
port = {port}
socket = "{folder}/web.sock"
"""


class CalmBlueZ(FakeBlueZ):
    """Leaves every device its RSSI when discovery ends: for a whole crowd that is a burst of signals larger than a
    socket takes, and dbus-fast gives up where libdbus would wait."""

    def take_back_rssi(self) -> None:
        return


class Kiosk(NamedTuple):
    """The process and the bluetoothd it talks to."""

    pid: int
    bluez: FakeBlueZ
    folder: Path
    port: int
    began: float
    """When it was started, by perf_counter."""

    def memory_mb(self, field: str) -> float:
        """VmRSS (now), RssAnon (its own of that) or VmHWM (the most ever), in MB of 10^6 bytes."""
        for line in Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith(f"{field}:"):
                return int(line.split()[1]) * 1024 / 1e6
        raise SystemExit(f"bench: the kiosk has ended: {(self.folder / 'log').read_text(encoding='utf-8')}")

    def visit(self, page: str) -> int:
        """Fetch a page as the box's own terminal does, which needs no PIN; the answer's status."""
        with closing(http.client.HTTPConnection("kiosk")) as connection:
            connection.sock = socket.socket(socket.AF_UNIX)
            connection.sock.connect(f"{self.folder}/web.sock")
            connection.request("GET", page)
            answer = connection.getresponse()
            answer.read()
            return answer.status

    def spent_s(self) -> float:
        """Seconds of processor it has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def missing() -> str | None:
    """What this needs and the machine lacks."""
    return None if shutil.which("dbus-daemon") else "dbus-daemon is missing: install the Debian package dbus"


@asynccontextmanager
async def kiosk(
    *, web: bool = True, fill: Callable[[Path], None] = lambda store: None, door: Path | None = None
) -> AsyncIterator[Kiosk]:
    """`kiosk run`, wall and page included; its store, which `fill` fills before, and picture go with it. `door` is
    kiosk-radio's, if there is one.

    It runs from bytecode, as pip leaves it on a box: a process that compiles its own modules keeps the holes.
    """
    compileall.compile_dir("kiosk", quiet=1)
    with private_bus() as bus, tempfile.TemporaryDirectory(prefix="kiosk-bench-") as name:
        folder, port, address = Path(name), _free_port(), bus.address
        (folder / "kiosk.toml").write_text(
            CONFIG.format(folder=folder, port=port, web=str(web).lower()), encoding="utf-8"
        )
        fill(folder / "store")
        program = ["-m", "kiosk"] if door is None else [str(WITH_DOOR), str(door)]
        command = [sys.executable, *program, "run", "--config", str(folder / "kiosk.toml")]
        environment = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": address}
        async with CalmBlueZ(address) as bluez:
            with (folder / "log").open("wb") as log:
                began = perf_counter()
                process = await asyncio.create_subprocess_exec(*command, env=environment, stderr=log)
            try:
                yield Kiosk(process.pid, bluez, folder, port, began)
            finally:
                process.terminate()
                await process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
