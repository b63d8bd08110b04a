"""Enrolment: who the box is to its collector, and the address it enrols at."""

import re
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from kiosk.core.wire import KioskId, Line, Message, Sha256, from_json, to_json
from kiosk.errors import BadMessage

ENROLMENT: Final = "sync.json"
"""Name of the secret that holds it, the token included: one file is replaced whole."""
PENDING: Final = "sync.pending"
"""Name of the secret that holds the token of an enrolment whose answer has not come yet."""

ORDERED: Final = "sync.ordered"
"""Name of the secret with an enrolment that the running kiosk is to carry out."""


class Enrolment(Message, frozen=True, kw_only=True):
    """What enrolment left on the box. `signing_key` is the collector's Ed25519 public key in hex."""

    url: str
    kiosk: KioskId
    venue: Line
    signing_key: Sha256
    token: str

    def __repr__(self) -> str:
        return f"Enrolment({self.url}, {self.kiosk})"  # the token is in no log


class Pending(Message, frozen=True, kw_only=True):
    """A code that was sent, and the token that went with it: sent again it must be the same."""

    url: str
    code: str
    token: str

    def __repr__(self) -> str:
        return f"Pending({self.url})"


class Ordered(Message, frozen=True, kw_only=True):
    """An enrolment that somebody asked for in a file. Once it is refused the code is gone and the reason stays."""

    url: str
    code: str = ""
    refused: str = ""

    def __repr__(self) -> str:
        return f"Ordered({self.url})"


def read(secret: bytes | None) -> Enrolment | None:
    """The enrolment in a secret's file; None if there is none, or it is damaged."""
    try:
        return from_json(secret, Enrolment) if secret else None
    except BadMessage:
        return None


def read_pending(secret: bytes | None) -> Pending | None:
    """The same for one under way."""
    try:
        return from_json(secret, Pending) if secret else None
    except BadMessage:
        return None


def read_ordered(secret: bytes | None) -> Ordered | None:
    """The same for one that was asked for."""
    try:
        return from_json(secret, Ordered) if secret else None
    except BadMessage:
        return None


def written(message: Enrolment | Pending | Ordered) -> bytes:
    """The content of a secret's file."""
    return to_json(message)


def split(address: str, code: str = "") -> tuple[str, str]:
    """Address and code, also from one string as a QR code has it: ADDRESS#CODE. Either is "" where it is missing."""
    url, _, inside = address.strip().partition("#")
    return url.rstrip("/"), re.sub(r"\s", "", code or inside)


def address_fault(url: str) -> str:
    """What is wrong with a collector's address; "" if nothing is."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "is no address"
    if parts.scheme not in ("https", "http") or not parts.hostname or port == 0:
        return "is no address: it begins with https:// and a name"
    if parts.username or parts.password or parts.query or parts.fragment:
        return "has more than a name and a path"
    if parts.scheme == "http" and not _is_here(parts):
        return "is not encrypted: http is for this machine itself only, use https"
    return ""


def _is_here(parts: SplitResult) -> bool:
    try:
        return parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
