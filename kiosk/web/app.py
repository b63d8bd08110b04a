"""Status site: the page for staff, the same as JSON, health for machines, and the wall for a browser.

Everything it shows comes from one snapshot of the Board; it never calls a service. Only GET and HEAD are answered.
"""

import errno
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple

import jinja2
from aiohttp import hdrs, web

from kiosk.config import Web
from kiosk.core.facts import Snapshot
from kiosk.core.faults import dead
from kiosk.core.report import OWNERS, document
from kiosk.core.status import Document
from kiosk.errors import DisplayError, Transient
from kiosk.ports import Clock
from kiosk.supervisor import Board
from kiosk.web.words import LEVELS, OTHER, WORDS, Language, bound

NAME: Final = "web"
BEAT_S: Final = 5.0
GOODBYE_S: Final = 2.0
"""How long open requests may finish when the site closes; the whole stop has 10 s."""
KEEP_ALIVE_S: Final = 15.0

WALL: Final = (1920, 1080)
"""Shape of the wall while nothing was painted yet."""
THUMB: Final = 640
LONG: Final = range(480, 3841)
SHORT: Final = range(320, 2161)

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Server": "kiosk",
}
TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
A_YEAR: Final = "public, max-age=31536000, immutable"

HERE: Final = Path(__file__).parent

log = logging.getLogger(__name__)


class WallPng(NamedTuple):
    """A picture of the wall and the tag that changes when it does."""

    png: bytes
    etag: str


PaintWall = Callable[[int, int], Awaitable[tuple[bytes, str]]]
"""Paints the wall in a width and height (0: the wall's own). It keeps what it painted and paints one at a time, for
the site asks it at every request. May raise DisplayError."""


class Asset(NamedTuple):
    """One static file, read once."""

    body: bytes
    content_type: str
    tag: str


class StatusSite:
    """The site as an async context manager; inside it, `port` is the one that is really open."""

    def __init__(
        self,
        config: Web,
        *,
        snapshot: Callable[[], Snapshot],
        wall_png: PaintWall,
        monotonic: Callable[[], float],
        vital: tuple[str, ...],
        limit_s: float,
    ) -> None:
        self._config, self._snapshot, self._wall_png = config, snapshot, wall_png
        self._monotonic, self._vital, self._limit_s = monotonic, vital, limit_s
        self._assets = _read_assets()
        self._pages = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._pages.filters["bound"] = bound
        self._pages.globals["asset"] = self._asset_address
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def __aenter__(self) -> "StatusSite":
        """Open the port. Transient names the key to change if that fails."""
        app = web.Application(middlewares=[self._only_reading])
        app.on_response_prepare.append(_add_headers)
        app.router.add_get("/", self._page)
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/status.json", self._status_json)
        app.router.add_get("/display", self._display)
        app.router.add_get("/display.png", self._display_png)
        app.router.add_get("/static/{name}", self._static)
        runner = web.AppRunner(
            app, access_log=None, handle_signals=False, shutdown_timeout=GOODBYE_S, keepalive_timeout=KEEP_ALIVE_S
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, self._config.host, self._config.port).start()
        except OSError as error:
            await runner.cleanup()
            raise Transient(_explain(error, self._config)) from error
        self._runner = runner
        self.port = runner.addresses[0][1]
        log.info("status page: http://%s:%d", self._config.host, self.port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        runner, self._runner, self.port = self._runner, None, 0
        if runner is not None:
            await runner.cleanup()

    def status(self) -> Document:
        """The status document now."""
        snapshot = self._snapshot()
        return document(snapshot, dead(snapshot, self._monotonic(), self._vital, self._limit_s))

    async def _page(self, request: web.Request) -> web.Response:
        lang = _language(request)
        status = self.status()
        html = self._pages.get_template("page.html").render(
            lang=lang,
            other=OTHER[lang],
            status=status,
            words=WORDS[lang],
            levels=LEVELS[lang],
            owner=OWNERS[status["owner"]]._asdict()[lang] if status["owner"] else None,
            thumb=_thumb(status["show"]["width"], status["show"]["height"]),
        )
        return _html(html)

    async def _status_json(self, _request: web.Request) -> web.Response:
        return _json(self.status())

    async def _healthz(self, _request: web.Request) -> web.Response:
        status = self.status()
        told = {key: status[key] for key in ("status", "light", "code", "dead", "simulated", "version")}
        return _json(told, 503 if status["dead"] else 200)

    async def _display(self, _request: web.Request) -> web.Response:
        return _html(self._pages.get_template("display.html").render())

    async def _display_png(self, request: web.Request) -> web.Response:
        width, height = _size(request)
        try:
            wall = WallPng(*await self._wall_png(width, height))
        except DisplayError as error:
            raise web.HTTPServiceUnavailable(text=f"the wall cannot be painted: {error}") from error
        headers = {hdrs.ETAG: f'"{wall.etag}"', hdrs.CACHE_CONTROL: "no-cache"}
        if any(known.value in (wall.etag, "*") for known in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        return web.Response(body=wall.png, content_type="image/png", headers=headers)

    async def _static(self, request: web.Request) -> web.Response:
        asset = self._assets.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        return web.Response(body=asset.body, content_type=asset.content_type, headers={hdrs.CACHE_CONTROL: A_YEAR})

    @web.middleware
    async def _only_reading(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """GET and HEAD alone; every refusal is a plain page in our own words."""
        if request.method not in (hdrs.METH_GET, hdrs.METH_HEAD):
            return self._plain(405, "Trang này chỉ để xem", "This site can only be read.", {hdrs.ALLOW: "GET, HEAD"})
        try:
            return await handler(request)
        except web.HTTPNotFound:
            return self._plain(404, "Không có trang này", "There is no such page.")
        except web.HTTPBadRequest as error:
            return self._plain(400, "Địa chỉ trang chưa đúng", error.text or "")
        except web.HTTPServiceUnavailable as error:
            return self._plain(503, "Chưa vẽ được bảng chào", error.text or "")

    def _plain(self, code: int, title: str, line: str, headers: dict[str, str] | None = None) -> web.Response:
        html = self._pages.get_template("plain.html").render(title=title, lines=[line])
        return _html(html, code, headers)

    def _asset_address(self, name: str) -> str:
        """The address changes with the content, so a browser may keep the file for a year."""
        return f"/static/{name}?v={self._assets[name].tag}"


async def run(site: StatusSite, *, clock: Clock, board: Board) -> None:
    """The service: serve until cancelled. Transient when the port cannot be opened; the kiosk lives on without it."""
    async with site:
        while True:
            board.well(NAME)
            await clock.sleep(BEAT_S)


def _read_assets() -> dict[str, Asset]:
    found = {}
    for file in sorted((HERE / "static").iterdir()):
        body = file.read_bytes()
        content_type = TYPES.get(file.suffix, "text/plain")
        found[file.name] = Asset(body, content_type, hashlib.sha256(body).hexdigest()[:12])
    return found


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)
    response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")


def _html(text: str, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8", headers=headers)


def _json(value: Mapping[str, object], status: int = 200) -> web.Response:
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return web.Response(text=text + "\n", status=status, content_type="application/json", charset="utf-8")


def _language(request: web.Request) -> Language:
    match request.query.get("lang", "vi"):
        case "vi":
            return "vi"
        case "en":
            return "en"
        case _:
            raise web.HTTPBadRequest(text="lang is vi or en.")


def _size(request: web.Request) -> tuple[int, int]:
    """The asked width and height, either way up; without them (0, 0), the wall's own."""
    asked = [request.query.get(key) for key in "wh"]
    if asked == [None, None]:
        return 0, 0
    try:
        width, height = (int(value or "") for value in asked)
    except ValueError:
        raise web.HTTPBadRequest(text="w and h are two whole numbers of pixels.") from None
    if max(width, height) not in LONG or min(width, height) not in SHORT:
        raise web.HTTPBadRequest(
            text=f"w and h: the longer is {LONG[0]} to {LONG[-1]} pixels, the shorter {SHORT[0]} to {SHORT[-1]}."
        )
    return width, height


def _thumb(width: int, height: int) -> tuple[int, int]:
    """The preview in the wall's own shape, within what `/display.png` paints."""
    width, height = (width, height) if width and height else WALL
    longer = max(width, height)
    return max(SHORT[0], THUMB * width // longer), max(SHORT[0], THUMB * height // longer)


def _explain(error: OSError, config: Web) -> str:
    """Which key to change, whatever the operating system calls it."""
    where = f"the status page cannot open port {config.port} on {config.host}"
    match error.errno:
        case errno.EADDRINUSE:
            return f"{where}: another program has it. Set web.port to a free one (0 picks one)."
        case errno.EACCES:
            return f"{where}: ports below 1024 need rights. Set web.port to 1024 or more."
        case _:
            return f"{where}: {error.strerror or error}. Set web.host to an address of this box."
