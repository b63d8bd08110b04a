"""The first day on the virtual Pi: a code by the terminal, the link off the photographed wall, buttons at work."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
import zxingcpp
from PIL import Image

from kiosk.core.buttons import BLUETOOTH, POSTER
from tests.rig.installed import KIOSK, journal, start
from tests.rig.pi import Failed, Pi
from tests.rig.test_words import until_it_says

pytestmark = [
    pytest.mark.rig,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("machine", ["trixie"], indirect=True),
]

PIN = "480317"
WITHIN_S = 120


async def claim_link(pi: Pi, photograph: Path) -> str:
    """The link in the code for staff, off the screen."""
    deadline = time.monotonic() + WITHIN_S
    while time.monotonic() < deadline:
        with Image.open(pi.screenshot(photograph)) as image:
            links = [code.text for code in zxingcpp.read_barcodes(image) if "/claim/" in code.text]
        if links:
            return links[0]
        await asyncio.sleep(1)
    raise Failed(f"no code for staff on the screen\n{await journal(pi)}")


@pytest_asyncio.fixture(loop_scope="session")
async def phone(pi: Pi, tmp_path: Path) -> AsyncIterator[aiohttp.ClientSession]:
    """A member of staff's phone, signed in as on a first day."""
    [code] = re.findall(r"\b[0-9]{6}\b", await pi.sh(f"{KIOSK} setup"))
    await start(pi)
    token = (await claim_link(pi, tmp_path / "wall.png")).rpartition("/")[2]
    async with aiohttp.ClientSession(pi.web, cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        async with session.get("/status.json") as answer:
            assert answer.status == 403
        async with session.post(f"/claim/{token}", data={"code": code, "new": PIN, "again": PIN}) as answer:
            assert (answer.status, answer.url.path) == (200, "/")
        yield session


async def press(phone: aiohttp.ClientSession, name: str) -> str:
    """Press a button and say yes; the address of what came of it."""
    async with phone.get(f"/do/{name}") as answer:
        asked = await answer.text()
    fields = dict(re.findall(r'name="(form|token)" value="([^"]*)"', asked))
    async with phone.post(f"/do/{name}", data=fields) as answer:
        assert answer.status == 200, await answer.text()
        return answer.url.path


async def test_staff_turn_bluetooth_back_on(pi: Pi, phone: aiohttp.ClientSession) -> None:
    await until_it_says(pi, set())
    await pi.sh("rfkill block bluetooth")
    await until_it_says(pi, {"S2"})
    await press(phone, BLUETOOTH)
    await until_it_says(pi, set())


async def test_staff_print_a_poster_on_the_confined_box(pi: Pi, phone: aiohttp.ClientSession, tmp_path: Path) -> None:
    done = await press(phone, POSTER)
    async with phone.get(f"{done}/file", timeout=aiohttp.ClientTimeout(WITHIN_S)) as answer:
        poster = await answer.read()
        assert answer.status == 200, await journal(pi)
    assert poster.startswith(b"%PDF-")


async def test_doctor_finds_a_running_box_well(pi: Pi) -> None:
    """But for what the rig has not: a network to ask links over, and a synchronised clock."""
    await start(pi)
    told = json.loads(await pi.sh(f"{KIOSK} doctor --json || true", within=120))
    bad = {check["key"]: check for check in told["checks"] if check["verdict"] == "bad"}
    assert set(bad) <= {"clock"}, json.dumps(bad, indent=1)
    seen = {check["key"] for check in told["checks"] if check["verdict"] == "ok"}
    assert {"controller", "bluetoothd", "display", "unit", "pairing"} <= seen, seen
