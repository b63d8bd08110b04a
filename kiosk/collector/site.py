"""Site: opens the port, serves every table of routes under the same headers, closes. Knows no subject itself."""

import errno
import logging
from collections.abc import Sequence
from types import TracebackType
from typing import Final

from aiohttp import hdrs, web

from kiosk import __version__
from kiosk.collector.api import problems
from kiosk.collector.api.boxes import BoxApi
from kiosk.collector.api.meters import Meters
from kiosk.collector.api.problems import Refusal
from kiosk.collector.api.programs import ProgramApi
from kiosk.collector.books import Books
from kiosk.collector.routes import Access, Handler, Route
from kiosk.config.collector import CollectorSection
from kiosk.core.wire import LARGEST_MESSAGE, MARK
from kiosk.errors import ConfigError, KioskError
from kiosk.ports import Clock

GOODBYE_S: Final = 10.0
"""How long open requests may finish when the process is asked to leave."""
KEEP_ALIVE_S: Final = 75.0
"""Longer than nginx keeps an idle connection to us (60 s), so that never both use and end one at the same moment."""

log = logging.getLogger(__name__)


class Site:
    """The collector's port as an async context manager; inside it, `port` is the one that is really open."""

    def __init__(self, config: CollectorSection, books: Books, clock: Clock, pages: Sequence[Route] = ()) -> None:
        self._config = config
        self.meters = Meters(__version__)
        boxes = BoxApi(books, clock, self.meters, config.retention_days, frozenset(config.proxies))
        programs = ProgramApi(books, self.meters, __version__, lambda: self.routes)
        self.routes: tuple[Route, ...] = (*boxes.routes(), *programs.routes(), *pages)
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def __aenter__(self) -> "Site":
        """Open the port. ConfigError names the key to change if that fails."""
        app = web.Application(middlewares=[self._strangers], client_max_size=LARGEST_MESSAGE)
        app.on_response_prepare.append(_mark)
        for route in self.routes:
            handler = route.handler if route.access is Access.PAGE else self._told(route.handler)
            app.router.add_route(route.method, route.path, handler)
        runner = web.AppRunner(
            app, access_log=None, handle_signals=False, shutdown_timeout=GOODBYE_S, keepalive_timeout=KEEP_ALIVE_S
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, self._config.host, self._config.port).start()
        except OSError as error:
            await runner.cleanup()
            raise ConfigError(_explain(error, self._config)) from error
        self._runner = runner
        self.port = runner.addresses[0][1]
        log.info("collector: http://%s:%d", self._config.host, self.port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        runner, self._runner, self.port = self._runner, None, 0
        if runner is not None:
            await runner.cleanup()

    def _told(self, handler: Handler) -> Handler:
        """Every refusal of a route for boxes and programs is a Problem."""

        async def told(request: web.Request) -> web.StreamResponse:
            try:
                response = await handler(request)
            except Refusal as refusal:
                response = problems.answer(refusal)
            except web.HTTPException as error:
                response = problems.answer(problems.from_http(error))
            except KioskError as error:
                response = problems.answer(problems.from_error(error))
            self.meters.answers[response.status] += 1
            return response

        return told

    @web.middleware
    async def _strangers(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Addresses that are not in any table are refused as Problems too."""
        if request.match_info.http_exception is None:
            return await handler(request)
        return problems.answer(problems.from_http(request.match_info.http_exception))


async def _mark(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers[MARK] = "1"
    response.headers["Server"] = "kiosk-collector"
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")


def _explain(error: OSError, config: CollectorSection) -> str:
    where = f"the collector cannot open port {config.port} on {config.host}"
    match error.errno:
        case errno.EADDRINUSE:
            return f"{where}: another program has it. Set collector.port to a free one."
        case errno.EACCES:
            return f"{where}: ports below 1024 need rights. Set collector.port to 1024 or more."
        case _:
            return f"{where}: {error.strerror or error}. Set collector.host to an address of this machine."
