"""The smart link over HTTP: where it sends whom, what it counts, and that no request chooses where it leads."""

import aiohttp
import pytest
from yarl import URL

from kiosk.core.smart import Target
from kiosk.core.windows import vietnam_day_start
from kiosk.errors import StoreUnavailable
from tests.core.test_smart import MACHINES, PEOPLE
from tests.fleet.conftest import LINKS, NOW, Province

PIXEL = PEOPLE[0][0]
STORES = {Target.ANDROID: LINKS.android, Target.IOS: LINKS.ios}


@pytest.fixture
async def market(province: Province) -> Province:
    """A market and a team."""
    await province.books.venues.add("Chợ Bến Đò", "market", "", NOW)
    await province.books.venues.add_team("Đội Xuân", "", NOW)
    return province


async def scanned(client: aiohttp.ClientSession, agent: str, path: str = "/i/cho-ben-do") -> aiohttp.ClientResponse:
    return await client.get(path, headers={"User-Agent": agent}, allow_redirects=False)


async def counts(province: Province) -> dict[tuple[str, str], int]:
    assert province.site is not None
    await province.site.tick()
    return {(each.source, each.target): each.scans for each in await province.books.scans.since(0)}


async def test_every_user_agent_of_the_table_gets_its_store_and_people_are_counted(
    client: aiohttp.ClientSession, market: Province
) -> None:
    wanted: dict[tuple[str, str], int] = {}
    for agent, target in PEOPLE:
        answer = await scanned(client, agent)
        told = answer.headers.get("Location", "")
        assert (answer.status, told) == ((200, "") if target is Target.PAGE else (302, STORES[target])), agent
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Vary"] == "User-Agent"
        key = "cho-ben-do", target.value
        wanted[key] = wanted.get(key, 0) + 1
    for agent in MACHINES:
        assert (await scanned(client, agent)).status == 200
    assert await counts(market) == wanted


async def test_a_teams_link_works_alike(client: aiohttp.ClientSession, market: Province) -> None:
    assert (await scanned(client, PIXEL, "/i/doi-xuan")).headers["Location"] == LINKS.android
    assert await counts(market) == {("doi-xuan", "android"): 1}


@pytest.mark.parametrize(
    "path",
    [
        "/i/cho-ben-do?url=https://evil.example", "/i/cho-ben-do?next=//evil.example", "/i/nobody",
        "/i/https:%2F%2Fevil.example", "/i/%2F%2Fevil.example", "/i/evil.example", "/i/..%2f..%2fx",
        "/i/x%0d%0aLocation:evil",
    ],
)  # fmt: skip
async def test_nothing_in_a_request_chooses_where_it_leads(
    client: aiohttp.ClientSession, market: Province, path: str
) -> None:
    headers = {"User-Agent": PIXEL, "Host": "evil.example", "X-Forwarded-Host": "evil.example", "Referer": "//evil"}
    async with client.get(URL(path, encoded=True), headers=headers, allow_redirects=False) as answer:
        if answer.status == 302:
            assert answer.headers["Location"] == LINKS.android
        else:
            assert answer.status == 404
        assert "evil" not in await answer.text()


async def test_a_code_that_nobody_knows_helps_the_phone_and_is_neither_repeated_nor_counted(
    client: aiohttp.ClientSession, market: Province
) -> None:
    answer = await scanned(client, PEOPLE[-5][0], "/i/khong-co")
    text = await answer.text()
    assert answer.status == 404
    assert "khong-co" not in text
    assert LINKS.android.replace("&", "&amp;") in text
    assert (await scanned(client, PIXEL, "/i/khong-co")).headers["Location"] == LINKS.android
    assert await counts(market) == {}


async def test_a_new_venues_code_counts_within_seconds(client: aiohttp.ClientSession, market: Province) -> None:
    await scanned(client, PIXEL)
    await market.books.venues.add("Bến xe Mới", "bus-station", "", NOW)
    market.clock.seconds += 5
    await scanned(client, PIXEL, "/i/ben-xe-moi")
    assert (await counts(market))["ben-xe-moi", "android"] == 1


async def test_only_the_headers_are_no_scan(client: aiohttp.ClientSession, market: Province) -> None:
    async with client.head("/i/cho-ben-do", headers={"User-Agent": PIXEL}, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, LINKS.android)
    assert await counts(market) == {}


async def test_while_the_database_is_away_phones_are_sent_on_and_counts_wait(
    client: aiohttp.ClientSession, market: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scanned(client, PIXEL)

    async def away(*_: object) -> None:
        raise StoreUnavailable("gone")

    with monkeypatch.context() as gone:
        gone.setattr(market.books.scans, "add", away)
        gone.setattr(market.books.venues, "all", away)
        market.clock.seconds += 100
        assert (await scanned(client, PIXEL)).headers["Location"] == LINKS.android
        assert await counts(market) == {}
    assert await counts(market) == {("cho-ben-do", "android"): 2}


async def test_nothing_about_a_phone_is_kept(client: aiohttp.ClientSession, market: Province) -> None:
    await scanned(client, PIXEL)
    await counts(market)
    columns = await market.books.database.rows(str, "SELECT name FROM pragma_table_info('scan')")
    assert columns == ["source", "day_at", "target", "scans"]
    [row] = await market.books.scans.since(0)
    assert (row.source, row.day_at, row.target, row.scans) == ("cho-ben-do", vietnam_day_start(NOW), "android", 1)
