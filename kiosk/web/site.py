"""Site: opens the port and the terminal's socket, serves every route under the same headers, closes.

The map of it is in the tables below. Everything it shows comes from one snapshot of the Board; it never calls a
service.
"""

import errno
import logging
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Final

from aiohttp import hdrs, web

from kiosk.config import Web
from kiosk.errors import SecretError, Transient
from kiosk.html.headers import add_headers
from kiosk.ports import Clock
from kiosk.supervisor import Board
from kiosk.web.actions import Hands
from kiosk.web.api import Api
from kiosk.web.desk import Desk
from kiosk.web.display import Display
from kiosk.web.door import Door
from kiosk.web.entrance import Entrance
from kiosk.web.live import Live
from kiosk.web.machines import Machines
from kiosk.web.pages import Pages
from kiosk.web.phone_time import PhoneTime
from kiosk.web.routes import Handler, Route
from kiosk.web.view import View

NAME: Final = "web"
BEAT_S: Final = 5.0
GOODBYE_S: Final = 2.0
"""How long open requests may finish when the site closes; the whole stop has 10 s."""
KEEP_ALIVE_S: Final = 15.0
LARGEST_FORM: Final = 4096

TABLES: Final = (Pages, Display, Machines)
"""Rooms that show; each has `routes()`."""
DOOR_TABLES: Final = (Entrance,)
"""Rooms that also know the door: who is there, and who may come in."""

REFUSALS: Final = {
    400: ("Địa chỉ trang chưa đúng", ""),
    401: ("Mời bạn đăng nhập", "Sign in first."),
    403: ("Chưa mở được trang", ""),
    404: ("Không có trang này", "There is no such page."),
    405: ("Trang này chỉ để xem", "This page can only be read."),
    413: ("Biểu mẫu dài quá", "This form is too long."),
    415: ("Biểu mẫu không đúng kiểu", "This is no form of ours."),
    503: ("Chưa vẽ được bảng chào", ""),
}
"""A title, and a line where the refusal brings none of its own."""

log = logging.getLogger(__name__)


class StatusSite:
    """The site as an async context manager; inside it, `port` is the one that is really open."""

    def __init__(self, config: Web, view: View, door: Door, hands: Hands, tls: ssl.SSLContext | None = None) -> None:
        self._config, self._templates, self._door, self._tls = config, view.templates, door, tls
        self._live = Live(view)
        self._board, self._desk = hands.board, Desk(view, door, hands)
        self.routes: tuple[Route, ...] = self._live.routes()
        self.routes += tuple(route for table in TABLES for route in table(view).routes())
        self.routes += tuple(route for table in DOOR_TABLES for route in table(view, door).routes())
        self.routes += PhoneTime(view, door, hands.confirm_time).routes() if hands.confirm_time else ()
        self.routes += self._desk.routes()
        self.routes += Api(view, lambda: self.routes).routes()
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def scheme(self) -> str:
        """http or https."""
        return "http" if self._tls is None else "https"

    async def __aenter__(self) -> "StatusSite":
        """Open the port. Transient names the key to change if that fails."""
        app = web.Application(middlewares=[self._in_our_words], client_max_size=LARGEST_FORM)
        app.on_response_prepare.append(add_headers)
        app.on_shutdown.append(self._live.close)
        for route in self.routes:
            handler = self._door.guarded(route)
            app.router.add_route(route.method, route.path, handler)
            if route.method == hdrs.METH_GET:
                app.router.add_route(hdrs.METH_HEAD, route.path, handler)
        runner = web.AppRunner(
            app, access_log=None, handle_signals=False, shutdown_timeout=GOODBYE_S, keepalive_timeout=KEEP_ALIVE_S
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, self._config.host, self._config.port, ssl_context=self._tls).start()
        except OSError as error:
            await runner.cleanup()
            raise Transient(_explain(error, self._config)) from error
        self._runner = runner
        self.port = runner.addresses[0][1]
        log.info("status page: %s://%s:%d", self.scheme, self._config.host, self.port)
        await self._open_socket(runner)
        return self

    async def _open_socket(self, runner: web.AppRunner) -> None:
        """The terminal's door. Without it the page lives on, and `kiosk status` says what is missing."""
        if not self._config.socket:
            return
        path = Path(self._config.socket)
        try:
            await web.UnixSite(runner, str(path)).start()
            _share(path)
        except OSError as error:
            why = error.strerror or error
            log.warning("%s: no door for the terminal: %s. Set web.socket to a path you may write.", path, why)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        runner, self._runner, self.port = self._runner, None, 0
        if runner is not None:
            await runner.cleanup()
            _remove(self._config.socket)

    @web.middleware
    async def _in_our_words(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Every refusal is a plain page in our own words."""
        try:
            return await handler(request)
        except web.HTTPException as error:
            if error.status not in REFUSALS:
                raise
            title, line = REFUSALS[error.status]
            kept = {
                str(name): error.headers[name] for name in (hdrs.ALLOW, hdrs.WWW_AUTHENTICATE) if name in error.headers
            }
            return self._plain(error.status, title, line or error.text or "", kept)
        except SecretError as error:
            log.error("nobody can sign in: %s", error)
            return self._plain(503, "Trạm chưa đọc được tệp đăng nhập", "The kiosk cannot read its sign-in files.")

    def _plain(self, code: int, title: str, text: str, headers: Mapping[str, str] | None = None) -> web.Response:
        return self._templates.html("plain.html", code, headers, title=title, lines=text.splitlines())

    async def tick(self) -> None:
        """What is due every few seconds: the claim code on the wall, the buttons of this box, deeds that are over."""
        orders = self._board.snapshot().wall
        try:
            claim = self._door.claim_card(self.scheme, self.port)
        except SecretError as error:
            log.error("no code for staff on the wall: %s", error)
            claim = None
        if claim != orders.claim:
            self._board.order_wall(replace(orders, claim=claim))
        await self._desk.tick()


async def run(site: StatusSite, *, clock: Clock, board: Board) -> None:
    """The service: serve until cancelled. Transient when the port cannot be opened; the kiosk lives on without it."""
    async with site:
        while True:
            await site.tick()
            board.well(NAME)
            await clock.sleep(BEAT_S)


def _share(socket: Path) -> None:
    """With the service's group, which is the terminal's right of entry."""
    socket.chmod(0o660)


def _remove(socket: str) -> None:
    with suppress(OSError):
        if socket and Path(socket).is_socket():
            Path(socket).unlink()


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
