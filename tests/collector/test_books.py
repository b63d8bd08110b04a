"""The books, on both databases: venues and units, boxes and their places, the fleet, notices, scans, people."""

import sqlite3
from importlib import resources
from pathlib import Path

import pytest

from kiosk.collector.books import Books
from kiosk.collector.books.people import Deed, Person
from kiosk.collector.books.turns import KEPT_MS
from kiosk.collector.database import SCHEMA
from kiosk.collector.postgres import open_postgres
from kiosk.collector.sqlite import open_sqlite
from kiosk.core import wire
from kiosk.core.fleet.units import Tree
from kiosk.core.fleet.venues import Standing
from kiosk.core.smart import Key, Target
from kiosk.core.windows import DAY_MS, UnixMs, vietnam_day_start
from kiosk.errors import KioskError, NotInBooks, StoreError
from tests.collector.made import BOX, NOW, OTHER, enrolled, heartbeat, token_of


async def test_units_are_a_tree_that_paths_of_names_make(books: Books) -> None:
    ward = await books.venues.unit(["Tỉnh Bắc Sơn", "Phường Ven Sông"])
    assert await books.venues.unit(["Tỉnh Bắc Sơn", "Phường Ven Sông"]) == ward
    other = await books.venues.unit(["Tỉnh Nam Sơn", "Phường Ven Sông"])
    tree = Tree(await books.venues.units())
    assert (tree.label(ward), tree.label(other)) == (
        "Phường Ven Sông · Tỉnh Bắc Sơn",
        "Phường Ven Sông · Tỉnh Nam Sơn",
    )
    assert (ward, other) == ("phuong-ven-song", "phuong-ven-song-2")
    assert await books.venues.unit([]) == ""


async def test_a_venue_gets_a_short_name_that_no_other_venue_or_team_has(books: Books) -> None:
    assert await books.venues.add("Chợ Bến Đò", "market", "", NOW) == "cho-ben-do"
    assert await books.venues.add("Chợ bến đò", "market", "", NOW) == "cho-ben-do-2"
    assert await books.venues.add_team("Chợ Bến Đò", "", NOW) == "cho-ben-do-3"
    assert await books.venues.add("Bến xe", "bus-station", "", NOW, "bx") == "bx"
    with pytest.raises(NotInBooks, match="'bx' is taken"):
        await books.venues.add_team("Đội 1", "", NOW, "bx")
    assert [await books.venues.has(name) for name in ("bx", "cho-ben-do-3", "nobody")] == [True, True, False]


async def test_a_venue_moves_to_another_unit_and_retires_with_its_boxes(books: Books) -> None:
    venue = await enrolled(books)
    unit = await books.venues.unit(["Tỉnh Bắc Sơn"])
    await books.venues.move(venue, unit)
    assert (await books.venues.find(venue)).unit == unit
    await books.boxes.add_code("unused", venue, NOW, NOW + DAY_MS)
    await books.venues.retire(venue, NOW + 1)
    box = await books.boxes.of_token(token_of(BOX))
    assert box is not None
    assert (box.revoked_at, box.venue) == (NOW + 1, "")
    [line] = await books.fleet.venues()
    assert line.standing is Standing.RETIRED
    assert await books.boxes.enrol("unused", token_of(OTHER), OTHER, NOW + 2) is None
    with pytest.raises(NotInBooks, match="'nowhere' is unknown"):
        await books.venues.retire("nowhere", NOW)


async def test_a_code_lets_one_box_in_and_answers_the_same_box_again(books: Books) -> None:
    venue = await books.venues.add("Chợ", "market", "", NOW)
    await books.boxes.add_code("code", venue, NOW, NOW + 1000)
    first = await books.boxes.enrol("code", token_of(BOX), BOX, NOW + 999)
    assert first is not None
    assert (first.kiosk, first.venue, first.venue_name, first.stolen) == (BOX, venue, "Chợ", False)
    assert await books.boxes.enrol("code", token_of(BOX), "eeeeeeee", NOW + 5000) == first
    assert await books.boxes.enrol("code", token_of(OTHER), OTHER, NOW + 999) is None
    assert await books.boxes.of_token(token_of(BOX)) == first
    assert await books.boxes.of_token(token_of(OTHER)) is None


async def test_a_code_that_is_unknown_or_expired_or_with_a_token_of_another_box_lets_nobody_in(books: Books) -> None:
    venue = await enrolled(books)
    assert await books.boxes.enrol("nonsense", token_of(OTHER), OTHER, NOW) is None
    await books.boxes.add_code("late", venue, NOW, NOW + 1000)
    assert await books.boxes.enrol("late", token_of(OTHER), OTHER, NOW + 1000) is None
    assert await books.boxes.enrol("late", token_of(BOX), OTHER, NOW) is None
    assert [box.kiosk for box in await books.boxes.all()] == [BOX]


async def test_a_box_that_moves_leaves_its_venues_history_behind(books: Books) -> None:
    old = await enrolled(books)
    new = await books.venues.add("Bến xe", "bus-station", "", NOW)
    today = vietnam_day_start(NOW)
    yesterday = wire.Visits(day=today - DAY_MS, until=today, count=120)
    first = wire.Visits(day=today, until=today + 3_600_000, count=30)
    for visits in (yesterday, first, wire.Visits(day=today, until=today, count=20)):
        await books.boxes.heard(BOX, heartbeat(visits=visits), NOW)
    await books.boxes.move(BOX, new, UnixMs(NOW + DAY_MS))
    later = UnixMs(NOW + 2 * DAY_MS)
    tomorrow = wire.Visits(day=today + 2 * DAY_MS, until=later - 900_000, count=77)
    await books.boxes.heard(BOX, heartbeat(visits=tomorrow), later)
    assert [tuple(each) for each in await books.fleet.visits(0)] == [
        (new, today + 2 * DAY_MS, 77),
        (old, today - DAY_MS, 120),
        (old, today, 30),
    ]
    assert [(stay.since, stay.until) for stay in await books.boxes.stays(old)] == [(NOW, NOW + DAY_MS)]


async def test_the_fleet_shows_each_venue_with_its_box_and_what_it_last_said(books: Books) -> None:
    unit = await books.venues.unit(["Tỉnh Bắc Sơn"])
    empty = await books.venues.add("Trường học", "school", unit, NOW)
    active, stolen = await enrolled(books), await enrolled(books, OTHER, "Bến xe")
    told = heartbeat(light="red", faults=[{"code": "S1", "level": "red", "owner": "helper"}], waiting=4)
    await books.boxes.heard(BOX, told, NOW)
    await books.boxes.revoke(OTHER, NOW + 7, stolen=True)
    found = {venue.id: venue for venue in await books.fleet.venues()}
    assert {name: venue.standing for name, venue in found.items()} == {
        empty: Standing.WAITING,
        active: Standing.ACTIVE,
        stolen: Standing.REVOKED,
    }
    assert (found[active].heartbeat, found[active].heard_at, found[active].since) == (told, NOW, NOW)
    assert (found[empty].unit, found[empty].kind, found[empty].kiosk) == (unit, "school", "")
    assert (found[stolen].kiosk, found[stolen].since) == (OTHER, NOW + 7)
    assert await books.fleet.venue(active) == [found[active]]


async def test_a_box_that_goes_out_of_service_leaves_its_venue_but_a_stolen_one_stays_until_replaced(
    books: Books,
) -> None:
    venue = await enrolled(books)
    await books.boxes.revoke(BOX, NOW + 1, stolen=True)
    assert (await books.boxes.find(BOX)).venue == venue
    await books.boxes.leave(BOX, NOW + 2)
    assert (await books.boxes.find(BOX)).venue == ""
    other = await enrolled(books, OTHER, "Bến xe")
    await books.boxes.revoke(OTHER, NOW + 1, stolen=False)
    assert [line.kiosk for line in await books.fleet.venue(other)] == [""]


async def test_an_older_heartbeat_that_comes_late_does_not_hide_a_newer_one(books: Books) -> None:
    await enrolled(books)
    await books.boxes.heard(BOX, heartbeat(light="amber"), UnixMs(NOW + 5))
    await books.boxes.heard(BOX, heartbeat(light="green"), NOW)
    [line] = await books.fleet.venues()
    assert line.heartbeat == heartbeat(light="amber")


@pytest.mark.parametrize(
    "visits",
    [
        wire.Visits(day=vietnam_day_start(NOW) + 1, until=NOW, count=30),
        wire.Visits(day=vietnam_day_start(UnixMs(NOW - 40 * DAY_MS)), until=NOW, count=30),
        wire.Visits(day=vietnam_day_start(UnixMs(NOW + 3 * DAY_MS)), until=NOW + 4 * DAY_MS, count=30),
    ],
    ids=["no midnight", "long ago", "days ahead"],
)
async def test_visits_of_a_wrong_clock_are_not_kept_but_the_heartbeat_is(books: Books, visits: wire.Visits) -> None:
    await enrolled(books)
    await books.boxes.heard(BOX, heartbeat(visits=visits), NOW)
    assert await books.fleet.visits(0) == []
    assert (await books.fleet.venues())[0].heard_at == NOW


async def publish(books: Books, kiosk: str = "", size: int = 12, lasts: int = DAY_MS) -> int:
    number = await books.notices.next_number(NOW)
    body = wire.Cases(cases=(wire.Watch(case="CA-1", start=NOW, ids=bytes(size)),))
    notice = wire.Notice(number=number, issued=NOW, expires=NOW + lasts, kiosk=kiosk, body=body)
    await books.notices.add(notice, wire.Signed(notice=wire.to_msgpack(notice), signature=bytes(64)))
    return number


async def test_a_box_gets_the_notices_for_all_and_its_own_that_it_does_not_have_yet(books: Books) -> None:
    first, own, other, last = [await publish(books, kiosk) for kiosk in ("", BOX, OTHER, "")]
    assert (first, last) == (NOW, NOW + 3)
    got = await books.notices.after(BOX, 0, NOW)
    numbers = [wire.from_msgpack(each.notice, wire.Notice).number for each in got.notices]
    assert (numbers, got.more) == ([first, own, last], False)
    assert len((await books.notices.after(BOX, own, NOW)).notices) == 1
    assert (await books.notices.newest(OTHER, NOW), await books.notices.newest(BOX, NOW + DAY_MS)) == (last, 0)
    assert other == NOW + 2


async def test_notices_that_do_not_fit_into_one_answer_come_in_several(books: Books) -> None:
    for _ in range(40):
        await publish(books, size=12 * 1440)
    seen, after, answers = [], 0, 0
    while True:
        got = await books.notices.after(BOX, after, NOW)
        assert len(wire.to_json(got)) < wire.LARGEST_MESSAGE
        seen += [wire.from_msgpack(each.notice, wire.Notice).number for each in got.notices]
        after, answers = seen[-1], answers + 1
        if not got.more:
            break
    assert (seen, answers) == (list(range(NOW, NOW + 40)), 2)


async def test_a_notice_that_has_expired_is_neither_sent_nor_kept(books: Books) -> None:
    await publish(books, lasts=10)
    kept = await publish(books)
    assert len((await books.notices.after(BOX, 0, NOW + 10)).notices) == 1
    assert await books.notices.forget(NOW + 10) == 1
    assert await books.notices.newest(BOX, NOW) == kept


async def test_scans_are_counted_by_source_day_and_target(books: Books) -> None:
    day = UnixMs(DAY_MS)
    await books.scans.add({Key("cho", UnixMs(0), Target.IOS): 1, Key("cho", day, Target.PAGE): 1})
    await books.scans.add({Key("cho", UnixMs(0), Target.IOS): 1, Key("doi-1", UnixMs(0), Target.ANDROID): 1})
    await books.scans.add({})
    assert [tuple(each) for each in await books.scans.since(0)] == [
        ("cho", 0, "ios", 2),
        ("cho", DAY_MS, "page", 1),
        ("doi-1", 0, "android", 1),
    ]
    assert [each.scans for each in await books.scans.since(DAY_MS, "cho")] == [1]


async def test_a_turn_is_noted_when_the_light_or_the_faults_change_and_not_at_each_heartbeat(books: Books) -> None:
    venue = await enrolled(books)
    off_air = [{"code": "S4", "level": "red", "owner": "staff"}]
    for minute, told in ((0, {}), (5, {}), (10, {"light": "red", "faults": off_air}), (15, {"light": "red"}), (20, {})):
        await books.boxes.heard(BOX, heartbeat(**told), UnixMs(NOW + minute * 60_000))
    turns = await books.turns.of(venue, 9)
    assert [((each.at - NOW) // 60_000, each.light, each.codes) for each in turns] == [
        (20, "green", ""), (15, "red", ""), (10, "red", "S4"), (0, "green", ""),
    ]  # fmt: skip
    [line] = await books.fleet.venue(venue)
    assert line.turned_at == NOW + 20 * 60_000
    other = await books.venues.add("Bến xe", "bus-station", "", NOW)
    await books.boxes.move(BOX, other, NOW + 12 * 60_000)
    assert [each.codes for each in await books.turns.of(venue, 9)] == ["S4", ""]
    assert len(await books.turns.of(other, 9)) == 2
    assert await books.turns.forget(NOW + KEPT_MS + 12 * 60_000) == 2


async def test_codes_that_wait_and_boxes_that_were_locked_out_are_told(books: Books) -> None:
    venue = await enrolled(books)
    await books.boxes.add_code("waits", venue, NOW, NOW + DAY_MS)
    assert await books.boxes.codes(venue, NOW) == [NOW + DAY_MS]
    assert await books.boxes.codes(venue, NOW + DAY_MS) == []
    await books.boxes.revoke(BOX, NOW + 5, stolen=True)
    [stay] = await books.boxes.stays(venue)
    assert (stay.revoked_at, stay.stolen) == (NOW + 5, True)
    [line] = await books.fleet.venue(venue)
    assert line.stolen


async def test_a_changed_password_signs_everybody_out_who_used_the_old_one(books: Books) -> None:
    await books.people.add(Person("lan", "viewer", "hash"), NOW)
    with pytest.raises(NotInBooks, match="'lan' is there already"):
        await books.people.add(Person("lan", "admin", "hash"), NOW)
    await books.people.sign_in("token", "lan", NOW + 1000)
    assert await books.people.signed_in("token", NOW) == Person("lan", "viewer", "hash")
    assert await books.people.signed_in("token", NOW + 1000) is None
    await books.people.change(Person("lan", "admin", "other"))
    assert await books.people.signed_in("token", NOW) is None
    assert await books.people.find("lan") == Person("lan", "admin", "other")
    with pytest.raises(NotInBooks, match="'minh' is unknown"):
        await books.people.change(Person("minh", "admin", "hash"))


async def test_sessions_end_by_signing_out_and_old_ones_are_deleted(books: Books) -> None:
    await books.people.add(Person("lan", "viewer", "hash"), NOW)
    for token in ("one", "two"):
        await books.people.sign_in(token, "lan", NOW + 1000)
    await books.people.sign_out("one")
    assert await books.people.signed_in("one", NOW) is None
    assert await books.people.forget(NOW + 1000) == 1


async def test_the_audit_log_only_grows(books: Books) -> None:
    for what in ("venue add", "revoke"):
        await books.people.note(Deed(NOW, "", what, "cho-ben-do"))
    assert [deed.what for deed in await books.people.noted(5)] == ["revoke", "venue add"]
    for sql in ("UPDATE audit SET who = 'x'", "DELETE FROM audit"):
        with pytest.raises(StoreError, match="append-only"):
            await books.database.run(sql)


async def test_a_setting_is_the_last_one_set(books: Books) -> None:
    assert await books.people.setting("signing_key") == ""
    for value in ("old", "new"):
        await books.people.set("signing_key", value)
    assert await books.people.setting("signing_key") == "new"


async def test_what_fails_within_a_transaction_never_happened(books: Books) -> None:
    async def fails() -> None:
        async with books.database.transaction() as inside:
            await inside.run("INSERT INTO setting (name, value) VALUES ($1, $2)", "a", "b")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    assert await books.people.setting("a") == ""
    await books.people.set("a", "c")


async def test_opening_the_books_again_finds_everything_and_migrates_nothing(books: Books, address: str) -> None:
    venue = await enrolled(books)
    path = Path(address.removeprefix("sqlite://"))
    again = Books(await (open_sqlite(path) if address.startswith("sqlite") else open_postgres(address)))
    assert [place.id for place in await again.venues.all()] == [venue]
    await again.close()


async def test_books_of_a_newer_collector_are_left_alone(books: Books, address: str) -> None:
    newer = "PRAGMA user_version = 99" if address.startswith("sqlite") else "INSERT INTO schema_step VALUES (99)"
    await books.database.run(newer)
    path = Path(address.removeprefix("sqlite://"))
    with pytest.raises(StoreError, match="newer collector"):
        await (open_sqlite(path) if address.startswith("sqlite") else open_postgres(address))


@pytest.mark.postgres
async def test_a_database_that_is_not_there_is_told_without_its_password() -> None:
    with pytest.raises(KioskError) as told:
        await open_postgres("postgresql://lan:geheim@127.0.0.1:9/books")
    assert "geheim" not in str(told.value)


def test_both_schemas_have_the_same_tables_and_columns() -> None:
    """PostgreSQL's text is read by SQLite, with what only the one knows taken away."""
    folder = resources.files("kiosk") / SCHEMA
    found = []
    for body in ("sqlite", "postgres"):
        db = sqlite3.connect(":memory:")
        for step in sorted((folder / body).iterdir(), key=lambda each: each.name):
            text = step.read_text(encoding="utf-8").partition("CREATE FUNCTION")[0]
            db.executescript(text.replace("GENERATED ALWAYS AS IDENTITY", "").replace("PARTITION BY RANGE (day)", ""))
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
        found.append({table: sorted(row[1] for row in db.execute(f"PRAGMA table_info({table})")) for table in tables})
        db.close()
    assert found[0] == found[1]
