"""Client: asks a running kiosk for its status and its wall. For the terminal; nothing but the standard library.

A kiosk's own terminal comes in by the socket, where it needs no PIN; a simulation is open and is asked by address.
"""

import http.client
import json
import socket
from pathlib import Path
from typing import Final, cast
from urllib.parse import urlsplit

from kiosk.config import Web
from kiosk.core.status import SCHEMA, Document
from kiosk.errors import Transient

LARGEST: Final = 20_000_000
"""A status document is 5 kB, a picture of a 4K wall 1 MB; whatever is larger is something else."""
PNG: Final = b"\x89PNG\r\n\x1a\n"
EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}
"""Hosts to listen on that are none to ask, and the one to ask instead."""
UNIX: Final = "unix:"


def address(config: Web) -> str:
    """Where this box's own kiosk answers: unix:/run/bluezone-kiosk/web.sock, or http://127.0.0.1:8080."""
    if config.socket and Path(config.socket).is_socket():
        return f"{UNIX}{config.socket}"
    host = EVERYWHERE.get(config.host, config.host)
    return f"http://[{host}]:{config.port}" if ":" in host else f"http://{host}:{config.port}"


def fetch_status(url: str, deadline_s: float) -> Document:
    """The document of the kiosk at `url`. Transient says why there is none."""
    return _read(_fetch(url, "/status.json", deadline_s), url)


def fetch_picture(url: str, deadline_s: float) -> bytes:
    """The wall of the kiosk at `url` as PNG, in its own size. Transient says why there is none."""
    picture = _fetch(url, "/display.png", deadline_s)
    if not picture.startswith(PNG):
        raise Transient(f"{url}/display.png is no picture: another program has this port. See web.port.")
    return picture


class _SocketConnection(http.client.HTTPConnection):
    """HTTP over the terminal's socket."""

    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("kiosk", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def _fetch(url: str, page: str, deadline_s: float) -> bytes:
    url = url.rstrip("/")
    try:
        connection = _connection(url, deadline_s)  # never by a proxy: the kiosk is here
        try:
            connection.request("GET", page)
            answer = connection.getresponse()
            body = answer.read(LARGEST)
        finally:
            connection.close()
    except (http.client.HTTPException, OSError, ValueError) as error:
        raise Transient(_explain(error, url, url + page, deadline_s)) from error
    if answer.status != 200:
        raise Transient(_refused(answer.status, url + page))
    return body


def _connection(url: str, deadline_s: float) -> http.client.HTTPConnection:
    if url.startswith(UNIX):
        return _SocketConnection(url.removeprefix(UNIX), deadline_s)
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        raise ValueError("not an address")
    return http.client.HTTPConnection(parts.hostname, parts.port, timeout=deadline_s)


def _refused(status: int, page: str) -> str:
    match status:
        case 503:
            return f"{page} answers 503: the kiosk shows nothing now."
        case 401 | 403:
            return f"{page} wants a PIN: the terminal's own door, web.socket, is closed. See the kiosk's log."
        case _:
            return f"{page} answers {status}: another program has this port. See web.port."


def _explain(error: Exception, url: str, page: str, deadline_s: float) -> str:
    match error:
        case TimeoutError():
            return f"{page} gives no answer within {deadline_s:g} s: the kiosk hangs; systemd restarts it in a minute."
        case PermissionError():
            return f"{url}: not yours to ask. Run it with sudo, or join the group bluezone-kiosk."
        case http.client.HTTPException():
            return f"{page} does not speak HTTP: another program has this port. See web.port."
        case _:
            hint = "Start one with `kiosk run`, or look: `systemctl status bluezone-kiosk`."
            return f"no kiosk answers at {url} ({error}). {hint}"


def _read(body: bytes, url: str) -> Document:
    page = f"{url}/status.json"
    try:
        found = json.loads(body)
    except ValueError as error:
        raise Transient(f"{page} is not a kiosk's status: another program has this port. See web.port.") from error
    if not isinstance(found, dict) or "schema" not in found:
        raise Transient(f"{page} is not a kiosk's status: another program has this port. See web.port.")
    if found["schema"] != SCHEMA:
        raise Transient(
            f"{page} speaks schema {found['schema']}, this command {SCHEMA}: restart the kiosk after its update."
        )
    return cast(Document, found)
