"""The wall's page says that it is drawn; only a page with a name and a size counts, and anybody may look."""

import aiohttp
import pytest

from kiosk.config import Web
from tests.web.conftest import Kiosk


@pytest.mark.parametrize(
    ("query", "heard"),
    [
        ("?wall=ab12&w=1280&h=720", [("ab12", 1280, 720)]),
        ("?wall=ab12&w=192&h=96", [("ab12", 192, 96)]),
        ("?wall=ab12", []),
        ("?wall=ab12&w=wide&h=720", []),
        ("?wall=ab12&w=-1&h=720", []),
        ("?wall=ab12&w=99999999999999999999&h=1", [("ab12", 99999, 1)]),
        ("?w=1280&h=720", [("", 1280, 720)]),
        ("", []),
    ],
)
@pytest.mark.parametrize("method", ["HEAD", "GET"])
async def test_a_beat_is_heard_with_its_name_and_size(
    method: str, query: str, heard: list[tuple[str, int, int]]
) -> None:
    beats: list[tuple[str, int, int]] = []
    site = Kiosk(beat=lambda *beat: beats.append(beat)).site(Web(port=0))
    async with site, aiohttp.ClientSession(f"http://127.0.0.1:{site.port}") as http:
        answer = await http.request(method, f"/display{query}")
        assert answer.status == 200
        answer.release()
    assert beats == heard
