"""The status page as it looks: phone and desktop, three states, two languages. Names and numbers are made up.

The real page over the real wall, photographed by Chromium, in few colours so that the pictures stay small.
"""

import asyncio
import sys
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image
from scenes import SCENES

from kiosk.adapters import paint
from kiosk.adapters.png import PngDisplay
from kiosk.config import Web
from kiosk.core.facts import Snapshot
from kiosk.core.screens import screen_of
from tests.walls import told
from tests.web.chromium import Page, chromium, fresh_page
from tests.web.conftest import Kiosk

PICTURES: Final = Path(__file__).parents[2] / "docs" / "pictures"
PHONE: Final = (390, 844)
DESKTOP: Final = (1280, 1040)
COLOURS: Final = 160
GAP: Final = 28
DESK: Final = (0xC4, 0xCF, 0xDA)


async def photographed(page: Page, snapshot: Snapshot, lang: str, size: tuple[int, int], scale: float) -> Image.Image:
    """What a window of this size shows while the kiosk is in this state."""
    display = PngDisplay(paint.png)
    await display.draw(screen_of(snapshot, told(venue=snapshot.venue)))
    async with Kiosk(snapshot, paint_wall=display.png).site(Web(port=0)) as site:
        await page.open(f"http://127.0.0.1:{site.port}/?lang={lang}", *size, scale=scale)
        await page.evaluate("document.querySelector('#wall img').decode()")
        return Image.open(BytesIO(await page.picture())).convert("RGB")


async def whole(page: Page, snapshot: Snapshot, lang: str, scale: float) -> Image.Image:
    """The page from top to bottom on a phone."""
    await photographed(page, snapshot, lang, PHONE, scale)
    height = await page.evaluate("document.documentElement.scrollHeight")
    assert isinstance(height, int)
    return await photographed(page, snapshot, lang, (PHONE[0], height), scale)


def beside(pictures: list[Image.Image]) -> Image.Image:
    """Pictures on a desk, one beside the other."""
    width = sum(each.width + GAP for each in pictures) + GAP
    desk = Image.new("RGB", (width, max(each.height for each in pictures) + 2 * GAP), DESK)
    left = GAP
    for each in pictures:
        desk.paste(each, (left, GAP))
        left += each.width + GAP
    return desk


def save(picture: Image.Image, file: Path) -> None:
    """In a palette of the picture's own, as small as PNG can be."""
    picture.quantize(COLOURS, kmeans=2, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"{file.name:32} {picture.width}x{picture.height} {file.stat().st_size // 1000:4} kB")


async def main(folder: Path) -> None:
    """Every picture, one Chromium."""
    with chromium() as address:
        async with fresh_page(address) as page:
            for lang in ("vi", "en"):
                phones = [await photographed(page, scene, lang, PHONE, 1.5) for scene in SCENES.values()]
                save(beside(phones), folder / f"page-phone-{lang}.png")
                for name, scene in SCENES.items():
                    desktop = await photographed(page, scene, lang, DESKTOP, 1)
                    save(desktop, folder / f"page-desktop-{name}-{lang}.png")
            save(await whole(page, SCENES["green"], "vi", 1), folder / "page-phone-whole-vi.png")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES))
