"""Server-sent events: a tag each second that moves when the page does, a ceiling, and an end."""

import asyncio
import json
from dataclasses import replace

import aiohttp
import pytest

from kiosk.adapters.system import SystemClock
from kiosk.config import Web
from kiosk.core.facts import Trouble
from kiosk.core.report import document
from kiosk.core.windows import UnixMs
from kiosk.web.live import BEAT_S, MOST, tag
from tests.web.conftest import NOW, TALLY, WELL, Kiosk, troubled

RED = troubled(WELL, "advertise", Trouble.REFUSED)


async def told(stream: aiohttp.ClientResponse) -> str:
    """The next tag."""
    line = await stream.content.readline()
    assert (await stream.content.readline()) == b"\n"
    assert line.startswith(b"data: ")
    return line[6:].decode().strip()


async def test_each_second_the_same_tag_until_the_page_would_look_different(
    client: aiohttp.ClientSession, kiosk: Kiosk
) -> None:
    clock = SystemClock()
    async with client.get("/events") as stream:
        assert (stream.status, stream.content_type) == (200, "text/event-stream")
        assert stream.headers["Cache-Control"] == "no-store"
        began = clock.monotonic()
        first = await told(stream)
        assert await told(stream) == first
        kiosk.snapshot = RED
        assert await told(stream) != first
        assert clock.monotonic() - began == pytest.approx(2 * BEAT_S, abs=0.9)
    async with client.get("/") as answer:
        assert f'data-tag="{tag(document(RED))}"' in await answer.text()


def test_the_tag_moves_with_what_is_shown_and_with_nothing_else() -> None:
    now = tag(document(WELL))
    moving = replace(
        WELL, at=UnixMs(NOW + 59_000), collect=replace(WELL.collect, packets=7, phones_near=99, last_heard=UnixMs(NOW))
    )
    assert tag(document(moving)) == now
    shown = [
        RED,
        replace(WELL, at=UnixMs(NOW + 60_000)),
        replace(WELL, venue="Chợ Hàn"),
        replace(WELL, tally=replace(TALLY, visits=(*TALLY.visits, 43))),
        replace(WELL, buttons=frozenset({"poster"})),
        replace(WELL, show=replace(WELL.show, drawn_at=UnixMs(NOW + 1000))),
    ]
    tags = [tag(document(snapshot)) for snapshot in shown]
    assert len({now, *tags}) == 1 + len(shown)


def test_the_tag_tells_nothing() -> None:
    assert len(tag(document(WELL))) == 12
    assert tag(document(WELL)) not in json.dumps(document(WELL))


async def test_streams_have_a_ceiling_and_a_closed_page_makes_room(address: str) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        streams = [await session.get(f"{address}/events") for _ in range(MOST)]
        assert {stream.status for stream in streams} == {200}
        async with session.get(f"{address}/events") as refused:
            assert (refused.status, refused.headers["Retry-After"]) == (503, "60")
        async with session.get(address) as page:
            assert page.status == 200, "whoever cannot have a stream still has the page"
        for stream in streams[:4]:
            stream.close()
        async with asyncio.timeout(10):
            while True:
                async with session.get(f"{address}/events") as again:
                    if again.status == 200:
                        break
                await SystemClock().sleep(0.2)
        for stream in streams:
            stream.close()


async def test_a_closing_site_ends_its_streams_at_once(kiosk: Kiosk) -> None:
    clock = SystemClock()
    async with aiohttp.ClientSession() as session:
        async with kiosk.site(Web(port=0)) as site:
            stream = await session.get(f"http://127.0.0.1:{site.port}/events")
            await told(stream)
            began = clock.monotonic()
        assert clock.monotonic() - began < 1.0
        with pytest.raises(aiohttp.ClientPayloadError):
            await stream.read()


async def test_asking_only_for_the_head_opens_no_stream(client: aiohttp.ClientSession) -> None:
    async with asyncio.timeout(5), client.head("/events") as answer:
        assert (answer.status, answer.content_type) == (200, "text/event-stream")
