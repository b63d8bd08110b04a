"""Door: who gets which answer. Every route passes it, by the rule that stands beside its address."""

import hmac
import logging
from collections.abc import Callable
from dataclasses import dataclass
from socket import AF_UNIX
from typing import Final

from aiohttp import hdrs, web

from kiosk.core.attempts import Attempts
from kiosk.core.audit import Entry
from kiosk.core.campaign import Card
from kiosk.errors import StoreUnavailable
from kiosk.html.forms import check_origin, check_token, is_loopback, read_form
from kiosk.ports import AuditLog, Clock, Power, Secrets
from kiosk.web import entrance_words as words
from kiosk.web.claim import Claim, Pin
from kiosk.web.devices import COOKIE as DEVICE
from kiosk.web.devices import LASTS_S, Devices
from kiosk.web.routes import Access, Handler, Route
from kiosk.web.sessions import COOKIE, LASTS_MS, Sessions

SIGN_IN: Final = "/sign-in"
TERMINAL: Final = 0
"""The session number of the box's own terminal, and of everybody where the page is open."""
UNCLAIMED: Final = "Trạm này chưa có mã PIN. Quét mã dành cho nhân viên trên màn hình trạm để tạo mã."
UNCLAIMED_EN: Final = "This kiosk has no PIN yet. Scan the code for staff on its screen to set one."


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: a session's number, or nobody known. `token` is what this session's forms carry."""

    session: int | None
    token: str = ""
    at_terminal: bool = False
    """Over the socket of the box: there is no browser, so no foreign form either."""


VISITOR: Final = web.RequestKey("visitor", Visitor)


class Door:
    """Knows who is signed in and who may sign in. `is_open`: everybody is staff, for a simulation on 127.0.0.1."""

    def __init__(
        self,
        secret: Secrets,
        audit: AuditLog,
        *,
        clock: Clock,
        power: Power,
        code: Callable[[], str | None],
        place: Callable[[], str] = lambda: "",
        is_open: bool = False,
        tls: bool = False,
        token: Callable[[], bytes | None] = lambda: None,
    ) -> None:
        """`code` reads the claim code, `token` that of programs, None where there is none; `place` is what phones call
        this box, "" if nobody knows."""
        self._place = place
        self.clock, self.audit, self.is_open, self.tls = clock, audit, is_open, tls
        self.pin = Pin(secret)
        self.sessions = Sessions(secret, clock.now)
        self.claim = Claim(secret, power, code, self.pin)
        self._devices = Devices(self.pin)
        self._strangers, self._known = Attempts(), Attempts(overall=None)
        self._token = token

    async def note(self, session: int, what: str, outcome: str = "done", once: str = "") -> bool:
        """A line for the audit log; False for a second press. A full disk keeps nobody from mending the kiosk."""
        try:
            return await self.audit.note(Entry(self.clock.now(), session, what, outcome), once)
        except StoreUnavailable as error:
            log.warning("audit log: %s of session %d is not in it: %s", what, session, error)
            return True

    def guarded(self, route: Route) -> Handler:
        """The route's handler behind its rule."""

        async def handler(request: web.Request) -> web.StreamResponse:
            visitor = self._recognised(request)
            self._admit(route, visitor, request)
            if route.method not in (hdrs.METH_GET, hdrs.METH_HEAD):
                await read_form(request)
                await _check_form(route, visitor, request)
            request[VISITOR] = visitor
            return await route.handler(request)

        return handler

    def claim_card(self, scheme: str, port: int) -> Card | None:
        """The code for staff on the wall, while it holds."""
        place = "" if self.is_open or not self.claim.is_open() else self._place()
        if not place:
            return None
        return Card(0, words.CARD, f"{scheme}://{place}:{port}/claim/{self.claim.token}", words.CARD_HINT)

    def tries(self, request: web.Request) -> tuple[Attempts, str]:
        """Whose tries of the PIN count together, and under which name: a phone's that signed in before, else those
        of its address."""
        device = self._devices.read(request.cookies.get(DEVICE, ""))
        return (self._known, device) if device is not None else (self._strangers, request.remote or "")

    def let_in(self, request: web.Request, answer: web.StreamResponse) -> int:
        """Begin a session whose cookie goes with this answer; its number. The phone is known from now on."""
        number, session = self.sessions.begin()
        device = self._devices.mark(request.cookies.get(DEVICE, ""))
        for name, value, lasts_s in ((COOKIE, session, LASTS_MS // 1000), (DEVICE, device, LASTS_S)):
            answer.set_cookie(name, value, max_age=lasts_s, path="/", httponly=True, samesite="Strict", secure=self.tls)
        return number

    def let_out(self, answer: web.StreamResponse) -> None:
        """Take the cookie away."""
        answer.del_cookie(COOKIE, path="/", httponly=True, samesite="Strict", secure=self.tls)

    def _recognised(self, request: web.Request) -> Visitor:
        if _by_socket(request):
            return Visitor(TERMINAL, at_terminal=True)
        if self.is_open:
            return Visitor(TERMINAL, self.sessions.token(TERMINAL))
        cookie = request.cookies.get(COOKIE)
        session = self.sessions.read(cookie) if cookie and self.pin.is_set() else None
        return Visitor(session, "" if session is None else self.sessions.token(session))

    def _admit(self, route: Route, visitor: Visitor, request: web.Request) -> None:
        """Nothing, or the refusal as an exception."""
        if route.access is Access.OPEN or visitor.session is not None:
            return
        if route.access is Access.BOX_ONLY and is_loopback(request.remote or ""):
            return
        if not self.pin.is_set():
            raise web.HTTPForbidden(text=f"{UNCLAIMED}\n{UNCLAIMED_EN}")
        if route.access is Access.CLAIMED or (route.access is Access.PROGRAM and self._knows_token(request)):
            return
        if request.method == hdrs.METH_GET and "text/html" in request.headers.get(hdrs.ACCEPT, ""):
            raise web.HTTPSeeOther(SIGN_IN)
        raise web.HTTPUnauthorized(headers={hdrs.WWW_AUTHENTICATE: 'Cookie realm="kiosk"'})

    def _knows_token(self, request: web.Request) -> bool:
        scheme, _, told = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        token = self._token() if scheme.lower() == "bearer" else None
        return token is not None and hmac.compare_digest(told.strip().encode(errors="replace"), token)


async def _check_form(route: Route, visitor: Visitor, request: web.Request) -> None:
    """A form comes from a page of ours: by its origin where the browser tells, and by the session's own token."""
    if visitor.at_terminal:
        return
    check_origin(request)
    if visitor.session is not None and route.access is Access.STAFF:
        await check_token(request, visitor.token)


def _by_socket(request: web.Request) -> bool:
    transport = request.transport
    end = transport.get_extra_info("socket") if transport is not None else None
    return end is not None and end.family == AF_UNIX
