"""The wall on a real framebuffer: read back by the kiosk itself, and taken over from a browser that fails."""

import asyncio
import time
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from tests.rig.image import HERE
from tests.rig.installed import PYTHON, UNIT, journal, start, status
from tests.rig.pi import Failed, Pi

pytestmark = [pytest.mark.rig, pytest.mark.asyncio(loop_scope="session")]

INSTALL_URL = "https://www.bluezone.gov.vn"
FALL_BACK_S = 60.0
STAND_IN = "/opt/bluezone-kiosk/browser_stand_in.py"
IN_BROWSER = f'[show]\nsurface = "browser"\nbrowser = ["{PYTHON}", "{STAND_IN}"]\n'
WIPE = "head -c 4096000 /dev/zero > /dev/fb0"


async def until_shown_in(pi: Pi, surface: str, within: float) -> None:
    """Wait until the kiosk says that its wall is there."""
    deadline = time.monotonic() + within
    while (await status(pi))["show"]["surface"] != surface:
        if time.monotonic() > deadline:
            raise Failed(f"the wall is not in the {surface} within {within} s\n{await journal(pi)}")
        await asyncio.sleep(0.5)


async def until_the_code_is_seen(pi: Pi, photograph: Path, within: float) -> float:
    """Photograph the screen until its code decodes; how long that took."""
    began = time.monotonic()
    while not any(code.text == INSTALL_URL for code in read(pi.screenshot(photograph))):
        if time.monotonic() - began > within:
            raise Failed(f"no code on the screen within {within} s\n{await journal(pi)}")
        await asyncio.sleep(0.5)
    return time.monotonic() - began


def read(photograph: Path) -> list[zxingcpp.Barcode]:
    with Image.open(photograph) as image:
        return zxingcpp.read_barcodes(image)


async def test_the_kiosk_itself_sees_the_code_on_its_framebuffer(pi: Pi) -> None:
    await start(pi)
    await pi.until(f"journalctl -b -u {UNIT} | grep -q 'the wall is seen (framebuffer)'", 120)


@pytest.mark.parametrize("blow", ["KILL", "STOP"])
async def test_a_killed_and_a_hung_browser_leave_the_screen_to_the_framebuffer(
    pi: Pi, tmp_path: Path, blow: str
) -> None:
    """The browser is a stand-in; real Chromium is killed and frozen on the host (tests/adapters/test_browser.py)."""
    pi.copy_in(HERE / "browser_stand_in.py", to=STAND_IN)
    await start(pi, IN_BROWSER)
    await until_shown_in(pi, "browser", 120)
    await pi.sh(WIPE)
    assert not read(pi.screenshot(tmp_path / "wiped.png"))
    await pi.sh(f"pkill -{blow} -f '[b]rowser_stand_in'")
    await until_the_code_is_seen(pi, tmp_path / "screen.png", FALL_BACK_S)
