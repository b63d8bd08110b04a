"""OpenAPI: the routes as a document for programs, built from the table that serves them and the messages they carry.

Pages for people are not in it. A route that nobody described fails a test.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple, cast

import msgspec
from aiohttp import hdrs

from kiosk.collector.routes import Access, Route
from kiosk.core import parcels, wire
from kiosk.core.metrics import CONTENT_TYPE

REFS: Final = "#/components/schemas/{name}"
JSON: Final = "application/json"
Json = dict[str, object]


class Described(NamedTuple):
    """One route in words and types: `answers` are those that are no refusal, `refusals` go with Problem."""

    about: str
    answers: Mapping[int, tuple[str, str, type[wire.Message] | None]]
    refusals: Mapping[int, str] = {}
    takes: type[wire.Message] | None = None
    parcel: bool = False
    query: tuple[Json, ...] = ()


TIMEOUT: Final = {408: "the body did not come in time", 413: "more than 1 MB", 415: "another media type"}
FOR_BOXES: Final = {
    401: "`token`, `revoked`: no such token, or no longer",
    403: "`other-kiosk`: the token is another kiosk's",
    404: "`not-found`: no such address",
    429: "`slow-down`: Retry-After says when",
}
AWAY: Final = {503: "`unavailable`: the database is away"}
BAD: Final = {400: "`bad-message`: cannot be read"}

PATH: Final[Mapping[str, Json]] = {
    "kiosk": {"type": "string", "pattern": "^[a-z2-7]{8}$"},
    "store": {"type": "string", "pattern": "^[a-z2-7]{16}$"},
    "n": {"type": "string", "pattern": "^[1-9][0-9]{0,14}$"},
}
AFTER: Final[Json] = {
    "name": "after",
    "in": "query",
    "description": "the last number the box accepted",
    "schema": {"type": "string", "pattern": "^(0|[1-9][0-9]{0,14})$", "default": "0"},
}

ROUTES: Final[Mapping[tuple[str, str], Described]] = {
    (hdrs.METH_POST, "/v1/enrol"): Described(
        "Enrols a box with a one-time code; needs no token.",
        {201: ("who the box is", JSON, wire.Enrolled)},
        {**BAD, 404: "`code`: unknown, used or expired", 429: FOR_BOXES[429], **TIMEOUT, **AWAY},
        takes=wire.Enrol,
    ),
    (hdrs.METH_PUT, "/v1/kiosks/{kiosk}/stores/{store}/batches/{n}"): Described(
        "Takes a parcel in, exactly once.",
        {
            200: ("known: the receipt again", JSON, wire.Receipt),
            201: ("new: it is on the disk", JSON, wire.Receipt),
        },
        {
            400: "`bad-parcel`: cannot be read",
            **FOR_BOXES,
            409: "`conflict`: here with another SHA-256",
            422: "`unprocessable`: read, but contradicts itself or the time",
            **TIMEOUT,
            **AWAY,
        },
        parcel=True,
    ),
    (hdrs.METH_GET, "/v1/kiosks/{kiosk}/stores/{store}"): Described(
        "How far the collector is with a store.",
        {200: ("the highest number", JSON, wire.StoreState)},
        {**FOR_BOXES, **AWAY},
    ),
    (hdrs.METH_POST, "/v1/kiosks/{kiosk}/heartbeat"): Described(
        "Takes in how the box is.",
        {200: ("the collector's time, and what is new for the box", JSON, wire.Heard)},
        {**BAD, **FOR_BOXES, **TIMEOUT, **AWAY},
        takes=wire.Heartbeat,
    ),
    (hdrs.METH_GET, "/v1/kiosks/{kiosk}/notices"): Described(
        "Signed notices the box does not have yet.",
        {200: ("those with a higher number, oldest first", JSON, wire.Notices), 304: ("as the ETag says", "", None)},
        {**BAD, **FOR_BOXES, **AWAY},
        query=(AFTER,),
    ),
    (hdrs.METH_GET, "/healthz"): Described("Whether the database answers.", {200: ("it does", JSON, None)}, AWAY),
    (hdrs.METH_GET, "/metrics"): Described(
        "What this process did, in Prometheus text.", {200: ("the metrics", CONTENT_TYPE.partition(";")[0], None)}
    ),
    (hdrs.METH_GET, "/v1/openapi.json"): Described("This document.", {200: ("OpenAPI 3.1", JSON, None)}),
}


def document(routes: Iterable[Route], version: str) -> Json:
    """Every route for boxes and programs. KeyError for one that nobody described."""
    paths: dict[str, dict[str, Json]] = {}
    for route in routes:
        if route.access is not Access.PAGE:
            operation = _operation(route, ROUTES[route.method, route.path])
            paths.setdefault(route.path, {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Bluezone collector",
            "version": version,
            "description": "What boxes send and fetch (docs/sync.md). Every answer has the header Bluezone-Collector.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _schemas() -> Json:
    used = {each[2] for described in ROUTES.values() for each in described.answers.values()}
    used |= {described.takes for described in ROUTES.values()} | {wire.Problem}
    messages = sorted((each for each in used if each is not None), key=lambda each: each.__name__)
    _, found = msgspec.json.schema_components(messages, ref_template=REFS)
    return cast(Json, _for_ecma(found))


def _for_ecma(value: object) -> object:
    r"""Python's \Z is $ in the regular expressions of JSON schema."""
    if isinstance(value, dict):
        return {key: _for_ecma(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_for_ecma(each) for each in value]
    return value.replace(r"\Z", "$") if isinstance(value, str) else value


def _operation(route: Route, described: Described) -> Json:
    names = re.findall(r"\{(\w+)\}", route.path)
    operation: Json = {
        "operationId": f"{route.method.lower()}{re.sub('[^a-z0-9]+', '_', route.path.lower())}".rstrip("_"),
        "summary": described.about,
        "responses": {str(code): answer for code, answer in sorted(_answers(described).items())},
        "security": [{"token": []}] if route.access is Access.BOX else [],
        "parameters": [
            *({"name": name, "in": "path", "required": True, "schema": PATH[name]} for name in names),
            *described.query,
        ],
    }
    if described.takes is not None:
        operation["requestBody"] = {"required": True, "content": {JSON: {"schema": _names(described.takes)}}}
    if described.parcel:
        operation["requestBody"] = {
            "required": True,
            "content": {media_type: {} for media_type in parcels.BY_MEDIA_TYPE},  # bytes: OpenAPI 3.1 says no schema
        }
    return operation


def _answers(described: Described) -> dict[int, Json]:
    told: dict[int, Json] = {}
    for code, (about, content, message) in described.answers.items():
        told[code] = {"description": about}
        if content:
            told[code]["content"] = {content: {"schema": _names(message)} if message else {}}
    for code, about in described.refusals.items():
        told[code] = {"description": about, "content": {wire.PROBLEM_TYPE: {"schema": _names(wire.Problem)}}}
    return told


def _names(message: type[wire.Message]) -> Json:
    return {"$ref": REFS.format(name=message.__name__)}
