"""Which bodies stand behind the wall: every surface of [show], and configurations that contradict themselves."""

from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from kiosk import displays
from kiosk.config import Config, Show, Web
from kiosk.core.windows import UnixMs
from kiosk.errors import ConfigError
from kiosk.sim.clock import ManualClock
from tests.walls import URL, screen, told

pytestmark = pytest.mark.guest


def test_a_browser_needs_the_page() -> None:
    with pytest.raises(ConfigError, match=r"web\.enabled.*surface"):
        displays.wall(Config(show=Show(surface="browser"), web=Web(enabled=False)), ManualClock(UnixMs(0)))


def test_a_browser_on_the_box_is_told_to_trust_the_boxs_own_certificate() -> None:
    with pytest.raises(ConfigError, match=r"show\.browser.*--ignore-certificate-errors"):
        displays.wall(Config(show=Show(surface="browser"), web=Web(tls="self-made")), ManualClock(UnixMs(0)))
    show = Show(surface="browser", browser=("chromium", displays.TRUSTING))
    assert displays.wall(Config(show=show, web=Web(tls="self-made")), ManualClock(UnixMs(0))).browser is not None


async def test_a_box_whose_logo_is_torn_still_shows_its_code(tmp_path: Path) -> None:
    torn = tmp_path / "logo.png"
    torn.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(20))
    wall = displays.in_file(Show(width=800, height=480), tmp_path / "wall.png")
    await wall.display.draw(screen(told(logo=str(torn))))
    assert {found.text for found in zxingcpp.read_barcodes(Image.open(tmp_path / "wall.png"))} == {URL}


def test_a_picture_file_needs_a_name() -> None:
    with pytest.raises(ConfigError, match=r"show\.png"):
        displays.wall(Config(show=Show(surface="png")), ManualClock(UnixMs(0)))


@pytest.mark.parametrize(
    ("web", "address"),
    [
        (Web(), "http://127.0.0.1:8080/display"),
        (Web(host="::"), "http://[::1]:8080/display"),
        (Web(host="192.168.1.5"), "http://192.168.1.5:8080/display"),
        (Web(tls="own"), "https://127.0.0.1:8080/display"),
    ],
)
def test_the_browser_is_sent_to_the_page_on_this_box(web: Web, address: str) -> None:
    assert displays.page_for_browser(web, 8080) == address
    assert displays.page_for_browser(web, 0) == ""


def test_a_box_without_any_screen_of_its_own_is_not_looked_at() -> None:
    wall = displays.wall(Config(show=Show(surface="none")), ManualClock(UnixMs(0)))
    assert (wall.eye, wall.browser) == (None, None)
    wall.heard("somebody", 800, 480)
    assert wall.display.surface()[0] == "browser"
