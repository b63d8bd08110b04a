"""The two languages of every page, and what keeps words together on a line."""

import re
from typing import Final, Literal

from aiohttp import web

Language = Literal["vi", "en"]

OTHER: Final[dict[Language, Language]] = {"vi": "en", "en": "vi"}

LEVELS: Final[dict[Language, dict[str, str]]] = {
    "vi": {"green": "chạy tốt", "amber": "cần để ý", "red": "cần làm ngay", "starting": "đang chuẩn bị"},
    "en": {"green": "running well", "amber": "needs a look", "red": "act now", "starting": "getting ready"},
}
"""What the shapes of the traffic light are called."""

_PAIRS: Final = re.compile(
    r"(?<=\bphụ) (?=trách)|(?<=\bthẻ) (?=nhớ)|(?<=\bnhân) (?=viên)|(?<=\d) (?=\w)|(?<=\bmã) (?=[A-Z]\d)"
)


def bound(text: str) -> str:
    """Word pairs, numbers and their units stay on one line."""
    return _PAIRS.sub("\u00a0", text)


def language(request: web.Request) -> Language:
    """The language the address asks for; Vietnamese without a wish."""
    match request.query.get("lang", "vi"):
        case "vi":
            return "vi"
        case "en":
            return "en"
        case _:
            raise web.HTTPBadRequest(text="lang is vi or en.")
