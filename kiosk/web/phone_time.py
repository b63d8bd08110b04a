"""Phone time: where staff lend a box without a network the time of their phone. One question, one tap."""

from collections.abc import Callable
from typing import Final

from aiohttp import hdrs, web

from kiosk.core.buttons import CLOCK, LABELS
from kiosk.core.timekeeping import Lent, told
from kiosk.core.windows import UnixMs
from kiosk.core.wording import Words
from kiosk.html.words import OTHER, language
from kiosk.web import action_words as words
from kiosk.web.door import VISITOR, Door
from kiosk.web.routes import Access, Route
from kiosk.web.view import View
from kiosk.web.words import WORDS

PATH: Final = f"/do/{CLOCK}"
NOTHING: Final = Words("", "")
WHY_NOT: Final = {
    Lent.BEFORE_SEAL: words.TOO_EARLY,
    Lent.LONG_AFTER_SEAL: words.TOO_LATE,
    Lent.NEVER: words.NOT_NEW,
}


class PhoneTime:
    """The question and its answer. With JavaScript the phone's time is read, without it is typed."""

    def __init__(self, view: View, door: Door, confirm: Callable[[UnixMs], Lent]) -> None:
        self._view, self._door, self._confirm = view, door, confirm

    def routes(self) -> tuple[Route, ...]:
        return (
            Route(PATH, Access.STAFF, self._question),
            Route(PATH, Access.STAFF, self._answered, hdrs.METH_POST),
        )

    async def _question(self, request: web.Request) -> web.Response:
        return self._page(request)

    async def _answered(self, request: web.Request) -> web.Response:
        form = await request.post()
        phone = told(str(form.get("at", "")) or str(form.get("typed", "")))
        if phone is None:
            return self._page(request, words.NO_TIME)
        if (lent := self._confirm(phone)) is not Lent.TAKEN:
            return self._page(request, WHY_NOT[lent])
        await self._door.note(request[VISITOR].session or 0, CLOCK)
        answer = web.Response(status=303, headers={hdrs.LOCATION: f"/?lang={language(request)}"})
        if request[VISITOR].token and not self._door.is_open:
            self._door.let_in(request, answer)  # sessions end at a date, and this one began without any
        return answer

    def _page(self, request: web.Request, wrong: Words = NOTHING) -> web.Response:
        lang = language(request)
        return self._view.templates.html(
            "clock.html",
            400 if wrong != NOTHING else 200,
            lang=lang,
            other=OTHER[lang],
            words=WORDS[lang],
            say={name: text._asdict()[lang] for name, text in vars(words).items() if isinstance(text, Words)},
            title=LABELS[CLOCK],
            wrong=wrong,
            token=request[VISITOR].token,
            venue=self._view.snapshot().venue,
            simulated=self._view.snapshot().simulated,
        )
