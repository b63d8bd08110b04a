"""Door: who gets which answer. Every route passes it, by the rule that stands beside its address.

A session is a random token in a cookie; the database keeps only its hash, so that every replica knows it, and who gets
another role or password is out at once. What a form must bring is made from the token, which no other site knows.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final

from aiohttp import hdrs, web

from kiosk.collector.books import People
from kiosk.collector.books.people import Deed
from kiosk.collector.pages.routes import Access, Handler, Role, Route
from kiosk.html.forms import check_origin, check_token, read_form
from kiosk.html.words import language
from kiosk.ports import Clock

SIGN_IN: Final = "/sign-in"
COOKIE: Final = "fleet_session"
LASTS_S: Final = 12 * 3600
"""A working day."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks; `name` "" is nobody known. `token` is what this session's forms carry."""

    name: str = ""
    role: Role | None = None
    token: str = ""


VISITOR: Final = web.RequestKey("fleet_visitor", Visitor)


class Door:
    """Knows who is signed in."""

    def __init__(self, people: People, clock: Clock) -> None:
        self.people, self.clock = people, clock

    def guarded(self, route: Route) -> Handler:
        """The route's handler behind its rule."""

        async def handler(request: web.Request) -> web.StreamResponse:
            visitor = Visitor() if route.access is Access.OPEN and route.path != SIGN_IN else await self._who(request)
            _admit(route, visitor, request)
            if route.method not in (hdrs.METH_GET, hdrs.METH_HEAD):
                await read_form(request)
                check_origin(request)
                if route.access is not Access.OPEN:
                    await check_token(request, visitor.token)
            request[VISITOR] = visitor
            return await route.handler(request)

        return handler

    async def let_in(self, request: web.Request, answer: web.StreamResponse, name: str) -> None:
        """Begin a session whose cookie goes with this answer."""
        token = secrets.token_urlsafe(32)
        now = self.clock.now()
        await self.people.forget(now)
        await self.people.sign_in(_hash(token), name, now + LASTS_S * 1000)
        answer.set_cookie(
            COOKIE, token, max_age=LASTS_S, path="/", httponly=True, samesite="Strict", secure=is_encrypted(request)
        )

    async def let_out(self, request: web.Request, answer: web.StreamResponse) -> None:
        """End this session and take its cookie away."""
        await self.people.sign_out(_hash(request.cookies.get(COOKIE, "")))
        answer.del_cookie(COOKIE, path="/", httponly=True, samesite="Strict", secure=is_encrypted(request))

    async def note(self, who: str, what: str, subject: str) -> None:
        """A line for the audit log."""
        await self.people.note(Deed(self.clock.now(), who, what, subject))

    async def _who(self, request: web.Request) -> Visitor:
        token = request.cookies.get(COOKIE, "")
        if not token:
            return Visitor()
        person = await self.people.signed_in(_hash(token), self.clock.now())
        if person is None:
            return Visitor()
        return Visitor(person.name, Role(person.role), form_token(token))


def form_token(session: str) -> str:
    """What every form of this session must bring."""
    return hmac.digest(session.encode(errors="replace"), b"form", hashlib.sha256).hex()


def is_encrypted(request: web.Request) -> bool:
    """Whether the browser came by TLS, here or at the proxy before us."""
    return request.secure or request.headers.get("X-Forwarded-Proto", "").lower() == "https"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _admit(route: Route, visitor: Visitor, request: web.Request) -> None:
    """Nothing, or the refusal as an exception."""
    if route.access.admits(visitor.role):
        return
    if visitor.role is not None:
        raise web.HTTPForbidden(text="Vai của bạn chưa làm được việc này.\nYour role may not do this.")
    if request.method == hdrs.METH_GET and "text/html" in request.headers.get(hdrs.ACCEPT, ""):
        raise web.HTTPSeeOther(f"{SIGN_IN}?lang={language(request)}")
    raise web.HTTPUnauthorized(headers={hdrs.WWW_AUTHENTICATE: 'Cookie realm="fleet"'})
