"""A collector as a whole: it deletes what is over, waits for its database, and two of them are one."""

import asyncio
from pathlib import Path

import aiohttp
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.collector.books import Books
from kiosk.collector.opening import open_books, sqlite_path
from kiosk.collector.serving import forget, keep_up, serve
from kiosk.collector.signing import Signer
from kiosk.collector.site import Site
from kiosk.config.collector import CollectorSection
from kiosk.core import wire
from kiosk.core.windows import DAY_MS, UnixMs
from kiosk.errors import ConfigError, StoreError, StoreUnavailable
from tests.collector.made import BOX, DAY, NOW, OLD, HandClock, enrolled, parcel, rows
from tests.collector.served import Asker, asking, body_of
from tests.collector.servers import Postgres


class Ended(Exception):
    """The test has seen enough."""


class CountingClock(HandClock):
    """Notes each sleep, and ends the loop after some."""

    def __init__(self, turns: int) -> None:
        super().__init__()
        self.slept: list[float] = []
        self._turns = turns

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if len(self.slept) == self._turns:
            raise Ended


async def test_upkeep_deletes_days_notices_and_sessions_that_are_over_once_an_hour(books: Books) -> None:
    await enrolled(books)
    await books.database.take(parcel(1, rows(5), day=DAY - 22))
    await books.database.take(parcel(2, rows(5), day=DAY - 21))
    clock = CountingClock(2)
    with pytest.raises(Ended):
        await keep_up(books, clock, 21)
    assert clock.slept == [3600.0, 3600.0]
    assert [len(await books.database.encounters(BOX, day)) for day in (DAY - 22, DAY - 21)] == [0, 5]


async def test_upkeep_tries_again_soon_when_the_database_is_away(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(before_day: int) -> int:
        raise StoreUnavailable("away")

    monkeypatch.setattr(books.database, "forget", away)
    clock = CountingClock(2)
    with pytest.raises(Ended):
        await keep_up(books, clock, 21)
    assert clock.slept == [5.0, 5.0]


def everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


async def test_a_deleted_row_is_overwritten_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    async with open_books(f"sqlite://{path}") as books:
        await enrolled(books)
        content = rows(200)
        await books.database.take(parcel(1, content, day=DAY - 30))
        await forget(books, NOW, 21)
    found = everything_in(tmp_path)
    assert [row[3].hex() for row in content if row[3] in found] == []


async def test_serving_opens_books_and_port_and_closes_them(tmp_path: Path) -> None:
    clock, opened = HandClock(), asyncio.get_running_loop().create_future()
    config = CollectorSection(db=f"sqlite://{tmp_path}/books.db", port=0)

    async def asleep(seconds: float) -> None:
        await asyncio.Event().wait()

    clock.sleep = asleep  # type: ignore[method-assign]

    async def asked() -> None:
        port = await opened
        async with aiohttp.ClientSession() as client, client.get(f"http://127.0.0.1:{port}/healthz") as answer:
            assert answer.status == 200
        raise Ended

    async def both() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(serve(config, clock, ready=opened.set_result))
            group.create_task(asked())

    with pytest.raises(ExceptionGroup) as told:
        await both()
    assert told.group_contains(Ended)


async def test_two_collectors_on_one_database_are_one(books: Books, address: str) -> None:
    async with (
        asking(books, HandClock()) as box,
        open_books(address) as others,
        Site(CollectorSection(port=0), others, HandClock()) as second,
    ):
        other = Asker(box.client, f"http://127.0.0.1:{second.port}")
        other.kiosk = box.kiosk
        assert (await box.put(1, body_of(40))).status == 201
        assert (await other.put(1, body_of(40))).status == 200
        assert (await other.put(1, body_of(40, seed=2))).status == 409
        both = await asyncio.gather(*(each.put(n, body_of(40, seed=n)) for n in range(2, 12) for each in (box, other)))
        assert sorted(told.status for told in both) == [200] * 10 + [201] * 10
        assert len(await books.database.encounters(box.kiosk, DAY)) == 440
        await books.boxes.revoke(box.kiosk, NOW, stolen=False)
        assert (await other.put(99, body_of(1))).status == 401


@pytest.mark.postgres
async def test_while_postgresql_is_away_boxes_are_asked_to_wait_and_then_nothing_is_missing(postgres: Postgres) -> None:
    address = postgres.create("away")
    async with open_books(address) as books, asking(books, HandClock()) as box:
        assert (await box.put(1, body_of(40))).status == 201
        await asyncio.to_thread(postgres.stop)
        try:
            away = [await box.put(2, body_of(40, seed=2)), await box.ask("GET", "/healthz")]
            assert [(told.status, told.problem.code) for told in away] == [(503, "unavailable")] * 2
        finally:
            await asyncio.to_thread(postgres.start)
        again = [(await box.put(n, body_of(40, seed=n))).status for n in (2, 1)]
        assert again == [201, 200]
        assert len(await books.database.encounters(box.kiosk, DAY)) == 80


async def test_a_database_that_is_damaged_is_told_with_its_path(tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    path.write_bytes(b"this is no database, but long enough to be taken for one" * 40)
    with pytest.raises(StoreError, match=r"books\.db"):
        async with open_books(f"sqlite://{path}"):
            pass


async def test_a_folder_nobody_may_make_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be created"):
        async with open_books(f"sqlite://{tmp_path}/file/books.db"):
            pass


async def test_the_file_of_the_books_is_for_its_owner_alone(tmp_path: Path) -> None:
    async with open_books(f"sqlite://{tmp_path}/inside/books.db"):
        assert (tmp_path / "inside/books.db").stat().st_mode & 0o077 == 0
        assert (tmp_path / "inside").stat().st_mode & 0o077 == 0
    assert sqlite_path("postgresql://x/y") is None


def test_a_notice_is_signed_over_exactly_its_bytes() -> None:

    signer = Signer(bytes(range(32)))
    notice = wire.Notice(number=1, issued=1, expires=2, body=wire.Campaign(settings={}))
    signed = signer.sign(notice)
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(signer.public)).verify(signed.signature, signed.notice)
    assert wire.from_msgpack(signed.notice, wire.Notice) == notice
    with pytest.raises(ConfigError, match="expected 32 bytes, got 31"):
        Signer(bytes(31))


async def test_the_clock_of_now_decides_which_days_are_over(books: Books) -> None:
    await enrolled(books)
    await books.database.take(parcel(1, rows(5)))
    await forget(books, UnixMs(NOW + 21 * DAY_MS), 21)
    assert len(await books.database.encounters(BOX, DAY)) == 5
    await forget(books, UnixMs(NOW + 22 * DAY_MS), 21)
    assert await books.database.encounters(BOX, DAY) == []
    assert await books.boxes.last(BOX, OLD) == 1
