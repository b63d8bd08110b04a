"""Described: every route in words and types, for the OpenAPI document. A route that is missing here fails a test."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from aiohttp import hdrs

from kiosk.core.metrics import CONTENT_TYPE as METRICS_TYPE
from kiosk.web.action_words import ACTIONS

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

TOKEN: Final = Parameter("token", {"type": "string", "minLength": 1}, "the random part of the link", "path")
ACTION: Final = Parameter("name", {"type": "string", "enum": sorted(ACTIONS)}, "the action's name", "path")
FORM_KEY: Final[Schema] = {"type": "string", "pattern": "^[A-Za-z0-9_-]{8,40}$"}
FORM: Final = Parameter("form", FORM_KEY, "the key of the form that asked", "path")
DIGITS: Final[Schema] = {"type": "string", "pattern": "^[0-9 ]*$", "maxLength": 15}
TEXT_FIELD: Final[Schema] = {"type": "string", "maxLength": 100}
CLOSED: Final = Answer("the link is used or old, or five codes were wrong; the page says which", HTML)
UNFIT: Final = Answer("the new PIN will not do, or the address is odd; the page says why", HTML)
WRONG: Final = Answer("not the right PIN, or the form is not one of ours", HTML)
LOCKED: Final = Answer("too many tries; the page says until when", HTML)
TOO_LONG: Final = Answer("a form of more than 4 kB", HTML)
ON: Final = Answer("see other: the next page")

ROUTES: Final[Mapping[tuple[str, str], Described]] = {
    (GET, "/"): Described("The status page.", {200: Answer("the page", HTML), 400: ODD}, (LANG,)),
    (GET, "/events"): Described(
        "Server-sent events: each second a tag that changes when the status page does. Ends after ten minutes.",
        {200: Answer("the stream", "text/event-stream"), 503: Answer("64 streams are open: ask now and then", TEXT)},
    ),
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
    (GET, "/claim/{token}"): Described(
        "The form that sets the PIN, behind the link on the screen.",
        {200: Answer("the form", HTML), 400: ODD, 403: CLOSED, 404: MISSING},
        (TOKEN, LANG),
    ),
    (POST, "/claim/{token}"): Described(
        "Sets the PIN and signs in.",
        {303: ON, 400: UNFIT, 403: CLOSED, 404: MISSING, 413: TOO_LONG},
        (TOKEN, LANG),
        {"code": DIGITS, "new": DIGITS, "again": DIGITS},
    ),
    (GET, "/sign-in"): Described(
        "The form that asks for the PIN; staff are sent on to the page.",
        {200: Answer("the form", HTML), 303: ON, 400: ODD},
        (LANG,),
    ),
    (POST, "/sign-in"): Described(
        "Signs in.", {303: ON, 400: ODD, 403: WRONG, 413: TOO_LONG, 429: LOCKED}, (LANG,), {"pin": DIGITS}
    ),
    (GET, "/pin"): Described("The form that changes the PIN.", {200: Answer("the form", HTML), 400: ODD}, (LANG,)),
    (POST, "/pin"): Described(
        "Changes the PIN and signs everybody else out.",
        {303: ON, 400: UNFIT, 403: WRONG, 413: TOO_LONG, 429: LOCKED},
        (LANG,),
        {"token": TEXT_FIELD, "old": DIGITS, "new": DIGITS, "again": DIGITS},
    ),
    (POST, "/sign-out"): Described("Signs out.", {303: ON, 400: ODD, 413: TOO_LONG}, (LANG,), {"token": TEXT_FIELD}),
    (GET, "/settings"): Described(
        "Every action of this box, and the end of the audit log.", {200: Answer("the page", HTML), 400: ODD}, (LANG,)
    ),
    (GET, "/do/clock"): Described(
        "The question whether this phone's time is right.", {200: Answer("the question", HTML), 400: ODD}, (LANG,)
    ),
    (POST, "/do/clock"): Described(
        "Sets the kiosk's clock by this phone's.",
        {303: ON, 400: Answer("no time, or earlier than the last record", HTML), 413: TOO_LONG},
        (LANG,),
        {"token": TEXT_FIELD, "at": TEXT_FIELD, "typed": TEXT_FIELD},
    ),
    (GET, "/do/{name}"): Described(
        "The question before an action.",
        {200: Answer("the question", HTML), 400: ODD, 404: MISSING},
        (ACTION, LANG),
    ),
    (POST, "/do/{name}"): Described(
        "Does it, once for each form.",
        {303: ON, 400: ODD, 404: MISSING, 413: TOO_LONG},
        (ACTION, LANG),
        {"token": TEXT_FIELD, "form": FORM_KEY},
    ),
    (GET, "/done/{form}"): Described(
        "How it went; loads itself again until that is known.",
        {200: Answer("one sentence", HTML), 400: ODD, 404: MISSING},
        (FORM, LANG),
    ),
    (GET, "/done/{form}/file"): Described(
        "What an action made: a poster, diagnostics.", {200: Answer("the file"), 404: MISSING}, (FORM,)
    ),
}
