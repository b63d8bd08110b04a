"""Served: a collector on a port of this machine, and a box that asks it."""

import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple

import aiohttp

from kiosk.collector.api.boxes import code_hash
from kiosk.collector.books import Books
from kiosk.collector.site import Site
from kiosk.config.collector import CollectorSection
from kiosk.core import wire
from kiosk.core.adverts import Platform
from kiosk.core.batches import Batch, Row, Visit, encoded
from kiosk.core.encounters import Via
from kiosk.core.identity import BluezoneId
from kiosk.core.parcels import Kind, wrapped
from kiosk.core.windows import DAY_MS
from kiosk.ports import Clock
from tests.collector.made import BOX, DAY, NOW, OLD, rows

TOKEN = "a token that only the box knows"
CODE = "ABCD-EFGH-JKMN"
KEY = "ab" * 32


class Told(NamedTuple):
    """An answer."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def problem(self) -> wire.Problem:
        """The refusal in it."""
        assert self.headers["Content-Type"] == wire.PROBLEM_TYPE
        return wire.from_json(self.body, wire.Problem)

    @property
    def receipt(self) -> wire.Receipt:
        """The receipt in it."""
        return wire.from_json(self.body, wire.Receipt)


class Asker:
    """A box by its requests."""

    def __init__(self, client: aiohttp.ClientSession, address: str) -> None:
        self.client, self.address = client, address
        self.kiosk, self.token = BOX, TOKEN

    async def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Told:
        """One request with the box's token."""
        told = {"Authorization": f"Bearer {self.token}", **{name.replace("_", "-"): at for name, at in headers.items()}}
        async with self.client.request(
            method, f"{self.address}{path}", data=body or None, headers=told, allow_redirects=False
        ) as answer:
            assert answer.headers[wire.MARK] == "1"
            return Told(answer.status, await answer.read(), answer.headers)

    async def put(self, n: int, body: bytes, *, kind: Kind = Kind.ENCOUNTERS, store: str = OLD) -> Told:
        """A parcel."""
        path = f"/v1/kiosks/{self.kiosk}/stores/{store}/batches/{n}"
        return await self.ask("PUT", path, body, Content_Type=kind.media_type)

    async def say(self, path: str, message: wire.Message) -> Told:
        """A message in JSON."""
        return await self.ask("POST", path, wire.to_json(message), Content_Type="application/json")

    async def enrol(self, code: str = CODE) -> Told:
        """Use a code."""
        token = hashlib.sha256(self.token.encode()).hexdigest()
        return await self.say("/v1/enrol", wire.Enrol(code=code, token_sha256=token, version="1.0"))


def content_of(found: list[Row], day: int = DAY) -> bytes:
    """Rows as a box encodes them."""
    platforms, vias = (Platform.ANDROID, Platform.IOS), (Via.ADVERT, Via.GATT)
    visits = (
        Visit(slot, part, BluezoneId(peer), first, last, receptions, mean, platforms[platform], vias[via])
        for slot, part, first, peer, last, receptions, mean, platform, via in found
    )
    return encoded(Batch(day, tuple(visits)))


def body_of(count: int, seed: int = 1, day: int = DAY) -> bytes:
    """A parcel of encounters."""
    return wrapped(content_of(rows(count, seed), day))


async def prepared(books: Books) -> str:
    """A collector with a key, a venue and a code; the venue's id."""
    await books.people.set("signing_key", KEY)
    venue = await books.venues.add("Chợ Bến Đò", "market", "", NOW)
    await books.boxes.add_code(code_hash(CODE), venue, NOW, NOW + DAY_MS)
    return venue


@asynccontextmanager
async def asking(books: Books, clock: Clock) -> AsyncIterator[Asker]:
    """A collector over these books and an enrolled box."""
    await prepared(books)
    async with Site(CollectorSection(port=0), books, clock) as site, aiohttp.ClientSession() as client:
        asker = Asker(client, f"http://127.0.0.1:{site.port}")
        enrolled = wire.from_json((await asker.enrol()).body, wire.Enrolled)
        asker.kiosk = enrolled.kiosk
        yield asker
