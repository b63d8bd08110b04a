"""Sessions: the cookie, how it ends, and forms that are not ours."""

import asyncio
from http.cookies import SimpleCookie

import aiohttp
import pytest

from kiosk.web.sessions import COOKIE, LASTS_MS
from kiosk.web.site import StatusSite
from tests.web.conftest import Kiosk
from tests.web.locked import OTHER, PIN, cheap, claim, client, may_see, sign_in, site, token

__all__ = ["cheap", "client", "site"]


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
