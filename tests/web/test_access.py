"""Who may come in: the whole route table, the claim, the PIN and its limits, sessions, forms, the terminal's door."""

import asyncio
import re
from pathlib import Path

import aiohttp
import pytest

from kiosk.config import Web
from kiosk.core import attempts
from kiosk.errors import SecretError
from kiosk.html.forms import is_loopback
from kiosk.web.claim import TRIES
from kiosk.web.client import address as address_of
from kiosk.web.client import fetch_status
from kiosk.web.routes import Access, Route
from kiosk.web.site import StatusSite
from tests.web.conftest import Kiosk
from tests.web.locked import CODE, OTHER, PIN, cheap, claim, claim_path, client, may_see, sign_in, site

__all__ = ["cheap", "client", "site"]


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
    assert [is_loopback(each) for each in ("127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1")] == [True] * 4
    assert not any(is_loopback(each) for each in ("192.168.1.20", "::ffff:10.0.0.1", "fe80::1", "", "localhost"))


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
