"""Described: every route in words and types, for the OpenAPI document. A route that is missing here fails a test."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from aiohttp import hdrs

from kiosk.core.metrics import CONTENT_TYPE as METRICS_TYPE

HTML: Final = "text/html"
JSON: Final = "application/json"
PNG: Final = "image/png"
TEXT: Final = "text/plain"

Schema = Mapping[str, object]


class Parameter(NamedTuple):
    """One value in the address."""

    name: str
    schema: Schema
    about: str
    place: str = "query"


class Answer(NamedTuple):
    """What comes back under a status code; `schema` None for a page, a picture or nothing."""

    about: str
    content: str = ""
    schema: Schema | None = None


class Described(NamedTuple):
    """One route."""

    about: str
    answers: Mapping[int, Answer]
    parameters: tuple[Parameter, ...] = ()
    form: Mapping[str, Schema] = {}
    """Fields of the form it takes."""


def _names(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


LANG: Final = Parameter("lang", {"type": "string", "enum": ["vi", "en"], "default": "vi"}, "language of the page")
ODD: Final = Answer("something in the address is wrong; the page says what", HTML)
MISSING: Final = Answer("there is nothing here", HTML)

GET: Final = hdrs.METH_GET
POST: Final = hdrs.METH_POST

ROUTES: Final[Mapping[tuple[str, str], Described]] = {
    (GET, "/"): Described("The status page.", {200: Answer("the page", HTML), 400: ODD}, (LANG,)),
    (GET, "/static/{name}"): Described(
        "Styles, scripts, fonts and drawings of the pages; the address changes with the content.",
        {200: Answer("the file"), 404: MISSING},
        (Parameter("name", {"type": "string", "minLength": 1, "pattern": "^[a-z0-9.-]+$"}, "its name", "path"),),
    ),
    (GET, "/healthz"): Described(
        "Health by status code, for a watchdog. Open to everybody on the network.",
        {
            200: Answer("every vital part beats", JSON, _names("Health")),
            503: Answer("a vital part has no heartbeat", JSON, _names("Health")),
        },
    ),
    (GET, "/status.json"): Described(
        "The older name of /api/v1/status.", {200: Answer("the document", JSON, _names("Document"))}
    ),
    (GET, "/api/v1/status"): Described(
        "Everything the status page shows, as one document.",
        {200: Answer("the document", JSON, _names("Document"))},
    ),
    (GET, "/api/v1/status.schema.json"): Described(
        "The JSON schema (2020-12) of /api/v1/status.",
        {200: Answer("the schema", "application/schema+json", {"type": "object"})},
    ),
    (GET, "/api/v1/openapi.json"): Described(
        "This document.", {200: Answer("OpenAPI 3.1", JSON, {"type": "object", "required": ["openapi", "paths"]})}
    ),
    (GET, "/metrics"): Described(
        "The same facts in Prometheus text.", {200: Answer("the metrics", METRICS_TYPE.partition(";")[0])}
    ),
    (GET, "/display"): Described("The wall for a browser in kiosk mode.", {200: Answer("the page", HTML)}),
    (GET, "/display.png"): Described(
        "The wall as a picture, in its own size or in one asked for (both w and h).",
        {
            200: Answer("the picture", PNG),
            304: Answer("it is still the one that the ETag names"),
            400: ODD,
            503: Answer("the wall cannot be painted now", HTML),
        },
        tuple(
            Parameter(key, {"type": "integer", "minimum": 320, "maximum": 3840}, f"{what} in pixels")
            for key, what in (("w", "width"), ("h", "height"))
        ),
    ),
}
