"""Locked: a site behind its real door, and what a phone does before it: claim, sign in, look."""

import re
from collections.abc import AsyncIterator

import aiohttp
import pytest

from kiosk.config import Web
from kiosk.core import pins
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
