"""What the pages show: the list, its filters and pages, the file, a venue's own page, deeds, scans."""

import csv
import io
import re
from dataclasses import replace

import aiohttp
import pytest

from kiosk.collector.api.boxes import code_hash
from kiosk.collector.pages.scans import told_of
from kiosk.collector.pages.words import WORDS
from kiosk.core.links import Known, LinkReport, Verdict
from kiosk.core.smart import Key, Target
from kiosk.core.windows import DAY_MS, UnixMs, vietnam_day_start
from kiosk.core.wire import FaultNote, Visits
from kiosk.core.wording import Words
from tests.core.fleet.made import heartbeat
from tests.fleet.conftest import NOW, Province, SignIn
from tests.fleet.test_access import form_token

OFF_AIR = FaultNote(code="S4", level="red", owner="staff")
TODAY = vietnam_day_start(NOW)


async def text_of(client: aiohttp.ClientSession, path: str, status: int = 200) -> str:
    async with client.get(path) as answer:
        assert answer.status == status, await answer.text()
        return (await answer.text()).replace("\u00a0", " ")


def names(page: str) -> list[str]:
    """The venues of the list, in order."""
    return re.findall(r'<td role="cell" class="place"><a href="[^"]+">([^<]+)<', page)


@pytest.fixture
async def town(province: Province, sign_in: SignIn) -> Province:
    """A red, an amber, a green venue and one without a kiosk, in two units; the admin is signed in."""
    boxes = province.books.boxes
    for name, unit, told, age in (
        ("Bến xe Đồi Thông", "Xã Đồi Thông", heartbeat(faults=(OFF_AIR,), light="red"), 0),
        ("Chợ Bến Đò", "Phường Bến Đò", heartbeat(at=NOW - 900_000), 900_000),
        ("Trường Hoa Sen", "Phường Bến Đò", heartbeat(visits=Visits(day=TODAY, until=NOW, count=1284)), 0),
    ):
        _, kiosk = await province.kiosk(name, "market" if "Chợ" in name else "school", ("Tỉnh Sơn Hà", unit))
        await boxes.heard(kiosk, told, UnixMs(NOW - age))
    await province.books.venues.add("Nhà văn hóa Đông", "community-hall", "", NOW)
    await sign_in("an")
    return province


async def test_the_list_is_worst_first_with_the_sentence_to_say(client: aiohttp.ClientSession, town: Province) -> None:
    page = await text_of(client, "/")
    assert names(page) == ["Bến xe Đồi Thông", "Chợ Bến Đò", "Nhà văn hóa Đông", "Trường Hoa Sen"]
    assert "4 trạm, trạm cần giúp đứng trước" in page
    assert "Trạm đã ngừng phát sóng" in page
    assert "Rút điện trạm, đếm đến 10 rồi cắm lại." in page
    assert "Nhờ nhân viên nơi đặt · mã S4" in page
    assert "Im lặng từ 13:50" in page
    assert "1.284" in page
    assert "1,284" in await text_of(client, "/?lang=en")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=cho+ben+do", ["Chợ Bến Đò"]),
        ("q=phuong+ben", ["Chợ Bến Đò", "Trường Hoa Sen"]),
        ("q=hoa+sen", ["Trường Hoa Sen"]),
        ("q=khong+co", []),
        ("light=red", ["Bến xe Đồi Thông"]),
        ("light=nonsense&unit=nonsense&kind=nonsense&page=zz", None),
        ("kind=market", ["Chợ Bến Đò"]),
        ("unit=phuong-ben-do", ["Chợ Bến Đò", "Trường Hoa Sen"]),
        ("unit=tinh-son-ha&light=green", ["Trường Hoa Sen"]),
        ("retired=1", []),
        ("page=999999", None),
    ],
)
async def test_the_list_is_narrowed_by_what_the_address_asks(
    client: aiohttp.ClientSession, town: Province, query: str, found: list[str] | None
) -> None:
    page = await text_of(client, f"/?{query}")
    if found is None:
        assert len(names(page)) == 4
    else:
        assert names(page) == found


async def test_what_was_typed_stands_in_the_form_again_and_is_never_markup(
    client: aiohttp.ClientSession, town: Province
) -> None:
    page = await text_of(client, '/?q="><script>alert(1)</script>')
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert await text_of(client, "/?lang=fr", 400)


async def test_counts_roll_up_by_unit_and_tiles_count_what_is_asked(
    client: aiohttp.ClientSession, town: Province
) -> None:
    page = await text_of(client, "/?unit=tinh-son-ha")
    branches = re.findall(r'<tr><th scope="row"><a href="[^"]+">([^<]+)</a></th>(.*?)</tr>', page)
    assert [(name, re.findall(r">(\d+)<", cells)) for name, cells in branches] == [
        ("Phường Bến Đò", ["0", "1", "0", "1", "2"]),
        ("Xã Đồi Thông", ["1", "0", "0", "0", "1"]),
    ]
    tiles = re.findall(r'<a class="tile (\w+)" href="[^"]+"(?: aria-current="true")?>.*?<b>(\d+)</b>', page, re.DOTALL)
    assert tiles == [("red", "1"), ("amber", "1"), ("green", "1")]


def test_no_word_hides_behind_a_method_of_the_table_it_stands_in() -> None:
    assert not set(WORDS) & set(dir({}))


async def test_a_long_list_comes_in_pages_and_the_file_has_all(
    client: aiohttp.ClientSession, province: Province, sign_in: SignIn
) -> None:
    for number in range(120):
        await province.books.venues.add(f"Chợ {number:03}", "market", "", NOW)
    await sign_in("hanh")
    pages = [names(await text_of(client, f"/?q=cho&page={page}")) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [50, 50, 20]
    assert len({name for page in pages for name in page}) == 120
    second = await text_of(client, "/?q=cho&page=2")
    assert "Trang 2/3" in second
    assert 'rel="prev" href="/?lang=vi&amp;q=cho&amp;page=1"' in second
    async with client.get("/fleet.csv?q=cho") as answer:
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="fleet-2020-08-18.csv"'
        body = await answer.read()
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert sorted(row["Nơi đặt"] for row in rows) == [f"Chợ {number:03}" for number in range(120)]


async def test_a_venues_page_tells_its_trouble_numbers_and_history(
    client: aiohttp.ClientSession, town: Province
) -> None:
    venue = "truong-hoa-sen"
    [here] = await town.books.fleet.venue(venue)
    town.clock.seconds = 600
    worse = heartbeat(
        at=NOW + 600_000, faults=(OFF_AIR, FaultNote(code="N1", level="amber", owner="staff")), light="red", waiting=3,
        oldest=NOW, uptime_s=7200, visits=Visits(day=TODAY, until=NOW + 1, count=1300),
    )  # fmt: skip
    await town.books.boxes.heard(here.kiosk, worse, UnixMs(NOW + 600_000))
    await town.books.scans.add({Key(venue, TODAY, Target.IOS): 7})
    page = await text_of(client, f"/venues/{venue}")
    for words in (
        "Gọi nơi đặt và đọc câu này", "Rút điện trạm, đếm đến 10 rồi cắm lại.", "Điện vào trạm hơi yếu",
        "3 gói · gói cũ nhất từ 14:05", "Đúng giờ", "2 giờ", "chỉ kết quả đối chiếu", "7 lượt quét trong 30 ngày qua.",
        "Nhiều nhất 1.300 lượt, ngày 18/8.", f"Trạm {here.kiosk} đã ghi danh.",
        "Trạm đã ngừng phát sóng · Điện vào trạm hơi yếu", "từ 14:04 đến nay",
    ):  # fmt: skip
        assert words in page, words
    assert await text_of(client, "/venues/nowhere", 404)


async def test_an_officer_makes_a_code_that_enrols_a_kiosk_at_this_venue(
    client: aiohttp.ClientSession, town: Province, sign_in: SignIn
) -> None:
    await sign_in("binh")
    path = "/venues/nha-van-hoa-dong/do/code"
    token = await form_token(client, path)
    async with client.post(path, data={"token": token}) as answer:
        page = await answer.text()
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
    found = re.search(r'<b class="code">([^<]+)</b>', page)
    assert found is not None
    code = found[1]
    box = await town.books.boxes.enrol(code_hash(code), "t" * 64, "zzzzzzzz", NOW + 1)
    assert box is not None
    assert box.venue == "nha-van-hoa-dong"
    kept = await town.books.database.rows(str, "SELECT code_sha256 FROM code")
    assert code not in "".join(kept)
    assert [(deed.who, deed.what, deed.subject) for deed in await town.books.people.noted(1)] == [
        ("binh", "code", "nha-van-hoa-dong")
    ]


async def test_a_stolen_kiosk_is_locked_out_and_its_venue_is_red_until_another_comes(
    client: aiohttp.ClientSession, town: Province
) -> None:
    [here] = await town.books.fleet.venue("truong-hoa-sen")
    path = f"/venues/truong-hoa-sen/do/stolen?kiosk={here.kiosk}"
    async with client.post(path, data={"token": await form_token(client, path)}) as answer:
        assert "Đã khóa trạm." in await answer.text()
    page = await text_of(client, "/?light=red")
    assert "Báo mất, đã khóa từ 14:05" in page
    assert "Gửi trạm thay, tạo mã ghi danh mới." in page
    assert await text_of(client, path, 404), "there is nothing left to lock"
    await town.books.boxes.add_code("new", "truong-hoa-sen", NOW, NOW + DAY_MS)
    assert await town.books.boxes.enrol("new", "n" * 64, "newboxxx", NOW + 1)
    assert "Trường Hoa Sen" not in names(await text_of(client, "/?light=red"))
    venue = await text_of(client, "/venues/truong-hoa-sen")
    assert "báo mất, đã khóa" in venue


async def test_of_several_kiosks_at_a_venue_one_must_be_named(client: aiohttp.ClientSession, town: Province) -> None:
    await town.books.boxes.add_code("second", "truong-hoa-sen", NOW, NOW + DAY_MS)
    assert await town.books.boxes.enrol("second", "s" * 64, "secondbx", NOW + 1)
    assert await text_of(client, "/venues/truong-hoa-sen/do/stolen", 400)
    page = await text_of(client, "/venues/truong-hoa-sen/do/stolen?kiosk=secondbx")
    assert "Khóa trạm này ngay?" in page


async def test_an_admin_retires_a_venue_and_it_leaves_the_list(client: aiohttp.ClientSession, town: Province) -> None:
    path = "/venues/cho-ben-do/do/retire"
    async with client.post(path, data={"token": await form_token(client, path)}) as answer:
        assert "Đã ngừng nơi này." in await answer.text()
    assert "Chợ Bến Đò" not in names(await text_of(client, "/"))
    assert names(await text_of(client, "/?retired=1")) == ["Chợ Bến Đò"]


async def test_scans_are_told_by_venue_team_and_store(client: aiohttp.ClientSession, town: Province) -> None:
    await town.books.venues.add_team("Đội Xuân", "", NOW)
    await town.books.scans.add(
        {
            Key("cho-ben-do", TODAY, Target.ANDROID): 12,
            Key("cho-ben-do", UnixMs(TODAY - DAY_MS), Target.IOS): 3,
            Key("doi-xuan", TODAY, Target.PAGE): 2,
            Key("doi-xuan", UnixMs(TODAY - 40 * DAY_MS), Target.PAGE): 99,
        }
    )
    page = await text_of(client, "/scans")
    rows = re.findall(r'<th role="rowheader" scope="row">(?:<a[^>]+>)?([^<]+)(?:</a>)?</th>(.*?)</tr>', page)
    assert [(name, re.findall(r"</i>(\d+)<", cells)) for name, cells in rows] == [
        ("Chợ Bến Đò", ["12", "3", "0", "15"]),
        ("Đội Xuân", ["0", "0", "2", "2"]),
    ]
    async with client.get("/scans.csv?lang=en") as answer:
        rows_ = list(csv.reader(io.StringIO((await answer.read()).decode("utf-8-sig"), newline="")))
    assert rows_[0] == ["Id", "Venue or team", "Day", "Store", "Scans"]
    assert ["cho-ben-do", "Chợ Bến Đò", "2020-08-18", "android", "12"] in rows_


async def test_a_changed_page_behind_the_codes_is_an_alarm_until_an_admin_accepts_it(
    client: aiohttp.ClientSession, town: Province
) -> None:
    assert town.site is not None
    await town.site.tick()
    assert (town.looks, "Trang sau mã QR đã đổi" in await text_of(client, "/")) == (1, False)
    town.titles["android"] = "Bluezone Pro, cờ bạc"
    town.clock.seconds += 86_399
    await town.site.tick()
    assert town.looks == 1, "once a day"
    town.clock.seconds += 1
    await town.site.tick()
    assert town.looks == 2
    await client.post("/sign-in", data={"name": "an", "password": "bốn con vịt xanh"})
    assert "Trang sau mã QR đã đổi" in await text_of(client, "/")
    assert "nay là “Bluezone Pro, cờ bạc”, tại play.google.com" in await text_of(client, "/scans")
    async with client.post("/links/accept", data={"token": await form_token(client, "/scans")}) as answer:
        assert answer.status == 200
    assert "Trang sau mã QR đã đổi" not in await text_of(client, "/")
    town.clock.seconds += 86_400
    await town.site.tick()
    await client.post("/sign-in", data={"name": "an", "password": "bốn con vịt xanh"})
    assert "Trang sau mã QR đã đổi" not in await text_of(client, "/")


def test_every_verdict_on_a_link_has_its_sentence() -> None:
    for verdict in Verdict:
        for found in (None, Known("a.example", "{x}")):
            told = told_of(LinkReport("site", "https://a.example", verdict, Words("", ""), found))
            assert told.vi
            assert told.en


async def test_another_replica_does_not_look_again(town: Province) -> None:
    from kiosk.collector.pages.site import FleetSite
    from tests.fleet.conftest import LINKS

    assert town.site is not None
    await town.site.tick()
    other = FleetSite(town.books, town.clock, LINKS, town.check)
    await other.tick()
    assert town.looks == 1
    moved = FleetSite(town.books, town.clock, replace(LINKS, site="https://new.example"), town.check)
    await moved.tick()
    assert town.looks == 2, "another link is looked at at once"
