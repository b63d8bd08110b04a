"""A table pasted into the fleet page: what comes in, what is told, and the bar that grows in the answer."""

import asyncio
import re

import aiohttp
import pytest

from kiosk.errors import StoreUnavailable
from tests.fleet.conftest import Province, SignIn
from tests.fleet.test_access import form_token

HEAD = "venue\tprofile\tunit\n"


async def pasted(client: aiohttp.ClientSession, table: str, lang: str = "vi", status: int = 200) -> str:
    data = {"token": await form_token(client, "/import"), "table": table}
    async with client.post(f"/import?lang={lang}", data=data) as answer:
        assert answer.status == status, await answer.text()
        assert answer.headers["Content-Security-Policy"]
        return (await answer.text()).replace("\u00a0", " ")


@pytest.fixture
async def admin(client: aiohttp.ClientSession, sign_in: SignIn) -> aiohttp.ClientSession:
    await sign_in("an")
    return client


async def test_rows_copied_from_a_spreadsheet_become_venues(admin: aiohttp.ClientSession, province: Province) -> None:
    rows = "".join(f"Chợ số {number}\tmarket\tTỉnh Sơn Hà / Phường Bến Đò\n" for number in range(7))
    page = await pasted(admin, HEAD + rows)
    assert "Đã nhập 7 trong 7 dòng." in page
    assert page.rstrip().endswith("</html>")
    found = await province.books.venues.all()
    assert {(place.name, place.profile) for place in found} == {(f"Chợ số {number}", "market") for number in range(7)}
    assert [unit.name for unit in await province.books.venues.units()] == ["Tỉnh Sơn Hà", "Phường Bến Đò"]
    [deed] = [deed for deed in await province.books.people.noted(10) if deed.what == "import-venues"]
    assert (deed.who, deed.subject) == ("an", "7 of 7")


@pytest.mark.parametrize("count", [1, 3, 99, 100, 101, 250])
async def test_the_bar_grows_by_a_hundredth_and_is_whole_at_the_end(admin: aiohttp.ClientSession, count: int) -> None:
    page = await pasted(admin, HEAD + "".join(f"Nơi {number}\tschool\t\n" for number in range(count)))
    assert page.count("<i></i>") == 100


async def test_the_bar_is_seen_before_the_last_row_is_in(
    admin: aiohttp.ClientSession, province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    add, go_on = province.books.venues.add, asyncio.Event()

    async def half_way(name: str, *rest: object) -> str:
        if name == "Nơi 10":
            await go_on.wait()
        return await add(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(province.books.venues, "add", half_way)
    table = HEAD + "".join(f"Nơi {number}\tschool\t\n" for number in range(20))
    data = {"token": await form_token(admin, "/import"), "table": table}
    async with admin.post("/import", data=data) as answer:
        seen = b""
        while seen.count(b"<i></i>") < 50:
            seen += await answer.content.readany()
        assert b"20" in seen
        assert "Đã nhập".encode() not in seen
        go_on.set()
        seen += await answer.content.read()
    assert seen.count(b"<i></i>") == 100
    assert "Đã nhập 20 trong 20 dòng.".encode() in seen


async def test_bad_rows_are_told_by_line_in_both_languages_and_good_ones_stay(
    admin: aiohttp.ClientSession, province: Province
) -> None:
    table = HEAD + "Chợ Đông\tmarkt\t\nChợ Tây\tmarket\t\n\tmarket\t\nChợ Tây\tmarket\t\n"
    page = await pasted(admin, table)
    assert "Đã nhập 1 trong 4 dòng." in page
    told = re.findall("<li>(Dòng[^<]+)</li>", page)
    assert [line.replace("&#39;", "'") for line in told] == [
        "Dòng 2, cột profile: không có loại 'markt'; phải chăng là 'market'?",
        "Dòng 4, cột venue: còn trống",
        "Dòng 5, cột venue: 'Chợ Tây' đã có trong đơn vị này",
    ]
    page = await pasted(admin, table, "en")
    assert "0 of 4 rows are in." in page
    assert "line 4, column venue: is empty" in page
    assert [place.name for place in await province.books.venues.all()] == ["Chợ Tây"]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("", "Bảng trống"),
        ("venue\nChợ\n", "Thiếu cột"),
        ("venue\tprofil\n", "phải chăng là"),
        ("venue\tprofile\tvenue\n", "có hai lần"),
    ],
)
async def test_a_table_with_a_wrong_head_is_given_back_with_what_to_mend(
    admin: aiohttp.ClientSession, table: str, told: str
) -> None:
    page = await pasted(admin, table, status=400)
    assert told in page
    assert table.strip() in page


async def test_a_database_that_goes_away_ends_the_page_in_words(
    admin: aiohttp.ClientSession, province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    add, names = province.books.venues.add, list[str]()

    async def until_it_breaks(name: str, *rest: object) -> str:
        if len(names) == 2:
            raise StoreUnavailable("gone")
        names.append(name)
        return await add(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(province.books.venues, "add", until_it_breaks)
    page = await pasted(admin, HEAD + "A\tschool\t\nB\tschool\t\nC\tschool\t\nD\tschool\t\n")
    assert "Đã nhập 2 trong 4 dòng." in page
    assert "phải dừng giữa chừng" in page
    assert page.rstrip().endswith("</html>")


async def test_only_an_administrator_sees_the_way_to_the_import(client: aiohttp.ClientSession, sign_in: SignIn) -> None:
    for name, sees in (("hanh", False), ("binh", False), ("an", True)):
        client.cookie_jar.clear()
        await sign_in(name)
        async with client.get("/") as answer:
            assert ("/import?" in await answer.text()) is sees


async def test_a_form_elsewhere_stays_small(admin: aiohttp.ClientSession) -> None:
    data = {"token": await form_token(admin, "/import"), "junk": "x" * 5000}
    async with admin.post("/sign-out", data=data) as answer:
        assert answer.status == 413


async def test_five_thousand_venues_fit_into_one_form(admin: aiohttp.ClientSession) -> None:
    row = "Trường THCS Nguyễn Đình Chiểu số {}\tschool\tTỉnh Sơn Hà / Phường Bến Đò\n"
    data = {"token": "wrong", "table": HEAD + "".join(row.format(number) for number in range(5000))}
    async with admin.post("/import", data=data) as answer:
        assert answer.status == 403, "it was read, and refused for its token alone"
