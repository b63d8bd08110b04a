"""Pages: the status page and the static files of every page."""

from functools import lru_cache
from typing import NamedTuple

from aiohttp import web

from kiosk.core import charts
from kiosk.core.buttons import LABELS
from kiosk.core.facts import AdoptionFacts, Snapshot, TallyFacts
from kiosk.core.report import OWNERS
from kiosk.core.rows import people
from kiosk.core.status import Document
from kiosk.core.windows import WINDOW_MS, UnixMs
from kiosk.core.wording import clock, number
from kiosk.html.words import LEVELS, OTHER, Language, language
from kiosk.web.display import thumb
from kiosk.web.live import tag
from kiosk.web.routes import Access, Route
from kiosk.web.view import View
from kiosk.web.words import WORDS


class Chart(NamedTuple):
    """One drawing with its words."""

    title: str
    note: str
    svg: str


class Tile(NamedTuple):
    """One large number with its words."""

    name: str
    value: str
    unit: str
    when: str


class Pages:
    """What staff look at."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._drawn: dict[Language, tuple[Document, bytes]] = {}
        """The page in each language, with the document it shows."""

    def routes(self) -> tuple[Route, ...]:
        return (
            Route("/", Access.STAFF, self._page),
            Route("/static/{name}", Access.OPEN, self._view.templates.static),
        )

    async def _page(self, request: web.Request) -> web.Response:
        lang = language(request)
        snapshot, status = self._view.snapshot(), self._view.status()
        shown, body = self._drawn.get(lang, (None, b""))
        if shown is not status:  # drawn once, however many look
            body = self._draw(snapshot, status, lang).encode()
            self._drawn[lang] = status, body
        return web.Response(body=body, content_type="text/html", charset="utf-8")

    def _draw(self, snapshot: Snapshot, status: Document, lang: Language) -> str:
        return self._view.templates.text(
            "page.html",
            lang=lang,
            other=OTHER[lang],
            status=status,
            words=WORDS[lang],
            levels=LEVELS[lang],
            owner=OWNERS[status["owner"]]._asdict()[lang] if status["owner"] else None,
            owners={key: words._asdict() for key, words in OWNERS.items()},
            buttons={key: words._asdict()[lang] for key, words in LABELS.items()},
            tag=tag(status),
            tiles=_tiles(snapshot, status, lang),
            charts=drawn(snapshot.tally, snapshot.adoption, lang, snapshot.simulated),
            thumb=thumb(status["show"]["width"], status["show"]["height"]),
        )


def _tiles(snapshot: Snapshot, status: Document, lang: Language) -> tuple[Tile, ...]:
    """The two numbers of the day for wide windows; a phone has them in its rows."""
    words, until = WORDS[lang], people(snapshot).until
    when = words["live"] if snapshot.simulated else f"{words['as_of']} {clock(until)}" if until is not None else ""
    counts = (("near", status["collect"]["phones_near"]), ("so_far", status["collect"]["visits_today"]))
    values = [(key, words["few"] if of["count"] is None else number(of["count"])._asdict()[lang]) for key, of in counts]
    return tuple(Tile(words[key], value, words[f"{key}_unit"], when) for key, value in values)


@lru_cache(maxsize=4)
def drawn(
    tally: TallyFacts | None, adoption: AdoptionFacts | None, lang: Language, simulated: bool
) -> tuple[Chart, ...]:
    """The charts whose facts are there; drawn once a window, however many look."""
    words, found = WORDS[lang], []
    if tally is not None and tally.visits:
        grey = "" if simulated else f" {words['grey']}"
        day, week = (draw(tally, lang, exact=simulated) for draw in (charts.today, charts.week))
        end = clock(UnixMs(tally.until + WINDOW_MS))
        found.append(Chart(words["day_title"], words["day_note"].format(end=end) + grey, day))
        found.append(Chart(words["week_title"], words["week_note"] + grey, week))
    if adoption is not None and adoption.days:
        rate = charts.adoption(adoption, lang)
        found.append(Chart(words["rate_title"], words["rate_note"], rate))
    return tuple(found)
