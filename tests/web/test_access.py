"""Who may come in: the whole route table, the claim, the PIN and its limits, sessions, forms, the terminal's door."""

import asyncio
import re
from collections.abc import AsyncIterator
from http.cookies import SimpleCookie
from pathlib import Path

import aiohttp
import pytest

from kiosk.config import Web
from kiosk.core import attempts, pins
from kiosk.errors import SecretError
from kiosk.web.claim import TRIES
from kiosk.web.client import address as address_of
from kiosk.web.client import fetch_status
from kiosk.web.routes import Access, Route
from kiosk.web.sessions import COOKIE, LASTS_MS
from kiosk.web.site import StatusSite
from tests.web.conftest import Kiosk

PIN, OTHER = "480317", "591624"
CODE = "246813"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash that costs nothing, or each test would take a second."""
    monkeypatch.setattr(pins, "COST", (2**4, 8, 1))
    monkeypatch.setattr(pins.hashed, "__defaults__", ((2**4, 8, 1),))


@pytest.fixture
async def site(kiosk: Kiosk) -> AsyncIterator[StatusSite]:
    """The site behind a locked door."""
    kiosk.door = kiosk.lock()
    async with kiosk.site(Web(port=0)) as opened:
        yield opened


@pytest.fixture
async def client(site: StatusSite) -> AsyncIterator[aiohttp.ClientSession]:
    """A phone that keeps cookies."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{site.port}", cookie_jar=jar) as session:
        yield session


def claim_path(kiosk: Kiosk) -> str:
    assert kiosk.door is not None
    return f"/claim/{kiosk.door.claim.token}"


async def claim(
    client: aiohttp.ClientSession, kiosk: Kiosk, code: str = CODE, pin: str = PIN
) -> aiohttp.ClientResponse:
    form = {"code": code, "new": pin, "again": pin}
    return await client.post(claim_path(kiosk), data=form, allow_redirects=False)


async def sign_in(client: aiohttp.ClientSession, pin: str = PIN) -> aiohttp.ClientResponse:
    return await client.post("/sign-in", data={"pin": pin}, allow_redirects=False)


async def may_see(client: aiohttp.ClientSession) -> bool:
    async with client.get("/status.json") as answer:
        return answer.status == 200


async def token(client: aiohttp.ClientSession) -> str:
    """What the session's forms carry."""
    async with client.get("/pin") as answer:
        found = re.search(r'name="token" value="([^"]+)"', await answer.text())
    assert found is not None
    return found[1]


def concrete(route: Route) -> str:
    return re.sub(r"\{\w+\}", "x", route.path)


async def refusals(client: aiohttp.ClientSession, site: StatusSite) -> dict[tuple[str, str], int]:
    """Every route, asked from the box itself without a cookie, and what it answers."""
    client.cookie_jar.clear()
    told = {}
    for route in site.routes:
        async with client.request(route.method, concrete(route), allow_redirects=False) as answer:
            told[route.method, route.path] = answer.status
    return told


def guarded(site: StatusSite, *open_to_all: Access) -> set[tuple[str, str]]:
    return {(route.method, route.path) for route in site.routes if route.access not in open_to_all}


async def test_before_the_claim_every_route_but_the_open_ones_refuses(
    site: StatusSite, client: aiohttp.ClientSession
) -> None:
    told = await refusals(client, site)
    assert {place for place, status in told.items() if status == 403 and "/claim/" not in place[1]} == guarded(
        site, Access.OPEN, Access.BOX_ONLY
    )
    answering = {path for (method, path), status in told.items() if status == 200}
    assert answering == {"/healthz", "/display", "/display.png"}


async def test_after_the_claim_every_route_but_the_open_ones_and_the_form_refuses_without_sign_in(
    site: StatusSite, client: aiohttp.ClientSession, kiosk: Kiosk
) -> None:
    await claim(client, kiosk)
    told = await refusals(client, site)
    assert {place for place, status in told.items() if status == 401} == guarded(
        site, Access.OPEN, Access.BOX_ONLY, Access.CLAIMED
    )
    assert told["GET", "/sign-in"] == 200
    assert told["POST", "/sign-in"] == 403
    assert told["GET", "/claim/{token}"] == told["POST", "/claim/{token}"] == 403


def test_the_open_routes_are_these_and_no_others(kiosk: Kiosk) -> None:
    routes = kiosk.site(Web(port=0)).routes
    assert {route.path for route in routes if route.access is Access.OPEN} == {
        "/healthz", "/claim/{token}", "/static/{name}",
    }  # fmt: skip
    assert {route.path for route in routes if route.access is Access.CLAIMED} == {"/sign-in"}
    assert {route.path for route in routes if route.access is Access.BOX_ONLY} == {"/display", "/display.png"}


async def test_the_wall_is_for_the_box_itself_and_for_staff(kiosk: Kiosk) -> None:
    """127.0.0.2 stands for the box; a visitor on the network comes from an address that is not loopback."""
    kiosk.door = kiosk.lock()
    from kiosk.web.door import _on_the_box

    assert [_on_the_box(each) for each in ("127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1")] == [True] * 4
    assert not any(_on_the_box(each) for each in ("192.168.1.20", "::ffff:10.0.0.1", "fe80::1", "", "localhost"))


async def test_a_browser_is_sent_to_the_form_and_a_program_is_told_why(
    client: aiohttp.ClientSession, kiosk: Kiosk
) -> None:
    await claim(client, kiosk)
    client.cookie_jar.clear()
    async with client.get("/", headers={"Accept": "text/html"}, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/sign-in")
    async with client.get("/status.json") as answer:
        assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, 'Cookie realm="kiosk"')
        assert answer.headers["Content-Security-Policy"]


async def test_the_claim_takes_link_and_code_and_signs_in(client: aiohttp.ClientSession, kiosk: Kiosk) -> None:
    async with client.get(claim_path(kiosk)) as page:
        text = await page.text()
    assert (page.status, "Tạo mã PIN cho trạm" in text) == (200, True)
    answer = await claim(client, kiosk)
    assert (answer.status, answer.headers["Location"]) == (303, "/?lang=vi")
    assert await may_see(client)
    assert [entry.what for entry in kiosk.audit.entries] == ["claim"]
    assert PIN.encode() not in b"".join(kiosk.secrets.kept.values())


async def test_a_used_link_and_a_guessed_one_lead_nowhere(client: aiohttp.ClientSession, kiosk: Kiosk) -> None:
    used = claim_path(kiosk)
    await claim(client, kiosk)
    for path in (used, "/claim/x", "/claim/" + "a" * 16):
        for method in ("GET", "POST"):
            async with client.request(method, path, data={"code": CODE, "new": OTHER, "again": OTHER}) as answer:
                assert answer.status == 403
                assert "Mã này đã có người dùng" in await answer.text()


async def test_five_wrong_codes_end_the_claim_until_the_next_power_on_whatever_is_started_again(
    client: aiohttp.ClientSession, kiosk: Kiosk
) -> None:
    for left in range(TRIES - 1, 0, -1):
        answer = await claim(client, kiosk, code="111111")
        assert (answer.status, f"còn {left}\u00a0lần thử" in await answer.text()) == (403, True)
    assert "Đã thử sai 5" in (await (await claim(client, kiosk, code="111111")).text()).replace("\u00a0", " ")
    assert (await claim(client, kiosk)).status == 403, "the right code comes too late"
    assert not kiosk.lock().claim.is_open(), "a new process reads the count from the disk"
    kiosk.power.cycle()
    assert (await claim(client, kiosk)).status == 303


async def test_many_codes_at_once_are_not_more_tries_than_one_after_another(
    client: aiohttp.ClientSession, kiosk: Kiosk
) -> None:
    answers = await asyncio.gather(*(claim(client, kiosk, code=f"11111{n}") for n in range(9)))
    assert {answer.status for answer in answers} == {403}
    assert kiosk.lock().claim.left() == 0


async def test_a_pin_that_will_not_do_costs_no_code(client: aiohttp.ClientSession, kiosk: Kiosk) -> None:
    for pin, words in (("123456", "dễ đoán"), ("1", "6 đến 12"), ("", "6 đến 12")):
        answer = await claim(client, kiosk, pin=pin)
        assert (answer.status, words in (await answer.text()).replace("\u00a0", " ")) == (400, True)
    form = {"code": CODE, "new": PIN, "again": OTHER}
    async with client.post(claim_path(kiosk), data=form) as other:
        assert "chưa giống nhau" in await other.text()
    assert kiosk.lock().claim.left() == TRIES


async def test_the_link_closes_ten_minutes_after_power_on_once_the_box_has_a_pin(
    client: aiohttp.ClientSession, kiosk: Kiosk
) -> None:
    assert kiosk.door is not None
    kiosk.power.up = 86_400.0
    assert kiosk.door.claim.is_open(), "nobody has claimed it yet"
    await claim(client, kiosk)
    assert not kiosk.door.claim.is_open()
    kiosk.power.up = 599.0
    assert kiosk.door.claim.is_open()
    kiosk.power.up = 600.0
    assert not kiosk.lock().claim.is_open(), "a restart of the service opens nothing"


async def test_without_a_code_there_is_no_claim(client: aiohttp.ClientSession, kiosk: Kiosk) -> None:
    kiosk.code = None
    async with client.get(claim_path(kiosk)) as answer:
        assert answer.status == 403


async def test_a_lost_pin_is_replaced_the_same_way_and_everyone_is_signed_out(
    client: aiohttp.ClientSession, kiosk: Kiosk, site: StatusSite
) -> None:
    await claim(client, kiosk)
    kiosk.power.cycle()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{site.port}") as other:
        assert (await claim(other, kiosk, pin=OTHER)).status == 303
    assert not await may_see(client)
    assert (await sign_in(client)).status == 403
    assert (await sign_in(client, OTHER)).status == 303


async def test_wrong_pins_are_counted_down_and_then_locked_with_a_time(
    client: aiohttp.ClientSession, kiosk: Kiosk
) -> None:
    await claim(client, kiosk)
    for left in range(attempts.PER_ADDRESS - 1, 0, -1):
        answer = await sign_in(client, OTHER)
        assert (answer.status, f"Bạn còn {left}\u00a0lần thử." in await answer.text()) == (403, True)
    for pin in (OTHER, PIN):
        answer = await sign_in(client, pin)
        assert (answer.status, "Tạm khóa đến 14:20" in await answer.text()) == (429, True)
    kiosk.clock.seconds += attempts.LOCK_S + 1
    assert (await sign_in(client)).status == 303


async def test_many_pins_at_once_are_not_more_tries_than_one_after_another(
    client: aiohttp.ClientSession, kiosk: Kiosk
) -> None:
    await claim(client, kiosk)
    answers = await asyncio.gather(*(sign_in(client, f"59162{n}") for n in range(9)), sign_in(client))
    assert [answer.status for answer in answers].count(429) >= 5


@pytest.mark.parametrize("pin", ["", " ", "x" * 4000, "480317\x00", "４８０３１７"])
async def test_nonsense_is_a_wrong_pin_and_nothing_worse(client: aiohttp.ClientSession, kiosk: Kiosk, pin: str) -> None:
    await claim(client, kiosk)
    assert (await sign_in(client, pin)).status == 403
    async with client.post("/sign-in", data=b"\xff\xfe", headers={"Content-Type": "application/json"}) as answer:
        assert answer.status == 415
    for kind in ("multipart/form-data", "application/x-www-form-urlencoded; charset=utf-99"):
        async with client.post("/sign-in", data=b"pin=1", headers={"Content-Type": kind}) as answer:
            assert answer.status == 415
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    async with client.post("/sign-in", data=b"pin=\xff", headers=form) as answer:
        assert answer.status == 400
    async with client.post("/sign-in", data={"pin": "x" * 5000}) as answer:
        assert answer.status == 413


async def test_the_cookie_is_for_http_alone_for_this_site_alone_and_ends(
    client: aiohttp.ClientSession, kiosk: Kiosk
) -> None:
    answer = await claim(client, kiosk)
    cookie = SimpleCookie(answer.headers["Set-Cookie"])[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (True, "Strict", "/", "")
    assert int(cookie["max-age"]) == LASTS_MS // 1000
    kiosk.clock.seconds += LASTS_MS / 1000 - 1
    assert await may_see(client)
    kiosk.clock.seconds += 1
    assert not await may_see(client)


async def test_a_changed_cookie_is_no_cookie(client: aiohttp.ClientSession, kiosk: Kiosk, site: StatusSite) -> None:
    cookie = SimpleCookie((await claim(client, kiosk)).headers["Set-Cookie"])[COOKIE].value
    number, until, signature = cookie.split(".")
    forged = (
        f"{number}.{int(until) + 1}.{signature}", f"{int(number) + 1}.{until}.{signature}", f"{number}.{until}.",
        f"{number}.{until}", "", ".", "..", f"{number}.{until}.{signature[:-1]}", "1.9e9.x", f"a.b.{signature}",
    )  # fmt: skip
    async with aiohttp.ClientSession(f"http://127.0.0.1:{site.port}") as other:
        for value in forged:
            async with other.get("/status.json", headers={"Cookie": f"{COOKIE}={value}"}) as answer:
                assert answer.status == 401, value
        async with other.get("/status.json", headers={"Cookie": f"{COOKIE}={cookie}"}) as answer:
            assert answer.status == 200


@pytest.mark.parametrize(
    "line",
    [
        b"Cookie: kiosk_session=\xff\xfe.1.x",
        b"Cookie: kiosk_session=\xf0.\xff.\xff",
        b"Cookie: kiosk_session=1.\xc3\xa9.x",
        b"Authorization: Bearer \xff\xfe",
        b"Origin: http://[",
        b"Origin: \xff",
    ],
)
async def test_bytes_that_are_no_text_are_refused_and_break_nothing(
    site: StatusSite, kiosk: Kiosk, client: aiohttp.ClientSession, line: bytes
) -> None:
    await claim(client, kiosk)
    kiosk.token = lambda: b"a token"
    for place in (
        b"GET /metrics",
        b"GET /status.json",
        b"POST /sign-in",
        b"POST /claim/%ff%fe",
        b"GET /done/%ff",
        b"POST /do/%ff",
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
        writer.write(
            place + b" HTTP/1.1\r\nHost: kiosk\r\nContent-Length: 0\r\nConnection: close\r\n" + line + b"\r\n\r\n"
        )
        answer = await reader.read()
        writer.close()
        assert answer.split()[1] in (b"400", b"401", b"403", b"404"), (place, answer[:60])


async def test_who_signs_out_is_out_even_with_the_old_cookie_and_after_a_restart(
    client: aiohttp.ClientSession, kiosk: Kiosk
) -> None:
    cookie = SimpleCookie((await claim(client, kiosk)).headers["Set-Cookie"])[COOKIE].value
    async with client.post("/sign-out", data={"token": await token(client)}, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/sign-in?lang=vi")
    assert not await may_see(client)
    async with client.get("/status.json", headers={"Cookie": f"{COOKIE}={cookie}"}) as answer:
        assert answer.status == 401
    assert kiosk.lock().sessions.read(cookie) is None


async def test_a_new_pin_signs_everyone_else_out(client: aiohttp.ClientSession, kiosk: Kiosk, site: StatusSite) -> None:
    await claim(client, kiosk)
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{site.port}", cookie_jar=jar) as other:
        assert (await sign_in(other)).status == 303
        form = {"token": await token(client), "old": PIN, "new": OTHER, "again": OTHER}
        async with client.post("/pin", data=form | {"old": OTHER}, allow_redirects=False) as answer:
            assert answer.status == 403
        async with client.post("/pin", data=form, allow_redirects=False) as answer:
            assert answer.status == 303
        assert (await may_see(client), await may_see(other)) == (True, False)
        assert (await sign_in(other)).status == 403
    assert [entry.what for entry in kiosk.audit.entries] == ["claim", "sign-in", "change-pin"]


async def test_a_form_from_another_site_does_nothing(client: aiohttp.ClientSession, kiosk: Kiosk) -> None:
    await claim(client, kiosk)
    right = {"token": await token(client)}
    for form, headers in (
        ({}, {}),
        ({"token": "x"}, {}),
        (right, {"Origin": "http://evil.example"}),
        (right, {"Origin": "null"}),
    ):
        async with client.post("/sign-out", data=form, headers=headers, allow_redirects=False) as answer:
            assert answer.status == 403
    assert await may_see(client)
    own = {"Origin": str(client._base_url).rstrip("/")}
    async with client.post("/sign-out", data=right, headers=own, allow_redirects=False) as answer:
        assert answer.status == 303


async def test_a_sign_in_from_another_site_is_refused(client: aiohttp.ClientSession, kiosk: Kiosk) -> None:
    await claim(client, kiosk)
    client.cookie_jar.clear()
    async with client.post("/sign-in", data={"pin": PIN}, headers={"Origin": "http://evil.example"}) as answer:
        assert answer.status == 403
    assert not await may_see(client)


async def test_secrets_that_cannot_be_read_let_nobody_in(
    client: aiohttp.ClientSession, kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_name: str) -> bytes:
        raise SecretError("web.pin: can be read by others")

    monkeypatch.setattr(kiosk.secrets, "read", broken)
    for path in ("/", "/status.json", "/sign-in", claim_path(kiosk)):
        async with client.get(path) as answer:
            assert (answer.status, "web.pin" in await answer.text()) == (503, False)
    async with client.get("/healthz") as answer:
        assert answer.status == 200


async def test_the_terminal_comes_in_by_the_socket_without_a_pin(kiosk: Kiosk, tmp_path: Path) -> None:
    kiosk.door = kiosk.lock()
    config = Web(port=0, socket=str(tmp_path / "web.sock"))
    async with kiosk.site(config):
        assert (tmp_path / "web.sock").stat().st_mode & 0o777 == 0o660
        url = address_of(config)
        assert url == f"unix:{config.socket}"
        told = await asyncio.to_thread(fetch_status, url, 5.0)
        assert told["venue"] == "Bến xe Trung tâm"
    assert not (tmp_path / "web.sock").exists()


async def test_a_socket_that_cannot_be_opened_costs_the_terminal_its_door_and_nothing_else(
    kiosk: Kiosk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with kiosk.site(Web(port=0, socket=str(tmp_path / "nowhere" / "web.sock"))) as site:
        assert site.port > 0
    assert "Set web.socket to a path you may write" in caplog.text


async def test_a_simulation_is_open_to_everybody_on_the_machine(kiosk: Kiosk) -> None:
    async with (
        kiosk.site(Web(port=0)) as site,
        aiohttp.ClientSession(f"http://127.0.0.1:{site.port}") as session,
    ):
        assert await may_see(session)
        async with session.post("/sign-out", data={}) as answer:
            assert answer.status == 403, "a form still has to come from the page itself"
