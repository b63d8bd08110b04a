"""The fleet page in a real browser: signed in by keyboard, without scripts, on phone and desk, for all eyes."""

from collections.abc import AsyncIterator, Iterator
from typing import Final

import pytest

from kiosk.core.smart import Key, Target
from kiosk.core.windows import UnixMs, vietnam_day_start
from kiosk.core.wording import folded
from tests.fleet.conftest import NOW, PASSWORD, Province
from tests.fleet.province import heartbeat, made
from tests.web.chromium import Page, chromium, fresh_page
from tests.web.test_in_chromium import SIDEWAYS
from tests.web.test_staff_in_chromium import SMALL, arrive, enter, tab_to, violations, write

pytestmark = pytest.mark.browser

CUT: Final = (
    "[...document.querySelectorAll('main *:not(svg):not(svg *):not(thead *):not(thead)')]"
    ".filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth).map(e => e.outerHTML.slice(0, 200))"
)


@pytest.fixture(scope="module")
def devtools() -> Iterator[str]:
    """One Chromium for all these tests."""
    with chromium() as address:
        yield address


@pytest.fixture
async def page(devtools: str) -> AsyncIterator[Page]:
    """A fresh page in it: no cookie yet."""
    async with fresh_page(devtools) as opened:
        yield opened


@pytest.fixture
async def busy(province: Province) -> Province:
    """Sixty venues with every kind of trouble."""
    for place, each in enumerate(made()):
        if each.fate == "new":
            unit = await province.books.venues.unit(each.unit)
            await province.books.venues.add(each.name, each.kind, unit, NOW)
            continue
        where, kiosk = await province.kiosk(each.name, each.kind, each.unit)
        at = UnixMs(NOW - {"silent": 18_000_000, "stale": 840_000}.get(each.fate, place * 3000))
        if each.fate != "fresh":
            await province.books.boxes.heard(kiosk, heartbeat(each, "a" * 16, at), at)
        if each.fate == "stolen":
            await province.books.boxes.revoke(kiosk, NOW - 1000, stolen=True)
        await province.books.scans.add({Key(where, vietnam_day_start(NOW), target): place for target in Target})
    return province


async def sign_in(page: Page, province: Province, name: str = "an", size: tuple[int, int] = (390, 844)) -> None:
    """By keyboard alone."""
    await page.open(f"{province.address}/", *size)
    await write(page, "name", name)
    await write(page, "password", PASSWORD)
    await enter(page)
    await arrive(page, "location.pathname == '/' && !!document.querySelector('.sum')")


@pytest.mark.parametrize("scripts", [True, False])
async def test_who_has_a_name_signs_in_by_keyboard_and_sees_the_worst_first(
    page: Page, busy: Province, scripts: bool
) -> None:
    await page.open(f"{busy.address}/?lang=vi", 390, 844, scripts=scripts)
    assert await page.evaluate("location.pathname") == "/sign-in"
    await write(page, "name", "hanh")
    await write(page, "password", "sai rồi")
    await enter(page)
    await arrive(page, "!!document.querySelector('#wrong')?.textContent.includes('còn 4\\u00a0lần')")
    await write(page, "name", "hanh")
    await write(page, "password", PASSWORD)
    await enter(page)
    await arrive(page, "location.pathname == '/' && document.readyState == 'complete'")
    lights = await page.evaluate("[...document.querySelectorAll('.venues tbody tr')].map(e => e.className)")
    assert isinstance(lights, list)
    assert lights == sorted(lights, key=["red", "amber", "starting", "green"].index)
    assert len(lights) == 50
    assert await page.evaluate("document.cookie") == "", "no script sees the session"
    assert [each for each in page.complaints if "status of 403" not in each] == []
    assert all(each.startswith(busy.address) for each in page.asked), page.asked


async def test_a_venue_is_found_without_marks_and_by_light_and_the_filter_is_undone(page: Page, busy: Province) -> None:
    await sign_in(page, busy)
    await tab_to(page, "e.name == 'q'")
    await page.call("Input.insertText", text="cho hoa sua")
    await enter(page)
    await arrive(page, "location.search.includes('q=cho') && document.readyState == 'complete'")
    found = await page.evaluate("[...document.querySelectorAll('.place')].map(e => e.innerText)")
    assert isinstance(found, list)
    assert "Chợ Hoa Sữa" in [str(each).splitlines()[0] for each in found]
    assert all({"cho", "hoa", "sua"} <= set(folded(str(each)).split()) for each in found), "by name and by unit"
    await tab_to(page, "e.textContent == 'Bỏ lọc'")
    await enter(page)
    await arrive(page, "document.querySelectorAll('.venues tbody tr').length == 50")
    await tab_to(page, "e.classList.contains('red')")
    await enter(page)
    await arrive(page, "[...document.querySelectorAll('.venues tbody tr')].every(e => e.className == 'red')")


async def test_one_press_changes_the_language_and_keeps_the_filter(page: Page, busy: Province) -> None:
    await sign_in(page, busy)
    await page.open(f"{busy.address}/?q=cho&light=red", 390, 844)
    await page.evaluate("document.querySelector('a.lang').click()")
    await arrive(page, "document.documentElement.lang == 'en' && location.search.includes('q=cho')")
    assert "light=red" in str(await page.evaluate("location.search"))
    assert await page.evaluate("document.querySelector('.top b').textContent") == "The whole province"


async def test_a_code_is_made_by_keyboard_without_scripts_and_shown_once(page: Page, busy: Province) -> None:
    await sign_in(page, busy, "binh")
    [venue, *_] = [each.id for each in await busy.books.fleet.venues() if not each.kiosk]
    await page.open(f"{busy.address}/venues/{venue}", 390, 844, scripts=False)
    await tab_to(page, "e.textContent == 'Tạo mã ghi danh'")
    await enter(page)
    await arrive(page, "location.pathname.endsWith('/do/code')")
    await tab_to(page, "e.tagName == 'BUTTON'")
    await enter(page)
    code = await arrive(page, "document.querySelector('.code')?.textContent")
    assert len(str(code)) >= 8
    await page.open(f"{busy.address}/venues/{venue}", 390, 844)
    text = str(await page.evaluate("document.body.innerText"))
    assert "Có mã ghi danh chưa dùng" in text
    assert str(code) not in text


async def test_no_page_has_a_barrier_or_scrolls_sideways_from_320_pixels_on(page: Page, busy: Province) -> None:
    venues = await busy.books.fleet.venues()
    [faulty, *_] = [each.id for each in venues if each.heartbeat is not None and each.heartbeat.faults]
    places = [
        "/",
        f"/venues/{faulty}",
        f"/venues/{faulty}/do/code",
        "/scans",
        f"/i/{faulty}",
        "/?q=khong+co",
        "/import",
    ]
    await page.open(f"{busy.address}/sign-in", 320, 640)
    assert await violations(page) == []
    assert await page.evaluate(SMALL) == []
    await sign_in(page, busy)
    for place in places:
        for lang in ("vi", "en"):
            mark = "&" if "?" in place else "?"
            await page.open(f"{busy.address}{place}{mark}lang={lang}", 320, 640)
            assert await violations(page) == [], (place, lang)
            assert await page.evaluate(SMALL) == [], (place, lang)
            for width in (320, 390, 768, 999, 1000, 1280, 1600):
                await page.resize(width, 800)
                assert await page.evaluate(SIDEWAYS) == 0, (place, lang, width)
                assert await page.evaluate(CUT) == [], (place, lang, width)
            assert await violations(page) == [], (place, lang, "wide")
    assert page.complaints == []


async def test_on_a_desk_the_list_is_one_table_and_on_a_phone_one_card_a_venue(page: Page, busy: Province) -> None:
    await sign_in(page, busy, size=(1280, 900))
    tops = (
        "new Set([...document.querySelectorAll('.venues tbody tr:first-child td')]"
        ".map(e => e.getBoundingClientRect().top)).size"
    )
    assert await page.evaluate(tops) == 1
    await page.resize(390, 844)
    assert await page.evaluate(tops) != 1
    roles = await page.call("Accessibility.getFullAXTree")
    nodes = roles["nodes"]
    assert isinstance(nodes, list)
    told = [node["role"]["value"] for node in nodes if not node.get("ignored")]
    assert told.count("row") >= 51, "a table for whoever listens, also on a phone"
    assert told.count("columnheader") >= 7


async def test_a_pasted_table_fills_the_bar_and_tells_the_row_that_is_wrong(page: Page, province: Province) -> None:
    await sign_in(page, province)
    await page.open(f"{province.address}/import?lang=vi", 390, 844, scripts=False)
    rows = "".join(f"Trường số {number}\tschool\tTỉnh Sơn Hà / Phường Bến Đò\n" for number in range(6))
    await write(page, "table", "venue\tprofile\tunit\n" + rows + "Chợ Đông\tmarkt\t\n")
    await tab_to(page, "e.matches('button.main')")
    await enter(page)
    await arrive(page, "!!document.querySelector('.faults')")
    assert await page.evaluate("document.querySelector('[role=status]').textContent") == "Đã nhập 6 trong 7 dòng."
    full = "(e => Math.round(e.lastElementChild.getBoundingClientRect().right - e.getBoundingClientRect().right))"
    assert await page.evaluate(f"{full}(document.querySelector('.grow'))") in (-2, -1, 0)
    assert await page.evaluate(SIDEWAYS) == 0
    assert await page.evaluate(CUT) == []
