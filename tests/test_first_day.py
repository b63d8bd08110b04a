"""The first day of a box, as processes: set it up, start it, scan the code on its wall, choose a PIN, come in."""

import asyncio
import io
import re
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import aiohttp
import pytest
import zxingcpp
from PIL import Image

from tests.fakes.bluez import FakeBlueZ
from tests.fakes.bluez_fixtures import bluez, system_bus
from tests.test_app import box, stopped

__all__ = ["bluez", "system_bus"]

pytestmark = [pytest.mark.dbus]


async def kiosk(*words: str) -> str:
    """What a verb prints."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "kiosk", *words, stdout=PIPE)
    said, _ = await process.communicate()
    assert process.returncode == 0, said
    return said.decode()


async def claim_link(tmp_path: Path) -> str:
    """The link in the code for staff, from the wall as the terminal fetches it."""
    config, picture = str(tmp_path / "config.toml"), tmp_path / "wall.png"
    async with asyncio.timeout(60):
        while True:
            said = await kiosk("show", "--png", str(picture), "--config", config)
            codes = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.read_bytes())))
            links = [code.text for code in codes if "/claim/" in code.text]
            if links:
                assert "what the running kiosk shows" in said
                return links[0]


async def test_a_new_box_is_claimed_from_its_wall_and_its_terminal_needs_no_pin(
    bluez: FakeBlueZ, tmp_path: Path
) -> None:
    config = str(tmp_path / "config.toml")
    async with box(tmp_path) as process:
        told = await kiosk("setup", "--config", config)
        [code] = re.findall(r"\b[0-9]{6}\b", told)
        assert await kiosk("setup", "--config", config) == told, "it is made once"
        link = await claim_link(tmp_path)
        page = link.partition("/claim/")[0]
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(cookie_jar=jar) as phone:
            async with phone.get(page + "/") as answer:
                assert answer.status == 403
            form = {"code": code, "new": "480317", "again": "480317"}
            async with phone.post(link, data=form) as answer:
                assert (answer.status, answer.url.path) == (200, "/")
                assert "Phát sóng" in await answer.text()
        async with aiohttp.ClientSession() as stranger, stranger.get(page + "/status.json") as answer:
            assert answer.status == 401
        assert '"schema"' in await kiosk("status", "--json", "--config", config)
        said = await stopped(process)
    secret = {path.name: path.read_bytes() for path in (tmp_path / "state").iterdir() if path.name.startswith("web.")}
    assert {"web.pin", "web.session"} <= set(secret)
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "state").glob("web.*"))
    assert not any(word in said for word in (code, "480317", link.rpartition("/")[2]))
