"""One look for many: the document and the page are made anew when a fact changed or a second passed, and only then."""

from dataclasses import replace

import aiohttp

from kiosk.core.facts import ServiceFacts, State, Trouble
from kiosk.core.windows import UnixMs
from kiosk.web.view import Told
from tests.web.conftest import WELL, Kiosk, troubled


def test_many_looks_within_a_second_are_told_the_same_document() -> None:
    told = Told()
    first = told.document(WELL, ())
    later = replace(WELL, at=UnixMs(WELL.at + 999), services=tuple(replace(each) for each in WELL.services))
    assert told.document(later, ()) is first


def test_a_second_a_changed_fact_and_a_lost_heartbeat_each_make_a_new_one() -> None:
    told = Told()
    first = told.document(WELL, ())
    assert told.document(replace(WELL, at=UnixMs(WELL.at + 1000)), ())["at"] != first["at"]
    assert told.document(troubled(WELL, "collect", Trouble.STORE), ())["light"] == "red"
    assert told.document(WELL, ("collect",))["status"] == "dead"
    assert told.document(replace(WELL, services=(ServiceFacts("web", State.RUNNING, 1.0),)), ())["dead"] == []


async def test_the_page_shows_a_change_within_the_same_second(client: aiohttp.ClientSession, kiosk: Kiosk) -> None:
    async def page(lang: str) -> str:
        async with client.get("/", params={"lang": lang}) as answer:
            return await answer.text()

    assert await page("vi") == await page("vi") != await page("en")
    kiosk.snapshot = troubled(kiosk.snapshot, "advertise", Trouble.NO_ADAPTER)
    assert "Trạm không thấy bộ phát Bluetooth" in await page("vi")
    assert "The kiosk cannot find its Bluetooth radio" in await page("en")
