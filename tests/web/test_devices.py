"""Devices: a stranger who locks the form locks it for strangers; a phone that signed in before still gets in."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from http.cookies import SimpleCookie

import aiohttp
import pytest

from kiosk.core import attempts
from kiosk.web.devices import COOKIE, LASTS_S
from kiosk.web.site import StatusSite
from tests.web.conftest import Kiosk
from tests.web.locked import OTHER, PIN, cheap, claim, client, may_see, sign_in, site, token

__all__ = ["cheap", "client", "site"]

WRONG = "604827"
Phones = Callable[[int], aiohttp.ClientSession]


@pytest.fixture
async def phone_at(site: StatusSite) -> AsyncIterator[Phones]:
    """Phones that were never here, each at an address of its own: 127.0.0.N."""
    async with AsyncExitStack() as stack:

        def at(number: int) -> aiohttp.ClientSession:
            own = aiohttp.TCPConnector(local_addr=(f"127.0.0.{number}", 0))
            jar = aiohttp.CookieJar(unsafe=True)
            phone = aiohttp.ClientSession(f"http://127.0.0.1:{site.port}", connector=own, cookie_jar=jar)
            stack.push_async_callback(phone.close)
            return phone

        yield at


async def lock_the_form(phone_at: Phones) -> None:
    """Twenty wrong PINs from four addresses."""
    for number in range(attempts.OVERALL):
        assert (await sign_in(phone_at(2 + number // attempts.PER_ADDRESS), WRONG)).status in (403, 429)


async def known(phone_at: Phones, number: int) -> aiohttp.ClientSession:
    """A phone that signed in and was signed out again: all it has left is that it was here."""
    phone = phone_at(number)
    assert (await sign_in(phone)).status == 303
    async with phone.post("/sign-out", data={"token": await token(phone)}, allow_redirects=False) as answer:
        assert answer.status == 303
    assert not await may_see(phone)
    return phone


async def test_twenty_wrong_pins_lock_strangers_out_and_no_phone_that_was_here_before(
    client: aiohttp.ClientSession, kiosk: Kiosk, phone_at: Phones
) -> None:
    await claim(client, kiosk)
    colleague = await known(phone_at, 8)
    await lock_the_form(phone_at)
    assert (await sign_in(phone_at(9))).status == 429, "a new phone, though the PIN is right"
    assert (await sign_in(colleague)).status == 303
    assert await may_see(colleague)
    form = {"token": await token(client), "old": PIN, "new": OTHER, "again": OTHER}
    async with client.post("/pin", data=form, allow_redirects=False) as answer:
        assert answer.status == 303, "the form for a new PIN asks for the old one, and is not locked either"


async def test_a_known_phone_is_known_after_sign_out_everyone_and_a_restart(
    client: aiohttp.ClientSession, kiosk: Kiosk, phone_at: Phones
) -> None:
    await claim(client, kiosk)
    assert kiosk.door is not None
    kiosk.door.sessions.end_all()
    kept = next(cookie.value for cookie in client.cookie_jar if cookie.key == COOKIE)
    assert kiosk.lock()._devices.read(kept), "another process over the same files"
    await lock_the_form(phone_at)
    assert not await may_see(client)
    assert (await sign_in(client)).status == 303


async def test_a_known_phone_has_five_tries_of_its_own_and_takes_none_from_anybody(
    client: aiohttp.ClientSession, kiosk: Kiosk, phone_at: Phones
) -> None:
    await claim(client, kiosk)
    lost = await known(phone_at, 8)
    told = [(await sign_in(lost, WRONG)).status for _ in range(attempts.PER_ADDRESS)]
    assert told == [403] * (attempts.PER_ADDRESS - 1) + [429]
    assert (await sign_in(lost)).status == 429, "even with the right PIN"
    assert (await sign_in(phone_at(8))).status == 303, "its address is not locked"
    kiosk.clock.seconds += attempts.LOCK_S + 1
    assert (await sign_in(lost)).status == 303


async def test_a_new_pin_makes_strangers_of_all_phones_but_the_one_that_set_it(
    client: aiohttp.ClientSession, kiosk: Kiosk, phone_at: Phones
) -> None:
    await claim(client, kiosk)
    gone = await known(phone_at, 8)
    form = {"token": await token(client), "old": PIN, "new": OTHER, "again": OTHER}
    async with client.post("/pin", data=form, allow_redirects=False) as answer:
        assert answer.status == 303
    await lock_the_form(phone_at)
    assert (await sign_in(gone, OTHER)).status == 429
    assert (await sign_in(client, OTHER)).status == 303


async def test_the_cookie_of_a_device_opens_nothing_and_cannot_be_made_up(
    client: aiohttp.ClientSession, kiosk: Kiosk, phone_at: Phones, site: StatusSite
) -> None:
    answer = await claim(client, kiosk)
    cookie = SimpleCookie("; ".join(answer.headers.getall("Set-Cookie")))[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (True, "Strict", "/", "")
    assert cookie["max-age"] == str(LASTS_S)
    number, _, signature = cookie.value.partition(".")
    await lock_the_form(phone_at)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{site.port}") as other:
        genuine = {"Cookie": f"{COOKIE}={cookie.value}"}
        async with other.get("/status.json", headers=genuine) as refused:
            assert refused.status == 401
        made_up = (
            "",
            ".",
            number,
            f"{number}.",
            f"x.{signature}",
            f".{signature}",
            f"{number}.{signature[:-1]}",
            "é.é",
        )
        for value in made_up:
            told = await other.post("/sign-in", data={"pin": PIN}, headers={"Cookie": f"{COOKIE}={value}"})
            assert told.status == 429, value
        admitted = await other.post("/sign-in", data={"pin": PIN}, headers=genuine, allow_redirects=False)
        assert admitted.status == 303
        again = SimpleCookie("; ".join(admitted.headers.getall("Set-Cookie")))[COOKIE]
        assert again.value == cookie.value, "a phone keeps its number: signing in often gives no more tries"


async def test_no_file_and_no_log_tells_which_phones_were_here(
    client: aiohttp.ClientSession, kiosk: Kiosk, caplog: pytest.LogCaptureFixture
) -> None:
    await claim(client, kiosk)
    number = next(cookie.value for cookie in client.cookie_jar if cookie.key == COOKIE).partition(".")[0]
    assert number.encode() not in b"".join(kiosk.secrets.kept.values())
    assert number not in caplog.text + repr(kiosk.audit.entries)
