"""Scans: how often each venue's and team's smart link was opened, and whether it still leads where it should."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from aiohttp import hdrs, web

from kiosk.collector.books import Books
from kiosk.collector.books.scans import ScanDay
from kiosk.collector.pages.door import VISITOR, Door
from kiosk.collector.pages.listing import file_of, frame
from kiosk.collector.pages.routes import Access, Route
from kiosk.collector.pages.words import PLACE, VERDICTS, WORDS
from kiosk.collector.targets import Targets
from kiosk.core import charts
from kiosk.core.fleet.table import Cell, csv
from kiosk.core.links import LinkReport
from kiosk.core.smart import Target
from kiosk.core.windows import DAY_MS, UnixMs, vietnam_day_start
from kiosk.core.wording import Words, folded, iso, moment, number
from kiosk.html.templates import Templates
from kiosk.html.words import language
from kiosk.ports import Clock

DAYS: Final = 30
MOST: Final = 200
"""Venues and teams on the page; the file has all."""
LIGHTS: Final = {"fine": "green", "new": "green", "changed": "red", "gone": "red"}
"""Verdict on a link -> shape; the others are amber."""


COLUMNS: Final = (
    Words("Mã", "Id"),
    Words("Nơi đặt hoặc nhóm", "Venue or team"),
    Words("Ngày", "Day"),
    Words("Kho", "Store"),
    Words("Lượt", "Scans"),
)


class Source(NamedTuple):
    """A venue or team with its counts."""

    name: str
    href: str
    android: str
    ios: str
    page: str
    total: str


class ScansPage:
    """Counts per venue, team and day, and the state of the targets."""

    def __init__(self, books: Books, clock: Clock, templates: Templates, door: Door, targets: Targets) -> None:
        self._books, self._clock, self._templates = books, clock, templates
        self._door, self._targets = door, targets

    def routes(self) -> tuple[Route, ...]:
        return (
            Route("/scans", Access.VIEWER, self._page),
            Route("/scans.csv", Access.VIEWER, self._csv),
            Route("/links/accept", Access.ADMIN, self._accept, hdrs.METH_POST),
        )

    async def _page(self, request: web.Request) -> web.Response:
        now, lang = self._clock.now(), language(request)
        found = await self._books.scans.since(first_day(now))
        looked = await self._targets.last()
        return self._templates.html(
            "scans.html",
            **frame(request, "scans"),
            chart=chart(found, now, lang) if found else "",
            sources=list(_sources(found, await self._names(), lang))[:MOST],
            looked=moment(looked.at, now)[PLACE[lang]] if looked.reports else "",
            targets=[
                (LIGHTS.get(report.verdict.value, "amber"), report.name, report.url, told_of(report)[PLACE[lang]])
                for report in looked.reports
            ],
            alarm=looked.alarm,
            may_accept=Access.ADMIN.admits(request[VISITOR].role),
        )

    async def _csv(self, request: web.Request) -> web.Response:
        now, lang = self._clock.now(), language(request)
        names = await self._names()
        rows: list[Sequence[Cell]] = [[head[PLACE[lang]] for head in COLUMNS]]
        for each in await self._books.scans.since(first_day(now)):
            name, _ = names.get(each.source, (each.source, ""))
            rows.append([each.source, name, (iso(UnixMs(each.day_at)) or "")[:10], each.target, each.scans])
        return file_of(csv(rows), "scans", now)

    async def _accept(self, request: web.Request) -> web.Response:
        await self._targets.accept()
        await self._door.note(request[VISITOR].name, "accept-links", "links")
        return web.Response(status=303, headers={hdrs.LOCATION: f"/scans?lang={language(request)}#targets"})

    async def _names(self) -> dict[str, tuple[str, str]]:
        """Name and page of every venue and team; a team has no page."""
        names = {each.id: (each.name, f"/venues/{each.id}") for each in await self._books.venues.all()}
        return names | {each.id: (each.name, "") for each in await self._books.venues.teams()}


def told_of(report: LinkReport) -> Words:
    """What a look found, for the one who can press the button."""
    title, host = (report.found.title, report.found.host) if report.found is not None else ("", "")
    vi, en = VERDICTS[report.verdict.value]
    return Words(vi.format(title=title, host=host), en.format(title=title, host=host))


def first_day(now: UnixMs) -> UnixMs:
    """Midnight in Vietnam of the first day that is shown."""
    return UnixMs(vietnam_day_start(now) - (DAYS - 1) * DAY_MS)


def chart(found: Iterable[ScanDay], now: UnixMs, lang: charts.Language) -> str:
    """Scans a day as bars. A scan is a choice, not a presence: small numbers are told."""
    counts = Counter[int]()
    for each in found:
        counts[each.day_at] += each.scans
    begins = min([vietnam_day_start(now) - 6 * DAY_MS, *counts])
    days = [UnixMs(at) for at in range(begins, now, DAY_MS)]
    return charts.by_day([(day, counts[day]) for day in days], WORDS["scans_unit"], lang, exact=True)


def _sources(found: Iterable[ScanDay], names: dict[str, tuple[str, str]], lang: charts.Language) -> Iterator[Source]:
    """Most scans first."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for each in found:
        counts[each.source][each.target] += each.scans
    for source, by in sorted(counts.items(), key=lambda item: (-item[1].total(), folded(item[0]))):
        name, href = names.get(source, (source, ""))
        told = [number(value)[PLACE[lang]] for value in (*(by[target.value] for target in Target), by.total())]
        yield Source(name, f"{href}?lang={lang}" if href else "", *told)
