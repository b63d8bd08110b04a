"""OpenAPI: the site's routes as a document for programs, built from the table that serves them, so that it cannot lag.

Schemas are derived from the types that make the answers.
"""

import json
import re
import sys
from collections.abc import Iterable
from typing import Final, cast

import msgspec
from aiohttp import hdrs

from kiosk.core.status import Document, Health
from kiosk.web.described import ROUTES, Answer, Described
from kiosk.web.routes import Access, Route
from kiosk.web.sessions import COOKIE

REFS: Final = "#/components/schemas/{name}"
SECURITY: Final[dict[Access, list[dict[str, list[str]]]]] = {
    Access.OPEN: [],
    Access.CLAIMED: [],
    Access.STAFF: [{"session": []}],
    Access.PROGRAM: [{"session": []}, {"token": []}],
}
"""The rule beside an address -> who may come in, in OpenAPI's terms. A rule without a line is open, but not to all."""
REFUSED: Final = {
    401: Answer("not signed in", "text/html"),
    403: Answer("nobody has claimed this kiosk yet, or the form is not one of ours", "text/html"),
}

Json = dict[str, object]


def status_schema() -> Json:
    """The JSON schema of the status document."""
    schemas, parts = msgspec.json.schema_components([Document], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "/api/v1/status.schema.json",
        **schemas[0],
        "$defs": parts,
    }


def document(routes: Iterable[Route], version: str, *, is_open: bool = False) -> Json:
    """The whole site; `is_open`: everybody is staff, as in a simulation. KeyError for a route nobody described."""
    paths: dict[str, dict[str, Json]] = {}
    for route in routes:
        described = ROUTES[route.method, route.path]
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, described, is_open)
    _, parts = msgspec.json.schema_components([Document, Health], ref_template=REFS)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Bluezone kiosk",
            "version": version,
            "description": "The status page of one kiosk. No answer holds an id, an address, a key or a name.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": parts,
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
                "token": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _operation(route: Route, described: Described, is_open: bool) -> Json:
    answers = dict(described.answers)
    if route.access is not Access.OPEN:
        answers = {**REFUSED, **answers}
    if route.method == hdrs.METH_POST:
        answers[415] = Answer("not a form as browsers send it", "text/html")
    operation: Json = {
        "operationId": f"{route.method.lower()}{re.sub('[^a-z0-9]+', '_', route.path.lower())}".rstrip("_"),
        "summary": described.about,
        "responses": {str(code): _answer(answer) for code, answer in sorted(answers.items())},
        "security": [] if is_open else SECURITY.get(route.access, []),
    }
    if described.parameters:
        operation["parameters"] = [
            {
                "name": each.name,
                "in": each.place,
                "description": each.about,
                "required": each.place == "path",
                "schema": each.schema,
            }
            for each in described.parameters
        ]
    if route.method == hdrs.METH_POST:
        fields: Json = {"type": "object", "properties": described.form, "required": list(described.form)}
        operation["requestBody"] = {
            "required": bool(described.form),
            "content": {"application/x-www-form-urlencoded": {"schema": fields}},
        }
    return operation


def _answer(answer: Answer) -> Json:
    told: Json = {"description": answer.about}
    if answer.content:
        told["content"] = {answer.content: cast(Json, {"schema": answer.schema} if answer.schema else {})}
    return told


if __name__ == "__main__":
    sys.stdout.write(json.dumps(status_schema(), indent=1) + "\n")
