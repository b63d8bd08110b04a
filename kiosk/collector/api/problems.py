"""Problems: every refusal as RFC 9457, with a code for programs and a sentence for people."""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from aiohttp import hdrs, web

from kiosk.core.wire import MARK, PROBLEM_TYPE, Problem, to_json
from kiosk.errors import BadBatch, BadContent, BadMessage, KioskError, StoreError, StoreUnavailable

CODES: Final[Mapping[int, tuple[str, str]]] = {
    400: ("bad-message", "this request cannot be read"),
    404: ("not-found", "there is no such address here"),
    405: ("method", "this address takes another method"),
    408: ("timeout", "the request did not come in time"),
    413: ("too-large", "the body is larger than 1 MB"),
    415: ("media-type", "no media type that this address takes"),
    417: ("expectation", "no such expectation can be met"),
    503: ("unavailable", "the database is away; try again later"),
}
"""What a status means where nobody said more."""

log = logging.getLogger(__name__)


class Refusal(Exception):
    """An answer that says no; `detail` "" is the usual one of that status."""

    def __init__(self, status: int, code: str = "", detail: str = "", headers: Mapping[str, str] | None = None) -> None:
        usual = CODES.get(status, ("refused", "this is refused"))
        self.problem = Problem(
            status=status,
            code=code or usual[0],
            detail=(detail or usual[1])[:1000],
            title=HTTPStatus(status).phrase,
        )
        self.headers = dict(headers or {})
        super().__init__(self.problem.detail)


def answer(refusal: Refusal) -> web.Response:
    """The refusal as it travels. The connection ends where part of the body may still be under way."""
    response = web.Response(
        body=to_json(refusal.problem),
        status=refusal.problem.status,
        content_type=PROBLEM_TYPE,
        headers={MARK: "1", **refusal.headers},
    )
    if refusal.problem.status in (408, 413):
        response.force_close()
    return response


def from_error(error: KioskError) -> Refusal:
    """An error of ours as an answer. What is wrong with the database is for the log, not for a box."""
    match error:
        case BadContent():
            return Refusal(422, "unprocessable", str(error))
        case BadBatch():
            return Refusal(400, "bad-parcel", str(error))
        case BadMessage():
            return Refusal(400, "bad-message", str(error))
        case StoreUnavailable() | StoreError():
            log.error("%s", error)
            return Refusal(503)
        case _:
            raise error


def from_http(error: web.HTTPException) -> Refusal:
    """What aiohttp refuses by itself."""
    kept = {str(hdrs.ALLOW): error.headers[hdrs.ALLOW]} if hdrs.ALLOW in error.headers else {}
    return Refusal(error.status if error.status in CODES else 400, headers=kept)


def as_json(value: object) -> bytes:
    """A document, such as the one of OpenAPI."""
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
