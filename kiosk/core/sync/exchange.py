"""Exchange: one question to the collector and what came back, as plain values."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from kiosk.core.wire import KioskId, StoreId

ENROL: Final = "/v1/enrol"


@dataclass(frozen=True, slots=True)
class Ask:
    """A question; `path` begins with a slash, `etag` is what the box has already."""

    method: str
    path: str
    body: bytes = b""
    content_type: str = "application/json"
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """Whatever came back, from whomever. `marked`: it bears the collector's mark (wire.MARK)."""

    status: int
    body: bytes = b""
    media_type: str = ""
    marked: bool = False
    retry_after: str = ""
    etag: str = ""


class Obstacle(Enum):
    """Why nothing came back."""

    NAME = "the collector's name is not known: no network, or a wrong address"
    CONNECTION = "no connection to the collector"
    TIMEOUT = "the collector does not answer in time"
    CUT = "the answer broke off"
    TLS = "the collector's certificate is not one the box trusts: a sign-in page, or sync.ca_file is missing"
    CLOCK = "the collector's certificate is not valid at the box's time, or its clock is wrong"
    PIN = "the collector's certificate is not one of sync.pins"
    PROXY = "the proxy (sync.proxy) does not let the box through"


def batch_path(kiosk: KioskId, store: StoreId, n: int) -> str:
    """Where a parcel goes."""
    return f"/v1/kiosks/{kiosk}/stores/{store}/batches/{n}"


def store_path(kiosk: KioskId, store: StoreId) -> str:
    """Where the collector tells how far it is."""
    return f"/v1/kiosks/{kiosk}/stores/{store}"


def heartbeat_path(kiosk: KioskId) -> str:
    """Where heartbeats go."""
    return f"/v1/kiosks/{kiosk}/heartbeat"


def notices_path(kiosk: KioskId, after: int) -> str:
    """Where notices come from."""
    return f"/v1/kiosks/{kiosk}/notices?after={after}"
