"""Files that a dying card garbled, on real SQLite: each is set aside, what can be read of it is saved, all go on."""

import random
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from kiosk.core.adverts import Platform
from kiosk.core.encounters import Encounter, Flush, Ledger, Via
from kiosk.core.identity import BluezoneId
from kiosk.core.parcels import Kind
from kiosk.core.undated import Undated
from kiosk.core.windows import DAY_MS, UnixMs, Window, window_at
from kiosk.errors import StoreUnavailable
from kiosk.store import Store, open_store
from kiosk.store.damaged import Damaged
from kiosk.store.days import MOST_RENEWALS

pytestmark = pytest.mark.guest

DAY = (date(2026, 11, 22) - date(1970, 1, 1)).days
NOON = window_at(UnixMs(DAY * DAY_MS + 12 * 3_600_000))
NOW = UnixMs(NOON.start + 60_000)
GARBAGE = b"not a database at all, but long enough to be one" * 100
PAGE = 512
LEAF = 13
"""First byte of a page that holds rows of a table, not pages below it (sqlite.org/fileformat2.html, 1.6)."""


def rows(count: int, window: Window = NOON, part: int = 0) -> list[Encounter]:
    at = UnixMs(window.start + 5000)
    return [
        Encounter(
            window, BluezoneId(number.to_bytes(12, "big")), part, at, at, 1, -60, -60, Platform.ANDROID, Via.ADVERT
        )
        for number in range(count)
    ]


def file_of(folder: Path) -> Path:
    return folder / "days" / "2026-11-22.db"


def garble(path: Path, page: int) -> None:
    """As a worn card does it: one page (from 1) holds something else."""
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(random.Random(page).randbytes(PAGE))


def leaf_of(path: Path, table: str, nth: int) -> int:
    """The page that holds the nth handful of a table's rows, from 0, by SQLite's own account."""
    with closing(sqlite3.connect(path)) as db:
        [root] = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    content = path.read_bytes()

    def leaves(page: int) -> Iterator[int]:
        own = content[(page - 1) * PAGE : page * PAGE]
        if own[0] == LEAF:
            yield page
            return
        for cell in struct.unpack_from(f">{int.from_bytes(own[3:5], 'big')}H", own, 12):
            yield from leaves(int.from_bytes(own[cell : cell + 4], "big"))
        yield from leaves(int.from_bytes(own[8:12], "big"))

    return list(leaves(root))[nth]


async def a_day(folder: Path, windows: int = 20, phones: int = 40) -> None:
    """A day with sealed windows up to noon, and an open one."""
    async with open_store(folder, now=NOW) as store:
        for back in range(windows, 0, -1):
            window = Window(UnixMs(NOON.start - back * 900_000))
            await store.put(Flush(rows(phones, window), [(window, 0)]), NOW)
        await store.put(Flush(rows(phones), []), NOW)


def kept(store: Store) -> list[str]:
    return [each.path.name for each in store.damaged.all()]


async def test_a_day_that_is_no_database_is_set_aside_and_a_new_one_is_written(tmp_path: Path) -> None:
    async with open_store(tmp_path, now=NOW) as store:
        file_of(tmp_path).write_bytes(GARBAGE)
        assert await store.counts(DAY) == {}
        assert kept(store) == ["2026-11-22.2026-11-22T12-01-00Z.db"]
        assert (tmp_path / "damaged" / kept(store)[0]).read_bytes() == GARBAGE
        await store.put(Flush(rows(3), []), NOW)
        assert await store.encounters(NOON) == rows(3)


async def test_a_damaged_day_is_found_at_the_start_and_all_but_the_broken_window_is_saved(tmp_path: Path) -> None:
    await a_day(tmp_path)
    garble(file_of(tmp_path), leaf_of(file_of(tmp_path), "arrival", 3))
    async with open_store(tmp_path, now=NOW) as store:
        assert len(kept(store)) == 1
        seals, found = await store.resume()
        assert len(seals) == 20
        assert found == rows(40), "the open window is taken up as if nothing had happened"
        counts = await store.counts(DAY)
    assert sum(counts.values()) >= 19 * 40
    with closing(sqlite3.connect(file_of(tmp_path))) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("page", [1, 2, 3, 5, 8, 12, 13, 20, 33, 47])
async def test_whatever_page_is_garbled_the_box_goes_on_and_the_file_is_sound(tmp_path: Path, page: int) -> None:
    await a_day(tmp_path)
    garble(file_of(tmp_path), page)
    async with open_store(tmp_path, now=NOW) as store:
        ledger = Ledger(*await store.resume())
        for row in rows(50):
            ledger.fold(row, 1.0)
        flush = ledger.due(NOW, 1.0, all_changes=True)
        await store.put(flush, NOW)
        assert len(kept(store)) == 1
        assert len({row.peer for row in await store.encounters(NOON)}) == 50
    with closing(sqlite3.connect(file_of(tmp_path))) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_a_file_cut_short_is_damage_too(tmp_path: Path) -> None:
    await a_day(tmp_path)
    with file_of(tmp_path).open("r+b") as file:
        file.truncate(9 * PAGE + 17)
    async with open_store(tmp_path, now=NOW) as store:
        assert len(kept(store)) == 1
        await store.put(Flush(rows(1), []), NOW)


async def test_damage_met_in_a_flush_is_told_and_the_next_one_writes_the_open_rows_again(tmp_path: Path) -> None:
    async with open_store(tmp_path, now=NOW) as store:
        ledger = Ledger()
        for row in rows(5):
            ledger.fold(row, 1.0)
        flush = ledger.due(NOW, 1.0)
        await store.put(flush, NOW)
        ledger.written(flush)
        await store.close_idle(keep=())
        file_of(tmp_path).write_bytes(GARBAGE)
        ledger.fold(rows(6)[5], 2.0)
        with pytest.raises(StoreUnavailable, match="set aside, a new file is begun"):
            await store.put(ledger.due(NOW, 2.0), NOW)
        assert store.renewed == {DAY}
        ledger.lost(store.renewed.pop(), 2.0)
        flush = ledger.due(NOW, 2.0)
        await store.put(flush, NOW)
        ledger.written(flush)
        assert await store.encounters(NOON) == rows(6)
        assert ledger.due(NOW, 3.0).rows == []


async def test_days_are_read_through_one_at_a_time_the_newest_at_the_start(tmp_path: Path) -> None:
    days = [Window(UnixMs(NOON.start - back * DAY_MS)) for back in range(3)]
    async with open_store(tmp_path, now=NOW) as store:
        for window in days:
            await store.put(Flush(rows(200, window), [(window, 0)]), NOW)
    for path in (tmp_path / "days").glob("*.db"):
        garble(path, 5)
    async with open_store(tmp_path, now=NOW) as store:
        seen = [len(kept(store))]
        for _ in range(3):
            await store.examine()
            seen.append(len(kept(store)))
    assert seen == [1, 2, 3, 3]


async def test_a_day_that_breaks_again_and_again_is_a_dead_card(tmp_path: Path) -> None:
    async with open_store(tmp_path, now=NOW) as store:
        for _ in range(MOST_RENEWALS):
            file_of(tmp_path).write_bytes(GARBAGE)
            assert await store.counts(DAY) == {}
        file_of(tmp_path).write_bytes(GARBAGE)
        with pytest.raises(StoreUnavailable, match="not a database"):
            await store.counts(DAY)
        assert len(kept(store)) == MOST_RENEWALS, "each has a name of its own"


async def test_a_parcel_whose_rows_could_not_all_be_saved_does_not_leave_with_less(tmp_path: Path) -> None:
    async with open_store(tmp_path, now=NOW) as store:
        await store.outbox.share("encounters", NOW)
    await a_day(tmp_path)
    async with open_store(tmp_path, now=NOW) as store:
        await store.outbox.share("encounters", NOW)
        await store.outbox.gather(99, NOW)
        whole = {parcel.slot: await store.outbox.content(parcel) for parcel in await store.outbox.waiting(99)}
    garble(file_of(tmp_path), leaf_of(file_of(tmp_path), "arrival", 3))
    async with open_store(tmp_path, now=NOW) as store:
        left = {parcel.slot: await store.outbox.content(parcel) for parcel in await store.outbox.waiting(99)}
    missing = {slot for slot in whole if left[slot] is None}
    assert 1 <= len(missing) <= 2, "a page holds some fifteen rows"
    assert all(left[slot] == whole[slot] for slot in whole.keys() - missing)


async def test_a_damaged_state_is_set_aside_and_a_new_store_id_is_born(tmp_path: Path) -> None:
    async with open_store(tmp_path, now=NOW) as store:
        before = store.outbox.store_id
        await store.put(Flush(rows(2), [(NOON, 0)]), NOW)
    (tmp_path / "state.db").write_bytes(GARBAGE)
    async with open_store(tmp_path, now=NOW) as store:
        assert store.stands_in == ""
        assert store.outbox.store_id != before
        assert store.outbox.given == 0
        assert kept(store) == ["state.2026-11-22T12-01-00Z.db"]
        assert await store.encounters(NOON) == rows(2)
        await store.outbox.share("encounters", NOW)
        assert await store.outbox.waiting(9) == [], "nobody knows what was sent: what was gathered before stays here"


async def test_a_state_that_breaks_while_running_is_replaced_and_nothing_is_remembered_of_it(tmp_path: Path) -> None:
    async with open_store(tmp_path, now=NOW) as store:
        await store.outbox.share("matches", NOW)
        await store.outbox.add(Kind.REPORT, DAY, "report 1", b"content", NOW)
        before = store.outbox.store_id
        assert (await store.outbox.standing()).waiting == 1
        await store._state.close()
        (tmp_path / "state.db").write_bytes(GARBAGE)
        with pytest.raises(StoreUnavailable, match="not a database"):
            await store.outbox.waiting(1)
        assert store.outbox.store_id != before
        assert (await store.outbox.standing()).waiting == 0
        assert await store.inbox.last() == 0
        await store.outbox.share("matches", NOW)
        await store.outbox.add(Kind.REPORT, DAY, "report 2", b"content", NOW)
        assert [parcel.n for parcel in await store.outbox.waiting(9)] == [1]


async def test_undated_rows_that_cannot_be_read_make_room_for_others(tmp_path: Path) -> None:
    found = Undated(BluezoneId(bytes(12)), 1000, 2000, 1, -60, -60, Platform.ANDROID, Via.ADVERT)
    async with open_store(tmp_path, now=NOW) as store:
        (tmp_path / "undated.db").write_bytes(GARBAGE)
        with pytest.raises(StoreUnavailable):
            await store.undated.count("boot")
        assert kept(store) == ["undated.2026-11-22T12-01-00Z.db"]
        await store.undated.put("boot", [found])
        assert await store.undated.some("boot", 9) == [found]


async def test_what_was_set_aside_goes_when_its_time_is_over(tmp_path: Path) -> None:
    damaged = Damaged(tmp_path)
    for name, now in (("2026-11-10.db", NOW), ("2026-11-22.db", NOW), ("state.db", NOW), ("undated.db", UnixMs(5000))):
        (tmp_path / name).write_bytes(GARBAGE)
        (tmp_path / f"{name}-wal").write_bytes(GARBAGE)
        damaged.take(tmp_path / name, now)
    assert [path.name for path in tmp_path.iterdir()] == ["damaged"]  # noqa: ASYNC240
    damaged.purge(DAY - 5, NOW)
    assert [each.what for each in damaged.all()] == ["2026-11-22", "state", "undated"]
    assert damaged.all()[-1].at == NOW, "a box that did not know the time gives it a date once it does"
    (tmp_path / "2026-11-22.db").write_bytes(GARBAGE)
    damaged.take(tmp_path / "2026-11-22.db", UnixMs(5000))
    damaged.purge(DAY, NOW)
    assert {each.at for each in damaged.all()} == {NOW, NOW + 1000}
    damaged.purge(DAY + 1, NOW)
    assert not list((tmp_path / "damaged").iterdir())
