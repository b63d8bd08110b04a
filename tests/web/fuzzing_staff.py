"""For schemathesis, which loads it by its configuration: what staff have and OpenAPI cannot say, put into each request.

A form's token, the PIN, the claim code, a phone's time; that a new PIN is no easy one and is told twice; that w and h
belong together. A request that is wrong on purpose gets the token alone, and only in the place of another text: so it
comes past the door, and what is wrong with it stays wrong.
"""

import os
from typing import Final, Protocol

import schemathesis
from schemathesis.generation.meta import CaseMetadata

TOKEN: Final = os.environ["FUZZED_TOKEN"]
PIN: Final = os.environ["FUZZED_PIN"]
CODE: Final = os.environ["FUZZED_CODE"]
NOW: Final = os.environ["FUZZED_NOW"]
KNOWN: Final = {"pin": PIN, "old": PIN, "new": PIN, "again": PIN, "code": CODE, "at": NOW}
LONGEST: Final = 100
SHORTER: Final = 2160

forms: list[str] = []
"""Keys of the forms that asked for something."""


class Asked(Protocol):
    """A request before it is sent: what we touch of schemathesis.Case."""

    meta: CaseMetadata | None
    body: object
    path_parameters: dict[str, object]
    query: dict[str, object]


@schemathesis.hook
def before_call(_context: object, case: Asked, _kwargs: dict[str, object]) -> None:
    """What the route wants to know."""
    meant_well = case.meta is not None and case.meta.generation.mode.is_positive
    body = case.body
    if isinstance(body, dict):
        told = body.get("token")
        if isinstance(told, str) and len(told) <= LONGEST:
            body["token"] = TOKEN
        if meant_well:
            body.update({name: value for name, value in KNOWN.items() if name in body})
            forms.extend(str(body[name]) for name in ("form",) if name in body)
    if meant_well:
        _belonging_together(case.path_parameters, case.query)


def _belonging_together(path: dict[str, object], query: dict[str, object]) -> None:
    """What was done has the key of the form that asked for it; a picture has both sides, the shorter in its range."""
    if "form" in path and forms:
        path["form"] = forms[-1]
    if {"w", "h"} & query.keys():
        width, height = (int(str(query.get(key, 640))) for key in "wh")
        query |= {"w": max(width, 480), "h": min(height, SHORTER)}
