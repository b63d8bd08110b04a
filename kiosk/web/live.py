"""Live: open pages hear by server-sent events, each second, a tag of what they should show. No fact is in it.

A page whose own tag differs loads itself again. A beat that stays away tells the page that it lost its kiosk.
"""

import asyncio
import hashlib
import json
import math
from typing import Final

from aiohttp import hdrs, web

from kiosk.core.status import Document
from kiosk.web.routes import Access, Route
from kiosk.web.view import View

BEAT_S: Final = 1.0
BEATS: Final = 600
"""A stream ends after ten minutes and the browser opens another: who signed out meanwhile is not let in again."""
MOST: Final = 64
"""Streams at once. Whoever comes then is told to ask now and then instead."""
STREAM: Final = "text/event-stream; charset=utf-8"
NEVER_SHOWN: Final = ("at", "started", "services", "collect", "advertise", "upkeep")
"""What moves all the time and stands on no page; the rows say it in words."""


class Live:
    """Every open stream."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._streams: set[asyncio.Task[object]] = set()
        self._tag, self._told_at = "", -math.inf

    def routes(self) -> tuple[Route, ...]:
        return (Route("/events", Access.STAFF, self._events),)

    async def close(self, _app: web.Application) -> None:
        """End every stream: nobody waits for a page when the kiosk stops."""
        for stream in self._streams:
            stream.cancel()

    async def _events(self, request: web.Request) -> web.StreamResponse:
        task = asyncio.current_task()
        if task is None or len(self._streams) >= MOST:
            return web.Response(status=503, text="enough pages are open\n", headers={hdrs.RETRY_AFTER: "60"})
        if request.method == hdrs.METH_HEAD:
            return web.Response(headers={hdrs.CONTENT_TYPE: STREAM})
        answer = web.StreamResponse(headers={hdrs.CONTENT_TYPE: STREAM})
        await answer.prepare(request)
        self._streams.add(task)
        try:
            for _ in range(BEATS):
                await answer.write(f"data: {self._now()}\n\n".encode())
                await self._view.sleep(BEAT_S)
        except ConnectionError:
            return answer  # the page was closed
        finally:
            self._streams.discard(task)
        return answer

    def _now(self) -> str:
        """The tag, worked out once for all streams of this moment."""
        now = asyncio.get_running_loop().time()
        if now - self._told_at >= BEAT_S / 2:
            self._tag, self._told_at = tag(self._view.status()), now
        return self._tag


def tag(status: Document) -> str:
    """Changes when the page would look different."""
    shown = {key: value for key, value in status.items() if key not in NEVER_SHOWN}
    shown["until"] = status["collect"]["until"]
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:12]
