"""Parcels are written once, whatever is sent twice, late, by a restored card, or at the same moment."""

import asyncio
from random import Random

import pytest

from kiosk.collector.books import Books
from kiosk.collector.database import Parcel, Taken, Verdict
from kiosk.core import wire
from kiosk.core.batches import Row
from kiosk.core.parcels import Kind
from tests.collector.made import BOX, DAY, NEW, NOW, OLD, OTHER, enrolled, parcel, rows


async def test_a_parcel_is_written_with_all_its_rows(books: Books) -> None:
    await enrolled(books)
    content = rows(300)
    assert await books.database.take(parcel(1, content)) == Taken(Verdict.NEW, 1)
    assert await books.database.encounters(BOX, DAY) == content
    assert await books.boxes.last(BOX, OLD) == 1


async def test_the_same_parcel_again_gets_the_same_answer_and_changes_nothing(books: Books) -> None:
    await enrolled(books)
    content = rows(20)
    await books.database.take(parcel(4, content))
    await books.database.take(parcel(5, rows(5, seed=2)))
    assert await books.database.take(parcel(4, content)) == Taken(Verdict.KNOWN, 5)
    assert len(await books.database.encounters(BOX, DAY)) == 25


async def test_another_parcel_under_a_number_that_is_taken_is_refused_and_noted_as_an_alarm(books: Books) -> None:
    await enrolled(books)
    await books.database.take(parcel(1, rows(20)))
    for _ in range(2):
        assert await books.database.take(parcel(1, rows(20, seed=2))) == Taken(Verdict.CONFLICT, 1)
    assert await books.database.encounters(BOX, DAY) == rows(20)
    [alarm] = await books.fleet.conflicts(0)
    assert (alarm.kiosk, alarm.store, alarm.n, alarm.times) == (BOX, OLD, 1, 2)


async def test_what_a_restored_card_sends_again_under_a_new_store_is_kept_once(books: Books) -> None:
    await enrolled(books)
    content = rows(100)
    await books.database.take(parcel(1, content))
    await books.database.take(parcel(1, content[:60], store=NEW))
    await books.database.take(parcel(2, rows(40, seed=3), store=NEW))
    assert await books.database.encounters(BOX, DAY) == sorted(content + rows(40, seed=3))
    assert (await books.boxes.last(BOX, OLD), await books.boxes.last(BOX, NEW)) == (1, 2)


async def test_a_row_that_differs_in_any_column_is_another_row(books: Books) -> None:
    await enrolled(books)
    (slot, part, first, peer, last, receptions, mean, platform, via) = rows(1)[0]
    grown = (slot, part, first, peer, last, receptions + 1, mean, platform, via)
    await books.database.take(parcel(1, rows(1)))
    await books.database.take(parcel(1, [grown], store=NEW))
    assert await books.database.encounters(BOX, DAY) == sorted([*rows(1), grown])


async def test_a_late_parcel_of_the_old_store_is_compared_too(books: Books) -> None:
    await enrolled(books)
    content = rows(100)
    await books.database.take(parcel(1, rows(7, seed=9)))
    await books.database.take(parcel(1, content, store=NEW))
    assert await books.database.take(parcel(2, content)) == Taken(Verdict.NEW, 2)
    assert await books.database.encounters(BOX, DAY) == sorted(content + rows(7, seed=9))


async def test_rows_of_another_box_are_never_compared(books: Books) -> None:
    await enrolled(books)
    await enrolled(books, OTHER, "Bến xe")
    for kiosk in (BOX, OTHER):
        await books.database.take(parcel(1, rows(10), kiosk=kiosk))
        await books.database.take(parcel(1, rows(10), kiosk=kiosk, store=NEW))
    assert [len(await books.database.encounters(kiosk, DAY)) for kiosk in (BOX, OTHER)] == [10, 10]


async def test_an_empty_parcel_is_a_parcel(books: Books) -> None:
    await enrolled(books)
    assert await books.database.take(parcel(1, [])) == Taken(Verdict.NEW, 1)
    assert await books.database.take(parcel(1, [], store=NEW)) == Taken(Verdict.NEW, 1)


@pytest.mark.parametrize("seed", range(4))
async def test_stores_that_send_at_the_same_moment_in_any_order_leave_each_row_once(books: Books, seed: int) -> None:
    """Overlapping parcels of three stores, each sent three times, all at once."""
    await enrolled(books)
    random, whole = Random(seed), rows(400, seed=seed)
    sent: list[Parcel] = []
    for store in (OLD, NEW, "cccccccccccccccc"):
        for n in range(1, 5):
            content = sorted(random.sample(whole, 120)) if store != OLD else whole[(n - 1) * 100 : n * 100]
            sent += [parcel(n, content if store == OLD else _rest(sent, store, content), store=store)] * 3
    random.shuffle(sent)
    verdicts = await asyncio.gather(*(books.database.take(each) for each in sent))
    assert sum(each.verdict is Verdict.NEW for each in verdicts) == 12
    assert sum(each.verdict is Verdict.KNOWN for each in verdicts) == 24
    assert await books.database.encounters(BOX, DAY) == whole


def _rest(sent: list[Parcel], store: str, content: list[Row]) -> list[Row]:
    """Within one store no row is sent twice."""
    before = {row for each in sent if each.store == store for row in each.rows}
    return [row for row in content if row not in before]


async def test_a_write_that_fails_leaves_neither_the_parcel_nor_its_rows(books: Books) -> None:
    await enrolled(books)
    broken = parcel(1, [*rows(5), (1, 0, 0, None, 0, 1, 0, 0, 0)])  # type: ignore[list-item]
    with pytest.raises(Exception, match=r"(?i)null|None"):
        await books.database.take(broken)
    assert await books.database.encounters(BOX, DAY) == []
    assert await books.database.take(parcel(1, rows(5))) == Taken(Verdict.NEW, 1)


async def test_a_revoked_box_can_write_nothing_more(books: Books) -> None:
    await enrolled(books)
    await books.boxes.revoke(BOX, NOW, stolen=True)
    assert (await books.database.take(parcel(1, rows(5)))).verdict is Verdict.REVOKED
    assert await books.database.encounters(BOX, DAY) == []


async def test_a_report_an_answer_and_a_key_are_kept_once_also_under_another_store(books: Books) -> None:
    venue = await enrolled(books)
    presence = wire.Presence(window=NOW, first_s=1, last_s=60, receptions=3, rssi_mean=-60, others=21)
    report = wire.to_msgpack(wire.Report(case="CA-1", notice=7, presences=(presence,)))
    made = (
        Parcel(BOX, OLD, 1, Kind.REPORT, "a" * 64, NOW, DAY, content=report, case_id="CA-1", notice=7),
        Parcel(BOX, OLD, 2, Kind.ANSWER, "b" * 64, NOW, DAY, content=b"answer", case_id="CA-1", notice=8, row_count=3),
        Parcel(BOX, OLD, 3, Kind.DAY_KEY, "c" * 64, NOW, DAY - 1, content=bytes(32)),
    )
    for store in (OLD, NEW):
        for each in made:
            assert (await books.database.take(each._replace(store=store))).verdict is Verdict.NEW
    [told] = await books.fleet.reports(0)
    assert (told.venue, told.case_id, told.content) == (venue, "CA-1", report)
    assert await books.database.rows(int, "SELECT count(*) FROM answer UNION ALL SELECT count(*) FROM day_key") == [
        1,
        1,
    ]


async def test_days_that_are_over_are_really_deleted_with_all_that_came_on_them(books: Books) -> None:
    await enrolled(books)
    for n, day in enumerate((DAY - 30, DAY - 29, DAY), 1):
        await books.database.take(parcel(n, rows(10), day=day))
    old = Parcel(BOX, OLD, 9, Kind.REPORT, "a" * 64, NOW, DAY - 30, content=b"report", case_id="CA-1", notice=7)
    await books.database.take(old)
    await books.database.take(Parcel(BOX, OLD, 10, Kind.DAY_KEY, "c" * 64, NOW, DAY - 30, content=bytes(32)))
    assert await books.database.forget(DAY - 21) == 2
    assert [len(await books.database.encounters(BOX, day)) for day in (DAY - 30, DAY - 29, DAY)] == [0, 0, 10]
    left = "SELECT count(*) FROM batch UNION ALL SELECT count(*) FROM report UNION ALL SELECT count(*) FROM day_key"
    assert await books.database.rows(int, left) == [1, 0, 0]
    assert await books.boxes.last(BOX, OLD) == 10
    assert await books.database.forget(DAY - 21) == 0


async def test_a_day_can_come_back_after_its_partition_was_dropped(books: Books) -> None:
    await enrolled(books)
    await books.database.take(parcel(1, rows(10), day=DAY - 30))
    await books.database.forget(DAY)
    assert await books.database.take(parcel(2, rows(10), day=DAY - 30)) == Taken(Verdict.NEW, 2)
    assert await books.database.encounters(BOX, DAY - 30) == rows(10)
