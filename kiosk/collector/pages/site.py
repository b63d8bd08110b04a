"""Site: the map of the fleet page, and the same headers and refusals for all of it."""

import logging
from collections.abc import Collection
from pathlib import Path
from typing import Final

from aiohttp import hdrs, web

from kiosk.collector.books import Books
from kiosk.collector.pages.desk import Desk
from kiosk.collector.pages.door import Door
from kiosk.collector.pages.entrance import Entrance
from kiosk.collector.pages.importing import ImportPage
from kiosk.collector.pages.listing import Listing
from kiosk.collector.pages.place import PlacePage
from kiosk.collector.pages.routes import LARGEST_FORM, Access, Handler, Route
from kiosk.collector.pages.scans import ScansPage
from kiosk.collector.redirect import WRITE_S, SmartLink
from kiosk.collector.routes import Access as Inside
from kiosk.collector.routes import Route as Page
from kiosk.collector.targets import Check, Targets
from kiosk.core.campaign import Links
from kiosk.errors import StoreUnavailable
from kiosk.html.headers import HEADERS
from kiosk.html.templates import Templates
from kiosk.ports import Clock

HERE: Final = Path(__file__).parent
REFUSALS: Final = {
    400: ("Địa chỉ trang chưa đúng", ""),
    401: ("Mời bạn đăng nhập", "Sign in first."),
    403: ("Chưa mở được trang", ""),
    404: ("Không có trang này", "There is no such page."),
    405: ("Trang này chỉ để xem", "This page can only be read."),
    413: ("Biểu mẫu dài quá", "This form is too long."),
    415: ("Biểu mẫu không đúng kiểu", "This is no form of ours."),
    503: ("Chưa đọc được sổ", "The database is away. Try again in a minute."),
}
"""A title, and a line where the refusal brings none of its own."""
AWAY_S: Final = 30

log = logging.getLogger(__name__)


def dressed(handler: Handler, templates: Templates, longest: int = LARGEST_FORM) -> Handler:
    """A handler whose every answer, refusals included, is a page of ours under all security headers."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            if request.body_exists and (request.content_length or longest + 1) > longest:
                raise web.HTTPRequestEntityTooLarge(longest, request.content_length or 0)
            response = await handler(request)
        except web.HTTPException as error:
            response = refusal(error, templates)
        except StoreUnavailable as error:
            log.warning("%s: the database is away: %s", request.path, error)
            response = _plain(templates, 503, REFUSALS[503][0], REFUSALS[503][1])
            response.headers[hdrs.RETRY_AFTER] = str(AWAY_S)
        if response.prepared:
            return response  # a page that grew has sent its headers itself
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
        return response

    return answer


def refusal(error: web.HTTPException, templates: Templates) -> web.StreamResponse:
    """A plain page in our own words; a redirection as it is."""
    if error.status not in REFUSALS:
        return web.Response(status=error.status, headers={hdrs.LOCATION: error.headers.get(hdrs.LOCATION, "/")})
    title, line = REFUSALS[error.status]
    response = _plain(templates, error.status, title, line or error.text or "")
    for name in (hdrs.ALLOW, hdrs.WWW_AUTHENTICATE):
        if name in error.headers:
            response.headers[name] = error.headers[name]
    return response


def _plain(templates: Templates, code: int, title: str, text: str) -> web.Response:
    return templates.html("plain.html", code, title=title, lines=text.splitlines())


class FleetSite:
    """The fleet page and the smart link over some books; `routes` is its whole map."""

    def __init__(
        self, books: Books, clock: Clock, links: Links, check: Check, *, proxies: Collection[str] = (), url: str = ""
    ) -> None:
        """`proxies` are believed when they tell whose address a request came from; `url` is what boxes use."""
        self._templates = Templates(HERE)
        self._door = Door(books.people, clock)
        self._targets = Targets(links, books.people, clock, check)
        self._smart = SmartLink(books, links, clock, self._templates)
        self._clock = clock
        look = books, clock, self._templates
        self.routes: tuple[Route, ...] = (
            *Entrance(self._door, self._templates, proxies).routes(),
            *Listing(*look, self._targets).routes(),
            *PlacePage(*look).routes(),
            *ImportPage(books, self._door, self._templates).routes(),
            *Desk(books, self._door, self._templates, url).routes(),
            *ScansPage(*look, self._door, self._targets).routes(),
            *self._smart.routes(),
            Route("/static/{name}", Access.OPEN, self._templates.static),
        )

    def pages(self) -> tuple[Page, ...]:
        """Every address behind its door, HEAD beside each GET, for the collector's own map."""
        found = []
        for route in self.routes:
            handler = dressed(self._door.guarded(route), self._templates, route.longest)
            methods = (hdrs.METH_GET, hdrs.METH_HEAD) if route.method == hdrs.METH_GET else (route.method,)
            found += [Page(route.path, Inside.PAGE, handler, method) for method in methods]
        return tuple(found)

    async def run(self) -> None:
        """Write the counts and look at the targets, until cancelled; then write what is left."""
        try:
            while True:
                await self.tick()
                await self._clock.sleep(WRITE_S)
        finally:
            await self._smart.write()

    async def tick(self) -> None:
        """What is due every few seconds. A database that is away is no reason to end."""
        await self._smart.write()
        try:
            await self._targets.look_if_due()
        except StoreUnavailable as error:
            log.warning("links are not looked at: %s", error)
