"""The status page as people use it: watched, in both languages, without scripts, by keyboard, by whoever sees badly."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from importlib import resources
from typing import Final

import pytest

from kiosk.adapters.system import SystemClock
from kiosk.core.buttons import LABELS
from kiosk.core.facts import (
    AdoptionDay,
    AdoptionFacts,
    ClockFacts,
    Contact,
    HealthFacts,
    SyncFacts,
    Trouble,
)
from kiosk.core.windows import UnixMs
from tests.web.chromium import Page, chromium, fresh_page
from tests.web.conftest import NOW, STARTED, WELL, Kiosk, troubled
from tests.web.test_in_chromium import RED, SIDEWAYS, WHEN_CHANGED

pytestmark = pytest.mark.browser

LONG: Final = Contact("anh Nguyễn Phước Trường Sơn, Trung tâm Y tế quận", "0912 345 678", "0912 345 678")
GREEN = replace(WELL, contact=LONG, buttons=frozenset(LABELS))
AMBER = replace(
    GREEN,
    venue="Bến xe khách Trung tâm thành phố Đà Nẵng",
    sync=SyncFacts(waiting=212, oldest=STARTED, lost_since=STARTED),
    health=HealthFacts(46.2, weak_power=True, memory_free_bytes=300_000_000, card_used=0.07),
    clock=ClockFacts(trusted=False),
    adoption=AdoptionFacts(tuple(AdoptionDay(UnixMs(NOW - day * 86_400_000), 0.3, 0.25, 0.35) for day in range(14))),
)
HELPLESS = replace(troubled(GREEN, "collect", Trouble.STORE), simulated=True)
SCENES: Final = {"green": GREEN, "amber": AMBER, "red": replace(RED, contact=LONG), "call": HELPLESS}
AXE: Final = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES: Final = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}"
RUN_AXE: Final = f"axe.run(document, {RULES}).then(told => told.violations.map(each => " + (
    "each.id + ': ' + each.nodes.map(node => node.html.slice(0, 120)).join(' | ')))"
)


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


@pytest.mark.parametrize("name", SCENES)
@pytest.mark.parametrize("width", [320, 1280])
async def test_axe_finds_nothing_to_mend(page: Page, address: str, kiosk: Kiosk, name: str, width: int) -> None:
    kiosk.snapshot = SCENES[name]
    for lang in ("vi", "en"):
        await page.open(f"{address}/?lang={lang}", width, 800)
        await page.evaluate(AXE + ";1")
        assert await page.evaluate(RUN_AXE) == []


async def test_axe_would_have_found_something(page: Page, address: str) -> None:
    """The test above can fail: a picture without words and grey on grey are reported."""
    await page.open(f"{address}/", 320, 800)
    await page.evaluate(AXE + ";1")
    await page.evaluate("document.querySelector('img').removeAttribute('alt')")
    await page.evaluate("document.querySelector('.what').style.color = '#3a9a6f'")
    found = await page.evaluate(RUN_AXE)
    assert isinstance(found, list)
    assert {str(each).partition(":")[0] for each in found} >= {"image-alt", "color-contrast"}


@pytest.mark.parametrize("name", SCENES)
@pytest.mark.parametrize("lang", ["vi", "en"])
async def test_nothing_is_cut_or_scrolls_sideways_from_320_pixels_on(
    page: Page, address: str, kiosk: Kiosk, name: str, lang: str
) -> None:
    kiosk.snapshot = SCENES[name]
    await page.open(f"{address}/?lang={lang}", 320, 568)
    for width in (320, 360, 412, 600, 899, 900, 1024, 1600):
        await page.resize(width, 800)
        assert await page.evaluate(SIDEWAYS) == 0, width
        clipped = (
            "[...document.querySelectorAll('main *:not(svg):not(svg *)')]"
            ".filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth).map(e => e.outerHTML.slice(0, 200))"
        )
        assert await page.evaluate(clipped) == [], width
        outside = (
            "[...document.querySelectorAll('.chart text')].filter(t => { const r = t.getBoundingClientRect(), "
            "c = t.closest('.card').getBoundingClientRect(); return r.left < c.left || r.right > c.right })"
            ".map(t => t.textContent)"
        )
        assert await page.evaluate(outside) == [], width
    assert page.complaints == []


async def test_labels_under_a_chart_never_touch(page: Page, address: str, kiosk: Kiosk) -> None:
    kiosk.snapshot = AMBER
    for lang in ("vi", "en"):
        await page.open(f"{address}/?lang={lang}", 320, 568)
        touching = (
            "[...document.querySelectorAll('.chart')].flatMap(c => { const all = [...c.querySelectorAll('text')]"
            ".map(t => [t.textContent, t.getBoundingClientRect()]); return all.flatMap(([a, r], i) => all.slice(i + 1)"
            ".filter(([b, s]) => r.left < s.right && s.left < r.right && r.top + 4 < s.bottom && s.top + 4 < r.bottom)"
            ".map(([b]) => a + ' / ' + b)) })"
        )
        assert await page.evaluate(touching) == []


async def test_a_change_is_on_an_open_page_within_two_seconds(page: Page, address: str, kiosk: Kiosk) -> None:
    await page.open(f"{address}/", 360, 740)
    waits = []
    for snapshot, light in ((RED, "red"), (WELL, "green"), (RED, "red")):
        began = SystemClock().monotonic()
        kiosk.snapshot = snapshot
        await page.evaluate(WHEN_CHANGED % f"document.querySelector('.light.{light}')")
        waits.append(SystemClock().monotonic() - began)
    assert max(waits) <= 2.0, waits
    assert page.complaints == []


async def test_a_page_on_which_nothing_changes_is_not_loaded_again(page: Page, address: str, kiosk: Kiosk) -> None:
    await page.open(f"{address}/", 360, 740)
    asked = len(page.asked)
    kiosk.snapshot = replace(WELL, at=UnixMs(NOW + 1000), collect=replace(WELL.collect, packets=1))
    await page.evaluate("new Promise(done => setTimeout(done, 2500))")
    assert f"{address}/" not in page.asked[asked:]


async def test_a_browser_without_events_asks_now_and_then(page: Page, address: str, kiosk: Kiosk) -> None:
    await page.call("Page.addScriptToEvaluateOnNewDocument", source="delete window.EventSource")
    await page.open(f"{address}/", 360, 740)
    kiosk.snapshot = RED
    await page.evaluate(WHEN_CHANGED % "document.querySelector('.light.red')")
    assert not any(each.endswith("/events") for each in page.asked)
    assert page.complaints == []


async def test_one_press_changes_the_language_and_another_changes_it_back(page: Page, address: str) -> None:
    await page.open(f"{address}/", 360, 740)
    for lang, title in (("en", "All is running well"), ("vi", "Mọi thứ đang chạy tốt")):
        await page.evaluate("document.querySelector('header a[hreflang]').click()")
        await page.until(lambda message: message.get("method") == "Page.loadEventFired")
        assert await page.evaluate("document.documentElement.lang") == lang
        assert await page.evaluate("document.querySelector('h1').textContent") == title


@pytest.mark.parametrize("name", SCENES)
async def test_the_page_is_whole_without_scripts(page: Page, address: str, kiosk: Kiosk, name: str) -> None:
    kiosk.snapshot = SCENES[name]
    await page.open(f"{address}/", 360, 740, scripts=False)
    whole = await page.evaluate("document.body.innerText")
    html = await page.evaluate("document.querySelectorAll('.chart').length")
    rows = await page.evaluate("[...document.querySelectorAll('.rows b')].map(b => b.textContent)")
    assert isinstance(whole, str)
    assert html == (3 if name == "amber" else 2)
    assert isinstance(rows, list)
    assert all(str(row) in whole for row in rows)
    assert "mất liên lạc" not in whole
    image = "document.querySelector('.wall img').complete && document.querySelector('.wall img').naturalWidth"
    assert await page.evaluate(image) == 640


async def tab(page: Page, *, back: bool = False) -> str:
    """Press Tab; the text of what now has the focus, with its ring."""
    for kind in ("keyDown", "keyUp"):
        await page.call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9,
                        modifiers=8 if back else 0)  # fmt: skip
    ring = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert ring == "solid", "whoever goes by keyboard must see where they are"
    name = "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim()"
    return str(await page.evaluate(f"{name} || document.activeElement.querySelector('img').alt"))


async def test_everything_is_reached_by_keyboard_in_the_order_of_the_page(
    page: Page, address: str, kiosk: Kiosk
) -> None:
    kiosk.snapshot = replace(GREEN, contact=Contact("chị Hạnh", "0912", "0912"))
    await page.open(f"{address}/", 360, 740)
    order = [await tab(page) for _ in range(6)]
    assert order[:4] == ["Quản trị", "English", "In áp phích A4", "Gọi chị Hạnh"]
    assert order[4:] == ["Nhắn Zalo", "Bảng chào đang hiện trên màn hình"]
    assert await tab(page, back=True) == "Nhắn Zalo"


async def test_whoever_stands_on_a_button_stays_there_when_the_page_changes(
    page: Page, address: str, kiosk: Kiosk
) -> None:
    kiosk.snapshot = replace(GREEN, contact=Contact("chị Hạnh", "0912"))
    await page.open(f"{address}/", 360, 740)
    await page.evaluate("document.querySelector('.call a').focus()")
    kiosk.snapshot = replace(RED, contact=kiosk.snapshot.contact)
    await page.evaluate(WHEN_CHANGED % "document.querySelector('.light.red')")
    assert await page.evaluate("document.activeElement.textContent.trim()") == "Gọi chị Hạnh"
