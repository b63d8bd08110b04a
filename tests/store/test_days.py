"""The store on real SQLite: what is put is on disk, sealed parts stay, old days go as whole files."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from kiosk.core.adverts import Platform
from kiosk.core.encounters import Encounter, Flush, Ledger, Sighting, Via
from kiosk.core.identity import BluezoneId
from kiosk.core.windows import DAY_MS, WINDOW_MS, UnixMs, Window, window_at
from kiosk.errors import StoreError, StoreUnavailable
from kiosk.store import Store, open_store
from kiosk.store.days import COUNTED

pytestmark = pytest.mark.guest

DAY = (date(2026, 11, 22) - date(1970, 1, 1)).days
NOON = window_at(UnixMs(DAY * DAY_MS + 12 * 3_600_000))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(tmp_path) as opened:
        yield opened


def peer(number: int) -> BluezoneId:
    return BluezoneId(number.to_bytes(12, "big"))


def row(number: int, window: Window = NOON, *, part: int = 0, receptions: int = 1) -> Encounter:
    at = UnixMs(window.start + 1000 * number)
    return Encounter(
        window, peer(number), part, at, at, receptions, -60, -60 * receptions, Platform.ANDROID, Via.ADVERT
    )


async def test_what_was_put_is_read_back_whole(store: Store) -> None:
    rows = [
        row(1),
        row(2),
        Encounter(NOON, peer(3), 0, NOON.start, UnixMs(NOON.end - 1), 7, -41, -350, Platform.IOS, Via.GATT),
    ]
    await store.put(Flush(rows, []), NOON.start)
    assert await store.encounters(NOON) == rows


async def test_a_second_put_of_the_same_id_replaces_its_row(store: Store) -> None:
    await store.put(Flush([row(1)], []), NOON.start)
    await store.put(Flush([row(1, receptions=9)], []), NOON.start)
    assert await store.encounters(NOON) == [row(1, receptions=9)]


async def test_what_grew_is_written_beside_what_arrived_also_when_it_began_earlier(store: Store) -> None:
    later = row(1, receptions=9)._replace(first=NOON.start, last=UnixMs(NOON.end - 1), rssi_best=-30, rssi_sum=-500)
    await store.put(Flush([row(1)], []), NOON.start)
    await store.put(Flush([later, row(2)], []), NOON.start)
    assert await store.encounters(NOON) == [later, row(2)]
    await store.put(Flush([row(1, receptions=10)], []), NOON.start)
    assert await store.encounters(NOON) == [row(1, receptions=10), row(2)]


async def test_after_a_restart_a_known_id_grows_and_a_new_one_goes_to_the_end(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        await store.put(Flush([row(2), row(1)], []), NOON.start)
    async with open_store(tmp_path) as store:
        await store.put(Flush([row(1, receptions=7), row(3)], []), NOON.start)
        assert await store.encounters(NOON) == [row(1, receptions=7), row(2), row(3)]
    with closing(sqlite3.connect(tmp_path / "days/2026-11-22.db")) as db:
        places = db.execute("SELECT id, place & 65535, slot, part FROM encounter ORDER BY place").fetchall()
        assert places == [(peer(n).raw, at, NOON.slot, 0) for at, n in enumerate((2, 1, 3))]
        assert db.execute("SELECT count(*) FROM latest").fetchone() == (1,)


async def test_a_second_daemon_on_the_same_store_is_refused_in_words(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "state.db")) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("CREATE TABLE held (x)")
        with pytest.raises(StoreError, match=r"another program has it open; stop the other kiosk"):
            async with open_store(tmp_path):
                raise AssertionError


async def test_a_put_is_in_the_files_of_a_machine_that_loses_power(store: Store, tmp_path: Path) -> None:
    """Copy the files as they lie, without closing anything: that is all a power cut leaves."""
    await store.put(Flush([row(1)], [(NOON, 0)]), NOON.start)
    after_cut = tmp_path / "after-cut"
    after_cut.mkdir()
    for path in (tmp_path / "days").iterdir():
        (after_cut / path.name).write_bytes(path.read_bytes())
    db = sqlite3.connect(after_cut / "2026-11-22.db")
    try:
        assert db.execute("SELECT count(*) FROM encounter").fetchone() == (1,)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        db.close()


async def test_each_commit_is_synchronised_with_the_card(store: Store) -> None:
    await store.put(Flush([row(1)], []), NOON.start)
    [level] = await store._open[DAY].execute_fetchall("PRAGMA synchronous")
    [mode] = await store._open[DAY].execute_fetchall("PRAGMA journal_mode")
    assert (tuple(level), tuple(mode)) == ((2,), ("wal",))


async def test_a_sealed_part_never_changes_and_nothing_of_the_flush_is_kept(store: Store) -> None:
    await store.put(Flush([row(1)], [(NOON, 0)]), NOON.start)
    with pytest.raises(StoreError, match="sealed"):
        await store.put(Flush([row(2, NOON.after), row(1, receptions=5)], []), NOON.start)
    assert await store.encounters(NOON) == [row(1)]
    assert await store.encounters(NOON.after) == []


async def test_what_comes_after_the_seal_goes_to_the_next_part(store: Store) -> None:
    await store.put(Flush([row(1)], [(NOON, 0)]), NOON.start)
    await store.put(Flush([row(1, part=1)], []), NOON.start)
    assert await store.encounters(NOON) == [row(1), row(1, part=1)]


async def test_a_restart_goes_on_with_open_rows_and_knows_the_seals(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        await store.put(Flush([row(1)], [(NOON, 0)]), NOON.start)
        await store.put(Flush([row(2, part=1), row(3, NOON.after)], []), NOON.start)
    async with open_store(tmp_path) as store:
        seals, rows = await store.resume()
    assert seals == {NOON: 1}
    assert sorted(rows) == sorted([row(2, part=1), row(3, NOON.after)])


async def test_a_ledger_that_restarts_counts_every_reception_once(tmp_path: Path) -> None:
    def sight(ledger: Ledger, second: int) -> None:
        at = UnixMs(NOON.start + 1000 * second)
        ledger.add(Sighting(peer(1), at, -60, Platform.ANDROID, Via.ADVERT), uptime=float(second))

    ledger = Ledger()
    async with open_store(tmp_path) as store:
        for second in (1, 2, 3):
            sight(ledger, second)
        flush = ledger.due(UnixMs(NOON.start + 4000), 4.0)
        await store.put(flush, NOON.start)
        ledger.written(flush)
    async with open_store(tmp_path) as store:
        ledger = Ledger(*await store.resume())
        for second in (5, 6):
            sight(ledger, second)
        flush = ledger.due(UnixMs(NOON.start + 7000), 7.0, all_changes=True)
        await store.put(flush, NOON.start)
        [encounter] = await store.encounters(NOON)
    assert (encounter.receptions, encounter.first, encounter.last) == (5, NOON.start + 1000, NOON.start + 6000)


async def test_each_day_is_a_file_and_a_flush_of_two_days_is_refused(store: Store, tmp_path: Path) -> None:
    tomorrow = Window(UnixMs(NOON.start + DAY_MS))
    both = Flush([row(1), row(2, tomorrow)], [])
    with pytest.raises(ValueError, match="one day"):
        await store.put(both, NOON.start)
    for part in both.by_day():
        await store.put(part, NOON.start)
    assert {path.name for path in (tmp_path / "days").glob("*.db")} == {"2026-11-22.db", "2026-11-23.db"}


async def test_purge_unlinks_whole_days_and_their_logs(store: Store, tmp_path: Path) -> None:
    for back in range(5):
        window = Window(UnixMs(NOON.start - back * DAY_MS))
        await store.put(Flush([row(1, window)], []), NOON.start)
    assert await store.purge(DAY - 1, NOON.start) == [DAY - 4, DAY - 3, DAY - 2]
    left = {path.name.split(".")[0] for path in (tmp_path / "days").iterdir()}
    assert left == {"2026-11-21", "2026-11-22"}
    assert await store.encounters(Window(UnixMs(NOON.start - 3 * DAY_MS))) == []


async def test_counts_are_told_slot_by_slot_with_every_part(store: Store) -> None:
    late = Window(UnixMs(NOON.start + WINDOW_MS))
    await store.put(Flush([row(1), row(2), row(1, late)], [(NOON, 0)]), NOON.start)
    await store.put(Flush([row(3, part=1)], []), NOON.end)
    assert await store.counts(DAY) == {NOON.slot: 3, late.slot: 1}
    assert await store.counts(DAY - 1) == {}
    assert store.days() == [DAY], "asking for a day does not make one"


def held(folder: Path) -> set[str]:
    """Files of days that this process has open."""
    links = [path.readlink() for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    return {link.name for link in links if link.parent == folder / "days"}


async def test_days_that_were_only_read_are_not_kept_open(tmp_path: Path) -> None:
    days = [Window(UnixMs(NOON.start - back * DAY_MS)) for back in range(3)]
    async with open_store(tmp_path) as store:
        for window in days:
            await store.put(Flush([row(1, window)], []), NOON.start)
        assert len({name.removesuffix("-wal") for name in held(tmp_path)}) == 3
    async with open_store(tmp_path) as store:
        assert len((await store.resume())[1]) == 3
        assert held(tmp_path) == set()
        assert [await store.counts(window.day) for window in days] == [{NOON.slot: 1}] * 3
        assert held(tmp_path) == set()


async def test_visits_count_the_windows_since_a_time(store: Store) -> None:
    earlier, yesterday = NOON.before, Window(UnixMs(NOON.start - DAY_MS))
    for window, count in ((yesterday, 4), (earlier, 2), (NOON, 3)):
        await store.put(Flush([row(number, window) for number in range(1, count + 1)], []), NOON.start)
    assert await store.visits(NOON.start) == 3
    assert await store.visits(earlier.start) == 5
    assert await store.visits(UnixMs(yesterday.start - WINDOW_MS)) == 9


async def test_visits_counted_once_follow_what_is_put_and_removed(store: Store) -> None:
    await store.put(Flush([row(1), row(2)], []), NOON.start)
    assert await store.visits(NOON.start) == 2
    await store.put(Flush([row(1, receptions=5), row(3)], [(NOON, 0)]), NOON.start)
    await store.put(Flush([row(1, part=1), row(1, NOON.after)], []), NOON.start)
    assert await store.visits(NOON.start) == 5 == sum((await store.counts(NOON.day)).values())
    await store.close_idle(keep=())
    await store.put(Flush([row(1, part=1, receptions=3), row(2, part=1)], []), NOON.start)
    assert await store.visits(NOON.start) == 6
    assert await store.visits(NOON.after.start) == 1
    await store.purge(NOON.day + 1, NOON.start)
    assert await store.visits(NOON.start) == 0


async def test_no_query_sorts_on_the_card(store: Store) -> None:
    await store.put(Flush([row(1)], []), NOON.start)
    db = store._open[NOON.day]
    assert [tuple(found) for found in await db.execute_fetchall("PRAGMA temp_store")] == [(2,)]
    plan = [found[3] for found in await db.execute_fetchall(f"EXPLAIN QUERY PLAN {COUNTED}")]
    assert not any("TEMP B-TREE" in step for step in plan), plan


async def test_idle_days_are_closed_and_still_readable(store: Store) -> None:
    await store.put(Flush([row(1)], []), NOON.start)
    await store.close_idle(keep=())
    assert store._open == {}
    assert await store.encounters(NOON) == [row(1)]


async def test_a_file_of_a_newer_kiosk_is_refused_in_words(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "state.db")
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(StoreError, match="newer kiosk"):
        async with open_store(tmp_path):
            pass


async def test_a_folder_that_cannot_be_made_names_the_key_to_change(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"store\.folder"):
        async with open_store(tmp_path / "file" / "store"):
            pass


async def test_a_full_disk_is_told_apart_and_nothing_is_half_written(store: Store) -> None:
    await store.put(Flush([row(1)], []), NOON.start)
    [pages] = await store._open[DAY].execute_fetchall("PRAGMA page_count")
    await store._open[DAY].execute(f"PRAGMA max_page_count = {pages[0]}")
    many = [row(number) for number in range(2, 2000)]
    with pytest.raises(StoreUnavailable, match="full"):
        await store.put(Flush(many, []), NOON.start)
    assert await store.encounters(NOON) == [row(1)]


async def test_a_card_that_became_read_only_may_pass_and_ends_nothing(store: Store) -> None:
    """As when the kernel makes a damaged file system read-only: an open file, and one that is yet to be opened."""
    await store.put(Flush([row(1)], []), NOON.start)
    await store._open[DAY].execute("PRAGMA query_only = ON")
    with pytest.raises(StoreUnavailable, match="readonly"):
        await store.put(Flush([row(2)], []), NOON.start)
    await store._open[DAY].execute("PRAGMA query_only = OFF")
    await store.put(Flush([row(2)], []), NOON.start)
    store._path(DAY + 1).mkdir()
    with pytest.raises(StoreUnavailable, match="unable to open"):
        await store.counts(DAY + 1)
    assert await store.encounters(NOON) == [row(1), row(2)]


async def test_a_run_that_was_cut_off_has_no_end(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        await store.journal.begin_run(UnixMs(1000), "1")
    async with open_store(tmp_path) as store:
        await store.journal.begin_run(UnixMs(2000), "1")
        await store.journal.end_run(UnixMs(3000))
    db = sqlite3.connect(tmp_path / "state.db")
    try:
        assert db.execute("SELECT started, stopped FROM run ORDER BY started").fetchall() == [
            (1000, None),
            (2000, 3000),
        ]
    finally:
        db.close()


async def test_foreign_files_among_the_days_are_left_alone(store: Store, tmp_path: Path) -> None:
    (tmp_path / "days" / "2026-13-45.db").write_text("not a day")
    (tmp_path / "days" / "notes.txt").write_text("mine")
    await store.purge(DAY + 100, NOON.start)
    assert {path.name for path in (tmp_path / "days").iterdir()} == {"2026-13-45.db", "notes.txt"}


async def test_a_place_taken_by_a_flush_that_failed_is_never_given_to_another_id(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        await store.put(Flush([row(9), row(1)], []), NOON.start)
        with pytest.raises(StoreError):
            await store.put(Flush([row(2), row(3)._replace(receptions=0)], []), NOON.start)
        await store.put(Flush([row(4)], []), NOON.start)
    async with open_store(tmp_path) as store:
        await store.put(Flush([row(2), row(1, receptions=5), row(5)], []), NOON.start)
        assert await store.encounters(NOON) == [row(1, receptions=5), row(2), row(4), row(5), row(9)]


async def test_new_ids_lie_in_order_of_arrival_so_that_they_share_a_page(store: Store) -> None:
    await store.put(Flush([row(9)], []), NOON.start)
    await store.put(Flush([row(3), row(5)], []), NOON.start)
    found = await store._open[DAY].execute_fetchall("SELECT id FROM encounter ORDER BY slot, part, place")
    assert [raw for (raw,) in found] == [peer(9).raw, peer(3).raw, peer(5).raw]
