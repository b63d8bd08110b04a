"""API: the facts for programs under stable addresses: status document, its schema, OpenAPI, Prometheus metrics."""

import json
from collections.abc import Callable
from typing import Final

from aiohttp import hdrs, web

from kiosk import __version__
from kiosk.core.metrics import CONTENT_TYPE, metrics
from kiosk.web import openapi
from kiosk.web.routes import Access, Route
from kiosk.web.view import View, json_answer

SCHEMA_TYPE: Final = "application/schema+json"


class Api:
    """What programs ask for; `every` tells all routes of the site, these too."""

    def __init__(self, view: View, every: Callable[[], tuple[Route, ...]]) -> None:
        self._view, self._every = view, every

    def routes(self) -> tuple[Route, ...]:
        return (
            Route("/api/v1/status", Access.PROGRAM, self._status),
            Route("/api/v1/status.schema.json", Access.PROGRAM, self._schema),
            Route("/api/v1/openapi.json", Access.PROGRAM, self._openapi),
            Route("/metrics", Access.PROGRAM, self._metrics),
        )

    async def _status(self, _request: web.Request) -> web.Response:
        return json_answer(self._view.status())

    async def _schema(self, _request: web.Request) -> web.Response:
        return web.Response(text=json.dumps(openapi.status_schema(), indent=1) + "\n", content_type=SCHEMA_TYPE)

    async def _openapi(self, _request: web.Request) -> web.Response:
        return json_answer(openapi.document(self._every(), __version__, is_open=self._view.snapshot().simulated))

    async def _metrics(self, _request: web.Request) -> web.Response:
        text = metrics(self._view.snapshot(), self._view.status())
        return web.Response(body=text.encode(), headers={hdrs.CONTENT_TYPE: CONTENT_TYPE})
