"""Pages: the status page and the static files of every page."""

from typing import Final

from aiohttp import hdrs, web

from kiosk.core.report import OWNERS
from kiosk.web.display import thumb
from kiosk.web.routes import Access, Route
from kiosk.web.view import View, language
from kiosk.web.words import LEVELS, OTHER, WORDS

A_YEAR: Final = "public, max-age=31536000, immutable"


class Pages:
    """What staff look at."""

    def __init__(self, view: View) -> None:
        self._view = view

    def routes(self) -> tuple[Route, ...]:
        return (
            Route("/", Access.STAFF, self._page),
            Route("/static/{name}", Access.OPEN, self._static),
        )

    async def _page(self, request: web.Request) -> web.Response:
        lang = language(request)
        status = self._view.status()
        return self._view.templates.html(
            "page.html",
            lang=lang,
            other=OTHER[lang],
            status=status,
            words=WORDS[lang],
            levels=LEVELS[lang],
            owner=OWNERS[status["owner"]]._asdict()[lang] if status["owner"] else None,
            thumb=thumb(status["show"]["width"], status["show"]["height"]),
        )

    async def _static(self, request: web.Request) -> web.Response:
        asset = self._view.templates.assets.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        return web.Response(body=asset.body, content_type=asset.content_type, headers={hdrs.CACHE_CONTROL: A_YEAR})
