"""Diagnostics: what the person in charge gets as a file. Pure. Only what is listed here gets in, and of free text only
plain words and small numbers: no id, key, address or token is one."""

import re
from collections.abc import Mapping
from typing import Final

from kiosk.core.status import Document

LONGEST_WORD: Final = 11
"""Bluetooth addresses have 12 hex digits, ids 24, keys 64; a longer plain word is rare in our errors."""
_PLAIN: Final = re.compile(rf"[^\W\d_]{{1,{LONGEST_WORD}}}|\d{{1,4}}|[A-Z]\d|hci\d|fb\d")
_EDGES: Final = "\"'`.,;:!?()[]"
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?\+07:00")
_VERSION: Final = re.compile(r"\d{1,3}(\.\d{1,3}){1,2}")
"""At most three numbers: four are an address."""
_LONGEST_PAIR: Final = 15
_GAP: Final = "…"

_TOLD: Final = ("schema", "status", "light", "code", "owner", "simulated", "version", "at", "started", "dead")
_PARTS: Final = ("advertise", "collect", "show", "upkeep", "tally", "clock_trust", "sync", "health", "proof", "people")
_FAULT: Final = ("code", "level", "owner", "services", "button")
_ROW: Final = ("key", "level")


def diagnostics(status: Document, settings: Mapping[str, object], versions: Mapping[str, str]) -> dict[str, object]:
    """The file's content. `settings` are numbers, switches, and words of ours: never what somebody typed."""
    told: Mapping[str, object] = {**status}
    return {
        **{key: redacted(told[key]) for key in (*_TOLD, *_PARTS) if key in told},
        "faults": [{key: redacted(each[key]) for key in _FAULT if key in each} for each in _listed(told, "faults")],
        "rows": [{key: redacted(each[key]) for key in _ROW if key in each} for each in _listed(told, "rows")],
        "services": [redacted(each) for each in _listed(told, "services")],
        "settings": dict(settings),
        "versions": dict(versions),
    }


def redacted(value: object) -> object:
    """The value with every text in it cut down to plain words, small numbers, times and version numbers."""
    match value:
        case bool() | int() | float() | None:
            return value
        case str():
            return value if _TIME.fullmatch(value) else " ".join(_word(each) for each in value.split())
        case Mapping():
            return {key: redacted(each) for key, each in value.items() if isinstance(key, str)}
        case list() | tuple():
            return [redacted(each) for each in value]
        case _:
            return _GAP


def _word(text: str) -> str:
    bare = text.strip(_EDGES)
    parts = bare.split("-") if len(bare) <= _LONGEST_PAIR else [bare]
    known = not bare or all(_PLAIN.fullmatch(part) for part in parts) or _VERSION.fullmatch(bare)
    return bare if known else _GAP


def _listed(told: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    found = told.get(key)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []
