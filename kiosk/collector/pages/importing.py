"""Importing: a table pasted from a spreadsheet becomes venues. The bar grows in the answer itself, without a script."""

import logging
from collections.abc import Sequence
from contextlib import aclosing
from typing import Final

from aiohttp import hdrs, web

from kiosk.collector.books import Books
from kiosk.collector.importing import import_venues
from kiosk.collector.pages.door import VISITOR, Door
from kiosk.collector.pages.listing import frame
from kiosk.collector.pages.routes import Access, Route
from kiosk.collector.pages.words import PLACE, WORDS
from kiosk.core.fleet.venues import KINDS
from kiosk.core.paper.venues import BadRow, Row, WrongColumns, rows
from kiosk.core.wire import LARGEST_MESSAGE
from kiosk.core.wording import number
from kiosk.errors import StoreUnavailable
from kiosk.html.headers import HEADERS
from kiosk.html.templates import Templates
from kiosk.html.words import Language, language

STEPS: Final = 100
"""Pieces of a whole bar."""
HERE: Final = "<!-- it grows here -->"
"""Where the template's text is cut: what comes before is sent first, and the rest when all rows are in."""
MOST_FAULTS: Final = 200
"""Bad rows that are told on one page."""

log = logging.getLogger(__name__)


class ImportPage:
    """The form, and the answer that grows."""

    def __init__(self, books: Books, door: Door, templates: Templates) -> None:
        self._books, self._door, self._templates = books, door, templates

    def routes(self) -> tuple[Route, ...]:
        return (
            Route("/import", Access.ADMIN, self._form),
            Route("/import", Access.ADMIN, self._import, hdrs.METH_POST, LARGEST_MESSAGE),
        )

    async def _form(self, request: web.Request) -> web.Response:
        return self._asked(request, "", "")

    async def _import(self, request: web.Request) -> web.StreamResponse:
        table, lang = str((await request.post()).get("table", "")), language(request)
        try:
            found = list(rows(table))
        except WrongColumns as error:
            return self._asked(request, table, error.vi if lang == "vi" else str(error))
        page = self._templates.text(
            "imported.html", **frame(request, "venues"), many=number(len(found))[PLACE[lang]], cut=HERE
        )
        head, tail = page.split(HERE)
        # no-buffering: nginx would keep the bar back until it is whole
        answer = web.StreamResponse(headers={**HEADERS, hdrs.CACHE_CONTROL: "no-store", "X-Accel-Buffering": "no"})
        answer.content_type, answer.charset = "text/html", "utf-8"
        await answer.prepare(request)
        await _send(answer, head)
        await _send(answer, await self._entered(request, found, answer) + tail)
        return answer

    async def _entered(self, request: web.Request, found: Sequence[Row | BadRow], answer: web.StreamResponse) -> str:
        """Import row by row, a piece of the bar for each hundredth; what is to be told at the end."""
        bad: list[BadRow] = []
        done, broke = 0, False
        try:
            async with aclosing(import_venues(self._books, found, self._door.clock.now())) as entering:
                async for fault in entering:
                    bad += [fault] if fault else []
                    done += 1
                    await _send(answer, "<i></i>" * (done * STEPS // len(found) - (done - 1) * STEPS // len(found)))
        except StoreUnavailable as error:
            log.warning("an import stopped after %d of %d rows: %s", done, len(found), error)
            broke = True
        await self._door.note(request[VISITOR].name, "import-venues", f"{done - len(bad)} of {len(found)}")
        lang = language(request)
        return self._templates.text(
            "import-result.html",
            lang=lang,
            wrong=WORDS["import_wrong"][PLACE[lang]],
            told=_told(done - len(bad), len(found), lang),
            broke=WORDS["import_broke"][PLACE[lang]] if broke else "",
            faults=[_fault(fault, lang) for fault in bad[:MOST_FAULTS]],
            more=WORDS["import_more"][PLACE[lang]].format(n=len(bad) - MOST_FAULTS) if len(bad) > MOST_FAULTS else "",
            to_list=WORDS["back"][PLACE[lang]],
            again=WORDS["import_again"][PLACE[lang]],
        )

    def _asked(self, request: web.Request, table: str, wrong: str) -> web.Response:
        return self._templates.html(
            "import.html",
            400 if wrong else 200,
            **frame(request, "venues"),
            table=table,
            wrong=wrong,
            kinds=", ".join(f"{kind} ({words[PLACE[language(request)]]})" for kind, words in KINDS.items()),
        )


async def _send(answer: web.StreamResponse, text: str) -> None:
    """Whoever closed the page does not stop the import."""
    if not text:
        return
    try:
        await answer.write(text.encode())
    except ConnectionError:
        log.info("whoever imports has closed the page; the import goes on")


def _told(good: int, whole: int, lang: Language) -> str:
    place = PLACE[lang]
    return WORDS["import_done"][place].format(good=number(good)[place], whole=number(whole)[place])


def _fault(fault: BadRow, lang: Language) -> str:
    if lang == "en":
        return str(fault)
    return f"Dòng {fault.line}, cột {fault.column}: {fault.vi or fault.reason}"
