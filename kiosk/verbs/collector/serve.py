"""serve: the collector itself, until SIGTERM."""

import argparse
import asyncio
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

from kiosk.verbs.arguments import Verbs
from kiosk.verbs.collector.shared import takes_collector, whole

if TYPE_CHECKING:
    from kiosk.collector.books import Books
    from kiosk.collector.serving import Room
    from kiosk.config.collector import CollectorConfig
    from kiosk.ports import Clock


def add(verbs: Verbs) -> None:
    """Declare the verb."""
    serve = verbs.add_parser("serve", help="run the collector")
    serve.set_defaults(act=_serve)
    serve.add_argument("--port", type=int, metavar="N", help="another port than the configuration's (0 picks one)")
    takes_collector(serve)


def _serve(arguments: argparse.Namespace) -> int:
    from kiosk.adapters import journal, system
    from kiosk.collector.serving import serve
    from kiosk.config import replace

    config = whole(arguments)
    if arguments.port is not None:
        config = replace(config, collector=replace(config.collector, port=arguments.port))
    journal.log_to_journal()

    def ready(port: int) -> None:
        print(f"http://{config.collector.host}:{port}", flush=True)
        system.SystemdHost().ready()

    async def until_asked() -> None:
        """SIGTERM and Ctrl-C let open requests end."""
        task = asyncio.current_task()
        assert task is not None
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        await serve(config.collector, system.SystemClock(), ready=ready, rooms=[lambda *of: _fleet(config, *of)])

    with suppress(asyncio.CancelledError):
        asyncio.run(until_asked())
    return 0


def _fleet(config: "CollectorConfig", books: "Books", clock: "Clock") -> "Room":
    """The pages for people, and the smart link."""
    from kiosk.adapters.link_check import check_links
    from kiosk.collector.pages.site import FleetSite
    from kiosk.core.campaign import Links

    links = Links(android=config.links.android, ios=config.links.ios, site=config.links.site)
    section = config.collector
    return FleetSite(books, clock, links, check_links, proxies=section.proxies, url=section.url)
