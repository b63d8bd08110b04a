"""Entrance: the pages that let people in: claim, sign in, sign out, change the PIN. Forms, no JavaScript."""

from dataclasses import dataclass
from typing import Final

from aiohttp import hdrs, web

from kiosk.core import pins
from kiosk.core.windows import UnixMs
from kiosk.core.wording import Words, clock
from kiosk.html.words import OTHER, language
from kiosk.web import entrance_words as words
from kiosk.web.door import SIGN_IN, VISITOR, Door
from kiosk.web.routes import Access, Route
from kiosk.web.view import View
from kiosk.web.words import WORDS

NOTHING: Final = Words("", "")


@dataclass(frozen=True, slots=True)
class Field:
    """One line of digits to fill in. `fill` tells password keepers what it is."""

    name: str
    label: Words
    fill: str
    longest: int = pins.LONGEST


@dataclass(frozen=True, slots=True)
class Form:
    """One page with one form."""

    title: Words
    how: Words
    fields: tuple[Field, ...]
    press: Words
    back: str = ""
    """Where "Not now" leads; "": nowhere."""


NEW: Final = (Field("new", words.NEW_PIN, "new-password"), Field("again", words.AGAIN, "new-password"))
CLAIM: Final = Form(words.CLAIM, words.CLAIM_HOW, (Field("code", words.CODE, "one-time-code", 6), *NEW), words.SAVE)
ENTER: Final = Form(words.SIGN_IN, words.SIGN_IN_HOW, (Field("pin", words.PIN, "current-password"),), words.SIGN_IN)
CHANGE: Final = Form(
    words.CHANGE,
    words.CHANGE_HOW,
    (Field("old", words.OLD_PIN, "current-password"), *NEW),
    words.SAVE,
    back="/settings",
)


class Entrance:
    """The way in and out."""

    def __init__(self, view: View, door: Door) -> None:
        self._view, self._door = view, door

    def routes(self) -> tuple[Route, ...]:
        return (
            Route("/claim/{token}", Access.OPEN, self._claim),
            Route("/claim/{token}", Access.OPEN, self._claimed, hdrs.METH_POST),
            Route(SIGN_IN, Access.CLAIMED, self._sign_in),
            Route(SIGN_IN, Access.CLAIMED, self._signed_in, hdrs.METH_POST),
            Route("/pin", Access.STAFF, self._pin),
            Route("/pin", Access.STAFF, self._pin_changed, hdrs.METH_POST),
            Route("/sign-out", Access.STAFF, self._sign_out, hdrs.METH_POST),
        )

    async def _claim(self, request: web.Request) -> web.Response:
        if not self._door.claim.holds(request.match_info["token"]):
            return self._closed(request)
        return self._form(request, CLAIM)

    async def _claimed(self, request: web.Request) -> web.Response:
        claim = self._door.claim
        if not claim.holds(request.match_info["token"]):
            return self._closed(request)
        told = await _told(request)
        if wrong := _unfit(told):
            return self._form(request, CLAIM, wrong, 400)
        if not await claim.enter(told.get("code", ""), told["new"]):
            if claim.left() == 0:
                return self._closed(request)
            return self._form(request, CLAIM, _filled(words.WRONG_CODE, n=str(claim.left())), 403)
        self._door.sessions.end_all()
        return await self._welcome(request, "claim")

    def _closed(self, request: web.Request) -> web.Response:
        over = self._door.claim.left() == 0
        return self._form(
            request, Form(words.CLAIM, words.CLAIM_OVER if over else words.LINK_USED, (), words.SAVE), NOTHING, 403
        )

    async def _sign_in(self, request: web.Request) -> web.Response:
        lang = language(request)
        if request[VISITOR].session is not None:
            raise web.HTTPSeeOther(f"/?lang={lang}")
        return self._form(request, ENTER)

    async def _signed_in(self, request: web.Request) -> web.Response:
        wrong = await self._judged(request, (await _told(request)).get("pin", ""))
        if wrong is not None:
            return self._form(request, ENTER, *wrong)
        return await self._welcome(request, "sign-in")

    async def _judged(self, request: web.Request, pin: str) -> tuple[Words, int] | None:
        """None for the right PIN; else what to say, with its status code."""
        attempts, who = self._door.tries(request)
        now = self._door.clock.monotonic()
        if not attempts.locked_for(who, now):
            attempts.begin(who, now)
            if await self._door.pin.is_right(pin):
                attempts.succeeded(who)
                return None
        seconds = attempts.locked_for(who, now)
        if not seconds:
            return _filled(words.WRONG_PIN, n=str(attempts.left(who))), 403
        at = clock(UnixMs(self._door.clock.now() + int(seconds * 1000) + 59_999))
        name = self._view.snapshot().contact.name
        return _filled(words.LOCKED, at=at, call=Words(name, name) if name else words.PERSON), 429

    async def _pin(self, request: web.Request) -> web.Response:
        return self._form(request, CHANGE)

    async def _pin_changed(self, request: web.Request) -> web.Response:
        told = await _told(request)
        if wrong := _unfit(told):
            return self._form(request, CHANGE, wrong, 400)
        if refused := await self._judged(request, told.get("old", "")):
            return self._form(request, CHANGE, *refused)
        await self._door.pin.choose(told["new"])
        self._door.sessions.end_all()
        return await self._welcome(request, "change-pin", "/settings?changed=1&")

    async def _sign_out(self, request: web.Request) -> web.Response:
        session = request[VISITOR].session or 0
        self._door.sessions.end(session)
        await self._door.note(session, "sign-out")
        answer = _to(f"{SIGN_IN}?lang={language(request)}")
        self._door.let_out(answer)
        return answer

    async def _welcome(self, request: web.Request, what: str, to: str = "/?") -> web.Response:
        """A new session, on the way to the status page."""
        answer = _to(f"{to}lang={language(request)}")
        session = self._door.let_in(request, answer)
        await self._door.note(session, what)
        return answer

    def _form(self, request: web.Request, form: Form, wrong: Words = NOTHING, code: int = 200) -> web.Response:
        lang = language(request)
        visitor = request[VISITOR]
        return self._view.templates.html(
            "form.html",
            code,
            lang=lang,
            other=OTHER[lang],
            words=WORDS[lang],
            title=form.title,
            form=form,
            wrong=wrong,
            token=visitor.token,
            not_now=words.NOT_NOW,
            venue=self._view.snapshot().venue,
        )


async def _told(request: web.Request) -> dict[str, str]:
    """What was typed; spaces in a number are nobody's mistake."""
    return {name: str(value).replace(" ", "") for name, value in (await request.post()).items()}


def _unfit(told: dict[str, str]) -> Words | None:
    new = told.setdefault("new", "")
    return pins.weakness(new) or (words.NOT_THE_SAME if new != told.get("again") else None)


def _filled(text: Words, **values: str | Words) -> Words:
    vi, en = (
        sentence.format(**{name: value if isinstance(value, str) else value[n] for name, value in values.items()})
        for n, sentence in enumerate(text)
    )
    return Words(vi, en)


def _to(address: str) -> web.Response:
    """See other: a form that was sent is never sent twice by the back button."""
    return web.Response(status=303, headers={hdrs.LOCATION: address})
