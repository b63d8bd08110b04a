"""View: what every answer of the site is made from: one look at the facts, the templates, the static files."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, NamedTuple

import jinja2
from aiohttp import web

from kiosk.core.facts import Snapshot
from kiosk.core.faults import dead
from kiosk.core.report import document
from kiosk.core.status import Document
from kiosk.core.windows import UnixMs
from kiosk.web.words import Language, bound

SECOND_MS: Final = 1000
HERE: Final = Path(__file__).parent
TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}

PaintWall = Callable[[int, int], Awaitable[tuple[bytes, str]]]
"""Paints the wall in a width and height (0: the wall's own), with a tag that changes when the picture does. It keeps
what it painted and paints one at a time, for the site asks it at every request. May raise DisplayError."""


class Asset(NamedTuple):
    """One static file, read once."""

    body: bytes
    content_type: str
    tag: str


class Templates:
    """The templates, and the static files they name."""

    def __init__(self) -> None:
        self.assets = _read_assets()
        self._pages = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._pages.filters["bound"] = bound
        self._pages.globals["asset"] = self._address

    def html(
        self, template: str, code: int = 200, headers: Mapping[str, str] | None = None, /, **words: object
    ) -> web.Response:
        """A filled template as an answer."""
        text = self.text(template, **words)
        return web.Response(text=text, status=code, content_type="text/html", charset="utf-8", headers=headers)

    def text(self, template: str, /, **words: object) -> str:
        """A filled template."""
        return self._pages.get_template(template).render(words)

    def _address(self, name: str) -> str:
        """The address changes with the content, so a browser may keep the file for a year."""
        return f"/static/{name}?v={self.assets[name].tag}"


class Told:
    """The document as it was last told. Many who look within a second are told the same one, unless a fact changed."""

    def __init__(self) -> None:
        self._facts: tuple[Snapshot, tuple[str, ...]] | None = None
        self._document: Document | None = None

    def document(self, snapshot: Snapshot, lost: tuple[str, ...]) -> Document:
        facts = replace(snapshot, at=UnixMs(snapshot.at // SECOND_MS * SECOND_MS)), lost
        if self._document is None or facts != self._facts:
            self._facts, self._document = facts, document(snapshot, lost)
        return self._document


@dataclass(frozen=True, slots=True)
class View:
    """The kiosk as the site sees it. `vital` services without a heartbeat for `limit_s` are dead."""

    snapshot: Callable[[], Snapshot]
    wall_png: PaintWall
    monotonic: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    """In the time of those who look, not of a simulated street."""
    vital: tuple[str, ...]
    limit_s: float
    beat: Callable[[str, int, int], None] = lambda *_: None
    """The kiosk's own browser draws: its name, and its window's width and height."""
    templates: Templates = field(default_factory=Templates)
    told: Told = field(default_factory=Told)

    def status(self) -> Document:
        """The status document now; nobody may change it. It is the same object while nothing on it would change."""
        snapshot = self.snapshot()
        return self.told.document(snapshot, dead(snapshot, self.monotonic(), self.vital, self.limit_s))


def json_answer(value: Mapping[str, object], status: int = 200) -> web.Response:
    """A JSON object, readable."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return web.Response(text=text + "\n", status=status, content_type="application/json", charset="utf-8")


def language(request: web.Request) -> Language:
    """The language the address asks for; Vietnamese without a wish."""
    match request.query.get("lang", "vi"):
        case "vi":
            return "vi"
        case "en":
            return "en"
        case _:
            raise web.HTTPBadRequest(text="lang is vi or en.")


def _read_assets() -> dict[str, Asset]:
    found = {}
    for file in sorted((HERE / "static").iterdir()):
        body = file.read_bytes()
        content_type = TYPES.get(file.suffix, "text/plain")
        found[file.name] = Asset(body, content_type, hashlib.sha256(body).hexdigest()[:12])
    return found
