"""Stage fleet: the fleet page of 5,000 venues, answer by answer, from a collector on a real port over SQLite.

Every venue has a kiosk that has told its day; one in eight has a trouble. The books are filled through the same verbs
that answer the boxes.
"""

import asyncio
import tempfile
from pathlib import Path
from random import Random
from time import perf_counter, process_time, time
from typing import Final

import aiohttp
from table import Line

from kiosk.adapters.link_check import check_links
from kiosk.adapters.system import SystemClock
from kiosk.collector.books import Books
from kiosk.collector.books.people import Person
from kiosk.collector.pages.site import FleetSite
from kiosk.collector.site import Site
from kiosk.collector.sqlite import open_sqlite
from kiosk.config.collector import CollectorSection
from kiosk.core import pins
from kiosk.core.campaign import Links
from kiosk.core.windows import UnixMs
from tests.fleet.province import FATES, Made, heartbeat, made

VENUES: Final = 5_000
ASKED: Final = 20
GOAL_MS: Final = 1000.0
PASSWORD: Final = "bench"
PAGES: Final = {
    "first page": "/",
    "search without marks": "/?q=truong+suoi+may",
    "one unit, red only": "/?unit=tinh-son-ha&light=red",
    "last page": "/?page=100",
    "CSV of all": "/fleet.csv",
}


async def fill(books: Books, now: UnixMs) -> None:
    """5,000 venues in 200 wards."""
    random, kinds = Random(5), made()
    units = [await books.venues.unit(("Tỉnh Sơn Hà", f"Xã Suối Mây {number}")) for number in range(200)]
    for number in range(VENUES):
        like = kinds[number % len(kinds)]
        name, fate = f"{like.name} {number}", FATES[number % len(FATES)] if number % 8 == 0 else ""
        where = await books.venues.add(name, like.kind, units[number % len(units)], now)
        kiosk = "".join(random.choices("abcdefghijklmnopqrstuvwxyz234567", k=8))
        await books.boxes.add_code(f"code {number}", where, now, now + 1000)
        await books.boxes.enrol(f"code {number}", f"token {number}", kiosk, now)
        at = UnixMs(now - random.randrange(300_000))
        told = heartbeat(Made(name, like.kind, (), fate, like.busy), "a" * 16, at)
        await books.boxes.heard(kiosk, told, at)


async def _asked(client: aiohttp.ClientSession, path: str) -> tuple[list[float], float, int]:
    """Milliseconds of every answer, of the processor for one (reading it included), and its size."""
    spent, size, used = [], 0, process_time()
    for _ in range(ASKED):
        began = perf_counter()
        async with client.get(path) as answer:
            body = await answer.read()
        if answer.status != 200:
            raise SystemExit(f"bench: {path}: {answer.status}")
        spent.append(1000 * (perf_counter() - began))
        size = len(body)
    return sorted(spent), 1000 * (process_time() - used) / ASKED, size


async def _measure() -> list[Line]:
    lines = []
    with tempfile.TemporaryDirectory(prefix="bench-fleet-") as folder:
        books = Books(await open_sqlite(Path(folder) / "books.db"))
        now = UnixMs(int(time() * 1000))
        await books.people.add(Person("an", "viewer", pins.hashed(PASSWORD, b"salt", (2**4, 8, 1)).decode()), now)
        await fill(books, now)
        fleet = FleetSite(books, SystemClock(), Links(), check_links)
        async with (
            Site(CollectorSection(port=0), books, SystemClock(), fleet.pages()) as site,
            aiohttp.ClientSession(f"http://127.0.0.1:{site.port}", cookie_jar=aiohttp.CookieJar(unsafe=True)) as client,
        ):
            await client.post("/sign-in", data={"name": "an", "password": PASSWORD})
            for what, path in PAGES.items():
                spent, used, size = await _asked(client, path)
                note = f"p50 {spent[len(spent) // 2]:.0f} ms, processor {used:.0f} ms, {size // 1000} kB"
                p95 = spent[int(0.95 * len(spent))]
                lines.append(Line("fleet", f"{VENUES} venues, {what}, p95", p95, "ms", GOAL_MS, note))
        await books.close()
    return lines


def run() -> list[Line]:
    """Once, about a minute, most of it filling the books."""
    return asyncio.run(_measure())
