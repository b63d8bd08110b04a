"""Province: nginx with TLS before two collectors, as processes, on one PostgreSQL; all of it started by a test."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.cli import main
from tests.collector.servers import free_port
from tests.fakes.collector import Authority

HOUSE: Final = Path(__file__).parents[2]
STARTED_S: Final = 30


@dataclass
class Province:
    """Its address for boxes, the authority that vouches for it, its configuration, and the processes."""

    url: str
    authority: Authority
    config: Path
    collectors: list["subprocess.Popen[str]"]

    def verb(self, *words: object) -> None:
        """A verb of `kiosk collector`, which must succeed."""
        assert main(["collector", *map(str, words), "--config", str(self.config)]) == 0

    def kill(self, number: int) -> None:
        """As the kernel does when memory runs out."""
        self.collectors[number].kill()
        self.collectors[number].wait()


def documented_nginx(ports: tuple[int, int], listen: int, certificate: Path, key: Path) -> str:
    """The block of docs/collector.md, with the ports and files of this test: what is written there is what is tried."""
    page = (HOUSE / "docs/collector.md").read_text(encoding="utf-8")
    found = re.search(r"^    upstream collector \{.*?^    \}\n(?=\n)", page, re.DOTALL | re.MULTILINE)
    assert found is not None
    text = found[0]
    for was, now in (
        ("127.0.0.1:8090", f"127.0.0.1:{ports[0]}"),
        ("127.0.0.1:8091", f"127.0.0.1:{ports[1]}"),
        ("listen 443 ssl", f"listen 127.0.0.1:{listen} ssl"),
        ("/etc/ssl/thu.pem", str(certificate)),
        ("/etc/ssl/thu.key", str(key)),
        ("server_name thu.example.vn", "server_name localhost"),
    ):
        assert was in text, was
        text = text.replace(was, now)
    return text


@contextmanager
def running_province(folder: Path, database: str, nginx: str) -> Iterator[Province]:
    """Everything, listening."""
    authority, listen = Authority(folder), free_port()
    url = f"https://localhost:{listen}"
    config = folder / "collector.toml"
    config.write_text(
        f'[collector]\ndb = "{database}"\nsigning_key = "{folder}/signing.key"\nurl = "{url}"\n', encoding="utf-8"
    )
    province = Province(url, authority, config, [])
    province.verb("init")
    servers: list[subprocess.Popen[str]] = []
    try:
        ports = _collector(province), _collector(province)
        servers.append(_nginx(folder, nginx, ports, listen, authority))
        yield province
    finally:
        for process in (*servers, *province.collectors):
            process.terminate()
            process.wait(STARTED_S)
            if process.stdout is not None:
                process.stdout.close()


def _collector(province: Province) -> int:
    command = [sys.executable, "-m", "kiosk", "collector", "serve", "--port", "0", "--config", str(province.config)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=HOUSE)
    province.collectors.append(process)
    assert process.stdout is not None
    return int(process.stdout.readline().rpartition(":")[2])


def _nginx(
    folder: Path, nginx: str, ports: tuple[int, int], listen: int, authority: Authority
) -> "subprocess.Popen[str]":
    certified = authority.certify()
    block = documented_nginx(ports, listen, certified.certificate, certified.key)
    temporary = "\n".join(
        f"{what}_temp_path {folder}/{what};" for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    path = folder / "nginx.conf"
    path.write_text(
        f"{user}\ndaemon off;\nworker_processes 1;\npid {folder}/nginx.pid;\nerror_log {folder}/nginx.log;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{temporary}\n{block}\n}}\n",
        encoding="utf-8",
    )
    process = subprocess.Popen([nginx, "-e", f"{folder}/nginx.log", "-c", str(path)], text=True)
    asyncio.run(_listening(listen))
    return process


async def _listening(port: int) -> None:
    """Until somebody takes connections there."""
    async with asyncio.timeout(STARTED_S):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                continue
            writer.close()
            await writer.wait_closed()
            return
