"""Who may come in: the whole route table by role, sign-in and its limits, sessions, forms."""

import re

import aiohttp
import pytest

from kiosk.collector.pages import entrance
from kiosk.collector.pages.routes import Access, Role, Route
from kiosk.core import attempts
from kiosk.errors import StoreUnavailable
from kiosk.html.headers import HEADERS
from tests.fleet.conftest import PASSWORD, PEOPLE, Province, SignIn

SAFE = {name: value for name, value in HEADERS.items() if name != "Server"}
OPEN = {("GET", "/sign-in"), ("POST", "/sign-in"), ("GET", "/i/{code}"), ("GET", "/static/{name}")}


def concrete(route: Route) -> str:
    return re.sub(r"\{\w+\}", "x", route.path)


async def walked(client: aiohttp.ClientSession, province: Province) -> dict[tuple[str, str], int]:
    """Every route, asked without a form token."""
    assert province.site is not None
    told = {}
    for route in province.site.routes:
        async with client.request(route.method, concrete(route), allow_redirects=False) as answer:
            told[route.method, route.path] = answer.status
            told_headers = {name: answer.headers.get(name) for name in SAFE}
            if answer.status != 302:  # the smart link names no referrer
                assert told_headers == SAFE, route.path
    return told


async def test_without_sign_in_every_route_but_the_open_ones_refuses(
    client: aiohttp.ClientSession, province: Province
) -> None:
    told = await walked(client, province)
    assert {place for place, status in told.items() if status == 401} == set(told) - OPEN
    assert {route for route in told if route in OPEN} == OPEN


@pytest.mark.parametrize("name", PEOPLE)
async def test_each_role_comes_as_far_as_its_routes_and_no_form_passes_without_its_token(
    client: aiohttp.ClientSession, province: Province, sign_in: SignIn, name: str
) -> None:
    assert province.site is not None
    await sign_in(name)
    told = await walked(client, province)
    for route in province.site.routes:
        status = told[route.method, route.path]
        if not route.access.admits(Role(PEOPLE[name])) or (route.method == "POST" and route.access is not Access.OPEN):
            assert status == 403, route.path
        else:
            assert status != 403 or route.path == "/sign-in", route.path
            assert status != 401, route.path


def test_every_role_may_what_those_before_it_may(province: Province) -> None:
    assert province.site is not None
    for route in province.site.routes:
        may = [route.access.admits(role) for role in Role]
        assert may == sorted(may), route.path
    acts = {(route.path, route.access) for route in province.site.routes if route.method == "POST"}
    assert acts == {
        ("/sign-in", Access.OPEN),
        ("/sign-out", Access.VIEWER),
        ("/venues/{venue}/do/code", Access.OFFICER),
        ("/venues/{venue}/do/stolen", Access.OFFICER),
        ("/venues/{venue}/do/retire", Access.ADMIN),
        ("/links/accept", Access.ADMIN),
        ("/import", Access.ADMIN),
    }


async def test_a_browser_is_sent_to_the_form_in_its_language(client: aiohttp.ClientSession) -> None:
    async with client.get("/?lang=en", headers={"Accept": "text/html"}, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/sign-in?lang=en")


async def test_the_cookie_is_for_no_script_and_no_other_site_and_only_its_hash_is_kept(
    client: aiohttp.ClientSession, province: Province, sign_in: SignIn
) -> None:
    answer = await sign_in("an")
    cookie = answer.cookies["fleet_session"]
    assert (answer.status, cookie["httponly"], cookie["samesite"], cookie["path"]) == (303, True, "Strict", "/")
    kept = await province.books.database.rows(str, "SELECT token_sha256 FROM session")
    assert len(kept) == 1
    assert cookie.value not in kept
    headers = {"X-Forwarded-Proto": "https"}
    form = {"name": "an", "password": PASSWORD}
    async with client.post("/sign-in", data=form, headers=headers, allow_redirects=False) as answer:
        assert answer.cookies["fleet_session"]["secure"]


async def test_a_session_ends_by_signing_out_by_time_and_when_the_person_is_changed(
    client: aiohttp.ClientSession, province: Province, sign_in: SignIn
) -> None:
    async def inside() -> bool:
        async with client.get("/") as answer:
            return answer.status == 200

    await sign_in("an")
    assert await inside()
    token = await form_token(client, "/")
    async with client.post("/sign-out", data={"token": token}, allow_redirects=False) as answer:
        assert answer.headers["Location"] == "/sign-in?lang=vi"
    assert not await inside()
    await sign_in("an")
    province.clock.seconds += 12 * 3600 - 1
    assert await inside()
    province.clock.seconds += 1
    assert not await inside()
    await sign_in("an")
    person = await province.books.people.find("an")
    assert person is not None
    await province.books.people.change(person._replace(role="viewer"))
    assert not await inside()
    assert [deed.what for deed in await province.books.people.noted(9)] == ["sign-in", "sign-in", "sign-out", "sign-in"]


async def form_token(client: aiohttp.ClientSession, path: str) -> str:
    async with client.get(path) as page:
        found = re.search(r'name="token" value="([0-9a-f]+)"', await page.text())
    assert found is not None
    return found[1]


async def test_wrong_passwords_are_counted_down_and_then_locked_with_a_time(
    province: Province, sign_in: SignIn
) -> None:
    for left in range(attempts.PER_ADDRESS - 1, 0, -1):
        answer = await sign_in("an", "sai rồi")
        assert (answer.status, f"còn {left}\u00a0lần thử" in await answer.text()) == (403, True)
    await sign_in("an", "sai rồi")
    answer = await sign_in("an")
    assert (answer.status, "Tạm khóa đến 14:20" in await answer.text()) == (429, True)
    province.clock.seconds += attempts.LOCK_S + 1
    assert (await sign_in("an")).status == 303


@pytest.mark.parametrize("name", ["", "nobody", "an\x00", "x" * 3000, "' OR 1=1 --"])
async def test_a_name_that_nobody_has_is_answered_as_a_wrong_password(sign_in: SignIn, name: str) -> None:
    wrong, right = await sign_in("an", "sai"), await sign_in(name)
    strip = re.compile(r"còn \d")
    assert wrong.status == right.status == 403
    assert strip.sub("", await wrong.text()) == strip.sub("", await right.text())


async def test_behind_a_proxy_on_this_machine_each_address_has_its_own_tries(client: aiohttp.ClientSession) -> None:
    async def tried(address: str) -> int:
        form = {"name": "an", "password": "sai"}
        async with client.post("/sign-in", data=form, headers={"X-Forwarded-For": f"9.9.9.9, {address}"}) as answer:
            return answer.status

    assert [await tried("203.0.113.1") for _ in range(5)] == [403] * 4 + [429]
    assert await tried("203.0.113.2") == 403


async def test_a_flood_of_tries_is_sent_away_before_it_costs_anything(
    province: Province, client: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entrance, "MOST_WAITING", 0)
    async with client.post("/sign-in", data={"name": "an", "password": PASSWORD}) as answer:
        assert (answer.status, "Đông người thử quá" in await answer.text()) == (429, True)


async def test_strangers_lock_nobody_out_but_themselves(client: aiohttp.ClientSession) -> None:
    async def tried(address: str, password: str) -> int:
        form = {"name": "an", "password": password}
        headers = {"X-Forwarded-For": address}
        async with client.post("/sign-in", data=form, headers=headers, allow_redirects=False) as answer:
            return answer.status

    for number in range(40):
        await tried(f"203.0.113.{number}", "sai")
    assert await tried("198.51.100.1", PASSWORD) == 303


async def test_a_form_from_another_site_is_refused(client: aiohttp.ClientSession, sign_in: SignIn) -> None:
    form = {"name": "an", "password": PASSWORD}
    async with client.post("/sign-in", data=form, headers={"Origin": "https://evil.example"}) as answer:
        assert answer.status == 403
    await sign_in("an")
    token = await form_token(client, "/")
    foreign = {"Origin": "https://evil.example"}
    async with client.post("/sign-out", data={"token": token}, headers=foreign) as answer:
        assert answer.status == 403
    async with client.post("/sign-out", data={"token": "0" * 64}) as answer:
        assert answer.status == 403


async def test_while_the_database_is_away_the_page_says_so_in_our_words(
    client: aiohttp.ClientSession, province: Province, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign_in("an")

    async def away(*_: object) -> None:
        raise StoreUnavailable("gone")

    monkeypatch.setattr(province.books.fleet, "venues", away)
    async with client.get("/") as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
        assert "Chưa đọc được sổ" in await answer.text()
