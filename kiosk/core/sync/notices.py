"""Notices: which signed messages of the collector count. The signature itself is checked by an adapter."""

from collections.abc import Mapping

from kiosk.core.windows import UnixMs
from kiosk.core.wire import Campaign, Cases, Notice, Request, Signed, from_msgpack
from kiosk.errors import BadMessage


def judged(signed: Signed, *, authentic: bool, kiosk: str, last: int, now: UnixMs) -> Notice | str:
    """The notice, if it is to be believed; else why not. `last` is the highest number accepted so far."""
    if not authentic:
        return "its signature is not the collector's"
    try:
        notice = from_msgpack(signed.notice, Notice)
    except BadMessage as error:
        return str(error)
    if notice.number <= last:
        return f"its number {notice.number} is not above {last}, the last one accepted"
    if notice.kiosk not in ("", kiosk):
        return "it is for another kiosk"
    if notice.expires <= now:
        return "it has expired"
    return notice


def kind_of(notice: Notice) -> str:
    """Its kind, as the store names it."""
    match notice.body:
        case Cases():
            return "cases"
        case Request():
            return "request"
        case Campaign():
            return "campaign"


def settings_in(content: bytes | None) -> Mapping[str, str]:
    """What the campaign in an accepted notice sets; nothing where there is none."""
    body = from_msgpack(content, Notice).body if content else None
    return body.settings if isinstance(body, Campaign) else {}


def heeded(kind: str, share: str) -> bool:
    """Whether a box with this choice does what a notice of this kind asks for."""
    return kind == "campaign" or share != "nothing"
