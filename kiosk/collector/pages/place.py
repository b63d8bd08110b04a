"""Place: one venue's own page: what is the matter, what to say, its numbers by day, its kiosks, its enrolment."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from aiohttp import web

from kiosk.collector.books import Books
from kiosk.collector.books.boxes import Stay
from kiosk.collector.books.turns import Turn
from kiosk.collector.pages.desk import DEEDS
from kiosk.collector.pages.door import VISITOR
from kiosk.collector.pages.listing import frame
from kiosk.collector.pages.routes import Access, Route
from kiosk.collector.pages.scans import first_day
from kiosk.collector.pages.words import OWNERS, PLACE, SHARES, WORDS, said
from kiosk.core import charts
from kiosk.core.discretion import FEWEST
from kiosk.core.fleet.judging import CLOCK_MS, Line, clock_off_ms, judged, title_of
from kiosk.core.fleet.units import Tree
from kiosk.core.fleet.venues import KINDS, Standing, Venue, settled
from kiosk.core.windows import DAY_MS, UnixMs, vietnam_day_start
from kiosk.core.wording import lasted, moment, number
from kiosk.html.templates import Templates
from kiosk.html.words import LEVELS, Language, language
from kiosk.ports import Clock

TURNS: Final = 20


class Fact(NamedTuple):
    """One line about the kiosk."""

    name: str
    value: str


class Stood(NamedTuple):
    """A kiosk that stands or stood here."""

    kiosk: str
    when: str
    note: str


class PlacePage:
    """The page behind a venue's name."""

    def __init__(self, books: Books, clock: Clock, templates: Templates) -> None:
        self._books, self._clock, self._templates = books, clock, templates

    def routes(self) -> tuple[Route, ...]:
        return (Route("/venues/{venue}", Access.VIEWER, self._page),)

    async def _page(self, request: web.Request) -> web.Response:
        name, now, lang = request.match_info["venue"], self._clock.now(), language(request)
        venues = settled(await self._books.fleet.venue(name))
        if not venues:
            raise web.HTTPNotFound
        lines = sorted((judged(venue, now) for venue in venues), key=lambda line: -line.waited_ms)
        venue = venues[0]
        tree = Tree(await self._books.venues.units())
        kind = KINDS[venue.kind][PLACE[lang]] if venue.kind in KINDS else venue.kind
        scans = await self._books.scans.since(first_day(now), name)
        role = request[VISITOR].role
        return self._templates.html(
            "venue.html",
            **frame(request, "venue"),
            venue=venue,
            where=" · ".join(part for part in (kind, tree.near(venue.unit)) if part),
            lines=[(line, list(facts(line, now, lang))) for line in lines],
            owners={owner: words[PLACE[lang]] for owner, words in OWNERS.items()},
            place=PLACE[lang],
            chart=await self._chart(name, now, lang),
            stays=[_stood(stay, now, lang) for stay in await self._books.boxes.stays(name)],
            turns=[_turn(turn, now, lang) for turn in await self._books.turns.of(name, TURNS)],
            enrolment=await self._enrolment(venues, now, lang),
            scans=number(sum(each.scans for each in scans))[PLACE[lang]],
            link=f"/i/{name}",
            deeds=[
                (deed, DEEDS[deed].label[PLACE[lang]], each.kiosk if DEEDS[deed].of_kiosk else "")
                for deed in DEEDS
                for each in (venues if DEEDS[deed].of_kiosk else venues[:1])
                if DEEDS[deed].access.admits(role) and DEEDS[deed].fits(each)
            ],
        )

    async def _chart(self, venue: str, now: UnixMs, lang: Language) -> str:
        counts = {each.day_at: each.visits for each in await self._books.fleet.visits(first_day(now), venue)}
        if not counts:
            return ""
        begins = min(min(counts), vietnam_day_start(now) - 6 * DAY_MS)
        days = [UnixMs(at) for at in range(begins, now, DAY_MS)]
        return charts.by_day([(day, counts.get(day, 0)) for day in days], WORDS["visits_unit"], lang)

    async def _enrolment(self, venues: Sequence[Venue], now: UnixMs, lang: Language) -> list[str]:
        """Where it stands with its codes."""
        place = PLACE[lang]
        active = [venue.kiosk for venue in venues if venue.standing is Standing.ACTIVE]
        told = [WORDS["enrolled"][place].format(kiosk=kiosk) for kiosk in active]
        codes = await self._books.boxes.codes(venues[0].id, now)
        told += [WORDS["open_code"][place].format(at=moment(UnixMs(code), now)[place]) for code in codes]
        return told or [WORDS["no_code"][place]]


def facts(line: Line, now: UnixMs, lang: Language) -> Iterator[Fact]:
    """What the kiosk itself last told."""
    words, place, venue = said(lang), PLACE[lang], line.venue
    told = venue.heartbeat
    if told is None or venue.heard_at is None:
        return
    yield Fact(words["last"], moment(venue.heard_at, now)[place])
    visits = venue.visits_today(now)
    yield Fact(
        words["visits_today"],
        "–" if visits is None else number(visits)[place] if visits >= FEWEST else words["few"],
    )
    yield Fact(words["waiting"], _waiting(venue, now, lang))
    if told.set_aside:
        yield Fact(words["set_aside"], number(told.set_aside)[place])
    yield Fact(words["clock"], _clock(venue, lang))
    yield Fact(words["version"], told.version)
    yield Fact(words["uptime"], lasted(told.uptime_s * 1000)[place])
    yield Fact(words["share"], SHARES[told.share][place])
    yield Fact(words["kiosk"], venue.kiosk)


def _waiting(venue: Venue, now: UnixMs, lang: Language) -> str:
    words, place, told = said(lang), PLACE[lang], venue.heartbeat
    if told is None or not told.waiting:
        return words["all_sent"]
    many = f"{number(told.waiting)[place]} {words['parcels']}"
    if told.oldest is None:
        return many
    return f"{many} · {words['oldest']} {moment(UnixMs(told.oldest), now)[place]}"


def _clock(venue: Venue, lang: Language) -> str:
    words, off = said(lang), clock_off_ms(venue)
    if abs(off) > CLOCK_MS:
        sign = "+" if off > 0 else "−"
        return f"{sign}{lasted(abs(off))[PLACE[lang]]}"
    trusted = venue.heartbeat is None or venue.heartbeat.clock_trusted is not False
    return words["on_time"] if trusted else words["unsure"]


def _stood(stay: Stay, now: UnixMs, lang: Language) -> Stood:
    words, place = said(lang), PLACE[lang]
    end = moment(UnixMs(stay.until), now)[place] if stay.until is not None else words["now"]
    note = ""
    if stay.revoked_at is not None:
        note = words["stolen"] if stay.stolen else words["revoked"]
    elif stay.until is not None:
        note = words["replaced"]
    began = moment(UnixMs(stay.since), now)[place]
    return Stood(stay.kiosk, f"{words['since']} {began} {words['until']} {end}", note)


def _turn(turn: Turn, now: UnixMs, lang: Language) -> tuple[str, str, str]:
    """Light, sentence, time."""
    told = " · ".join(title_of(code)[PLACE[lang]] for code in turn.codes.split())
    return turn.light, told or LEVELS[lang][turn.light].capitalize(), moment(UnixMs(turn.at), now)[PLACE[lang]]
