"""Display: the wall in a browser, and as a picture."""

from typing import Final, NamedTuple

from aiohttp import hdrs, web

from kiosk.errors import DisplayError
from kiosk.web.routes import Access, Route
from kiosk.web.view import View

WALL: Final = (1920, 1080)
"""Shape of the wall while nothing was painted yet."""
THUMB: Final = 640
LONG: Final = range(480, 3841)
SHORT: Final = range(320, 2161)


class WallPng(NamedTuple):
    """A picture of the wall and the tag that changes when it does."""

    png: bytes
    etag: str


class Display:
    """What visitors look at."""

    def __init__(self, view: View) -> None:
        self._view = view

    def routes(self) -> tuple[Route, ...]:
        return (
            Route("/display", Access.BOX_ONLY, self._display),
            Route("/display.png", Access.BOX_ONLY, self._png),
        )

    async def _display(self, request: web.Request) -> web.Response:
        """The wall's page; the kiosk's own browser asks for it again and again, to say that it is alive."""
        width, height = (request.query.get(key, "") for key in "wh")
        if width.isdecimal() and height.isdecimal():
            self._view.beat(request.query.get("wall", ""), int(width[:5]), int(height[:5]))
        return self._view.templates.html("display.html")

    async def _png(self, request: web.Request) -> web.Response:
        width, height = _size(request)
        try:
            wall = WallPng(*await self._view.wall_png(width, height))
        except DisplayError as error:
            raise web.HTTPServiceUnavailable(text=f"the wall cannot be painted: {error}") from error
        headers = {hdrs.ETAG: f'"{wall.etag}"', hdrs.CACHE_CONTROL: "no-cache"}
        if any(known.value in (wall.etag, "*") for known in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        return web.Response(body=wall.png, content_type="image/png", headers=headers)


def thumb(width: int, height: int) -> tuple[int, int]:
    """The preview in the wall's own shape, within what `/display.png` paints."""
    width, height = (width, height) if width and height else WALL
    longer = max(width, height)
    return max(SHORT[0], THUMB * width // longer), max(SHORT[0], THUMB * height // longer)


def _size(request: web.Request) -> tuple[int, int]:
    """The asked width and height, either way up; without them (0, 0), the wall's own."""
    asked = [request.query.get(key) for key in "wh"]
    if asked == [None, None]:
        return 0, 0
    try:
        width, height = (int(value or "") for value in asked)
    except ValueError:
        raise web.HTTPBadRequest(text="w and h are two whole numbers of pixels.") from None
    if max(width, height) not in LONG or min(width, height) not in SHORT:
        raise web.HTTPBadRequest(
            text=f"w and h: the longer is {LONG[0]} to {LONG[-1]} pixels, the shorter {SHORT[0]} to {SHORT[-1]}."
        )
    return width, height
