"""The outbox on real SQLite: each sealed part in one parcel, each number once, whatever is cut off when."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.core.adverts import Platform
from kiosk.core.batches import LARGEST_ROWS, batch_of, decoded, encoded
from kiosk.core.encounters import Encounter, Flush, Via
from kiosk.core.identity import BluezoneId
from kiosk.core.parcels import Kind
from kiosk.core.windows import DAY_MS, UnixMs, Window, window_at
from kiosk.store import Store, open_store
from kiosk.store.outbox import Parcel

pytestmark = pytest.mark.guest

NOW = UnixMs(1_795_305_600_000)
WINDOW = window_at(NOW)
DAY = WINDOW.day
ID = "abcdefghabcdefgh"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(tmp_path, make_id=lambda: ID) as opened:
        yield opened


def rows(count: int, window: Window = WINDOW, part: int = 0) -> list[Encounter]:
    at = UnixMs(window.start + 5000)
    return [
        Encounter(
            window, BluezoneId(number.to_bytes(12, "big")), part, at, at, 1, -60, -60, Platform.ANDROID, Via.ADVERT
        )
        for number in range(count)
    ]


async def sealed(store: Store, count: int, window: Window = WINDOW, part: int = 0) -> list[Encounter]:
    """So many phones in a part that is sealed."""
    found = rows(count, window, part)
    await store.put(Flush(found, [(window, part)]), NOW)
    return found


async def sharing(store: Store) -> None:
    """The venue shares encounters, from before it has any."""
    await store.outbox.share("encounters", NOW)


async def content(store: Store, parcel: Parcel) -> bytes:
    found = await store.outbox.content(parcel)
    assert found is not None
    return found


async def test_a_sealed_part_is_in_one_parcel_however_often_one_looks(store: Store) -> None:
    await sharing(store)
    first = await sealed(store, 3)
    await store.put(Flush(rows(2, WINDOW.after), []), NOW)
    for _ in range(3):
        assert await store.outbox.gather(10, NOW)
    [parcel] = await store.outbox.waiting(10)
    assert (parcel.store, parcel.n, parcel.kind, parcel.day, parcel.slot) == (ID, 1, Kind.ENCOUNTERS, DAY, WINDOW.slot)
    assert await content(store, parcel) == encoded(batch_of(DAY, first))


async def test_what_comes_after_the_seal_leaves_in_a_parcel_of_its_own(store: Store) -> None:
    await sharing(store)
    await sealed(store, 3)
    await store.outbox.gather(10, NOW)
    late = await sealed(store, 1, part=1)
    await store.outbox.gather(10, NOW)
    assert [parcel.n for parcel in await store.outbox.waiting(10)] == [1, 2]
    assert await content(store, (await store.outbox.waiting(10))[1]) == encoded(batch_of(DAY, late))


async def test_a_part_above_the_limit_is_cut_by_order_and_nothing_is_missing(store: Store) -> None:
    await sharing(store)
    flood = await sealed(store, LARGEST_ROWS + 7)
    await store.outbox.gather(10, NOW)
    parcels = await store.outbox.waiting(10)
    assert [(parcel.n, parcel.first) for parcel in parcels] == [(1, 0), (2, LARGEST_ROWS)]
    found = [visit for parcel in parcels for visit in decoded(await content(store, parcel)).visits]
    assert tuple(found) == batch_of(DAY, flood).visits


async def test_only_so_many_are_made_at_a_time_and_the_oldest_first(store: Store) -> None:
    await sharing(store)
    windows = [Window(UnixMs(NOW - back * DAY_MS)) for back in (2, 1, 0)]
    for window in reversed(windows):
        await sealed(store, 1, window)
        await sealed(store, 1, window.after)
    assert not await store.outbox.gather(3, NOW)
    assert not await store.outbox.gather(2, NOW)
    assert await store.outbox.gather(2, NOW)
    days = [parcel.day for parcel in await store.outbox.waiting(10)]
    assert days == [DAY - 2, DAY - 2, DAY - 1, DAY - 1, DAY, DAY]


async def test_a_receipt_ends_the_waiting_and_survives_a_restart(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        await sharing(store)
        await sealed(store, 2)
        await sealed(store, 2, WINDOW.after)
        await store.outbox.gather(10, NOW)
        await store.outbox.acknowledge((await store.outbox.waiting(1))[0], NOW)
        before = store.outbox.store_id
    async with open_store(tmp_path) as store:
        await sharing(store)
        assert await store.outbox.gather(10, NOW)
        assert [(parcel.store, parcel.n) for parcel in await store.outbox.waiting(10)] == [(before, 2)]
        assert await store.outbox.standing() == (1, NOW, 0, 0, NOW)


async def test_a_parcel_set_aside_is_kept_with_its_reason_and_blocks_nothing(store: Store, tmp_path: Path) -> None:
    await sharing(store)
    await sealed(store, 2)
    await sealed(store, 2, WINDOW.after)
    await store.outbox.gather(10, NOW)
    await store.outbox.set_aside((await store.outbox.waiting(1))[0], "422 unprocessable: because", NOW)
    assert [parcel.n for parcel in await store.outbox.waiting(10)] == [2]
    assert (await store.outbox.standing()).set_aside == 1
    assert kept(tmp_path, "reason") == ["422 unprocessable: because", ""]


def kept(folder: Path, column: str) -> list[object]:
    """A column of every parcel, as the files lie."""
    copy = folder / "copy"
    copy.mkdir(exist_ok=True)
    for path in folder.glob("state.db*"):
        (copy / path.name).write_bytes(path.read_bytes())
    with closing(sqlite3.connect(copy / "state.db")) as db:
        return [row[0] for row in db.execute(f"SELECT {column} FROM parcel ORDER BY made")]


async def test_a_new_store_id_numbers_anew_all_that_is_not_acknowledged(store: Store) -> None:
    await sharing(store)
    for window in (WINDOW, WINDOW.after, WINDOW.after.after):
        await sealed(store, 2, window)
    await store.outbox.gather(10, NOW)
    first, second, third = await store.outbox.waiting(10)
    await store.outbox.acknowledge(first, NOW)
    await store.outbox.set_aside(second, "why", NOW)
    await store.outbox.renew("bbbbbbbbbbbbbbbb", NOW)
    again = await store.outbox.waiting(10)
    assert [(each.store, each.n, each.made) for each in again] == [
        ("bbbbbbbbbbbbbbbb", 1, second.made),
        ("bbbbbbbbbbbbbbbb", 2, third.made),
    ]
    await sealed(store, 1, WINDOW.before)
    await store.outbox.gather(10, NOW)
    assert [each.n for each in await store.outbox.waiting(10)] == [1, 2, 3]
    assert store.outbox.given == 3


async def test_a_number_is_never_given_twice_though_its_parcel_is_gone(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        await sharing(store)
        await sealed(store, 1)
        await store.outbox.gather(10, NOW)
        await store.outbox.acknowledge((await store.outbox.waiting(1))[0], NOW)
        assert await store.purge(DAY + 1, NOW) == [DAY]
    assert kept(tmp_path, "n") == []
    async with open_store(tmp_path) as store:
        await sharing(store)
        await sealed(store, 1, Window(UnixMs(NOW + DAY_MS)))
        await store.outbox.gather(10, NOW)
        assert [parcel.n for parcel in await store.outbox.waiting(10)] == [2]


async def test_a_day_that_retention_deletes_ends_what_waited_of_it_and_counts_it(store: Store) -> None:
    await sharing(store)
    await sealed(store, 1)
    await sealed(store, 1, Window(UnixMs(NOW + DAY_MS)))
    await store.outbox.gather(10, NOW)
    await store.purge(DAY + 1, NOW)
    assert [parcel.day for parcel in await store.outbox.waiting(10)] == [DAY + 1]
    assert (await store.outbox.standing()).expired == 1


async def test_a_day_deleted_between_two_looks_has_no_content(store: Store) -> None:
    await sharing(store)
    await sealed(store, 1)
    await store.outbox.gather(10, NOW)
    [parcel] = await store.outbox.waiting(1)
    await store.purge(DAY + 1, NOW)
    assert await store.outbox.content(parcel) is None


async def test_something_else_is_made_once_and_forgotten_when_it_arrived(store: Store, tmp_path: Path) -> None:
    for _ in range(2):
        await store.outbox.add(Kind.REPORT, DAY, "report 7 F0-1", b"who was here", NOW)
    [parcel] = await store.outbox.waiting(10)
    assert await content(store, parcel) == b"who was here"
    await store.outbox.acknowledge(parcel, NOW)
    await store.outbox.add(Kind.REPORT, DAY, "report 7 F0-1", b"who was here", NOW)
    assert await store.outbox.waiting(10) == []
    assert kept(tmp_path, "content") == [None]
    assert await store.outbox.names(Kind.REPORT) == {"report 7 F0-1"}


async def test_what_was_gathered_before_the_venue_shared_it_stays_on_the_box(store: Store) -> None:
    await store.outbox.share("matches", NOW)
    await sealed(store, 4)
    await store.put(Flush(rows(2, WINDOW.after), []), NOW)  # begun, not yet sealed
    await store.outbox.share("encounters", NOW)
    await store.put(Flush(rows(3, WINDOW.after), [(WINDOW.after, 0)]), NOW)
    later = await sealed(store, 5, WINDOW.after.after)
    assert await store.outbox.gather(10, NOW)
    [parcel] = await store.outbox.waiting(10)
    assert await content(store, parcel) == encoded(batch_of(DAY, later))


async def test_what_is_no_longer_shared_does_not_leave(store: Store) -> None:
    await sharing(store)
    await sealed(store, 4)
    await store.outbox.gather(10, NOW)
    await store.outbox.add(Kind.REPORT, DAY, "report 1", b"x", NOW)
    await store.outbox.share("matches", NOW)
    assert [parcel.kind for parcel in await store.outbox.waiting(10)] == [Kind.REPORT]
    await store.outbox.share("nothing", NOW)
    assert await store.outbox.waiting(10) == []
    assert (await store.outbox.standing()).expired == 2


async def test_the_choice_outlives_a_restart(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        await sharing(store)
        await sealed(store, 1)
    async with open_store(tmp_path) as store:
        await sharing(store)
        await store.outbox.gather(10, NOW)
        assert len(await store.outbox.waiting(10)) == 1


async def test_keys_of_days_before_the_venue_shared_anything_are_named_as_gone(store: Store) -> None:
    await store.outbox.share("nothing", NOW)
    await sealed(store, 1)
    await store.outbox.share("matches", NOW)
    assert await store.outbox.names(Kind.DAY_KEY) == {f"day-key {DAY}"}
    assert await store.outbox.waiting(10) == []


async def test_a_day_has_arrived_when_all_of_it_is_acknowledged(store: Store) -> None:
    await sharing(store)
    await sealed(store, 1)
    await sealed(store, 1, Window(UnixMs(NOW + DAY_MS)))
    await store.outbox.gather(10, NOW)
    assert await store.outbox.arrived() == set()
    await store.outbox.acknowledge((await store.outbox.waiting(1))[0], NOW)
    assert await store.outbox.arrived() == {DAY}
    await store.put(Flush(rows(1, part=1), []), NOW)
    assert await store.outbox.arrived() == set(), "a late phone has come"


async def test_a_parcel_made_is_in_the_files_of_a_machine_that_loses_power(store: Store, tmp_path: Path) -> None:
    await sharing(store)
    await sealed(store, 1)
    await store.outbox.gather(10, NOW)
    assert kept(tmp_path, "state") == ["waiting"]
