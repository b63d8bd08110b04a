"""Link check against a real HTTP server on this machine."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from kiosk.adapters.link_check import KNOWN_FILE, LARGEST, check_links, read_known, write_known
from kiosk.core.campaign import Links
from kiosk.core.links import Known, LinkReport, Verdict
from kiosk.errors import Transient

pytestmark = pytest.mark.guest


MOVED = {"/moved": "/good", "/loop": "/loop", "/to-the-store": "market://details?id=com.mic.bluezone"}
LETTERS = {"/old-letters": "windows-1258", "/strange-letters": "klingon"}


class Town:
    """A web server with one page of every kind."""

    def __init__(self) -> None:
        self.title = "Bluezone"
        self.asked: list[str] = []
        self.sent = 0
        self._never = asyncio.Event()
        self.url = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        if request.path in MOVED:
            raise web.HTTPFound(MOVED[request.path])
        if request.path == "/gone":
            raise web.HTTPNotFound
        if request.path == "/mute":
            await self._never.wait()
        if request.path == "/endless":
            return await self._endless(request)
        letters = LETTERS.get(request.path, "utf-8")
        page = f"<title>{self.title}</title>".encode("cp1258" if letters == "windows-1258" else "utf-8")
        return web.Response(body=page, headers={"Content-Type": f"text/html; charset={letters}"})

    async def _endless(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"<title>Endless</title>")
        try:
            while True:
                await response.write(bytes(65536))
                self.sent += 65536
        except ConnectionError:
            return response


@pytest_asyncio.fixture
async def town() -> AsyncIterator[Town]:
    place = Town()
    app = web.Application()
    app.router.add_get("/{path:.*}", place.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    place.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield place
    await runner.cleanup()


async def look(town: Town, path: str, known: dict[str, Known] | None = None, deadline_s: float = 10.0) -> LinkReport:
    """The report of one page, as the declaration of a venue; the other links are the same server's front page."""
    links = Links(android=town.url, ios=town.url, site=town.url, declaration=f"{town.url}{path}")
    reports = await check_links(links, known, deadline_s=deadline_s)
    assert [report.name for report in reports] == ["site", "android", "ios", "declaration"]
    return reports[-1]


async def test_a_page_that_answers_is_new_then_fine_then_changed(town: Town, tmp_path: Path) -> None:
    first = await look(town, "/good")
    assert (first.verdict, first.found) == (Verdict.NEW, Known("127.0.0.1", "Bluezone"))
    assert first.found is not None
    known = {first.url: first.found}
    assert (await look(town, "/good", known)).verdict is Verdict.FINE
    town.title = "PC-Covid"
    report = await look(town, "/good", known)
    assert report.alarm
    assert "“PC-Covid”" in report.words.vi


async def test_a_redirect_is_followed_and_told(town: Town) -> None:
    report = await look(town, "/moved")
    assert (report.verdict, report.hops) == (Verdict.NEW, (f"{town.url}/good",))


async def test_redirects_without_end_are_given_up(town: Town) -> None:
    report = await look(town, "/loop")
    assert report.verdict is Verdict.UNREACHABLE
    assert "more than 6 redirects" in report.words.en
    assert town.asked.count("/loop") <= 7


async def test_a_redirect_to_something_that_is_no_page_is_told(town: Town) -> None:
    report = await look(town, "/to-the-store")
    assert report.verdict is Verdict.UNREACHABLE
    assert "market" in report.words.en


async def test_a_page_that_is_gone_is_an_alarm(town: Town) -> None:
    assert (await look(town, "/gone")).verdict is Verdict.GONE


async def test_a_server_that_never_answers_costs_the_deadline_and_no_more(town: Town) -> None:
    report = await look(town, "/mute", deadline_s=0.3)
    assert report.verdict is Verdict.UNREACHABLE
    assert "no answer within 0.3 s" in report.words.en


async def test_only_the_start_of_an_endless_page_is_read(town: Town) -> None:
    report = await look(town, "/endless")
    assert report.found == Known("127.0.0.1", "Endless")
    assert town.sent < 20 * LARGEST  # what the kernel's buffers hold comes on top


@pytest.mark.parametrize("path", LETTERS)
async def test_letters_are_read_as_the_page_says_or_else_as_utf_8(town: Town, path: str) -> None:
    town.title = "Bluezone Ă"
    assert (await look(town, path)).found == Known("127.0.0.1", "Bluezone Ă")


async def test_a_port_where_nobody_listens_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    reports = await check_links(Links(url, url, url))
    assert {report.verdict for report in reports} == {Verdict.UNREACHABLE}
    assert str(port) in reports[0].words.en


async def test_a_name_that_has_lapsed_is_an_alarm_while_other_links_answer(town: Town) -> None:
    lapsed = "http://name.that.is.invalid/x"
    good = Links(town.url, town.url, town.url, smart=lapsed)
    assert [report.verdict for report in await check_links(good)][-1] is Verdict.GONE
    (alone, *_) = await check_links(Links(lapsed, lapsed, lapsed))
    assert alone.verdict is Verdict.UNREACHABLE
    assert "name.that.is.invalid is not known" in alone.words.en


def test_what_is_known_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / KNOWN_FILE
    assert read_known(file) == {}
    known = {"https://www.bluezone.gov.vn": Known("www.bluezone.gov.vn", "Khẩu trang điện tử", "id1")}
    write_known(file, known)
    assert read_known(file) == known
    assert [path.name for path in tmp_path.iterdir()] == [KNOWN_FILE]


@pytest.mark.parametrize("text", ["", "[]", '{"a": 1}', '{"a": {"host": "b"}}', '{"a": {"colour": "b"}}', "\udcff"])
def test_a_damaged_file_is_nothing_known(tmp_path: Path, text: str) -> None:
    file = tmp_path / KNOWN_FILE
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert read_known(file) == {}


def test_a_folder_that_cannot_be_written_is_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(Transient, match=r"cannot be kept: No such file or directory\. Run this as root"):
        write_known(tmp_path / "missing" / KNOWN_FILE, {})
