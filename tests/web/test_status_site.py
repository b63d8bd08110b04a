"""The status site over real HTTP."""

import asyncio
import io
import re
import socket
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import aiohttp
import pytest
from PIL import Image

from kiosk.config import Web
from kiosk.core.facts import AdvertiseFacts, ClockFacts, PathFacts, State, SyncFacts, Trouble
from kiosk.core.sync.words import SENTENCES
from kiosk.core.windows import UnixMs
from kiosk.core.wording import clock
from kiosk.errors import Transient
from kiosk.html.words import LEVELS, bound
from kiosk.sim.clock import ManualClock
from kiosk.supervisor import Board, supervise
from kiosk.web import site as web
from kiosk.web.words import WORDS
from tests.web.conftest import NOW, WELL, Kiosk, troubled

PATHS = ("/", "/?lang=en", "/healthz", "/status.json", "/display", "/display.png", "/static/page.css")


class Addresses(HTMLParser):
    """Every address a page loads or links to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("src", "href")]
        self.inline += [name for name, _ in attrs if name == "style" or name.startswith("on")]
        if tag == "style":
            self.inline.append(tag)


async def test_the_page_says_first_that_all_is_well(client: aiohttp.ClientSession) -> None:
    async with client.get("/") as answer:
        text = await answer.text()
    assert answer.status == 200
    assert '<html lang="vi">' in text
    assert "<h1>Mọi thứ đang chạy tốt</h1>" in text
    assert text.index("chạy tốt</h1>") < text.index("Bạn không cần làm gì.") < text.index("Phát sóng")
    assert "<span>43\u00a0máy ở gần</span> <span>3.106\u00a0lượt hôm nay</span>" in text
    assert "Mô phỏng" not in text


async def test_every_row_that_a_box_can_have_is_drawn(client: aiohttp.ClientSession, kiosk: Kiosk) -> None:
    kiosk.snapshot = replace(WELL, path=PathFacts(), sync=SyncFacts(), clock=ClockFacts(trusted=True))
    async with client.get("/") as answer:
        text = await answer.text()
    assert answer.status == 200
    names = ("Phát sóng", "Điện thoại Bluezone", "Bộ phát", "Màn hình", "Gửi dữ liệu", "Hộp máy", "Đồng hồ")
    assert all(f"<b>{name}</b>" in text for name in names)
    assert bound(SENTENCES["matches"].vi) in text


async def test_the_first_chart_says_when_the_window_under_way_will_be_in_it(client: aiohttp.ClientSession) -> None:
    """On its first day a kiosk has nothing to draw; an empty chart without a word looks broken."""
    assert WELL.tally is not None
    end = clock(UnixMs(WELL.tally.until + 900_000))
    for lang, said in (("vi", f"Khung đang chạy hiện ra sau {end}."), ("en", f"under way appears after {end}.")):
        async with client.get("/", params={"lang": lang}) as answer:
            assert said in (await answer.text()).replace("\u00a0", " ")


async def test_the_page_says_one_action_and_whose_it_is(client: aiohttp.ClientSession, kiosk: Kiosk) -> None:
    kiosk.snapshot = replace(troubled(WELL, "advertise", Trouble.REFUSED), advertise=AdvertiseFacts())
    async with client.get("/") as answer:
        text = await answer.text()
    assert '<section class="light red"' in text
    assert "Rút điện trạm, đếm đến 10\u00a0rồi cắm lại." in text
    assert "Việc của nhân\u00a0viên · mã\u00a0S4" in text
    assert "Tôi đã cắm lại" in text


async def test_english_is_one_tap_away_and_leaves_no_cookie(client: aiohttp.ClientSession) -> None:
    async with client.get("/") as answer:
        assert 'href="?lang=en"' in await answer.text()
    async with client.get("/?lang=en") as answer:
        text = await answer.text()
        assert "Set-Cookie" not in answer.headers
    assert '<html lang="en">' in text
    assert "All is running well" in text
    assert 'href="?lang=vi"' in text
    assert not re.search(r"chạy tốt|Phát sóng|Cập nhật", text)


async def test_the_simulation_says_so_on_the_page(client: aiohttp.ClientSession, kiosk: Kiosk) -> None:
    kiosk.snapshot = replace(WELL, simulated=True)
    for address, words in (("/", "Mô phỏng"), ("/?lang=en", "Simulation")):
        async with client.get(address) as answer:
            assert words in await answer.text()


async def test_a_name_with_markup_in_it_is_text(client: aiohttp.ClientSession, kiosk: Kiosk) -> None:
    kiosk.snapshot = replace(WELL, venue='<script>alert("x")</script>')
    async with client.get("/") as answer:
        text = await answer.text()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


@pytest.mark.parametrize("path", ["/", "/?lang=en", "/display", "/nowhere"])
async def test_a_page_is_small_and_loads_nothing_from_elsewhere(client: aiohttp.ClientSession, path: str) -> None:
    async with client.get(path) as answer:
        body = await answer.read()
    parser = Addresses()
    parser.feed(body.decode())
    assert parser.found
    assert parser.inline == []
    weight = len(body)
    for address in parser.found:
        assert address.startswith(("/", "?")), address
        assert not address.startswith("//")
        if "/static/" in address:
            async with client.get(address) as answer:
                assert answer.status == 200
                weight += len(await answer.read())
    assert weight < 60_000


async def test_the_style_sheet_names_only_fonts_that_are_there(client: aiohttp.ClientSession) -> None:
    async with client.get("/static/fonts.css") as answer:
        names = re.findall(r"url\(([^)]*)\)", await answer.text())
    assert len(names) == 9
    for name in names:
        async with client.get(f"/static/{name}") as answer:
            assert (answer.status, answer.content_type) == (200, "font/woff2")
            assert "max-age=31536000" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", [*PATHS, "/nowhere", "/display.png?w=1"])
async def test_every_answer_carries_the_security_headers(client: aiohttp.ClientSession, path: str) -> None:
    async with client.get(path) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cache-Control"]
    assert headers["Server"] == "kiosk"


async def test_facts_are_never_kept_by_a_browser(client: aiohttp.ClientSession) -> None:
    for path in ("/", "/healthz", "/status.json", "/display", "/nowhere"):
        async with client.get(path) as answer:
            assert answer.headers["Cache-Control"] == "no-store"


async def test_health_tells_a_machine_by_its_status_code(client: aiohttp.ClientSession, kiosk: Kiosk) -> None:
    async with client.get("/healthz") as answer:
        assert (answer.status, (await answer.json())["status"]) == (200, "ok")
    kiosk.snapshot = troubled(WELL, "advertise", Trouble.NO_ADAPTER)
    async with client.get("/healthz") as answer:
        told = await answer.json()
        assert (answer.status, told["status"], told["code"]) == (200, "troubled", "S1")
    kiosk.snapshot = replace(WELL, services=tuple(replace(each, state=State.STARTING) for each in WELL.services))
    kiosk.snapshot = replace(kiosk.snapshot, at=UnixMs(WELL.started + 1000))
    async with client.get("/healthz") as answer:
        assert (answer.status, (await answer.json())["status"]) == (200, "starting")


async def test_health_is_503_once_a_vital_service_is_late(client: aiohttp.ClientSession, kiosk: Kiosk) -> None:
    services = tuple(replace(each, beat=140.0) if each.name != "collect" else each for each in WELL.services)
    kiosk.snapshot, kiosk.monotonic = replace(WELL, services=services), 145.0
    async with client.get("/healthz") as answer:
        assert answer.status == 200
    kiosk.monotonic = 145.1
    async with client.get("/healthz") as answer:
        told = await answer.json()
    assert (answer.status, told["status"], told["dead"]) == (503, "dead", ["collect"])


async def test_the_status_document_is_the_page_as_json(client: aiohttp.ClientSession) -> None:
    async with client.get("/status.json") as answer:
        told = await answer.json()
    assert answer.content_type == "application/json"
    assert (told["schema"], told["status"], told["at"]) == (1, "ok", "2020-08-18T14:05:00+07:00")
    assert told["collect"]["phones_near"] == {"count": 43, "fewer_than": None}


async def test_the_wall_comes_in_the_asked_size_either_way_up(client: aiohttp.ClientSession, kiosk: Kiosk) -> None:
    for query, size in (("", (1920, 1080)), ("?w=480&h=320", (480, 320)), ("?w=2160&h=3840", (2160, 3840))):
        async with client.get(f"/display.png{query}") as answer:
            assert answer.content_type == "image/png"
            assert Image.open(io.BytesIO(await answer.read())).size == size
    assert kiosk.painted == [(1920, 1080), (480, 320), (2160, 3840)]


@pytest.mark.parametrize(
    "path",
    [
        "/display.png?w=479&h=320",
        "/display.png?w=480&h=319",
        "/display.png?w=3841&h=1080",
        "/display.png?w=3840&h=2161",
        "/display.png?w=-1920&h=1080",
        "/display.png?w=wide",
        "/display.png?w=1e3",
        "/display.png?w=" + "9" * 5000,
        "/display.png?w=1920",
        "/?lang=de",
    ],
)
async def test_bad_input_is_refused_in_words(client: aiohttp.ClientSession, kiosk: Kiosk, path: str) -> None:
    async with client.get(path) as answer:
        text = await answer.text()
    assert answer.status == 400
    assert re.search(r"lang is vi or en|pixels", text)
    assert kiosk.painted == []


async def test_an_unchanged_wall_is_not_sent_twice(client: aiohttp.ClientSession, kiosk: Kiosk) -> None:
    async with client.get("/display.png") as answer:
        tag = answer.headers["ETag"]
    async with client.get("/display.png", headers={"If-None-Match": tag}) as answer:
        assert (answer.status, await answer.read(), answer.headers["ETag"]) == (304, b"", tag)
    async with client.get("/display.png", headers={"If-None-Match": f'"other", W/{tag}'}) as answer:
        assert answer.status == 304
    kiosk.edition = 2
    async with client.get("/display.png", headers={"If-None-Match": tag}) as answer:
        assert answer.status == 200
        assert answer.headers["ETag"] != tag


async def test_a_wall_that_cannot_be_painted_is_said_and_the_page_lives(
    client: aiohttp.ClientSession, kiosk: Kiosk
) -> None:
    kiosk.broken = True
    async with client.get("/display.png") as answer:
        assert (answer.status, "no font" in await answer.text()) == (503, True)
    async with client.get("/") as answer:
        assert answer.status == 200


@pytest.mark.parametrize("path", ["/nowhere", "/static/../app.py", "/static/%2e%2e%2fapp.py", "/static/", "/.git"])
async def test_everything_else_is_not_there(client: aiohttp.ClientSession, path: str) -> None:
    async with client.get(path) as answer:
        assert answer.status == 404
        assert "Không có trang này" in await answer.text()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
async def test_the_site_can_only_be_read(client: aiohttp.ClientSession, method: str) -> None:
    for path in ("/", "/status.json", "/healthz", "/display"):
        async with client.request(method, path) as answer:
            assert (answer.status, answer.headers["Allow"]) == (405, "GET,HEAD")


async def test_head_answers_like_get_without_a_body(client: aiohttp.ClientSession) -> None:
    for path in PATHS:
        async with client.head(path) as head, client.get(path) as whole:
            assert (head.status, await head.read()) == (200, b"")
            assert head.headers["Content-Length"] == str(len(await whole.read()))


async def test_a_taken_port_names_the_key_and_the_kiosk_lives_on_without_a_page(kiosk: Kiosk) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        site = kiosk.site(Web(port=other.getsockname()[1]))
        with pytest.raises(Transient, match=r"another program has it. Set web\.port to a free one"):
            async with site:
                pass
        clock = ManualClock(NOW)
        board = Board(clock, version="0.1.0", venue="", simulated=False)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(
                supervise(web.NAME, lambda: web.run(site, clock=clock, board=board), clock=clock, board=board)
            )
            await clock.advance(0.5)
            facts = board.snapshot().service(web.NAME)
            assert facts is not None
            assert (facts.state, facts.restarts) == (State.TROUBLED, 1)
            assert "web.port" in facts.detail
            other.close()
            await clock.advance(1.0)
            facts = board.snapshot().service(web.NAME)
            assert facts is not None
            assert facts.state is State.RUNNING
            async with (
                aiohttp.ClientSession(f"http://127.0.0.1:{site.port}") as session,
                session.get("/healthz") as answer,
            ):
                assert answer.status == 200
            task.cancel()


@pytest.mark.parametrize(
    ("config", "words"),
    [(Web(host="192.0.2.1"), "Set web.host"), (Web(host="no.such.host.invalid", port=0), "Set web.host")],
)
async def test_an_address_that_is_not_ours_names_the_key(kiosk: Kiosk, config: Web, words: str) -> None:
    with pytest.raises(Transient, match=words):
        async with kiosk.site(config):
            pass


async def test_a_closed_site_gives_its_port_back(kiosk: Kiosk) -> None:
    async with kiosk.site(Web(port=0)) as site:
        port = site.port
    assert (port > 0, site.port) == (True, 0)
    async with kiosk.site(Web(port=port)) as again:
        assert again.port == port


def test_both_languages_have_all_the_words() -> None:
    assert WORDS["vi"].keys() == WORDS["en"].keys()
    assert LEVELS["vi"].keys() == LEVELS["en"].keys()


def test_word_pairs_and_numbers_stay_on_one_line() -> None:
    assert bound("gọi người phụ trách, đọc mã K1") == "gọi người phụ\u00a0trách, đọc mã\u00a0K1"
    assert bound("thẻ nhớ trống 12,3 GB") == "thẻ\u00a0nhớ trống 12,3\u00a0GB"


def test_no_asset_and_no_template_speaks_to_another_host() -> None:
    for file in sorted(Path(web.__file__).parent.rglob("*")):
        if file.suffix in (".html", ".css", ".js", ".svg"):
            text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
            assert not re.search(r"https?://|@import|url\(//", text), file.name
