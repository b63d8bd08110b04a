"""Asking a running kiosk from the terminal: over real TCP, and every way it can fail in plain words."""

import asyncio
import io
import socket
from collections.abc import AsyncIterator

import pytest
from PIL import Image

from kiosk.config import Web
from kiosk.core.report import lines
from kiosk.errors import Transient
from kiosk.web.client import address as address_of
from kiosk.web.client import fetch_picture, fetch_status
from tests.web.conftest import Kiosk


async def fetched(address: str, deadline_s: float = 5.0) -> list[str]:
    return lines(await asyncio.to_thread(fetch_status, address, deadline_s))


@pytest.fixture
async def impostor() -> AsyncIterator[tuple[str, list[bytes]]]:
    """Some other program on the port: it answers with the bytes in the list."""
    said: list[bytes] = []
    over = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.writelines(said)
        await writer.drain()
        if not said:
            await over.wait()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}", said
    over.set()
    server.close()
    await server.wait_closed()


def http(body: bytes, status: bytes = b"200 OK") -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (status, len(body), body)


async def test_the_terminal_gets_what_the_page_shows(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://192.0.2.1:3128")
    told = await fetched(address + "/")
    assert told[0].startswith("Bến xe Trung tâm · Trạm Bluezone 0.1.0")
    assert "✓ Mọi thứ đang chạy tốt. Bạn không cần làm gì." in told


async def test_no_kiosk_there_says_how_to_start_one() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(Transient, match=r"no kiosk answers at .*`kiosk run`"):
            await fetched(address)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (http(b"<html>"), "another program has this port"),
        (http(b"[]"), "another program has this port"),
        (http(b"{}"), "another program has this port"),
        (http(b"no", b"404 Not Found"), "answers 404"),
        (http(b'{"schema": 2}'), "speaks schema 2, this command 1"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "does not speak HTTP"),
    ],
)
async def test_another_program_on_the_port_is_recognised(
    impostor: tuple[str, list[bytes]], answer: bytes, words: str
) -> None:
    address, said = impostor
    said.append(answer)
    with pytest.raises(Transient, match=words):
        await fetched(address)


async def test_a_kiosk_that_hangs_is_given_up_at_the_deadline(impostor: tuple[str, list[bytes]]) -> None:
    address, _silence = impostor
    with pytest.raises(Transient, match=r"gives no answer within 0\.2 s"):
        await fetched(address, 0.2)


async def test_an_address_without_sense_is_said() -> None:
    with pytest.raises(Transient, match="no kiosk answers"):
        await fetched("nonsense")


async def test_the_terminal_gets_the_wall_as_a_picture(address: str, kiosk: Kiosk) -> None:
    picture = await asyncio.to_thread(fetch_picture, address, 5.0)
    assert Image.open(io.BytesIO(picture)).size == (1920, 1080)
    kiosk.broken = True
    with pytest.raises(Transient, match="answers 503: the kiosk shows nothing now"):
        await asyncio.to_thread(fetch_picture, address, 5.0)


async def test_what_is_no_picture_is_not_taken_for_one(impostor: tuple[str, list[bytes]]) -> None:
    address, said = impostor
    said.append(http(b"GIF89a"))
    with pytest.raises(Transient, match="is no picture"):
        await asyncio.to_thread(fetch_picture, address, 5.0)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8080"),
        ("0.0.0.0", "http://127.0.0.1:8080"),
        ("::", "http://[::1]:8080"),
        ("fd00::2", "http://[fd00::2]:8080"),
        ("kiosk.lan", "http://kiosk.lan:8080"),
    ],
)
def test_a_kiosk_that_listens_everywhere_is_asked_here(host: str, url: str) -> None:
    assert address_of(Web(host=host)) == url
