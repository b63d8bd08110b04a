"""What an old phone on a weak network gets: few bytes, and CSS and JavaScript that it understands."""

import gzip
import re
from dataclasses import replace
from pathlib import Path
from typing import Final

import aiohttp
import pytest

from kiosk import html
from kiosk.core.facts import TallyFacts
from kiosk.web import site
from tests.web.conftest import TALLY, Kiosk
from tests.web.test_page_in_chromium import SCENES

SCRIPTS: Final = Path(site.__file__).parent / "static"
STYLES: Final = Path(html.__file__).parent / "static"
WEEK: Final = TallyFacts(TALLY.since, tuple(20 + place * 7 % 480 for place in range(7 * 96)))
LIMIT: Final = 60_000

MODERN_SCRIPT: Final = (
    r"=>|\b(?:let|const|class|async|await)\b|`|\bfetch\(|\.\.\.|\?\.|\?\?|\.(?:closest|remove|append|flatMap)\("
)
MODERN_STYLE: Final = (
    r"var\(|(?<![\w-])gap:|inset:|:(?:is|where|has)\(|(?:clamp|min|max)\(|aspect-ratio|@layer|@container|&"
)


@pytest.mark.parametrize("name", SCENES)
@pytest.mark.parametrize("lang", ["vi", "en"])
async def test_the_page_and_all_it_needs_weigh_less_than_sixty_kilobytes(
    client: aiohttp.ClientSession, kiosk: Kiosk, name: str, lang: str
) -> None:
    """Without fonts and the picture of the wall, which are kept; uncompressed, as it goes over the wire."""
    kiosk.snapshot = replace(SCENES[name], tally=WEEK)
    async with client.get(f"/?lang={lang}") as answer:
        page = await answer.read()
        weight = len(page) + sum(len(key) + len(value) + 4 for key, value in answer.headers.items())
    needed = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.decode())
    assert len(needed) >= 4
    for path in needed:
        async with client.get(path.replace("&amp;", "&")) as answer:
            weight += len(await answer.read())
    assert weight < LIMIT, weight
    assert len(gzip.compress(page)) < len(page), "and a proxy may make it smaller"


@pytest.mark.parametrize("script", sorted(SCRIPTS.glob("*.js")), ids=lambda path: path.name)
def test_scripts_are_those_of_2015(script: Path) -> None:
    code = re.sub(r"//.*|\"[^\"]*\"", "", script.read_text(encoding="utf-8"))
    assert re.findall(MODERN_SCRIPT, code) == []
    assert '"use strict"' in script.read_text(encoding="utf-8")


def test_the_style_of_the_page_stands_without_what_came_later() -> None:
    """Later inventions only inside @supports, or where an old browser that skips them loses nothing but polish."""
    css = re.sub(r"/\*.*?\*/", "", (STYLES / "page.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    old, _, new = css.partition("@supports (display: grid)")
    assert re.findall(MODERN_STYLE, old) == []
    assert "grid" not in old
    assert "grid-template-columns" in new
    assert ":focus-visible" not in re.sub(r"a:focus:not\(:focus-visible\) \{ outline: none \}", "", old)
