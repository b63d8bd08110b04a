"""Page and wall in a real browser: what staff and visitors see, and that the browser has nothing to complain about."""

import io
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image

from kiosk.adapters import paint
from kiosk.adapters.png import PngDisplay
from kiosk.config import Web
from kiosk.core.facts import AdvertiseFacts, Trouble
from kiosk.core.screens import screen_of
from kiosk.core.windows import UnixMs
from tests.walls import told
from tests.web.chromium import Page, chromium, fresh_page
from tests.web.conftest import INSTALL, NOW, WELL, Kiosk, troubled

pytestmark = pytest.mark.browser

RED = replace(troubled(WELL, "advertise", Trouble.REFUSED), advertise=AdvertiseFacts())
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WHEN_CHANGED = """new Promise(done => {
  const look = () => { if (%s) done(1) };
  new MutationObserver(look).observe(document, {subtree: true, childList: true, attributes: true});
  look();
})"""


@pytest.fixture(scope="module")
def devtools() -> Iterator[str]:
    """One Chromium for all these tests."""
    with chromium() as address:
        yield address


@pytest.fixture
async def page(devtools: str) -> AsyncIterator[Page]:
    """A fresh page in it."""
    async with fresh_page(devtools) as opened:
        yield opened


def seen(picture: bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture)).convert("RGB")


def share(image: Image.Image, colour: tuple[int, int, int]) -> float:
    """Which part of a picture has exactly this colour."""
    counted = image.getcolors(image.width * image.height) or []
    return sum(count for count, each in counted if each == colour) / (image.width * image.height)


@pytest.mark.parametrize(("width", "height"), [(320, 568), (360, 740), (390, 844), (768, 1024), (1280, 800)])
async def test_the_page_fits_every_window_and_the_browser_has_no_complaint(
    page: Page, address: str, kiosk: Kiosk, width: int, height: int
) -> None:
    kiosk.snapshot = replace(RED, simulated=True, venue="Bến xe khách Trung tâm thành phố Đà Nẵng")
    for query in ("", "?lang=en"):
        await page.open(f"{address}/{query}", width, height)
        assert await page.evaluate(SIDEWAYS) == 0
        assert share(seen(await page.picture()), (0xB3, 0x26, 0x1E)) > 0.04
        clipped = (
            "[...document.querySelectorAll('main *')].filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth)"
        )
        assert await page.evaluate(f"{clipped}.length") == 0
    assert page.complaints == []
    assert all(each.startswith(address) for each in page.asked), page.asked


async def test_what_can_be_pressed_is_large_enough_for_a_thumb(page: Page, address: str, kiosk: Kiosk) -> None:
    kiosk.snapshot = RED
    await page.open(f"{address}/", 360, 740)
    sizes = await page.evaluate(
        "[...document.querySelectorAll('a')].map(a => a.getBoundingClientRect()).map(r => [r.width, r.height])"
    )
    assert isinstance(sizes, list)
    assert len(sizes) == 4
    assert all(min(size) >= 48 for size in sizes), sizes
    button = await page.evaluate("document.querySelector('.button').getBoundingClientRect().height")
    assert isinstance(button, int | float)
    assert button >= 56


async def test_vietnamese_is_set_in_our_own_type(page: Page, address: str) -> None:
    await page.open(f"{address}/", 360, 740)
    loaded = await page.evaluate("[...document.fonts].filter(f => f.status == 'loaded').map(f => f.weight).sort()")
    assert isinstance(loaded, list)
    assert {"400", "600", "700"} <= set(loaded)
    assert any("vietnamese-400" in each for each in page.asked)
    assert page.complaints == []


@pytest.mark.parametrize(
    ("snapshot", "colour"),
    [
        (WELL, (0x0B, 0x7A, 0x4B)),
        (troubled(WELL, "upkeep", Trouble.BUG), (0xF5, 0xB8, 0x2E)),
        (RED, (0xB3, 0x26, 0x1E)),
    ],
)
async def test_the_light_shows_its_colour_without_scripts_too(
    page: Page, address: str, kiosk: Kiosk, snapshot: object, colour: tuple[int, int, int]
) -> None:
    kiosk.snapshot = snapshot  # type: ignore[assignment] # one of the three above
    await page.open(f"{address}/", 360, 740, scripts=False)
    assert share(seen(await page.picture()), colour) > 0.1


async def test_a_page_left_open_turns_red_by_itself(page: Page, address: str, kiosk: Kiosk) -> None:
    await page.open(f"{address}/", 360, 740)
    kiosk.snapshot = RED
    await page.evaluate(WHEN_CHANGED % "document.querySelector('.light.red')")
    assert await page.evaluate("document.querySelector('h1').textContent") == "Trạm đã ngừng phát sóng"
    assert str(await page.evaluate("document.title")).startswith("Trạm đã ngừng phát sóng")
    assert page.complaints == []


async def test_a_page_without_scripts_loads_itself_again(page: Page, address: str, kiosk: Kiosk) -> None:
    await page.open(f"{address}/", 360, 740, scripts=False)
    kiosk.snapshot = RED
    await page.until(lambda message: message.get("method") == "Page.loadEventFired")
    assert await page.evaluate("document.querySelector('h1').textContent") == "Trạm đã ngừng phát sóng"


async def test_a_page_that_lost_its_kiosk_says_so_and_comes_back(page: Page, kiosk: Kiosk) -> None:
    async with kiosk.site(Web(port=0)) as site:
        port = site.port
        await page.open(f"http://127.0.0.1:{port}/", 360, 740)
    await page.evaluate(WHEN_CHANGED % "!document.getElementById('lost').hidden")
    told = await page.evaluate("document.getElementById('lost').innerText")
    assert told == "Trang này mất liên lạc với trạm. Nội dung dưới đây là của lúc 14:05."
    assert share(seen(await page.picture()), (0x0B, 0x7A, 0x4B)) < 0.02, "a stale page must not look green"
    async with kiosk.site(Web(port=port)):
        await page.evaluate(WHEN_CHANGED % "document.getElementById('lost').hidden")
        assert share(seen(await page.picture()), (0x0B, 0x7A, 0x4B)) > 0.1


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1080, 1920), (800, 480), (1366, 768)])
@pytest.mark.parametrize("scripts", [True, False])
async def test_the_wall_fills_any_browser_and_its_code_decodes(
    page: Page, address: str, width: int, height: int, scripts: bool
) -> None:
    await page.open(f"{address}/display", width, height, scripts=scripts)
    if scripts:
        await page.evaluate(WHEN_CHANGED % "document.getElementById('wall').src.includes('tag=')")
    image = seen(await page.picture())
    assert image.size == (width, height)
    assert [found.text for found in zxingcpp.read_barcodes(image)] == [INSTALL]
    assert await page.evaluate(SIDEWAYS) == 0
    assert await page.evaluate("document.documentElement.scrollHeight - innerHeight") == 0
    assert page.complaints == []


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1080, 1920), (800, 480)])
async def test_the_real_wall_decodes_from_what_the_browser_shows(page: Page, width: int, height: int) -> None:
    display = PngDisplay(paint.png)
    await display.draw(screen_of(WELL, told()))
    kiosk = Kiosk(paint_wall=display.png)
    async with kiosk.site(Web(port=0)) as site:
        await page.open(f"http://127.0.0.1:{site.port}/display", width, height)
        await page.evaluate(WHEN_CHANGED % "document.getElementById('wall').src.includes('tag=')")
        assert [found.text for found in zxingcpp.read_barcodes(seen(await page.picture()))] == [INSTALL]
    assert page.complaints == []


async def test_the_wall_is_asked_for_in_the_pixels_of_the_screen(page: Page, address: str, kiosk: Kiosk) -> None:
    await page.open(f"{address}/display", 640, 400, scale=2)
    await page.evaluate(WHEN_CHANGED % "document.getElementById('wall').src.includes('tag=')")
    assert (1280, 800) in kiosk.painted


async def test_a_changed_wall_is_exchanged_without_a_blank_moment(page: Page, address: str, kiosk: Kiosk) -> None:
    await page.open(f"{address}/display", 960, 540)
    await page.evaluate(WHEN_CHANGED % "document.getElementById('wall').src.includes('tag=')")
    assert seen(await page.picture()).getpixel((5, 5)) == (6, 40, 74)
    kiosk.edition = 2
    blank = await page.evaluate(
        """new Promise(done => {
          let blank = 0;
          new MutationObserver(() => {
            const wall = document.getElementById('wall');
            if (!wall || !wall.complete || !wall.naturalWidth) blank += 1;
            if (wall && wall.src.includes('2-960')) done(blank);
          }).observe(document, {subtree: true, childList: true, attributes: true});
        })"""
    )
    assert blank == 0
    assert seen(await page.picture()).getpixel((5, 5)) == (6, 80, 74)
    assert page.complaints == []


async def test_the_wall_keeps_its_last_picture_when_the_kiosk_is_away(page: Page, address: str, kiosk: Kiosk) -> None:
    await page.open(f"{address}/display", 960, 540)
    await page.evaluate(WHEN_CHANGED % "document.getElementById('wall').src.includes('tag=')")
    kiosk.broken = True
    await page.until(lambda message: '"status": 503' in str(message).replace("'", '"'))
    assert [found.text for found in zxingcpp.read_barcodes(seen(await page.picture()))] == [INSTALL]


async def test_the_preview_on_the_page_follows_the_wall(page: Page, address: str, kiosk: Kiosk) -> None:
    await page.open(f"{address}/", 390, 844)
    assert (640, 360) in kiosk.painted
    kiosk.edition = 2
    kiosk.snapshot = replace(WELL, show=replace(WELL.show, width=1080, height=1920, drawn_at=UnixMs(NOW + 60_000)))
    await page.evaluate(WHEN_CHANGED % "document.querySelector('#wall img').height > 500")
    assert await page.evaluate("document.querySelector('#wall img').decode().then(() => 1)") == 1
    assert (360, 640) in kiosk.painted
