"""View: what every answer of the site is made from: one look at the facts, and the templates."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from aiohttp import web

from kiosk.core.facts import Snapshot
from kiosk.core.faults import dead
from kiosk.core.report import document
from kiosk.core.status import Document
from kiosk.core.windows import UnixMs
from kiosk.html.templates import Templates

SECOND_MS: Final = 1000
HERE: Final = Path(__file__).parent

PaintWall = Callable[[int, int], Awaitable[tuple[bytes, str]]]
"""Paints the wall in a width and height (0: the wall's own), with a tag that changes when the picture does. It keeps
what it painted and paints one at a time, for the site asks it at every request. May raise DisplayError."""


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
    templates: Templates = field(default_factory=lambda: Templates(HERE))
    told: Told = field(default_factory=Told)

    def status(self) -> Document:
        """The status document now; nobody may change it. It is the same object while nothing on it would change."""
        snapshot = self.snapshot()
        return self.told.document(snapshot, dead(snapshot, self.monotonic(), self.vital, self.limit_s))


def json_answer(value: Mapping[str, object], status: int = 200) -> web.Response:
    """A JSON object, readable."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return web.Response(text=text + "\n", status=status, content_type="application/json", charset="utf-8")
