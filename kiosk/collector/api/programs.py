"""Programs: what a watchdog, a scraper and a developer ask."""

from collections.abc import Callable, Sequence

from aiohttp import web

from kiosk.collector.api.meters import Meters
from kiosk.collector.api.openapi import document
from kiosk.collector.api.problems import as_json
from kiosk.collector.books import Books
from kiosk.collector.routes import Access, Route
from kiosk.core.metrics import CONTENT_TYPE


class ProgramApi:
    """A table of routes that need no token and tell of no box."""

    def __init__(self, books: Books, meters: Meters, version: str, routes: Callable[[], Sequence[Route]]) -> None:
        self._books, self._meters, self._version, self._routes = books, meters, version, routes

    def routes(self) -> tuple[Route, ...]:
        """Their addresses."""
        return (
            Route("/healthz", Access.OPEN, self._health),
            Route("/metrics", Access.OPEN, self._metrics),
            Route("/v1/openapi.json", Access.OPEN, self._document),
        )

    async def _health(self, _request: web.Request) -> web.Response:
        """Well while the database answers."""
        await self._books.database.rows(int, "SELECT 1")
        return web.Response(body=as_json({"status": "ok"}), content_type="application/json")

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._meters.text().encode(), headers={"Content-Type": CONTENT_TYPE})

    async def _document(self, _request: web.Request) -> web.Response:
        body = as_json(document(self._routes(), self._version))
        return web.Response(body=body, content_type="application/json")
