"""Redirect: `/i/{venue or team}` sends each phone to its store, and counts.

Where it leads stands in the configuration, never in the request. The database is asked for names and given counts, but
nobody waits for it: while it is away phones are sent on all the same.
"""

import logging
from collections.abc import Sequence
from typing import Final

from aiohttp import hdrs, web

from kiosk.collector.books import Books
from kiosk.collector.pages.routes import Access, Route
from kiosk.core import smart
from kiosk.core.campaign import Links
from kiosk.core.paper.sheet import Matrix
from kiosk.core.smart import Key, Target
from kiosk.core.windows import vietnam_day_start
from kiosk.errors import StoreUnavailable
from kiosk.html.templates import Templates
from kiosk.ports import Clock
from kiosk.shapes import codes

PATH: Final = "/i/{code}"
WRITE_S: Final = 10.0
"""Counts in memory are written so often; a process that is killed loses as much."""
FRESH_S: Final = 60.0
"""Names of venues and teams are read again so often, and at most every RETRY_S for a code that nobody knows."""
RETRY_S: Final = 5.0
QUIET: Final = 4
"""Modules of white around a code."""

log = logging.getLogger(__name__)


class SmartLink:
    """One address for every phone."""

    def __init__(self, books: Books, links: Links, clock: Clock, templates: Templates) -> None:
        self._books, self._links, self._clock, self._templates = books, links, clock, templates
        self._scans = smart.Scans()
        self._names: dict[str, str] = {}
        self._read_at = -FRESH_S
        self._stores = {
            Target.ANDROID: ("Google Play", links.android, drawn(codes.encode(links.android))),
            Target.IOS: ("App Store", links.ios, drawn(codes.encode(links.ios))),
        }

    def routes(self) -> tuple[Route, ...]:
        return (Route(PATH, Access.OPEN, self._answer),)

    async def write(self) -> None:
        """Take the counts to the database; those that do not arrive stay in memory."""
        taken = self._scans.take()
        try:
            await self._books.scans.add(taken)
        except StoreUnavailable as error:
            self._scans.give_back(taken)
            log.warning("scans wait in memory: %s", error)
        if self._scans.dropped:
            log.error("%d scans were not counted: too many codes for the memory", self._scans.dropped)
            self._scans.dropped = 0

    async def _answer(self, request: web.Request) -> web.Response:
        code, agent = request.match_info["code"], request.headers.get(hdrs.USER_AGENT, "")
        where, name = smart.target(agent), await self._name(code)
        if name is not None and smart.is_scan(request.method, request.headers):
            self._scans.add(Key(code, vietnam_day_start(self._clock.now()), where))
        headers = {hdrs.VARY: hdrs.USER_AGENT, "X-Robots-Tag": "noindex", hdrs.CACHE_CONTROL: "no-store"}
        if where is Target.PAGE:
            return self._page(name, headers)
        return web.Response(
            status=302, headers={**headers, hdrs.LOCATION: self._stores[where][1], "Referrer-Policy": "no-referrer"}
        )

    def _page(self, name: str | None, headers: dict[str, str]) -> web.Response:
        """Both stores. Of a code that nobody knows nothing is repeated; its phone is helped all the same."""
        return self._templates.html(
            "smart.html",
            404 if name is None else 200,
            headers,
            venue=name or "",
            stores=list(self._stores.values()),
            site=self._links.site,
        )

    async def _name(self, code: str) -> str | None:
        """What the venue or team of a code is called; None for a code that nobody knows, as far as we can tell."""
        if not smart.is_code(code):
            return None
        age = self._clock.monotonic() - self._read_at
        if age >= FRESH_S or (code not in self._names and age >= RETRY_S):
            self._read_at = self._clock.monotonic()
            try:
                places: Sequence[tuple[str, str]] = [(each.id, each.name) for each in await self._books.venues.all()]
                teams = [(each.id, each.name) for each in await self._books.venues.teams()]
                self._names = dict([*places, *teams])
            except StoreUnavailable as error:
                log.warning("names of venues are old: %s", error)
        return self._names.get(code)


def drawn(matrix: Matrix) -> str:
    """A code as SVG: a module is one unit, white around it."""
    size = len(matrix) + 2 * QUIET
    path = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark
    )
    return (
        f'<svg class="qr" viewBox="0 0 {size} {size}" shape-rendering="crispEdges" role="img" aria-label="QR">'
        f'<path d="M0 0h{size}v{size}H0z" fill="#fff"/><path d="{path}" fill="#000"/></svg>'
    )
