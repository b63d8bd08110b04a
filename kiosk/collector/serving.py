"""Serving: a whole collector, until it is asked to leave. Any number of them may run on one database."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

from kiosk.collector.books import Books
from kiosk.collector.opening import open_books
from kiosk.collector.routes import Route
from kiosk.collector.site import Site
from kiosk.config.collector import CollectorSection
from kiosk.core.windows import DAY_MS
from kiosk.errors import StoreUnavailable
from kiosk.ports import Clock

UPKEEP_S: Final = 3600.0
TRY_AGAIN_S: Final = 5.0

log = logging.getLogger(__name__)


class Room(Protocol):
    """Pages for people, and what they do meanwhile."""

    def pages(self) -> Sequence[Route]:
        """Its addresses."""
        ...

    def run(self) -> Awaitable[None]:
        """Its own loop, until cancelled. A database that is away is no reason to end."""
        ...


Rooms = Callable[[Books, Clock], Room]
"""Makes a room over the books."""


async def serve(
    config: CollectorSection, clock: Clock, *, ready: Callable[[int], None], rooms: Sequence[Rooms] = ()
) -> None:
    """Open books and port, call `ready` with the port, and serve until cancelled."""
    async with open_books(config.db) as books:
        made = [room(books, clock) for room in rooms]
        pages = [route for room in made for route in room.pages()]
        async with Site(config, books, clock, pages) as site, asyncio.TaskGroup() as group:
            group.create_task(keep_up(books, clock, config.retention_days), name="upkeep")
            for room in made:
                group.create_task(_run(room), name=type(room).__name__)
            ready(site.port)


async def _run(room: Room) -> None:
    await room.run()


async def keep_up(books: Books, clock: Clock, retention_days: int) -> None:
    """Every hour: delete what is over. Several collectors may do it, one after the other."""
    while True:
        try:
            await forget(books, clock.now(), retention_days)
            await clock.sleep(UPKEEP_S)
        except StoreUnavailable as error:
            log.warning("upkeep: %s", error)
            await clock.sleep(TRY_AGAIN_S)


async def forget(books: Books, now: int, retention_days: int) -> None:
    """Days older than the retention, notices and sessions that have expired."""
    days = await books.database.forget(now // DAY_MS - retention_days)
    if days:
        log.info("%d days deleted", days)
    await books.notices.forget(now)
    await books.people.forget(now)
    await books.turns.forget(now)
