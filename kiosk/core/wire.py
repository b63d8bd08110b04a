"""Wire: every message between box and collector, once, for both sides. docs/sync.md says when each is sent and why.

JSON both ways, but for what a parcel or a notice holds, which is MessagePack. Times are ms since 1970 UTC.
"""

from typing import Annotated, Final, Literal, TypeVar

import msgspec
from msgspec import Meta

from kiosk.core.identity import ID_BYTES
from kiosk.core.windows import WINDOW_MS
from kiosk.errors import BadMessage

MARK: Final = "Bluezone-Collector"
"""Header of every answer a collector gives. An answer without it is a stranger's: a hotel's sign-in page, a proxy."""
PROBLEM_TYPE: Final = "application/problem+json"
"""Media type of every refusal (RFC 9457)."""
LARGEST_MESSAGE: Final = 1_000_000
"""Bytes of any JSON body or answer that either side reads."""
LONGEST_CASE: Final = 15 * 96
"""Windows of one case: a fortnight, and the day it began on."""

Ms = Annotated[int, Meta(ge=0, lt=2**53)]
Number = Annotated[int, Meta(ge=1, lt=2**53)]
KioskId = Annotated[str, Meta(pattern=r"^[a-z2-7]{8}\Z")]
"""Random, given at enrolment."""
StoreId = Annotated[str, Meta(pattern=r"^[a-z2-7]{16}\Z")]
"""Random, born with state.db."""
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
CaseId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{1,40}\Z")]
"""The tracers' own number of a case; nothing about a person."""
Line = Annotated[str, Meta(max_length=200)]
Small = Annotated[int, Meta(ge=0, lt=2**32)]


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message. Unknown keys are ignored: either side may be a version ahead."""


# Enrolment


class Enrol(Message, frozen=True, kw_only=True):
    """POST /v1/enrol. The box makes its token itself and shows only its hash, so that a lost answer costs nothing: the
    same code with the same hash is answered again, with another hash it is used up."""

    code: Annotated[str, Meta(min_length=8, max_length=40)]
    token_sha256: Sha256
    version: Line


class Enrolled(Message, frozen=True, kw_only=True):
    """201: who the box is from now on, and whose notices it shall believe (Ed25519 public key, hex)."""

    kiosk: KioskId
    venue: Line
    signing_key: Sha256


# Parcels


class Receipt(Message, frozen=True, kw_only=True):
    """200 or 201: the parcel is on the collector's disk. Only the right `sha256` acknowledges."""

    store: StoreId
    batch: Number
    sha256: Sha256
    last: Annotated[int, Meta(ge=0)]
    """The highest batch number the collector has of this store."""


class StoreState(Message, frozen=True, kw_only=True):
    """GET .../stores/{store}: how far the collector is; ahead of the box means a card restored from an older copy."""

    last: Annotated[int, Meta(ge=0)]


class Problem(Message, frozen=True, kw_only=True):
    """Any refusal. `code` is for programs and stable, `detail` for people."""

    code: Annotated[str, Meta(pattern=r"^[a-z-]{1,40}\Z")]
    detail: Annotated[str, Meta(max_length=1000)]
    status: Annotated[int, Meta(ge=400, le=599)]
    title: Line = ""
    type: Line = "about:blank"


class Presence(Message, frozen=True, kw_only=True):
    """One case in one window at this venue: seconds after the window's start, mean RSSI in dBm."""

    window: Ms
    first_s: Annotated[int, Meta(ge=0, lt=WINDOW_MS // 1000)]
    last_s: Annotated[int, Meta(ge=0, lt=WINDOW_MS // 1000)]
    receptions: Small
    rssi_mean: Annotated[int, Meta(ge=-128, le=127)]
    others: Small
    """How many other ids shared the place in that window: a number, no id."""


class Report(Message, frozen=True, kw_only=True):
    """A parcel: a case on a list was here. `notice` is the list's number."""

    case: CaseId
    notice: Number
    presences: Annotated[tuple[Presence, ...], Meta(min_length=1, max_length=LONGEST_CASE)]


class Answer(Message, frozen=True, kw_only=True):
    """A parcel: what a signed request asked for; each of `batches` is core/batches.py's content of one UTC day."""

    request: Number
    case: CaseId
    batches: Annotated[tuple[bytes, ...], Meta(max_length=40)]


class OwnDay(Message, frozen=True, kw_only=True):
    """A parcel: the key of the box's own ids on a UTC day that is over (days since 1970-01-01)."""

    day: Annotated[int, Meta(ge=0, le=100_000)]
    key: Annotated[bytes, Meta(min_length=32, max_length=32)]


# Heartbeat


class FaultNote(Message, frozen=True, kw_only=True):
    """One fault as its code (core/catalogue.py), level and owner."""

    code: Annotated[str, Meta(pattern=r"^[A-Z][0-9]{1,2}\Z")]
    level: Literal["amber", "red"]
    owner: Literal["staff", "helper", "nobody"]


class Visits(Message, frozen=True, kw_only=True):
    """Visits of a Vietnamese day up to the end of a finished window, as the page tells them: small windows left out
    until together they are 20 (core/discretion.py)."""

    day: Ms
    """Midnight in Vietnam."""
    until: Ms
    count: Small


class Heartbeat(Message, frozen=True, kw_only=True):
    """POST .../heartbeat: how the box is. `visits` is None where the venue shares nothing."""

    at: Ms
    store: StoreId
    version: Line
    light: Literal["green", "amber", "red", "starting"]
    faults: Annotated[tuple[FaultNote, ...], Meta(max_length=40)] = ()
    share: Literal["nothing", "matches", "encounters"]
    waiting: Small = 0
    oldest: Ms | None = None
    """When the oldest parcel that waits was made."""
    set_aside: Small = 0
    """Parcels that the collector itself refused."""
    notice: Annotated[int, Meta(ge=0)] = 0
    """The last notice accepted."""
    refused_notices: Small = 0
    """Notices with a bad signature, or older than that."""
    clock_trusted: bool | None = None
    uptime_s: Small = 0
    visits: Visits | None = None
    simulated: bool = False
    """Its phones are invented, and its time runs as fast as somebody likes."""


class Heard(Message, frozen=True, kw_only=True):
    """200: the collector's time, how far it is with this store, and the number of its newest notice for this box."""

    now: Ms
    last: Annotated[int, Meta(ge=0)]
    notice: Annotated[int, Meta(ge=0)] = 0


# Notices


class Watch(Message, frozen=True, kw_only=True):
    """A confirmed case: the ids of its phone, one per window from `start` on. Ids, never a daily key: who steals the
    card could name the phone's later ids from a key."""

    case: CaseId
    start: Ms
    ids: Annotated[bytes, Meta(min_length=ID_BYTES, max_length=ID_BYTES * LONGEST_CASE)]


class Cases(Message, frozen=True, kw_only=True, tag_field="kind", tag="cases"):
    """Whom to look for among the encounters on the box."""

    cases: Annotated[tuple[Watch, ...], Meta(max_length=200)]


class Request(Message, frozen=True, kw_only=True, tag_field="kind", tag="request"):
    """The one thing that makes ids leave a box that shares matches: it names the case and the windows."""

    case: CaseId
    windows: Annotated[tuple[Ms, ...], Meta(min_length=1, max_length=LONGEST_CASE)]


class Campaign(Message, frozen=True, kw_only=True, tag_field="kind", tag="campaign"):
    """Keys of [campaign] that the province sets for its boxes; what stands in the box's own file wins."""

    settings: dict[Annotated[str, Meta(max_length=40)], Annotated[str, Meta(max_length=500)]]


class Notice(Message, frozen=True, kw_only=True):
    """What is signed, in MessagePack. Numbers rise within one collector and across its restores: each is at least the
    time of issue in ms. `kiosk` "" is for every box."""

    number: Number
    issued: Ms
    expires: Ms
    kiosk: Annotated[str, Meta(pattern=r"^([a-z2-7]{8})?\Z")] = ""
    body: Cases | Request | Campaign


class Signed(Message, frozen=True, kw_only=True):
    """A notice as it travels (base64 in JSON): Ed25519 over exactly the bytes of `notice`."""

    notice: Annotated[bytes, Meta(max_length=600_000)]
    signature: Annotated[bytes, Meta(min_length=64, max_length=64)]


class Notices(Message, frozen=True, kw_only=True):
    """GET .../notices?after=N: those with a higher number, oldest first; `more`: ask again after the last of them."""

    notices: Annotated[tuple[Signed, ...], Meta(max_length=50)]
    more: bool = False


UNREADABLE: Final = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)
"""What msgspec raises on bytes from the network."""
M = TypeVar("M", bound=Message)


def from_json(body: bytes, type_: type[M]) -> M:
    """A message of this type. Raises BadMessage, which says what is wrong."""
    try:
        return msgspec.json.decode(body, type=type_)
    except UNREADABLE as error:
        raise BadMessage(f"{type_.__name__}: {error}") from error


def from_msgpack(content: bytes, type_: type[M]) -> M:
    """The same for what parcels and notices hold."""
    try:
        return msgspec.msgpack.decode(content, type=type_)
    except UNREADABLE as error:
        raise BadMessage(f"{type_.__name__}: {error}") from error


def to_json(message: Message) -> bytes:
    """Bytes for a JSON body."""
    return msgspec.json.encode(message)


def to_msgpack(message: Message) -> bytes:
    """Bytes to wrap or to sign; the same for the same message, always."""
    return msgspec.msgpack.encode(message)
