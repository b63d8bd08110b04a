"""The fleet page as it looks: sixty invented venues whose kiosks enrolled and told their days to a running collector.

Nothing is inserted: codes are made by a signed-in officer's form, kiosks enrol with them and send heartbeats over HTTP
for two weeks of made-up time, phones open the smart link.
"""

import asyncio
import hashlib
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Final

import aiohttp
from PIL import Image
from take import PICTURES, beside, save

from kiosk.collector.books import Books
from kiosk.collector.books.people import Person
from kiosk.collector.opening import open_books
from kiosk.collector.pages.site import FleetSite
from kiosk.collector.site import Site
from kiosk.config.collector import CollectorSection
from kiosk.core import pins, wire
from kiosk.core.campaign import Links
from kiosk.core.windows import DAY_MS, UnixMs, vietnam_day_start
from kiosk.core.wording import HOUR_MS, MINUTE_MS
from tests.core.test_smart import PEOPLE
from tests.fleet.conftest import HandClock, Province
from tests.fleet.province import Made, heartbeat, made
from tests.web.chromium import Page, chromium, fresh_page

PHONE: Final = (390, 844)
DESKTOP: Final = (1280, 1000)
DAYS: Final = 14
WHO: Final = ("Lê Thu Hạnh", "mật khẩu của tranh", "admin")
STORE: Final = "a" * 16
AGES: Final = {"silent": 8 * HOUR_MS - 7 * MINUTE_MS, "stale": 14 * MINUTE_MS}
"""How long ago the last word came; of the others within five minutes."""


class Fleet:
    """The collector's address, and what the kiosks know."""

    def __init__(self, address: str, client: aiohttp.ClientSession, clock: HandClock, now: UnixMs) -> None:
        self.address, self._client, self._clock, self._now = address, client, clock, now
        self._kiosks: dict[str, tuple[str, str]] = {}

    async def sign_in(self) -> None:
        """For a working day."""
        await self._client.post("/sign-in", data={"name": WHO[0], "password": WHO[1]})

    async def enrol(self, of: Made, venue: str) -> None:
        """An officer makes a code on the venue's page, the kiosk uses it."""
        self._clock.seconds += 11  # the collector takes six enrolments a minute from one address
        path = f"/venues/{venue}/do/code"
        code = re.search(r'class="code">([^<]+)<', await self._pressed(path))
        assert code is not None, venue
        token = f"token of {venue}"
        body = wire.Enrol(code=code[1], token_sha256=hashlib.sha256(token.encode()).hexdigest(), version="0.1.0")
        async with self._client.post("/v1/enrol", data=wire.to_json(body), headers=_JSON) as answer:
            assert answer.status == 201, await answer.text()
            told = wire.from_json(await answer.read(), wire.Enrolled)
        self._kiosks[venue] = told.kiosk, token

    async def say(self, of: Made, venue: str, at: UnixMs) -> None:
        """A heartbeat at some time."""
        kiosk, token = self._kiosks[venue]
        self._clock.seconds = (at - self._now) / 1000
        headers = {**_JSON, "Authorization": f"Bearer {token}"}
        body = wire.to_json(heartbeat(of, STORE, at))
        async with self._client.post(f"/v1/kiosks/{kiosk}/heartbeat", data=body, headers=headers) as answer:
            assert answer.status == 200, await answer.text()

    async def report_stolen(self, venue: str) -> None:
        """Somebody calls, the officer locks it out."""
        await self.sign_in()
        await self._pressed(f"/venues/{venue}/do/stolen")

    async def scan(self, venue: str, agent: str) -> None:
        """A phone opens the link."""
        headers = {"User-Agent": agent}
        async with self._client.get(f"/i/{venue}", headers=headers, allow_redirects=False) as answer:
            assert answer.status in (200, 302)

    async def _pressed(self, path: str) -> str:
        async with self._client.get(path) as page:
            token = re.search(r'name="token" value="([^"]+)"', await page.text())
        assert token is not None, path
        async with self._client.post(path, data={"token": token[1]}) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.text()


_JSON: Final = {"Content-Type": "application/json"}


async def lived(fleet: Fleet, site: FleetSite, here: list[tuple[Made, str]], now: UnixMs) -> None:
    """Two weeks of evenings, each kiosk well, and phones at the doors; then today."""
    random = Random(9)
    for of, venue in here:
        await fleet.enrol(of, venue)
    talking = [(of, venue) for of, venue in here if of.fate != "fresh"]
    for day in range(DAYS, 0, -1):
        evening = UnixMs(vietnam_day_start(UnixMs(now - day * DAY_MS)) + 21 * HOUR_MS)
        for of, venue in talking:
            busy = round(of.busy * random.uniform(0.75, 1.2))
            await fleet.say(replace(of, fate="", busy=busy), venue, evening)
            for agent in random.choices(PEOPLE, k=random.randrange(4)):
                await fleet.scan(venue, agent[0])
        await site.tick()
    for at, of, venue in sorted(today(talking, now, random), key=lambda each: each[0]):
        await fleet.say(of, venue, at)
    for of, venue in talking:
        if of.fate == "stolen":
            await fleet.report_stolen(venue)


def today(talking: list[tuple[Made, str]], now: UnixMs, random: Random) -> Iterator[tuple[UnixMs, Made, str]]:
    """Well in the morning, then the fate of the day, some while before now and within the last five minutes."""
    morning = UnixMs(vietnam_day_start(now) + 5 * HOUR_MS)
    for place, (of, venue) in enumerate(talking):
        last = UnixMs(now - AGES.get(of.fate, place * 4800))
        yield morning, replace(of, fate=""), venue
        if of.fate not in AGES:
            yield UnixMs(last - random.randrange(20, 300) * MINUTE_MS), of, venue
        yield last, of, venue


class Calendar(HandClock):
    """Begins weeks ago; its seconds never jump back."""

    def monotonic(self) -> float:
        return super().monotonic() + 30 * 86_400


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[tuple[Fleet, Books]]:
    """A collector over empty books, with one person."""
    clock = Calendar()
    async with open_books(f"sqlite://{folder}/books.db") as books:
        await books.people.set("signing_key", "ab" * 32)
        kept = pins.hashed(WHO[1], b"salt", (2**4, 8, 1)).decode()
        await books.people.add(Person(WHO[0], WHO[2], kept), clock.now())
        pages = FleetSite(books, clock, Links(), Province(books).check)
        async with Site(CollectorSection(port=0), books, clock, pages.pages()) as site:
            address = f"http://127.0.0.1:{site.port}"
            jar = aiohttp.CookieJar(unsafe=True)
            async with aiohttp.ClientSession(address, cookie_jar=jar) as client:
                now = clock.now()
                clock.seconds = -(DAYS + 0.5) * 86_400
                fleet = Fleet(address, client, clock, now)
                await fleet.sign_in()
                venues = [(each, await _entered(books, each, clock.now())) for each in made()]
                await lived(fleet, pages, [(of, venue) for of, venue in venues if of.fate != "new"], now)
                clock.seconds = 0.0
                yield fleet, books


async def _entered(books: Books, of: Made, now: UnixMs) -> str:
    """As `kiosk collector venue add` does it."""
    return await books.venues.add(of.name, of.kind, await books.venues.unit(of.unit), now)


async def pictured(
    page: Page, address: str, size: tuple[int, int], scale: float = 1, *, whole: bool = False
) -> Image.Image:
    """What a window shows; `whole`: from top to bottom."""
    await page.open(address, *size, scale=scale)
    if whole:
        height = await page.evaluate("document.documentElement.scrollHeight")
        assert isinstance(height, int)
        await page.resize(size[0], height, scale)
    return Image.open(BytesIO(await page.picture())).convert("RGB")


async def entered(page: Page, address: str) -> None:
    """Signed in through the form."""
    await page.open(f"{address}/sign-in", *PHONE)
    for field, text in (("name", WHO[0]), ("password", WHO[1])):
        await page.evaluate(f"document.getElementById('{field}').value = '{text}'")
    await page.evaluate("document.querySelector('form').submit()")
    await page.until(lambda message: message.get("method") == "Page.loadEventFired")


async def main(folder: Path) -> None:
    """Every picture, one Chromium."""
    with tempfile.TemporaryDirectory(prefix="fleet-") as place, chromium() as devtools:
        async with running(Path(place)) as (fleet, books), fresh_page(devtools) as page:
            await entered(page, fleet.address)
            lines = await books.fleet.venues()
            [off_air, *_] = [each.id for each in lines if each.heartbeat and "S4" in str(each.heartbeat.faults)]
            for lang in ("vi", "en"):
                asked = f"lang={lang}"
                save(await pictured(page, f"{fleet.address}/?{asked}", DESKTOP), folder / f"fleet-desktop-{lang}.png")
                phones = [
                    await pictured(page, f"{fleet.address}/{path}{asked}", PHONE, 1.5)
                    for path in ("?", f"venues/{off_air}?", "scans?")
                ]
                save(beside(phones), folder / f"fleet-phone-{lang}.png")
            venue = await pictured(page, f"{fleet.address}/venues/{off_air}?lang=vi", DESKTOP, whole=True)
            save(venue, folder / "fleet-venue-vi.png")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES))
