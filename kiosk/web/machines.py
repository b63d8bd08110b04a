"""Machines: the same facts for programs: health by status code, and the status document."""

from aiohttp import web

from kiosk.core.status import Health
from kiosk.web.routes import Access, Route
from kiosk.web.view import View, json_answer


class Machines:
    """What programs ask for."""

    def __init__(self, view: View) -> None:
        self._view = view

    def routes(self) -> tuple[Route, ...]:
        return (
            Route("/healthz", Access.OPEN, self._healthz),
            Route("/status.json", Access.STAFF, self._status_json),
        )

    async def _healthz(self, _request: web.Request) -> web.Response:
        status = self._view.status()
        told = Health(
            status=status["status"],
            light=status["light"],
            code=status["code"],
            dead=status["dead"],
            simulated=status["simulated"],
            version=status["version"],
        )
        return json_answer(told, 503 if status["dead"] else 200)

    async def _status_json(self, _request: web.Request) -> web.Response:
        return json_answer(self._view.status())
