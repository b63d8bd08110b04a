"""Listing: every venue, worst first; narrowed by text, unit, kind and light; page by page, or as CSV."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from urllib.parse import urlencode

from aiohttp import hdrs, web

from kiosk.collector.books import Books
from kiosk.collector.pages.door import VISITOR
from kiosk.collector.pages.routes import Access, Route
from kiosk.collector.pages.words import OWNERS, PLACE, ROLES, said
from kiosk.collector.targets import Targets
from kiosk.core.discretion import FEWEST
from kiosk.core.fleet.export import exported
from kiosk.core.fleet.judging import Line, judged, worst_first
from kiosk.core.fleet.search import LONGEST, Wanted
from kiosk.core.fleet.table import csv
from kiosk.core.fleet.units import Tree
from kiosk.core.fleet.venues import KINDS, settled
from kiosk.core.status import Light
from kiosk.core.windows import UnixMs
from kiosk.core.wording import clock, composed, day, iso, moment, number
from kiosk.html.templates import Templates
from kiosk.html.words import LEVELS, OTHER, Language, language
from kiosk.ports import Clock

A_PAGE: Final = 50
LIGHTS: Final[tuple[Light, ...]] = ("red", "amber", "starting", "green")


class Row(NamedTuple):
    """A venue in words, in one language."""

    href: str
    name: str
    where: str
    light: Light
    title: str
    since: str
    todo: str
    whose: str
    visits: str
    waiting: str
    version: str
    last: str
    last_iso: str


class Tile(NamedTuple):
    """How many venues have one light; pressing it narrows the list to them, or widens it again."""

    light: Light
    many: str
    word: str
    href: str
    on: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for. Unknown units, kinds and pages are as if nobody had asked."""

    lang: Language
    text: str = ""
    unit: str = ""
    kind: str = ""
    light: Light | None = None
    retired: bool = False
    page: int = 1

    def wanted(self, tree: Tree) -> Wanted:
        """The same for the search."""
        units = tree.within(self.unit) if self.unit in tree else None
        return Wanted(self.text, self.light, self.kind if self.kind in KINDS else "", units, self.retired)

    def address(self, path: str = "/", **changed: object) -> str:
        """The address of the same list with something changed."""
        values: dict[str, object] = {
            "lang": self.lang,
            "q": self.text,
            "unit": self.unit,
            "kind": self.kind,
            "light": self.light or "",
            "retired": "1" if self.retired else "",
            **changed,
        }
        return f"{path}?{urlencode({name: value for name, value in values.items() if value})}"


def asked(request: web.Request) -> Asked:
    """Read the address."""
    query = request.query
    lights: dict[str, Light] = {light: light for light in LIGHTS}
    page = query.get("page", "1")
    return Asked(
        language(request),
        composed(query.get("q", "")[:LONGEST]).strip(),
        query.get("unit", ""),
        query.get("kind", ""),
        lights.get(query.get("light", "")),
        query.get("retired") == "1",
        int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
    )


class Listing:
    """The first page of the province."""

    def __init__(self, books: Books, clock: Clock, templates: Templates, targets: Targets) -> None:
        self._books, self._clock, self._templates, self._targets = books, clock, templates, targets

    def routes(self) -> tuple[Route, ...]:
        return (
            Route("/", Access.VIEWER, self._page),
            Route("/fleet.csv", Access.VIEWER, self._csv),
        )

    async def _page(self, request: web.Request) -> web.Response:
        want, now = asked(request), self._clock.now()
        tree = Tree(await self._books.venues.units())
        meant = await self._meant(want, tree, now)
        lit = want.wanted(tree).lit(meant)
        pages = max(1, -(-len(lit) // A_PAGE))
        page = min(max(1, want.page), pages)
        shown = lit[(page - 1) * A_PAGE : page * A_PAGE]
        words = said(want.lang)
        text = self._templates.text(
            "fleet.html",
            **frame(request, "venues"),
            want=want,
            alarm=(await self._targets.last()).alarm,
            heading=_heading(len(lit), words),
            updated=f"{day(now)[PLACE[want.lang]]}, {clock(now)}",
            tiles=_tiles(meant, want),
            rows=[_row(line, tree, now, want.lang) for line in shown],
            units=[(unit.id, "\u2003" * depth + unit.name) for depth, unit in tree.walk()],
            kinds=[(kind, name[PLACE[want.lang]]) for kind, name in KINDS.items()],
            pages=_pages(want, page, pages, words),
            by_unit=_by_unit(meant, tree, want),
            may_import=Access.ADMIN.admits(request[VISITOR].role),
        )
        return web.Response(text=text, content_type="text/html", charset="utf-8")

    async def _csv(self, request: web.Request) -> web.Response:
        want, now = asked(request), self._clock.now()
        tree = Tree(await self._books.venues.units())
        lines = want.wanted(tree).lit(await self._meant(want, tree, now))
        return file_of(csv(exported(lines, tree, now, PLACE[want.lang])), "fleet", now)

    async def _meant(self, want: Asked, tree: Tree, now: UnixMs) -> list[Line]:
        """The venues asked for, of every light, worst first."""
        wanted = want.wanted(tree)
        labels = {unit.id: tree.label(unit.id) for _, unit in tree.walk()} if wanted.text else {}
        lines = (judged(venue, now) for venue in settled(await self._books.fleet.venues()))
        return sorted(
            (line for line in lines if wanted.fits_all_but_light(line, labels.get(line.venue.unit, ""))),
            key=worst_first,
        )


def frame(request: web.Request, here: str) -> dict[str, object]:
    """What every page of somebody signed in has around it. `here` is its place in the menu."""
    lang, visitor = language(request), request[VISITOR]
    role = ROLES[visitor.role.value][PLACE[lang]] if visitor.role is not None else ""
    query = urlencode({**{name: value for name, value in request.query.items() if name != "lang"}, "lang": OTHER[lang]})
    return {
        "lang": lang,
        "other": OTHER[lang],
        "switch": f"?{query}",
        "words": said(lang),
        "here": here,
        "visitor": visitor,
        "role": role,
        "levels": LEVELS[lang],
    }


def file_of(content: bytes, name: str, now: UnixMs) -> web.Response:
    """A CSV file to take away, with its day in the name."""
    headers = {hdrs.CONTENT_DISPOSITION: f'attachment; filename="{name}-{(iso(now) or "")[:10]}.csv"'}
    return web.Response(body=content, content_type="text/csv", charset="utf-8", headers=headers)


def _heading(count: int, words: dict[str, str]) -> str:
    return words["one"] if count == 1 else words["heading"].format(n=_number(count, words))


def _number(value: int, words: dict[str, str]) -> str:
    return number(value)[0 if words["switch"] == "English" else 1]


def _row(line: Line, tree: Tree, now: UnixMs, lang: Language) -> Row:
    place, venue, worst, words = PLACE[lang], line.venue, line.worst, said(lang)
    told = venue.heartbeat
    visits = venue.visits_today(now)
    kind = KINDS[venue.kind][place] if venue.kind in KINDS else venue.kind
    return Row(
        f"/venues/{venue.id}?lang={lang}",
        venue.name,
        " · ".join(part for part in (kind, tree.near(venue.unit)) if part),
        line.light,
        worst.title[place],
        since(line, now, lang),
        worst.todo[place],
        whose(line, lang),
        "–" if visits is None else number(visits)[place] if visits >= FEWEST else words["few"],
        "–" if told is None else number(told.waiting)[place],
        told.version if told is not None else "–",
        moment(venue.heard_at, now)[place] if venue.heard_at is not None else "–",
        iso(venue.heard_at) or "",
    )


def since(line: Line, now: UnixMs, lang: Language) -> str:
    """How long a kiosk that talks has had its trouble."""
    if line.turned_at is None:
        return ""
    return f"{said(lang)['since']} {moment(line.turned_at, now)[PLACE[lang]]}"


def whose(line: Line, lang: Language) -> str:
    """Who is to act, and the code for the telephone."""
    worst, words = line.worst, said(lang)
    if not worst.todo.vi:
        return ""
    owner = OWNERS[worst.owner][PLACE[lang]]
    return f"{owner} · {words['code']} {worst.code}" if worst.code else owner


def _tiles(lines: Sequence[Line], want: Asked) -> list[Tile]:
    counts = {light: sum(line.light == light for line in lines) for light in LIGHTS}
    return [
        Tile(
            light,
            number(count)[PLACE[want.lang]],
            LEVELS[want.lang][light],
            want.address(light="" if want.light == light else light),
            want.light == light,
        )
        for light, count in counts.items()
        if count or light != "starting" or want.light == light
    ]


def _pages(want: Asked, page: int, pages: int, words: dict[str, str]) -> dict[str, str]:
    if pages == 1:
        return {}
    return {
        "now": words["page"].format(n=page, of=pages),
        "before": want.address(page=page - 1) if page > 1 else "",
        "after": want.address(page=page + 1) if page < pages else "",
    }


class Branch(NamedTuple):
    """A unit with its counts, all units below included."""

    name: str
    href: str
    counts: tuple[str, ...]
    total: str


def _by_unit(lines: Sequence[Line], tree: Tree, want: Asked) -> list[Branch]:
    """The units right below the one asked for; a lone one at the top tells nothing, so those below it."""
    top = want.unit if want.unit in tree else ""
    while len(tree.children(top)) == 1:
        top = tree.children(top)[0].id
    counts, place = tree.rolled_up(lines), PLACE[want.lang]
    return [
        Branch(
            unit.name,
            want.address(unit=unit.id),
            tuple(number(counts[unit.id][light])[place] for light in LIGHTS),
            number(counts[unit.id].total())[place],
        )
        for unit in tree.children(top)
        if unit.id in counts
    ]
