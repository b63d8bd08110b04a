"""Site: opens the port, serves every route under the same headers, closes. The map of it is in the tables below.

Everything it shows comes from one snapshot of the Board; it never calls a service.
"""

import errno
import logging
from collections.abc import Mapping
from types import TracebackType
from typing import Final

from aiohttp import hdrs, web

from kiosk.config import Web
from kiosk.errors import Transient
from kiosk.ports import Clock
from kiosk.supervisor import Board
from kiosk.web.api import Api
from kiosk.web.display import Display
from kiosk.web.machines import Machines
from kiosk.web.pages import Pages
from kiosk.web.routes import Handler, Route
from kiosk.web.view import View

NAME: Final = "web"
BEAT_S: Final = 5.0
GOODBYE_S: Final = 2.0
"""How long open requests may finish when the site closes; the whole stop has 10 s."""
KEEP_ALIVE_S: Final = 15.0

TABLES: Final = (Pages, Display, Machines)
"""Every room of the site; each has `routes()`."""

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Server": "kiosk",
}

log = logging.getLogger(__name__)


class StatusSite:
    """The site as an async context manager; inside it, `port` is the one that is really open."""

    def __init__(self, config: Web, view: View) -> None:
        self._config, self._templates = config, view.templates
        self.routes: tuple[Route, ...] = tuple(route for table in TABLES for route in table(view).routes())
        self.routes += Api(view, lambda: self.routes).routes()
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def __aenter__(self) -> "StatusSite":
        """Open the port. Transient names the key to change if that fails."""
        app = web.Application(middlewares=[self._in_our_words])
        app.on_response_prepare.append(_add_headers)
        for route in self.routes:
            app.router.add_route(route.method, route.path, route.handler)
            if route.method == hdrs.METH_GET:
                app.router.add_route(hdrs.METH_HEAD, route.path, route.handler)
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

    @web.middleware
    async def _in_our_words(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Every refusal is a plain page in our own words."""
        try:
            return await handler(request)
        except web.HTTPNotFound:
            return self._plain(404, "Không có trang này", "There is no such page.")
        except web.HTTPMethodNotAllowed as error:
            allowed: Mapping[str, str] = {hdrs.ALLOW: ", ".join(sorted(error.allowed_methods))}
            return self._plain(405, "Trang này chỉ để xem", "This page can only be read.", allowed)
        except web.HTTPBadRequest as error:
            return self._plain(400, "Địa chỉ trang chưa đúng", error.text or "")
        except web.HTTPServiceUnavailable as error:
            return self._plain(503, "Chưa vẽ được bảng chào", error.text or "")

    def _plain(self, code: int, title: str, line: str, headers: Mapping[str, str] | None = None) -> web.Response:
        return self._templates.html("plain.html", code, headers, title=title, lines=[line])


async def run(site: StatusSite, *, clock: Clock, board: Board) -> None:
    """The service: serve until cancelled. Transient when the port cannot be opened; the kiosk lives on without it."""
    async with site:
        while True:
            board.well(NAME)
            await clock.sleep(BEAT_S)


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)
    response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")


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
