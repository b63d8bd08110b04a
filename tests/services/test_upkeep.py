"""Upkeep on a real store: days leave on time, and what is left is told."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.config import StoreSection
from kiosk.core.adverts import Platform
from kiosk.core.encounters import Encounter, Flush, Via
from kiosk.core.facts import ClockFacts, CollectFacts, TallyFacts
from kiosk.core.identity import BluezoneId
from kiosk.core.room import Held
from kiosk.core.timekeeping import Source
from kiosk.core.windows import DAY_MS, WINDOW_MS, UnixMs, Window, vietnam_day_start, window_at
from kiosk.errors import StoreUnavailable
from kiosk.services.upkeep import NAME, SETTLED_MS, Upkeep
from kiosk.sim.clock import ManualClock
from kiosk.store import Store, Usage, open_store
from kiosk.supervisor import Board

pytestmark = pytest.mark.guest

NOW = UnixMs(1_795_305_600_000)
TODAY = window_at(NOW).day
EPOCH = date(1970, 1, 1)


async def put(store: Store, day: int) -> None:
    start = UnixMs(day * DAY_MS)
    row = Encounter(Window(start), BluezoneId(bytes(12)), 0, start, start, 1, -60, -60, Platform.ANDROID, Via.ADVERT)
    await store.put(Flush([row], []), start)


def upkeep(
    store: Store, clock: ManualClock, retention_days: int, *, max_mb: int = 2000, share: str = "matches"
) -> tuple[Upkeep, Board]:
    board = Board(clock, version="test", venue="", simulated=True)
    board.enter(NAME)
    settings = StoreSection(retention_days=retention_days, max_mb=max_mb)
    return Upkeep(store, settings, share, clock=clock, board=board), board


async def test_nothing_older_than_the_promise_is_left_and_nothing_younger_is_touched(tmp_path: Path) -> None:
    clock = ManualClock(NOW)
    async with open_store(tmp_path) as store:
        for back in range(20):
            await put(store, TODAY - back)
        service, board = upkeep(store, clock, retention_days=14)
        await service.turn()
        assert store.days() == [TODAY - back for back in range(13, -1, -1)]
        oldest_ms = store.days()[0] * DAY_MS
        assert NOW - oldest_ms <= 14 * DAY_MS
        facts = board.snapshot().upkeep
    assert (facts.days, facts.purged_at) == (14, NOW)
    assert facts.bytes_on_disk > 0
    assert facts.free_bytes


@pytest.mark.parametrize(("source", "left"), [(Source.STAFF, 3), (None, 3), (Source.BATTERY, 0), (Source.NETWORK, 0)])
async def test_a_phone_with_the_wrong_month_deletes_nothing_and_the_network_or_a_battery_clock_does(
    tmp_path: Path, source: Source | None, left: int
) -> None:
    clock = ManualClock(UnixMs(NOW + 60 * DAY_MS))
    async with open_store(tmp_path) as store:
        for back in range(3):
            await put(store, TODAY - back)
        service, board = upkeep(store, clock, retention_days=14)
        board.clock(ClockFacts(trusted=True, source=source))
        await service.turn()
        assert len(store.days()) == left


async def test_a_day_leaves_at_the_utc_midnight_that_ends_its_time(tmp_path: Path) -> None:
    clock = ManualClock(UnixMs(TODAY * DAY_MS))
    async with open_store(tmp_path) as store:
        await put(store, TODAY)
        service, _ = upkeep(store, clock, retention_days=1)
        clock.jump(UnixMs((TODAY + 1) * DAY_MS - 1))
        await service.turn()
        assert store.days() == [TODAY]
        clock.jump(UnixMs((TODAY + 1) * DAY_MS))
        await service.turn()
        assert store.days() == []


async def test_a_card_that_cannot_be_written_is_told_with_the_room_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_store(tmp_path) as store:

        async def full(_day: int) -> dict[int, int]:
            raise StoreUnavailable("store, day 20782: database or disk is full")

        await put(store, TODAY - 1)
        monkeypatch.setattr(store, "counts", full)
        service, board = upkeep(store, ManualClock(NOW), retention_days=14)
        with pytest.raises(StoreUnavailable):
            await service.turn()
        assert board.snapshot().upkeep.free_bytes, "else the page could not tell a full card from a broken one"


async def test_a_damaged_day_is_found_in_time_and_told_until_somebody_takes_it_away(tmp_path: Path) -> None:
    async with open_store(tmp_path, now=NOW) as store:
        for back in range(4):
            await put(store, TODAY - back)
    broken = tmp_path / "days" / f"{EPOCH + timedelta(days=TODAY - 2)}.db"
    broken.write_bytes(b"no database, but long enough to be read" * 100)
    async with open_store(tmp_path, now=NOW) as store:
        service, board = upkeep(store, ManualClock(NOW), retention_days=14)
        for _ in range(2):  # found in the first turn, on the page with the next
            await service.turn()
        facts = board.snapshot().upkeep
        assert (facts.set_aside_at, facts.state_set_aside_at) == (NOW, None)
        assert [name.partition(".")[0] for name in facts.damaged] == [broken.stem]
        shutil.rmtree(tmp_path / "damaged")
        await service.turn()
        assert board.snapshot().upkeep.set_aside_at is None


async def test_a_damaged_state_is_told(tmp_path: Path) -> None:
    (tmp_path / "state.db").write_bytes(b"no database, but long enough to be read" * 100)
    async with open_store(tmp_path, now=NOW) as store:
        service, board = upkeep(store, ManualClock(NOW), retention_days=14)
        await service.turn()
    assert (board.snapshot().upkeep.state_set_aside_at, board.snapshot().upkeep.set_aside_at) == (NOW, None)


async def big(store: Store, days: int) -> None:
    """Days that take about 40 kB each, sealed, the youngest today."""
    for back in range(days):
        window = window_at(UnixMs(NOW - back * DAY_MS))
        at = window.start
        rows = [
            Encounter(
                window, BluezoneId(n.to_bytes(12, "big")), 0, at, at, 1, -60, -60, Platform.ANDROID, Via.ADVERT
            )
            for n in range(500)
        ]  # fmt: skip
        await store.put(Flush(rows, [(window, 0)]), NOW)
    await store.close_idle(keep=())


async def test_above_the_cap_the_oldest_day_goes_where_nothing_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_store(tmp_path, now=NOW) as store:
        await big(store, 5)
        service, board = upkeep(store, ManualClock(NOW), retention_days=14, max_mb=50)
        await service.turn()
        assert len(store.days()) == 5, "within the cap"
        sizes = {each.day: each.size for each in store.held()}
        scaled = [Held(day, 20_000_000) for day in sizes]
        monkeypatch.setattr(store, "held", lambda: [each for each in scaled if each.day in store.days()])
        await service.turn()
        await service.turn()
        assert store.days() == [TODAY - 1, TODAY]
        facts = board.snapshot().upkeep
    assert (facts.crowded_at, facts.lost_unsent) == (NOW, 0)


async def test_where_encounters_are_sent_only_days_that_have_arrived_go_unless_the_card_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_store(tmp_path, now=NOW) as store:
        await store.outbox.share("encounters", NOW)
        await big(store, 5)
        await store.outbox.gather(99, NOW)
        for parcel in await store.outbox.waiting(99):
            if parcel.day in (TODAY - 2, TODAY):
                await store.outbox.acknowledge(parcel, NOW)
        service, board = upkeep(store, ManualClock(NOW), retention_days=14, max_mb=50, share="encounters")
        scaled = [Held(TODAY - back, 20_000_000) for back in range(5)]
        monkeypatch.setattr(store, "held", lambda: [each for each in scaled if each.day in store.days()])
        await service.turn()
        assert store.days() == [TODAY - 4, TODAY - 3, TODAY - 1, TODAY]
        full = Usage(4, 0, 1_000_000)
        monkeypatch.setattr(store, "usage", lambda: full)
        await service.turn()
        assert store.days() == [TODAY - 1, TODAY], "the day of the window before this one is still written"
        assert board.snapshot().upkeep.lost_unsent == 2
        assert (await store.outbox.standing()).expired == 2
        assert (await store.outbox.standing()).waiting == 1


async def test_a_box_that_was_off_for_longer_than_days_are_kept_counts_what_never_left(tmp_path: Path) -> None:
    async with open_store(tmp_path, now=NOW) as store:
        await store.outbox.share("encounters", NOW)
        await big(store, 3)
    later = UnixMs(NOW + 20 * DAY_MS)
    async with open_store(tmp_path, now=later) as store:
        service, _ = upkeep(store, ManualClock(later), retention_days=14, share="encounters")
        await service.turn()
        assert store.days() == []
        assert (await store.outbox.standing()).expired == 3


MIDNIGHT = vietnam_day_start(NOW)


async def meet(store: Store, at: int, phones: int) -> None:
    """So many phones in the window that holds a time."""
    window = window_at(UnixMs(at))
    rows = [
        Encounter(
            window,
            BluezoneId(number.to_bytes(12, "big")),
            0,
            window.start,
            window.start,
            1,
            -60,
            -60,
            Platform.ANDROID,
            Via.ADVERT,
        )
        for number in range(phones)
    ]
    await store.put(Flush(rows, []), window.start)


def tally_of(board: Board) -> TallyFacts:
    tally = board.snapshot().tally
    assert tally is not None
    return tally


async def test_people_are_counted_when_a_window_has_ended_and_settled(tmp_path: Path) -> None:
    at = UnixMs(MIDNIGHT + 10 * WINDOW_MS)
    clock = ManualClock(at)
    async with open_store(tmp_path) as store:
        await meet(store, at - WINDOW_MS, 5)
        service, board = upkeep(store, clock, retention_days=14)
        board.collect(CollectFacts(strangers_near=7))
        await service.turn()
        assert tally_of(board).until == at - WINDOW_MS, "the window that ended a moment ago may still be written"
        clock.jump(UnixMs(at + SETTLED_MS))
        await service.turn()
        assert (tally_of(board).until, tally_of(board).visits[-1]) == (at, 5)
        assert tally_of(board).heard.strangers_near == 7
        await meet(store, at, 3)
        board.collect(CollectFacts(strangers_near=8))
        for later in range(SETTLED_MS, WINDOW_MS + SETTLED_MS - 1, 20_000):
            clock.jump(UnixMs(at + later))
            await service.turn()
            assert (tally_of(board).until, tally_of(board).heard.strangers_near) == (at, 7), "nothing moves in between"
        clock.jump(UnixMs(at + WINDOW_MS + SETTLED_MS))
        await service.turn()
        assert (tally_of(board).visits[-2:], tally_of(board).heard.strangers_near) == ((5, 3), 8)


async def test_the_week_begins_at_a_vietnamese_midnight_and_spans_the_utc_files(tmp_path: Path) -> None:
    clock = ManualClock(UnixMs(MIDNIGHT + 14 * 3_600_000 + SETTLED_MS))
    async with open_store(tmp_path) as store:
        for back in range(9):
            await meet(store, MIDNIGHT - back * DAY_MS, 1 + back)  # 17:00 UTC of the day before
            await meet(store, MIDNIGHT - back * DAY_MS + 13 * 3_600_000, 20 + back)  # 06:00 UTC
        service, board = upkeep(store, clock, retention_days=14)
        await service.turn()
        tally = tally_of(board)
        assert tally.since == MIDNIGHT - 6 * DAY_MS
        assert [visit for visit in tally.visits if visit] == [7, 26, 6, 25, 5, 24, 4, 23, 3, 22, 2, 21, 1, 20]
        assert [visit for visit in tally.today if visit] == [1, 20]
        assert len(tally.today) == 56
        assert tally.until == MIDNIGHT + 14 * 3_600_000


async def test_a_young_box_tells_no_days_before_its_first(tmp_path: Path) -> None:
    clock = ManualClock(UnixMs(MIDNIGHT + 3_600_000 + SETTLED_MS))
    async with open_store(tmp_path) as store:
        service, board = upkeep(store, clock, retention_days=14)
        await service.turn()
        assert sum(tally_of(board).visits) == 0
        await meet(store, MIDNIGHT + 3_600_000, 2)
        clock.jump(UnixMs(MIDNIGHT + 3_600_000 + WINDOW_MS + SETTLED_MS))
        await service.turn()
        assert (tally_of(board).since, tally_of(board).visits) == (MIDNIGHT, (0, 0, 0, 0, 2))


async def test_at_midnight_the_whole_day_is_still_today_and_a_window_later_it_is_not(tmp_path: Path) -> None:
    clock = ManualClock(UnixMs(MIDNIGHT + SETTLED_MS))
    async with open_store(tmp_path) as store:
        await meet(store, MIDNIGHT - WINDOW_MS, 4)
        service, board = upkeep(store, clock, retention_days=14)
        await service.turn()
        assert len(tally_of(board).today) == 96
        clock.jump(UnixMs(MIDNIGHT + WINDOW_MS + SETTLED_MS))
        await service.turn()
        assert tally_of(board).today == (0,)


async def test_a_clock_that_nobody_trusts_removes_nothing(tmp_path: Path) -> None:
    clock = ManualClock(UnixMs(NOW + 3650 * DAY_MS))
    async with open_store(tmp_path) as store:
        await put(store, TODAY)
        service, board = upkeep(store, clock, retention_days=14)
        clock.trusted = False
        await service.turn()
        assert store.days() == [TODAY]
        assert board.snapshot().upkeep.days == 1
