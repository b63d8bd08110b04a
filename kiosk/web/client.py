"""Client: asks a running kiosk for its status and its wall. For the terminal; nothing but the standard library."""

import http.client
import json
import urllib.error
import urllib.request
from typing import Final, cast

from kiosk.config import Web
from kiosk.core.status import SCHEMA, Document
from kiosk.errors import Transient

LARGEST: Final = 20_000_000
"""A status document is 5 kB, a picture of a 4K wall 1 MB; whatever is larger is something else."""
PNG: Final = b"\x89PNG\r\n\x1a\n"
EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}
"""Hosts to listen on that are none to ask, and the one to ask instead."""


def address(config: Web) -> str:
    """Where this box's own kiosk answers, as http://127.0.0.1:8080."""
    host = EVERYWHERE.get(config.host, config.host)
    return f"http://[{host}]:{config.port}" if ":" in host else f"http://{host}:{config.port}"


def fetch_status(url: str, deadline_s: float) -> Document:
    """The document of the kiosk at `url`. Transient says why there is none."""
    page = f"{url.rstrip('/')}/status.json"
    return _read(_fetch(url, page, deadline_s), page)


def fetch_picture(url: str, deadline_s: float) -> bytes:
    """The wall of the kiosk at `url` as PNG, in its own size. Transient says why there is none."""
    page = f"{url.rstrip('/')}/display.png"
    picture = _fetch(url, page, deadline_s)
    if not picture.startswith(PNG):
        raise Transient(f"{page} is no picture: another program has this port. See web.port.")
    return picture


def _fetch(url: str, page: str, deadline_s: float) -> bytes:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # the kiosk is here, not behind a proxy
    try:
        with direct.open(page, timeout=deadline_s) as answer:
            body: bytes = answer.read(LARGEST)
    except (TimeoutError, urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        raise Transient(_explain(error, url, page, deadline_s)) from error
    return body


def _explain(error: Exception, url: str, page: str, deadline_s: float) -> str:
    match error:
        case urllib.error.HTTPError(code=503):
            return f"{page} answers 503: the kiosk shows nothing now."
        case urllib.error.HTTPError():
            return f"{page} answers {error.code}: another program has this port. See web.port."
        case TimeoutError() | urllib.error.URLError(reason=TimeoutError()):
            return f"{page} gives no answer within {deadline_s:g} s: the kiosk hangs; systemd restarts it in a minute."
        case http.client.HTTPException():
            return f"{page} does not speak HTTP: another program has this port. See web.port."
        case _:
            why = error.reason if isinstance(error, urllib.error.URLError) else error
            return f"no kiosk answers at {url} ({why}). Start one with `kiosk run`, or look: `systemctl status kiosk`."


def _read(body: bytes, page: str) -> Document:
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
