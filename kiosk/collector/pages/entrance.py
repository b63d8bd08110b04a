"""Entrance: sign in and out. A form, no JavaScript."""

import asyncio
from collections.abc import Collection
from typing import Final

from aiohttp import hdrs, web

from kiosk.collector.pages.door import SIGN_IN, VISITOR, Door
from kiosk.collector.pages.routes import Access, Route
from kiosk.collector.pages.words import PLACE, WORDS, said
from kiosk.core import pins
from kiosk.core.attempts import Attempts
from kiosk.core.windows import UnixMs
from kiosk.core.wording import clock
from kiosk.html.templates import Templates
from kiosk.html.words import OTHER, language

MOST_WAITING: Final = 20
"""Hashes take a while, one after the other; a flood of tries is sent away before it costs anything."""
LONGEST: Final = 200
"""Letters of a name or a password that are read."""


class Entrance:
    """The way in and out. Hashing costs time and 16 MB: off the loop, one at a time."""

    def __init__(self, door: Door, templates: Templates, proxies: Collection[str]) -> None:
        self._door, self._templates, self._proxies = door, templates, proxies
        self._attempts, self._one = Attempts(overall=None), asyncio.Lock()
        self._waiting = 0

    def routes(self) -> tuple[Route, ...]:
        return (
            Route(SIGN_IN, Access.OPEN, self._form),
            Route(SIGN_IN, Access.OPEN, self._signed_in, hdrs.METH_POST),
            Route("/sign-out", Access.VIEWER, self._sign_out, hdrs.METH_POST),
        )

    async def _form(self, request: web.Request) -> web.Response:
        if request[VISITOR].name:
            raise web.HTTPSeeOther(f"/?lang={language(request)}")
        return self._page(request)

    async def _signed_in(self, request: web.Request) -> web.Response:
        form = await request.post()
        name, password = (str(form.get(key, ""))[:LONGEST] for key in ("name", "password"))
        address, now = self._address(request), self._door.clock.monotonic()
        if self._waiting >= MOST_WAITING:
            return self._page(request, WORDS["crowd"][PLACE[language(request)]], 429)
        if not self._attempts.locked_for(address, now):
            self._attempts.begin(address, now)
            if await self._is_right(name.strip(), password):
                self._attempts.succeeded(address)
                return await self._welcome(request, name.strip())
        return await self._wrong(request, address, now)

    async def _is_right(self, name: str, password: str) -> bool:
        """A name that nobody has takes as long as one with a wrong password."""
        self._waiting += 1
        try:
            person = await self._door.people.find(name)
            async with self._one:
                if person is None:
                    await asyncio.to_thread(pins.hashed, password, b"nobody's salt")
                    return False
                return await asyncio.to_thread(pins.matches, password, person.password.encode())
        finally:
            self._waiting -= 1

    async def _wrong(self, request: web.Request, address: str, now: float) -> web.Response:
        lang = PLACE[language(request)]
        seconds = self._attempts.locked_for(address, now)
        if not seconds:
            left = self._attempts.left(address)
            return self._page(request, WORDS["wrong"][lang].format(n=left), 403)
        at = clock(UnixMs(self._door.clock.now() + int(seconds * 1000) + 59_999))
        return self._page(request, WORDS["locked"][lang].format(at=at), 429)

    async def _welcome(self, request: web.Request, name: str) -> web.Response:
        answer = web.Response(status=303, headers={hdrs.LOCATION: f"/?lang={language(request)}"})
        await self._door.let_in(request, answer, name)
        await self._door.note(name, "sign-in", name)
        return answer

    async def _sign_out(self, request: web.Request) -> web.Response:
        answer = web.Response(status=303, headers={hdrs.LOCATION: f"{SIGN_IN}?lang={language(request)}"})
        await self._door.let_out(request, answer)
        await self._door.note(request[VISITOR].name, "sign-out", request[VISITOR].name)
        return answer

    def _page(self, request: web.Request, wrong: str = "", code: int = 200) -> web.Response:
        lang = language(request)
        return self._templates.html("sign-in.html", code, lang=lang, other=OTHER[lang], words=said(lang), wrong=wrong)

    def _address(self, request: web.Request) -> str:
        """Whose tries are counted: a trusted proxy tells, in the last entry of its header."""
        peer = request.remote or ""
        if peer not in self._proxies:
            return peer
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or peer
