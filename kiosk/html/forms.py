"""Forms: read as browsers send ours, and only from a page of ours."""

import hmac
from ipaddress import IPv6Address, ip_address
from typing import Final

from aiohttp import hdrs, web

FOREIGN: Final = "Biểu mẫu này đến từ một trang khác.\nThis form came from another site."
OLD: Final = "Trang đã cũ, mời bạn mở lại rồi bấm lần nữa.\nThe page was old: try again."


async def read_form(request: web.Request) -> None:
    """A form as browsers send ours; whatever else claims to be one is refused before anything parses it."""
    if request.body_exists and request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    try:
        await request.post()
    except LookupError:
        raise web.HTTPUnsupportedMediaType from None  # a charset that nobody knows
    except UnicodeDecodeError:
        raise web.HTTPBadRequest(text="Biểu mẫu không phải UTF-8.\nThis form is not UTF-8.") from None


def check_origin(request: web.Request) -> None:
    """Where the browser tells a form's origin, it is this site."""
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is not None and origin.partition("://")[2] != request.host:
        raise web.HTTPForbidden(text=FOREIGN)


async def check_token(request: web.Request, token: str) -> None:
    """The form carries the session's own token, which no other site knows."""
    told = str((await request.post()).get("token", ""))
    if not hmac.compare_digest(told.encode(errors="replace"), token.encode()):
        raise web.HTTPForbidden(text=OLD)


def is_loopback(address: str) -> bool:
    """Whether a request comes from this machine itself."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped.is_loopback
    return parsed.is_loopback
