"""Servers: a real PostgreSQL of our own, in a temporary folder, on a socket there and a port of this machine."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

POSTGRES: Final = "needs PostgreSQL (Debian package postgresql)"
NGINX: Final = "needs nginx (Debian package nginx-light)"
OWNER: Final = "postgres"
"""PostgreSQL refuses to run as root; Debian's package brings this user."""
SETTINGS: Final = ("max_connections=60", "shared_buffers=64MB", "log_min_messages=fatal", "logging_collector=off")


def postgres_programs() -> Path | None:
    """Folder of initdb and pg_ctl, the newest there is."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found else None


def nginx_program() -> str | None:
    """Debian has it in sbin, which is not on everybody's path."""
    return shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")


def free_port() -> int:
    """A port that nobody has at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Postgres:
    """A running server; `stop` and `start` are what a test does to it."""

    def __init__(self, programs: Path, folder: Path, port: int, *, durable: bool) -> None:
        self._programs, self._folder, self._port = programs, folder, port
        self._settings = (*SETTINGS, f"fsync={'on' if durable else 'off'}")

    def url(self, database: str) -> str:
        """Address of one of its databases."""
        return f"postgresql://{OWNER}@127.0.0.1:{self._port}/{database}"

    def start(self) -> None:
        """Begin to listen."""
        options = " ".join(f"-c {each}" for each in (*self._settings, f"unix_socket_directories={self._folder}"))
        data, log = str(self._folder / "data"), str(self._folder / "log")
        start = ("-o", f"-p {self._port} -c listen_addresses=127.0.0.1 {options}")
        self._run("pg_ctl", "-D", data, "-l", log, "-w", *start, "start")

    def stop(self) -> None:
        """End at once, as with kill -9; what was committed is there afterwards."""
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "-w", "stop")

    def processor_s(self) -> float:
        """Seconds of processor that the server and all its processes took so far, also those that have ended."""
        main = (self._folder / "data/postmaster.pid").read_text(encoding="ascii").split()[0]
        ticks = 0
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                pid, _, rest = path.read_text(encoding="utf-8", errors="replace").partition(" ")
            except OSError:
                continue  # it has ended meanwhile
            fields = rest.rpartition(")")[2].split()
            if pid == main:
                ticks += sum(map(int, fields[11:15]))
            elif fields[1] == main:
                ticks += sum(map(int, fields[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def create(self, database: str) -> str:
        """A new empty database; its address."""
        self._run("createdb", "-h", str(self._folder), "-p", str(self._port), "-U", OWNER, database)
        return self.url(database)

    def initialise(self) -> None:
        """An empty server."""
        data = str(self._folder / "data")
        self._run("initdb", "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", OWNER, "--", *command]
        with (self._folder / "said").open("ab") as said:  # not a pipe: the server would inherit and hold it
            done = subprocess.run(command, stdout=said, stderr=said, cwd=self._folder, check=False)
        if done.returncode:
            raise RuntimeError((self._folder / "said").read_text(encoding="utf-8", errors="replace"))


@contextmanager
def running_postgres(programs: Path, *, durable: bool = False) -> Iterator[Postgres]:
    """A server that lives as long as the block. `durable`: also against power cuts, which no test makes."""
    folder = Path(tempfile.mkdtemp(prefix="kiosk-postgres-"))
    if os.geteuid() == 0:
        owner = pwd.getpwnam(OWNER)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    server = Postgres(programs, folder, free_port(), durable=durable)
    try:
        server.initialise()
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
