"""The real way to a collector: certificates, pins, deadlines, half answers, proxies, each told apart."""

import asyncio
import datetime
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from kiosk.adapters.backend import HttpBackend, Line, context_of
from kiosk.core.sync.exchange import Ask, Obstacle, Reply, store_path
from kiosk.core.windows import UnixMs
from kiosk.core.wire import LARGEST_MESSAGE
from kiosk.errors import BackendUnavailable, ConfigError
from kiosk.sim.backend import KIOSK, TOKEN, SimulatedCollector
from tests.fakes.collector import Authority, Certified, listening, served

NOW = UnixMs(1_795_305_600_000)
STATE = Ask("GET", store_path(KIOSK, "a" * 16))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


async def asked(address: str, line: Line, ask: Ask = STATE, answer_s: float = 5.0) -> Reply:
    """One exchange over a connection of its own."""
    way = HttpBackend(address, TOKEN, line, answer_s=answer_s)
    try:
        return await way.ask(ask)
    finally:
        await way.close()


async def obstacle(address: str, line: Line, answer_s: float = 5.0) -> Obstacle:
    with pytest.raises(BackendUnavailable) as refused:
        await asked(address, line, answer_s=answer_s)
    found = refused.value.obstacle
    assert isinstance(found, Obstacle)
    assert found.value in str(refused.value)
    return found


@asynccontextmanager
async def collecting(certified: Certified) -> AsyncIterator[tuple[str, SimulatedCollector]]:
    collector = SimulatedCollector(lambda: NOW)
    async with served(collector, certified.context()) as address:
        yield address, collector


async def test_a_private_authority_is_trusted_when_named_and_its_end_is_known(authority: Authority) -> None:
    certified = authority.certify(ends_in_days=20)
    async with collecting(certified) as (address, _):
        way = HttpBackend(address, TOKEN, Line(str(authority.file)))
        assert way.certificate_ends() is None
        assert (await way.ask(STATE)).status == 200
        ends = way.certificate_ends()
        await way.close()
    assert ends is not None
    assert datetime.datetime.fromtimestamp(ends / 1000, datetime.UTC) == certified.ends.replace(microsecond=0)


async def test_a_certificate_nobody_vouches_for_is_refused(authority: Authority) -> None:
    async with collecting(authority.certify()) as (address, collector):
        assert await obstacle(address, Line()) is Obstacle.TLS
        assert collector.beats == []


async def test_a_certificate_for_another_name_is_refused(authority: Authority) -> None:
    async with collecting(authority.certify("elsewhere.example")) as (address, _):
        assert await obstacle(address, Line(str(authority.file))) is Obstacle.TLS


@pytest.mark.parametrize(("begins", "ends"), [(-10.0, -1.0), (5.0, 10.0)], ids=["expired", "not yet valid"])
async def test_a_certificate_of_another_time_speaks_of_the_clock(
    authority: Authority, begins: float, ends: float
) -> None:
    async with collecting(authority.certify(begins_in_days=begins, ends_in_days=ends)) as (address, _):
        assert await obstacle(address, Line(str(authority.file))) is Obstacle.CLOCK


async def test_a_pin_or_its_spare_lets_through_and_another_certificate_gets_not_a_byte(authority: Authority) -> None:
    used, spare = authority.certify(), authority.certify()
    heard: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        heard.append(request.path)
        return web.Response()

    for certified in (used, spare):
        async with listening(answer, certified.context()) as address:
            pins = used.pin.upper(), ":".join(spare.pin[at : at + 2] for at in range(0, 64, 2))
            assert (await asked(address, Line(str(authority.file), pins))).status == 200
    assert len(heard) == 2
    async with listening(answer, authority.certify().context()) as address:
        assert await obstacle(address, Line(str(authority.file), (used.pin, spare.pin))) is Obstacle.PIN
    assert len(heard) == 2


def test_verification_is_on_and_a_file_that_is_none_is_named(authority: Authority, tmp_path: Path) -> None:
    context = context_of(Line())
    assert context.check_hostname
    assert context.verify_mode.name == "CERT_REQUIRED"
    bad = tmp_path / "bad.pem"
    bad.write_text("noise")
    for file in (bad, tmp_path / "none.pem"):
        with pytest.raises(ConfigError, match=r"no certificates in PEM.*sync\.ca_file"):
            context_of(Line(str(file)))


async def test_nobody_there_and_no_such_name_are_told_apart() -> None:
    assert await obstacle("http://127.0.0.1:1", Line()) is Obstacle.CONNECTION
    assert await obstacle("https://no-such-name.invalid", Line()) is Obstacle.NAME


@asynccontextmanager
async def speaking(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[str]:
    """A server that says what no web framework would."""

    talks: list[asyncio.Task[object] | None] = []

    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.append(asyncio.current_task())
        await reader.readuntil(b"\r\n\r\n")
        await talk(reader, writer)
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(once, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        await asyncio.gather(*(each for each in talks if each), return_exceptions=True)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Le",
    ],
    ids=["nothing", "half a body", "half a chunk", "no HTTP", "half a header"],
)
async def test_half_an_answer_is_none(said: bytes) -> None:
    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await writer.drain()

    async with speaking(talk) as address:
        assert await obstacle(address, Line()) is Obstacle.CUT


async def test_whoever_keeps_silent_is_left_after_a_while() -> None:
    async def talk(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with speaking(talk) as address:
        assert await obstacle(address, Line(), answer_s=0.2) is Obstacle.TIMEOUT


async def test_an_answer_without_end_is_cut_off() -> None:
    async def flood(_request: web.Request) -> web.Response:
        return web.Response(body=bytes(LARGEST_MESSAGE + 1))

    async with listening(flood) as address:
        assert await obstacle(address, Line()) is Obstacle.CUT


async def test_a_bomb_is_not_opened_and_a_redirect_not_followed() -> None:
    followed: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        followed.append(request.path)
        if request.path == "/bomb":
            return web.Response(body=gzip.compress(bytes(50_000_000)), headers={"Content-Encoding": "gzip"})
        return web.Response(status=307, headers={"Location": "/bomb"})

    async with listening(answer) as address:
        assert (await asked(address, Line(), Ask("GET", "/"))).status == 307
        assert followed == ["/"]
        assert len((await asked(address, Line(), Ask("GET", "/bomb"))).body) < 100_000


async def test_a_proxy_is_asked_for_the_way_and_its_refusal_is_named(authority: Authority) -> None:
    async with collecting(authority.certify()) as (address, _):
        host, _, port = address.removeprefix("https://").partition(":")

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            there = await asyncio.open_connection("127.0.0.1", int(port))
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await asyncio.gather(_pour(reader, there[1]), _pour(there[0], writer))
            there[1].close()

        async def refuse(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

        async with speaking(talk) as proxy:
            line = Line(str(authority.file), proxy=proxy)
            assert (await asked(address, line)).status == 200, host
            assert await obstacle(address, Line(proxy=proxy)) is Obstacle.TLS, "a proxy vouches for nobody"
        async with speaking(refuse) as proxy:
            assert await obstacle(address, Line(str(authority.file), proxy=proxy)) is Obstacle.PROXY
        assert await obstacle(address, Line(proxy="http://127.0.0.1:1")) is Obstacle.PROXY


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
