"""Client: asks a running kiosk for its status document. For the terminal; nothing but the standard library."""

import http.client
import json
import urllib.error
import urllib.request
from typing import Final, cast

from kiosk.core.status import SCHEMA, Document
from kiosk.errors import Transient

LARGEST: Final = 4_000_000
"""A status document is 5 kB, a picture 60 kB; whatever is larger is something else."""
PNG: Final = b"\x89PNG\r\n\x1a\n"


def fetch_status(url: str, deadline_s: float) -> Document:
    """The document of the kiosk at `url` (as http://127.0.0.1:8080). Transient says why there is none."""
    return _read(_get(url, "/status.json", deadline_s), f"{url.rstrip('/')}/status.json")


def fetch_picture(url: str, deadline_s: float) -> bytes:
    """The wall of the kiosk at `url` as PNG. Transient says why there is none."""
    picture = _get(url, "/display.png", deadline_s)
    if not picture.startswith(PNG):
        raise Transient(f"{url}/display.png is no picture: another program has this port. See web.port.")
    return picture


def _get(url: str, path: str, deadline_s: float) -> bytes:
    address = f"{url.rstrip('/')}{path}"
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # the kiosk is here, not behind a proxy
    try:
        with direct.open(address, timeout=deadline_s) as answer:
            body: bytes = answer.read(LARGEST)
    except urllib.error.HTTPError as error:
        error.close()
        raise Transient(f"{address} answers {error.code}: another program has this port. See web.port.") from error
    except TimeoutError as error:
        raise Transient(_late(address, deadline_s)) from error
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise Transient(_late(address, deadline_s)) from error
        raise Transient(_absent(url, str(error.reason))) from error
    except http.client.HTTPException as error:
        raise Transient(f"{address} does not speak HTTP: another program has this port. See web.port.") from error
    except (OSError, ValueError) as error:
        raise Transient(_absent(url, str(error))) from error
    return body


def _read(body: bytes, address: str) -> Document:
    try:
        found = json.loads(body)
    except ValueError as error:
        raise Transient(f"{address} is not a kiosk's status: another program has this port. See web.port.") from error
    if not isinstance(found, dict) or "schema" not in found:
        raise Transient(f"{address} is not a kiosk's status: another program has this port. See web.port.")
    if found["schema"] != SCHEMA:
        raise Transient(
            f"{address} speaks schema {found['schema']}, this command {SCHEMA}: restart the kiosk after its update."
        )
    return cast(Document, found)


def _late(address: str, deadline_s: float) -> str:
    return f"{address} gives no answer within {deadline_s:g} s: the kiosk hangs; systemd restarts it within a minute."


def _absent(url: str, why: str) -> str:
    return f"no kiosk answers at {url} ({why}). Start it (`kiosk run`) or see `systemctl status bluezone-kiosk`."
