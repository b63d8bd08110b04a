"""Claim, sign-in and actions in a real browser: by the code on the wall, by keyboard, without scripts, for all eyes."""

import io
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image

from kiosk.adapters import paint
from kiosk.config import Web
from kiosk.core import pins
from kiosk.core.campaign import compose
from kiosk.core.facts import ClockFacts, SyncFacts, Trouble
from kiosk.core.screens import screen_of
from kiosk.core.windows import UnixMs
from kiosk.web import action_words as words
from kiosk.web.claim import PIN_FILE, TRIES
from tests.web.chromium import Page, chromium, fresh_page
from tests.web.conftest import NOW, WELL, Kiosk, troubled
from tests.web.test_in_chromium import SIDEWAYS
from tests.web.test_page_in_chromium import AXE, RUN_AXE

pytestmark = pytest.mark.browser

PIN, CODE, PHONE = "480317", "246813", (360, 740)
SMALL = (
    "[...document.querySelectorAll('a, button, input:not([type=hidden]):not([hidden])')].filter(e => {const r = "
    + ("e.getBoundingClientRect(); return Math.min(r.width, r.height) < 48}).map(e => e.outerHTML)")
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
async def locked(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """A kiosk nobody has claimed; where it answers."""
    monkeypatch.setattr(pins.hashed, "__defaults__", ((2**4, 8, 1),))
    kiosk.place = "127.0.0.1"
    kiosk.door = kiosk.lock()
    async with kiosk.site(Web(port=0)) as site:
        await site.tick()
        yield f"http://127.0.0.1:{site.port}"


async def arrive(page: Page, script: str) -> object:
    """Look until something is so: a page on its way cannot be asked."""
    for _ in range(3000):
        try:
            if found := await page.evaluate(script):
                return found
        except AssertionError:
            continue
    raise AssertionError(f"never so: {script}; it is {await page.evaluate('document.body.innerText')}")


async def key(page: Page, name: str, code: int, text: str = "") -> None:
    """One key, down and up."""
    about = {"key": name, "code": name, "windowsVirtualKeyCode": code}
    await page.call("Input.dispatchKeyEvent", type="keyDown", **about, **({"text": text} if text else {}))
    await page.call("Input.dispatchKeyEvent", type="keyUp", **about)


async def enter(page: Page) -> None:
    await key(page, "Enter", 13, "\r")


async def tab_to(page: Page, script: str) -> None:
    """Tab until what has the focus fits."""
    for _ in range(40):
        await key(page, "Tab", 9)
        if await page.evaluate(f"(e => {script})(document.activeElement)"):
            return
    raise AssertionError(f"no way by Tab: {script}")


async def write(page: Page, field: str, text: str) -> None:
    """Type into the field that the keyboard has reached."""
    if not await page.evaluate(f"document.activeElement.id == '{field}'"):
        await tab_to(page, f"e.id == '{field}'")
    await page.call("Input.insertText", text=text)


async def claim(page: Page, code: str = CODE, pin: str = PIN) -> None:
    """Fill in the form by keyboard alone."""
    for field, text in (("code", code), ("new", pin), ("again", pin)):
        await write(page, field, text)
    await enter(page)


async def sign_in(page: Page, pin: str) -> None:
    await write(page, "pin", pin)
    await enter(page)


async def violations(page: Page) -> object:
    await page.evaluate(AXE + "; 1")
    return await page.evaluate(RUN_AXE)


def claimed(kiosk: Kiosk) -> None:
    kiosk.secrets.write(PIN_FILE, pins.hashed(PIN, b"salt"))


@pytest.mark.parametrize("scripts", [True, False])
async def test_who_scans_the_code_on_the_wall_and_has_the_digits_sets_the_pin(
    page: Page, kiosk: Kiosk, locked: str, scripts: bool
) -> None:
    wall = screen_of(replace(WELL, wall=kiosk.board.snapshot().wall), compose("bus-station"))
    picture = Image.open(io.BytesIO(paint.png(wall, 1920, 1080)))
    [link] = [code.text for code in zxingcpp.read_barcodes(picture) if "/claim/" in code.text]
    assert link.startswith(locked)
    await page.open(link, *PHONE, scripts=scripts)
    await claim(page)
    assert await arrive(page, "document.querySelector('#light h1')?.textContent")
    assert await page.evaluate("location.pathname + '|' + document.cookie") == "/|"
    assert page.complaints == []


async def test_wrong_digits_are_counted_down_to_the_end(page: Page, kiosk: Kiosk, locked: str) -> None:
    assert kiosk.door is not None
    await page.open(f"{locked}/claim/{kiosk.door.claim.token}", *PHONE)
    for left in range(TRIES - 1, 0, -1):
        await claim(page, code="111111")
        await arrive(page, f"document.querySelector('#wrong')?.textContent.includes('{left}\\u00a0lần')")
    await claim(page, code="111111")
    await arrive(page, "!document.querySelector('form') && document.body.innerText.includes('cắm lại để thử tiếp')")
    await page.open(f"{locked}/claim/{kiosk.door.claim.token}?lang=en", *PHONE)
    assert "Wrong five times" in str(await page.evaluate("document.body.innerText"))


@pytest.mark.parametrize("scripts", [True, False])
async def test_the_pin_opens_the_page_and_wrong_ones_lock_the_form(
    page: Page, kiosk: Kiosk, locked: str, scripts: bool
) -> None:
    claimed(kiosk)
    await page.open(f"{locked}/", *PHONE, scripts=scripts)
    assert await page.evaluate("location.pathname") == "/sign-in"
    for left in (4, 3, 2, 1):
        await sign_in(page, "591624")
        await arrive(page, f"document.querySelector('#wrong')?.textContent.includes('còn {left}\\u00a0lần')")
    await sign_in(page, "591624")
    await arrive(page, "!!document.querySelector('#wrong')?.textContent.includes('Tạm khóa đến 14:20')")
    kiosk.clock.seconds += 1000
    await sign_in(page, PIN)
    await arrive(page, "location.pathname == '/' && !!document.querySelector('#light')")


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("name", sorted(words.ACTIONS))
async def test_every_action_is_reached_asked_done_and_closed_with_a_sentence(
    page: Page, kiosk: Kiosk, locked: str, name: str, scripts: bool
) -> None:
    claimed(kiosk)
    until = UnixMs(NOW + 3_600_000)
    wall, sound = kiosk.board.snapshot().wall, kiosk.board.snapshot().sound
    later = UnixMs(NOW + 1000)
    kiosk.snapshot = replace(
        WELL,
        services=(*WELL.services, replace(WELL.services[0], name="announce")),
        wall=replace(wall, blank_until=until if name == "unblank" else None),
        sound=replace(sound, silent_until=until if name == "speak" else None),
        show=replace(WELL.show, drawn_at=later),
        collect=replace(WELL.collect, listening_since=later),
        advertise=replace(WELL.advertise, on_air_since=later),
        sync=SyncFacts(heard_at=later),
    )
    await page.open(f"{locked}/sign-in", *PHONE, scripts=scripts)
    await sign_in(page, PIN)
    await arrive(page, "!!document.querySelector('#light')")
    await page.open(f"{locked}/settings", *PHONE, scripts=scripts)
    await tab_to(page, f"e.pathname == '/do/{name}'")
    await enter(page)
    await arrive(page, f"location.pathname == '/do/{name}' && !!document.querySelector('button')")
    await tab_to(page, "e.tagName == 'BUTTON'")
    await enter(page)
    if name == words.SIGN_OUT_ALL:
        await arrive(page, "location.pathname == '/sign-in'")
    else:
        told = await arrive(page, "document.querySelector('#sentence')?.textContent.replaceAll('\\u00a0', ' ')")
        assert told == words.DONE.vi
    assert [(entry.what, entry.outcome) for entry in kiosk.audit.entries[1:]] == [(name, "asked"), (name, "done")]
    assert page.complaints == []


async def test_staff_pages_have_no_barrier_fit_320_pixels_and_any_thumb(page: Page, kiosk: Kiosk, locked: str) -> None:
    assert kiosk.door is not None
    claim_path = f"/claim/{kiosk.door.claim.token}"
    seen = []

    async def look(place: str) -> None:
        for lang in ("vi", "en"):
            await page.open(f"{locked}{place}?lang={lang}", 320, 640)
            seen.append(place)
            assert await violations(page) == [], (place, lang)
            assert await page.evaluate(SIDEWAYS) == 0, (place, lang)
            assert await page.evaluate(SMALL) == [], (place, lang)

    await look(claim_path)
    await claim(page, code="111111")
    await arrive(page, "!!document.querySelector('#wrong')")
    assert await violations(page) == []
    claimed(kiosk)
    await look("/sign-in")
    await sign_in(page, PIN)
    await arrive(page, "!!document.querySelector('#light')")
    for place in ("/settings", "/do/radio", "/do/clock", "/pin"):
        await look(place)
    await page.open(f"{locked}/do/poster?lang=en", 320, 640)
    await tab_to(page, "e.tagName == 'BUTTON'")
    await enter(page)
    await arrive(page, "!!document.querySelector('#sentence')")
    await look(str(await page.evaluate("location.pathname")))
    assert len(seen) == 14
    assert [each for each in page.complaints if "status of 403" not in each] == []


async def test_an_open_page_whose_session_is_over_shows_no_news_and_asks_for_the_pin(
    page: Page, kiosk: Kiosk, locked: str
) -> None:
    claimed(kiosk)
    await page.open(f"{locked}/", 360, 740)
    await sign_in(page, PIN)
    await arrive(page, "!!document.querySelector('.light.green')")
    assert kiosk.door is not None
    kiosk.door.sessions.end_all()
    kiosk.snapshot = troubled(kiosk.snapshot, "advertise", Trouble.REFUSED)
    await arrive(page, "!!document.getElementById('pin')")
    assert await page.evaluate("document.querySelector('.light')") is None


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_box_that_does_not_know_the_time_takes_the_phone_s_with_one_tap(
    page: Page, kiosk: Kiosk, locked: str, scripts: bool
) -> None:
    claimed(kiosk)
    kiosk.snapshot = replace(WELL, clock=ClockFacts(trusted=False, on_hold=True))
    await page.open(f"{locked}/sign-in", *PHONE, scripts=scripts)
    await sign_in(page, PIN)
    await arrive(page, "location.pathname == '/'")
    await page.open(f"{locked}/do/clock", *PHONE, scripts=scripts)
    if scripts:
        shown = str(await arrive(page, "document.getElementById('phone').textContent"))
        assert re.match(r"\d\d:\d\d:\d\d, ", shown)
    else:
        await page.evaluate("document.getElementById('typed').value = '2026-11-25T14:05'")
    await page.evaluate("document.querySelector('main button').click()")
    await arrive(page, "location.pathname == '/'")
    assert len(kiosk.believed) == 1
    if not scripts:
        assert kiosk.believed == [UnixMs(1_795_590_300_000)]
    assert ("clock", "done") in [(entry.what, entry.outcome) for entry in kiosk.audit.entries]
    assert "Đăng nhập" not in str(await page.evaluate("document.querySelector('h1, h2').innerText"))
