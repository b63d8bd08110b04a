"""The fleet page over a real database on a real port, and people who may look at it."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import aiohttp
import pytest

from kiosk.collector.books import Books
from kiosk.collector.books.people import Person
from kiosk.collector.pages.site import FleetSite
from kiosk.collector.site import Site
from kiosk.collector.sqlite import open_sqlite
from kiosk.config.collector import CollectorSection
from kiosk.core import pins
from kiosk.core.campaign import Links
from kiosk.core.links import Known, LinkReport, Page, judge_all, named
from kiosk.core.windows import UnixMs

NOW = UnixMs(1_597_734_300_000)  # 2020-08-18 14:05 in Vietnam
PASSWORD = "bốn con vịt xanh"
PEOPLE = {"hanh": "viewer", "binh": "officer", "an": "admin"}
LINKS = Links()


class HandClock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> UnixMs:
        return UnixMs(NOW + int(self.seconds * 1000))

    def monotonic(self) -> float:
        return 1000.0 + self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += max(0.0, seconds)


@dataclass
class Province:
    """The world behind the page: what a test turns."""

    books: Books
    clock: HandClock = field(default_factory=HandClock)
    titles: dict[str, str] = field(default_factory=lambda: {"android": "Bluezone", "ios": "Bluezone", "site": "Cổng"})
    looks: int = 0
    site: FleetSite | None = None
    address: str = ""

    async def check(self, links: Links, known: Mapping[str, Known]) -> list[LinkReport]:
        """The pages behind the links as the test wants them."""
        self.looks += 1
        pages = {
            name: Page(url, url, 200, f"<title>{self.titles.get(name, name)}</title>")
            for name, url in named(links).items()
        }
        return judge_all(pages, known)

    async def kiosk(
        self, name: str = "Chợ Bến Đò", kind: str = "market", unit: tuple[str, ...] = ()
    ) -> tuple[str, str]:
        """A venue with an enrolled kiosk; their ids."""
        where = await self.books.venues.add(name, kind, await self.books.venues.unit(unit), NOW)
        number = len(await self.books.boxes.all())
        kiosk = "".join("abcdefghij"[int(digit)] for digit in f"{number:08}")
        await self.books.boxes.add_code(f"code {kiosk}", where, NOW - 1, NOW + 1000)
        assert await self.books.boxes.enrol(f"code {kiosk}", f"token {kiosk}", kiosk, NOW - 1) is not None
        return where, kiosk


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing that takes no second."""
    monkeypatch.setattr(pins.hashed, "__defaults__", ((2**4, 8, 1),))


@pytest.fixture
async def province(tmp_path: Path, cheap: None) -> AsyncIterator[Province]:
    """An empty province with three people, served."""
    books = Books(await open_sqlite(tmp_path / "books.db"))
    for name, role in PEOPLE.items():
        await books.people.add(Person(name, role, pins.hashed(PASSWORD, b"salt").decode()), NOW)
    found = Province(books)
    found.site = FleetSite(books, found.clock, LINKS, found.check, proxies=("127.0.0.1",))
    async with Site(CollectorSection(port=0), books, found.clock, found.site.pages()) as site:
        found.address = f"http://127.0.0.1:{site.port}"
        yield found
    await books.close()


@pytest.fixture
async def client(province: Province) -> AsyncIterator[aiohttp.ClientSession]:
    """A browser that nobody knows yet."""
    async with aiohttp.ClientSession(province.address, cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


class SignIn(Protocol):
    """Posts the form; the session is in the client's cookies."""

    async def __call__(self, name: str, password: str = PASSWORD) -> aiohttp.ClientResponse: ...


@pytest.fixture
def sign_in(client: aiohttp.ClientSession) -> SignIn:
    """Sign in as one of PEOPLE."""

    async def enter(name: str, password: str = PASSWORD) -> aiohttp.ClientResponse:
        return await client.post("/sign-in", data={"name": name, "password": password}, allow_redirects=False)

    return enter
