"""The box and the collector, both real: over HTTP, onto SQLite and PostgreSQL. What was sealed is there, once."""

import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from kiosk.adapters.backend import HttpBackend, Line
from kiosk.adapters.signatures import SignatureProcess
from kiosk.adapters.vault import FileVault
from kiosk.collector.books import Books
from kiosk.collector.signing import Signer
from kiosk.collector.site import Site
from kiosk.config import Config, campaign_of, filled
from kiosk.config import Sync as Settings
from kiosk.config.collector import CollectorSection
from kiosk.core import wire
from kiosk.core.adverts import Platform
from kiosk.core.batches import Row, batch_of, encoded, rows
from kiosk.core.campaign import Campaign
from kiosk.core.encounters import Encounter, Flush, Via
from kiosk.core.facts import SyncFacts
from kiosk.core.identity import BluezoneId, RootKey
from kiosk.core.sync.enrolment import Enrolment
from kiosk.core.windows import DAY_MS, UnixMs, Window, window_at
from kiosk.ports import Backend
from kiosk.services.sync import NAME, Means, Sync
from kiosk.sim.network import Dropping
from kiosk.store import Store, open_store
from kiosk.supervisor import Board
from kiosk.verbs.enroll import enrolled
from tests.collector.made import DAY, NOW
from tests.collector.served import CODE, prepared
from tests.web.conftest import HandClock

KEY = RootKey(bytes(range(32)))
SIGNER = Signer(bytes(range(32)))
Way = Callable[[Backend], Backend]
WINDOW = window_at(UnixMs(DAY * DAY_MS + 3_600_000))


class Said(NamedTuple):
    """A heartbeat as the collector keeps it."""

    said: str


class Given(NamedTuple):
    """An answer as the collector keeps it."""

    content: bytes


class Clock(HandClock):
    """Time that the test moves."""

    def now(self) -> UnixMs:
        return UnixMs(NOW + int(self.seconds * 1000))


def composed(settings: Mapping[str, str]) -> Campaign:
    """The province's campaign in a box that has none of its own."""
    return campaign_of(filled(Config(), settings))


class Box:
    """A box with its card in a folder, and the loop that sends."""

    def __init__(self, store: Store, folder: Path, clock: Clock, way: Way) -> None:
        self.store, self.clock = store, clock
        self.board = Board(clock, version="0.1.0", venue="", simulated=False)
        self.board.enter(NAME)

        def connect(me: Enrolment) -> Backend:
            return way(HttpBackend(me.url, me.token, Line()))

        means = Means(FileVault(folder), connect, SignatureProcess(), composed, lambda: 0.5)
        self.service = Sync(store, KEY, Settings(share="encounters"), means, clock=clock, board=self.board)

    async def live(self, turns: int) -> None:
        for _ in range(turns):
            await self.service.turn()
            self.clock.seconds += 5

    async def sealed(self, count: int, slot: int, seed: int = 0) -> list[Row]:
        """So many phones in a sealed window, as rows of the collector."""
        window = Window(UnixMs(WINDOW.start + slot * 900_000))
        found = [
            Encounter(
                window, BluezoneId(bytes([seed]) + n.to_bytes(11, "big")), 0, window.start, UnixMs(window.start + 9000),
                3, -50, -180, Platform.IOS, Via.GATT,
            )
            for n in range(count)
        ]  # fmt: skip
        await self.store.put(Flush(found, [(window, 0)]), self.clock.now())
        return list(rows(encoded(batch_of(window.day, found)))[1])

    @property
    def facts(self) -> SyncFacts:
        found = self.board.snapshot().sync
        assert found is not None
        return found


class Scene:
    """A collector, and as many lives of a card as a test wants."""

    def __init__(self, books: Books, folder: Path, clock: Clock, address: str) -> None:
        self.books, self.folder, self.clock, self.address = books, folder, clock, address

    @asynccontextmanager
    async def box(
        self, card: str = "card", way: Callable[[Backend], Backend] = lambda inner: inner
    ) -> AsyncIterator[Box]:
        folder = self.folder / card
        async with open_store(folder) as store:
            box = Box(store, folder, self.clock, way)
            yield box
            await box.service.hang_up()

    async def enrol(self, card: str = "card") -> Enrolment:
        return await enrolled(self.address, CODE, FileVault(self.folder / card), Settings())

    async def stored(self, kiosk: str) -> list[Row]:
        return sorted(await self.books.database.encounters(kiosk, DAY))

    async def notify(self, body: wire.Cases | wire.Request | wire.Campaign, kiosk: str = "") -> int:
        now = self.clock.now()
        number = await self.books.notices.next_number(now)
        notice = wire.Notice(number=number, issued=now, expires=now + DAY_MS, kiosk=kiosk, body=body)
        await self.books.notices.add(notice, SIGNER.sign(notice))
        return number


@pytest.fixture
async def scene(books: Books, tmp_path: Path) -> AsyncIterator[Scene]:
    clock = Clock()
    await prepared(books)
    await books.people.set("signing_key", SIGNER.public)
    async with Site(CollectorSection(port=0), books, clock) as site:
        yield Scene(books, tmp_path, clock, f"http://127.0.0.1:{site.port}")


async def test_what_was_sealed_is_in_the_collectors_database_row_by_row(scene: Scene) -> None:
    me = await scene.enrol()
    async with scene.box() as box:
        await box.live(1)
        found = [row for slot in range(5) for row in await box.sealed(60, slot)]
        await box.live(3)
        assert box.facts.waiting == 0
    assert await scene.stored(me.kiosk) == sorted(found)
    [said] = await scene.books.database.rows(Said, "SELECT said FROM heartbeat WHERE kiosk = $1", me.kiosk)
    assert wire.from_json(said.said.encode(), wire.Heartbeat).share == "encounters"


async def test_answers_that_are_lost_and_lives_that_end_cost_nothing(scene: Scene) -> None:
    me = await scene.enrol()
    chances = iter([0.1, 0.9, 0.3, 0.7, 0.2, 0.8, 0.6, 0.4, 0.05] * 500)

    def lossy(inner: Backend) -> Backend:
        return Dropping(inner, lambda: next(chances), 0.66)

    found: list[Row] = []
    for life in range(4):
        async with scene.box(way=lossy) as box:
            await box.live(2)
            found += await box.sealed(30, life)
            await box.live(3)
    async with scene.box() as box:
        await box.live(3)
        assert box.facts.waiting == 0
    assert await scene.stored(me.kiosk) == sorted(found)


async def test_a_card_restored_from_an_older_copy_sends_all_and_nothing_is_there_twice(scene: Scene) -> None:
    me = await scene.enrol()
    async with scene.box() as box:
        await box.live(1)
        found = await box.sealed(20, 0)
        await box.live(1)
    shutil.copytree(scene.folder / "card", scene.folder / "copy")
    async with scene.box() as box:
        found += await box.sealed(20, 1, seed=1)
        found += await box.sealed(20, 2, seed=2)
        await box.live(2)
        old = box.store.outbox.store_id
    async with scene.box("copy") as box:
        found += await box.sealed(20, 3, seed=3)
        found += await box.sealed(20, 4, seed=4)
        await box.live(4)
        assert box.facts.waiting == 0
        assert box.store.outbox.store_id != old
    assert await scene.stored(me.kiosk) == sorted(found)


async def test_a_signed_request_is_answered_and_a_campaign_reaches_the_wall(scene: Scene) -> None:
    me = await scene.enrol()
    async with scene.box() as box:
        await box.live(1)
        found = await box.sealed(25, 0)
        await box.live(1)
        number = await scene.notify(wire.Request(case="F0-1", windows=(WINDOW.start,)), me.kiosk)
        await scene.notify(wire.Campaign(settings={"profile": "market"}))
        await scene.notify(wire.Request(case="F0-2", windows=(WINDOW.start,)), "zzzzzzzz")
        scene.clock.seconds += 400
        await box.live(3)
        assert box.facts.answered == 1
        assert box.board.snapshot().campaign == composed({"profile": "market"})
        scene.clock.seconds += 400
        await box.live(1)
    [given] = await scene.books.database.rows(Given, "SELECT content FROM answer")
    answer = wire.from_msgpack(given.content, wire.Answer)
    assert (answer.request, answer.case, list(rows(answer.batches[0])[1])) == (number, "F0-1", found)


async def test_a_stolen_box_is_told_so_and_sends_nothing_more(scene: Scene) -> None:
    me = await scene.enrol()
    async with scene.box() as box:
        await box.live(1)
        await scene.books.boxes.revoke(me.kiosk, scene.clock.now(), stolen=True)
        await box.sealed(5, 0)
        await box.live(2)
        assert (box.facts.refused, box.facts.waiting) == (True, 1)
