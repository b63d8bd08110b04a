"""Makes docs/pictures/page.png in a real Chromium: `python -m tests.web.pictures`. Names and figures are invented."""

import asyncio
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image

from kiosk.adapters import paint
from kiosk.adapters.png import PngDisplay
from kiosk.config import Web
from kiosk.core.facts import AdvertiseFacts, Snapshot, Trouble
from kiosk.core.screens import screen_of
from tests.walls import told
from tests.web.chromium import Page, chromium, fresh_page
from tests.web.conftest import WELL, Kiosk, troubled

PICTURES: Final = Path(__file__).parents[2] / "docs" / "pictures"
PHONE: Final = (390, 844)
GAP: Final = 24


async def photographed(page: Page, snapshot: Snapshot, query: str = "") -> Image.Image:
    """The page on a phone while the kiosk is in this state."""
    display = PngDisplay(paint.png)
    await display.draw(screen_of(snapshot, told(venue="")))
    async with Kiosk(snapshot, paint_wall=display.png).site(Web(port=0)) as site:
        await page.open(f"http://127.0.0.1:{site.port}/{query}", *PHONE, scale=1.5)
        await page.evaluate("document.querySelector('#wall img').decode()")
        return Image.open(BytesIO(await page.picture())).convert("RGB")


async def main() -> None:
    """Green, amber and red side by side."""
    off_air = replace(troubled(WELL, "advertise", Trouble.REFUSED), advertise=AdvertiseFacts())
    states = (WELL, troubled(WELL, "upkeep", Trouble.BUG), off_air)
    with chromium() as address:
        async with fresh_page(address) as page:
            phones = [await photographed(page, snapshot) for snapshot in states]
    width, height = phones[0].size
    together = Image.new("RGB", (len(phones) * (width + GAP) - GAP, height), "white")
    for place, phone in enumerate(phones):
        together.paste(phone, (place * (width + GAP), 0))
    PICTURES.mkdir(parents=True, exist_ok=True)
    together.quantize(128).save(PICTURES / "page.png", optimize=True)


if __name__ == "__main__":
    asyncio.run(main())
