"""Desk: where staff act: the page of settings, a question before each deed, one closing sentence after it.

A deed is noted twice: when it is asked, under the key of its form, so that a second press finds the first; and when it
is over. The second press sees the same page and does nothing.
"""

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from aiohttp import hdrs, web

from kiosk.core.buttons import CLOCK
from kiosk.core.facts import Snapshot
from kiosk.core.windows import UnixMs
from kiosk.core.wording import Words, clock, day
from kiosk.errors import KioskError
from kiosk.html.words import OTHER, Language, language
from kiosk.web import action_words as words
from kiosk.web.actions import Action, Deeds, Hands
from kiosk.web.door import SIGN_IN, VISITOR, Door
from kiosk.web.entrance_words import PERSON
from kiosk.web.routes import Access, Route
from kiosk.web.view import View
from kiosk.web.words import WORDS

REMEMBERED: Final = 64
"""Deeds whose outcome is remembered; the log has them all."""
KEPT_FILES: Final = 4
"""Of so many deeds the file can still be fetched."""
LINES: Final = 12
"""Lines of the log on the page."""


@dataclass(slots=True)
class Deed:
    """An action under way, and then its outcome."""

    action: Action
    session: int
    asked: UnixMs
    began: float
    outcome: str = ""
    content: bytes = b""


class Desk:
    """Questions, deeds, sentences."""

    def __init__(self, view: View, door: Door, hands: Hands) -> None:
        self._view, self._door, self._hands = view, door, hands
        deeds = Deeds(view, hands, door.sessions, door.clock)
        self._actions = {action.name: action for action in deeds.table()}
        self._deeds: OrderedDict[str, Deed] = OrderedDict()

    def routes(self) -> tuple[Route, ...]:
        return (
            Route("/settings", Access.STAFF, self._settings),
            Route("/do/{name}", Access.STAFF, self._question),
            Route("/do/{name}", Access.STAFF, self._do, hdrs.METH_POST),
            Route("/done/{form}", Access.STAFF, self._done),
            Route("/done/{form}/file", Access.STAFF, self._file),
        )

    async def tick(self) -> None:
        """Offer what there is, and see which deeds are over."""
        snapshot = self._view.snapshot()
        offered = {action.name for action in self._here(snapshot)}
        if self._hands.confirm_time is not None and snapshot.clock is not None and not snapshot.clock.trusted:
            offered.add(CLOCK)
        self._hands.board.offer(frozenset(offered))
        for deed in list(self._deeds.values()):
            await self._judge(deed)

    def _here(self, snapshot: Snapshot) -> list[Action]:
        return [action for action in self._actions.values() if action.here(snapshot)]

    def _asked(self, request: web.Request) -> Action:
        action = self._actions.get(request.match_info["name"])
        if action is None:
            raise web.HTTPNotFound
        return action

    async def _settings(self, request: web.Request) -> web.Response:
        lang, snapshot = language(request), self._view.snapshot()
        entries = await self._door.audit.noted(LINES)
        log = [
            (
                f"{clock(entry.at)} {day(entry.at)._asdict()[lang]}",
                _said(words.NOTED.get(entry.what, Words(entry.what, entry.what)), lang),
                _said(words.OUTCOMES.get(entry.outcome, words.OUTCOMES["asked"]), lang),
                _said(words.SESSION, lang, n=str(entry.session)) if entry.session else _said(words.HERE, lang),
            )
            for entry in entries
        ]
        return self._page(
            request,
            "settings.html",
            title=words.SETTINGS,
            groups=self._groups(snapshot),
            log=log,
            changed="changed" in request.query,
        )

    def _groups(self, snapshot: Snapshot) -> list[tuple[Words, list[tuple[str, Words]]]]:
        """The buttons of this box under their headings."""
        here = {action.name for action in self._here(snapshot)}
        found = [
            (heading, [(name, words.ACTIONS[name]) for name in names if name in here])
            for heading, names in words.GROUPS.items()
        ]
        return [(heading, some) for heading, some in found if some]

    async def _question(self, request: web.Request) -> web.Response:
        action = self._asked(request)
        return self._page(
            request,
            "question.html",
            title=words.ACTIONS[action.name],
            question=words.QUESTIONS[action.name],
            form=secrets.token_urlsafe(12),
        )

    async def _do(self, request: web.Request) -> web.Response:
        action, lang = self._asked(request), language(request)
        form = str((await request.post()).get("form", ""))
        session = request[VISITOR].session or 0
        if not (8 <= len(form) <= 40 and form.replace("-", "").replace("_", "").isalnum() and form.isascii()):
            raise web.HTTPBadRequest(text="The form has no key of its own. Open the page again.")
        if form not in self._deeds and await self._door.note(session, action.name, "asked", form):
            await self._begin(form, Deed(action, session, self._door.clock.now(), self._door.clock.monotonic()))
        if action.leaves:
            answer = _to(f"{SIGN_IN}?lang={lang}")
            self._door.let_out(answer)
            return answer
        return _to(f"/done/{form}?lang={lang}")

    async def _begin(self, form: str, deed: Deed) -> None:
        self._deeds[form] = deed
        while len(self._deeds) > REMEMBERED:
            self._deeds.popitem(last=False)
        for old in list(self._deeds.values())[:-KEPT_FILES]:
            old.content = b""
        try:
            deed.content = await deed.action.do()
        except KioskError:
            deed.outcome = "failed"
            await self._door.note(deed.session, deed.action.name, deed.outcome)
        await self._judge(deed)

    async def _judge(self, deed: Deed) -> None:
        if deed.outcome:
            return
        if deed.action.over(self._view.snapshot(), deed.asked):
            deed.outcome = "done"
        elif self._door.clock.monotonic() - deed.began >= deed.action.within_s:
            deed.outcome = "failed"
        if deed.outcome:
            await self._door.note(deed.session, deed.action.name, deed.outcome)

    async def _done(self, request: web.Request) -> web.Response:
        deed = self._deeds.get(request.match_info["form"])
        if deed is None:
            raise web.HTTPNotFound
        await self._judge(deed)
        return self._page(
            request,
            "done.html",
            title=words.ACTIONS[deed.action.name],
            outcome=deed.outcome,
            sentence=self._sentence(deed),
            file=f"/done/{request.match_info['form']}/file" if deed.content and deed.outcome == "done" else "",
        )

    def _sentence(self, deed: Deed) -> Words:
        """One of the deck's two, or that it takes a moment."""
        if not deed.outcome:
            return words.AT_WORK
        if deed.outcome == "done":
            return words.DONE
        status = self._view.status()
        name = self._view.snapshot().contact.name
        values = {"code": status["code"] or deed.action.code}
        return Words(
            words.NOT_YET.vi.format(call=name or PERSON.vi, **values),
            words.NOT_YET.en.format(call=name or PERSON.en, **values),
        )

    async def _file(self, request: web.Request) -> web.Response:
        deed = self._deeds.get(request.match_info["form"])
        if deed is None or deed.action.file is None or not deed.content:
            raise web.HTTPNotFound
        name, content_type = deed.action.file.name, deed.action.file.content_type
        headers = {hdrs.CONTENT_DISPOSITION: f'attachment; filename="{name}"'}
        return web.Response(body=deed.content, content_type=content_type, headers=headers)

    def _page(self, request: web.Request, template: str, **values: object) -> web.Response:
        lang = language(request)
        return self._view.templates.html(
            template,
            lang=lang,
            other=OTHER[lang],
            words=WORDS[lang],
            say={name: text._asdict()[lang] for name, text in vars(words).items() if isinstance(text, Words)},
            token=request[VISITOR].token,
            venue=self._view.snapshot().venue,
            simulated=self._view.snapshot().simulated,
            **values,
        )


def _said(text: Words, lang: Language, **values: str) -> str:
    return str(text._asdict()[lang]).format(**values)


def _to(address: str) -> web.Response:
    return web.Response(status=303, headers={hdrs.LOCATION: address})
