"""Collect on a simulated radio and a real store: what was near is on disk, once, in time, and nothing else."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest

from kiosk.config import Collect as Settings
from kiosk.core.adverts import Heard, Platform
from kiosk.core.encounters import Encounter, Flush, Via
from kiosk.core.facts import Trouble
from kiosk.core.faults import faults
from kiosk.core.governor import FULL
from kiosk.core.identity import BluezoneId, DailyKey, RootKey
from kiosk.core.probation import BURST, PER_S
from kiosk.core.rows import is_sound
from kiosk.core.windows import DAY_MS, WINDOW_MS, UnixMs, Window, window_at
from kiosk.services.collect import NAME, Collect
from kiosk.sim.clock import ManualClock
from kiosk.sim.phones import ALWAYS, Addresses, Device, Duty, Manners, Phone, android_advert
from kiosk.sim.radio import Fault, Radio
from kiosk.sim.world import World
from kiosk.store import Store, open_store
from kiosk.supervisor import Board, supervise

pytestmark = pytest.mark.guest

KEY = RootKey(bytes(range(32)))
DAY = UnixMs(1_795_305_600_000 // DAY_MS * DAY_MS)
START = UnixMs(DAY + 12 * 3_600_000 + 60_000)  # one minute into a window
WINDOW = window_at(START)


def device(
    number: int, platform: Platform, *, in_front: bool = True, clock_ms: int = 0, manners: Manners = Manners.ANSWERS
) -> Device:
    """A phone that is always on air, from one private address all the time."""
    phone = Phone(platform, in_front, DailyKey(bytes([number]) * 32), DAY, clock_ms=clock_ms, manners=manners)
    each_window = Duty(WINDOW_MS, WINDOW_MS)  # an Android phone that takes up its new id at once
    return Device(Addresses(bytes([number]) * 16, lasts=None), phone.advert, each_window, -60, phone)


def same(advert: bytes, _began: UnixMs) -> bytes:
    """A device that always sends this."""
    return advert


class Bench:
    """The service, its world and its store, under a clock that stands still."""

    def __init__(self, store: Store, start: UnixMs = START) -> None:
        self.clock = ManualClock(start)
        self.store = store
        self.world = World(self.clock)
        self.radio = Radio(self.world, self.clock)
        self.board = Board(self.clock, version="test", venue="", simulated=True)
        self.service = self.new_service()

    def new_service(self, settings: Settings | None = None) -> Collect:
        return Collect(
            self.radio.scanner,
            self.radio.gatt,
            self.store,
            KEY,
            settings or Settings(),
            clock=self.clock,
            board=self.board,
        )

    def phone(self, device: Device) -> Phone:
        self.world.place(device)
        assert device.phone is not None
        return device.phone

    async def stored(self) -> set[BluezoneId]:
        return {row.peer for row in await self.store.encounters(WINDOW)}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(supervise(NAME, self.service.run, clock=self.clock, board=self.board))
            await self.clock.advance(0)
            yield
            task.cancel()


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with open_store(tmp_path) as store:
        yield Bench(store)


async def test_an_android_phone_is_on_disk_within_ten_seconds(bench: Bench) -> None:
    async with bench.running():
        await bench.clock.advance(3)
        phone = bench.phone(device(1, Platform.ANDROID))
        await bench.clock.advance(10)
        [row] = await bench.store.encounters(WINDOW)
    assert row.peer == phone.id_at(START)
    assert (row.platform, row.via, row.part) == (Platform.ANDROID, Via.ADVERT, 0)
    assert row.first - START <= 5000


async def test_iphones_in_front_and_behind_are_asked_once_and_stored(bench: Bench) -> None:
    phones = [bench.phone(device(n, Platform.IOS, in_front=n < 4)) for n in range(1, 7)]
    async with bench.running():
        await bench.clock.advance(60)
        assert await bench.stored() == {phone.id_at(START) for phone in phones}
        await bench.clock.advance(600)
        assert len(bench.radio.gatt.asked) == len(phones)
        rows = await bench.store.encounters(WINDOW)
    assert all(row.via is Via.GATT and row.receptions > 30 for row in rows)


async def test_adverts_heard_before_the_answer_count_too(bench: Bench) -> None:
    bench.phone(device(1, Platform.IOS, in_front=False))
    async with bench.running():
        await bench.clock.advance(20)
        [row] = await bench.store.encounters(WINDOW)
    assert row.first < START + 1000
    assert row.receptions >= 2


async def test_strangers_and_our_own_id_are_never_stored(bench: Bench) -> None:
    for number, advert in enumerate(
        (
            android_advert(KEY.id_in(WINDOW)),
            android_advert(KEY.id_in(WINDOW.before)),
            b"\x02\x01\x06\x05\xff\x4c\x00\x10\x05",
        )
    ):
        bench.world.place(Device(Addresses(bytes([number]) * 16), partial(same, advert), ALWAYS, -50))
    async with bench.running():
        await bench.clock.advance(60)
        assert bench.board.snapshot().collect.packets > 10
        assert await bench.stored() == set()


async def test_a_phone_that_refuses_is_left_alone_for_the_cool_down(bench: Bench) -> None:
    bench.phone(device(1, Platform.IOS, manners=Manners.REFUSES))
    async with bench.running():
        await bench.clock.advance(120)
        asked = len(bench.radio.gatt.asked)
        facts = bench.board.snapshot().collect
    assert 3 <= asked <= 5
    assert facts.unanswered >= asked - 1


async def test_a_phone_with_a_slow_clock_is_asked_again_and_both_ids_stand(bench: Bench) -> None:
    phone = bench.phone(device(1, Platform.IOS, clock_ms=-30_000))
    async with bench.running():
        await bench.clock.advance(900)  # into the next window, with the old id cached from this one
        await bench.clock.advance(120)
        rows = await bench.store.encounters(WINDOW.after)
    old, new = phone.id_at(UnixMs(WINDOW.end - 60_000)), phone.id_at(UnixMs(WINDOW.end + 60_000))
    assert {row.peer for row in rows} == {old, new}
    assert len(bench.radio.gatt.asked) == 3


async def test_the_asks_leave_the_radio_its_share(bench: Bench) -> None:
    for number in range(1, FULL + 2):
        bench.phone(device(number, Platform.IOS, manners=Manners.SILENT))
    async with bench.running():
        await bench.clock.advance(240)
    assert 15 <= len(bench.radio.gatt.asked) <= 240 / 12 + 2  # 6 s for each, 6 s for the radio; and what was saved up


async def test_a_phone_with_another_app_is_asked_once(bench: Bench) -> None:
    bench.phone(device(1, Platform.IOS, manners=Manners.OTHER_APP))
    async with bench.running():
        await bench.clock.advance(1800)
        facts = bench.board.snapshot().collect
    assert (len(bench.radio.gatt.asked), facts.other_apps, facts.unanswered, facts.waiting_to_ask) == (1, 1, 0, 0)
    assert await bench.stored() == set()


async def test_asking_can_be_switched_off(bench: Bench) -> None:
    bench.phone(device(1, Platform.IOS))
    bench.service = bench.new_service(Settings(ask=False))
    async with bench.running():
        await bench.clock.advance(60)
    assert bench.radio.gatt.asked == []


async def test_a_window_is_sealed_two_minutes_after_its_end(bench: Bench) -> None:
    bench.phone(device(1, Platform.ANDROID))
    async with bench.running():
        await bench.clock.advance((WINDOW.end - START) / 1000 + 60)
        assert WINDOW not in (await bench.store.resume())[0]
        await bench.clock.advance(80)
        seals, open_rows = await bench.store.resume()
    assert seals == {WINDOW: 1}
    assert {row.window for row in open_rows} <= {WINDOW.after}


async def test_a_stop_writes_everything_that_was_heard(bench: Bench) -> None:
    phone = bench.phone(device(1, Platform.ANDROID))
    async with bench.running():
        await bench.clock.advance(60)
    [row] = await bench.store.encounters(WINDOW)
    assert bench.world.diary.received == {
        (WINDOW, phone.id_at(START)): (
            Platform.ANDROID, row.first, row.last, row.receptions, row.rssi_best, row.rssi_sum
        )
    }  # fmt: skip


@pytest.mark.parametrize("fault", [Fault.CHIP_GONE, Fault.DAEMON_GONE, Fault.BUSY])
async def test_after_a_fault_a_new_phone_is_stored_within_thirty_seconds(bench: Bench, fault: Fault) -> None:
    async with bench.running():
        await bench.clock.advance(20)
        bench.radio.break_down(fault, for_s=40)
        if fault is Fault.BUSY:
            bench.radio.break_down(Fault.DAEMON_GONE, for_s=1)
        await bench.clock.advance(40)
        phone = bench.phone(device(1, Platform.ANDROID))
        await bench.clock.advance(30)
        assert phone.id_at(START) in await bench.stored()
        [facts] = bench.board.snapshot().services
        assert facts.state.value == "running"


async def test_a_fault_loses_nothing_that_was_heard_and_asks_nobody_twice(bench: Bench) -> None:
    bench.phone(device(1, Platform.IOS))
    android = bench.phone(device(2, Platform.ANDROID))
    async with bench.running():
        await bench.clock.advance(30)
        bench.radio.break_down(Fault.CHIP_GONE, for_s=5)
        await bench.clock.advance(60)
    rows = {row.peer: row.receptions for row in await bench.store.encounters(WINDOW)}
    assert rows[android.id_at(START)] == bench.world.diary.received[WINDOW, android.id_at(START)].receptions
    assert len(rows) == 2
    assert len(bench.radio.gatt.asked) == 1


async def test_a_process_that_starts_again_goes_on_with_the_same_rows(bench: Bench) -> None:
    bench.phone(device(1, Platform.ANDROID))
    async with bench.running():
        await bench.clock.advance(30)
    before = (await bench.store.encounters(WINDOW))[0].receptions
    bench.service = bench.new_service()
    async with bench.running():
        await bench.clock.advance(60)
    [row] = await bench.store.encounters(WINDOW)
    assert row.part == 0
    assert row.receptions > before


async def test_a_clock_that_steps_back_past_the_seal_opens_the_next_part(bench: Bench) -> None:
    bench.phone(device(1, Platform.ANDROID))
    async with bench.running():
        await bench.clock.advance((WINDOW.sealed_at - START) / 1000 + 20)
        bench.clock.jump(START)
        await bench.clock.advance(30)
    rows = await bench.store.encounters(WINDOW)
    assert sorted({row.part for row in rows}) == [0, 1]


async def test_the_board_counts_visits_of_today(bench: Bench) -> None:
    for number in range(1, 4):
        bench.phone(device(number, Platform.ANDROID))
    async with bench.running():
        await bench.clock.advance(30)
        facts = bench.board.snapshot().collect
    assert (facts.visits_today, facts.phones_near) == (3, 3)
    assert facts.last_stored is not None


async def test_a_full_disk_is_told_and_what_was_heard_is_written_once_there_is_room(bench: Bench) -> None:
    async with bench.running():
        await bench.clock.advance(10)
        bench.phone(device(1, Platform.ANDROID))
        await bench.store.put(flush_of_today(), START)
        db = bench.store._open[WINDOW.day]
        [pages] = await db.execute_fetchall("PRAGMA page_count")
        await db.execute(f"PRAGMA max_page_count = {pages[0]}")
        phones = [bench.phone(device(number, Platform.ANDROID)) for number in range(2, 200)]
        await bench.clock.advance(30)
        facts = bench.board.service(NAME)
        assert (facts.state.value, facts.trouble) == ("troubled", Trouble.STORE)
        await db.execute("PRAGMA max_page_count = 100000")
        await bench.clock.advance(10)
        assert bench.board.service(NAME).state.value == "running"
        assert {phone.id_at(START) for phone in phones} <= await bench.stored()


async def test_a_day_that_breaks_while_running_is_begun_anew_with_all_that_is_open(
    bench: Bench, tmp_path: Path
) -> None:
    for number in range(1, 4):
        bench.phone(device(number, Platform.ANDROID))
    async with bench.running():
        await bench.clock.advance(30)
        before = await bench.stored()
        assert len(before) == 3
        await bench.store.close_idle(keep=())
        (tmp_path / "days" / f"{date(1970, 1, 1) + timedelta(days=WINDOW.day)}.db").write_bytes(
            b"no database, but long enough to be read" * 100
        )
        newcomer = bench.phone(device(4, Platform.ANDROID))
        await bench.clock.advance(30)
        assert await bench.stored() == {*before, newcomer.id_at(START)}
        assert bench.board.service(NAME).trouble is None, "it is upkeep that tells"
    assert len(bench.store.damaged.all()) == 1


async def test_a_stop_in_the_middle_of_a_write_waits_for_the_card(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The seal of a window is half written when the stop comes: once sealed it may not be written again."""
    phone = bench.phone(device(1, Platform.ANDROID))
    put = bench.store.put

    async def put_and_stop(flush: Flush, now: UnixMs) -> None:
        await put(flush, now)
        if flush.seals:
            run.cancel()
            await bench.store.visits(UnixMs(0))  # the stop strikes here, before the ledger is told

    monkeypatch.setattr(bench.store, "put", put_and_stop)
    run = asyncio.ensure_future(supervise(NAME, bench.service.run, clock=bench.clock, board=bench.board))
    await bench.clock.advance((WINDOW.sealed_at - START) / 1000 + 30)
    with pytest.raises(asyncio.CancelledError):
        await run
    seals, _ = await bench.store.resume()
    assert seals == {WINDOW: 1}
    assert {row.peer for row in await bench.store.encounters(WINDOW)} == {phone.id_at(START)}


def flush_of_today() -> Flush:
    """Something to make today's file exist."""
    start = Window(UnixMs(DAY))
    row = Encounter(start, BluezoneId(bytes(12)), 0, DAY, DAY, 1, -60, -60, Platform.ANDROID, Via.ADVERT)
    return Flush([row], [])


async def test_a_flood_of_forged_ids_raises_the_alarm_and_true_phones_are_kept(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    hear, count = bench.world.hear, itertools.count()

    def flooded() -> tuple[list[Heard], int]:
        heard, lost = hear()
        raws = [next(count).to_bytes(12, "big") for _ in range(1500)]
        forged = [
            Heard(raw[6:].hex(":"), "random", bench.clock.now(), -60, android_advert(BluezoneId(raw))) for raw in raws
        ]
        return [*forged, *heard], lost

    resident = bench.phone(device(1, Platform.ANDROID))
    async with bench.running():
        await bench.clock.advance(15)
        monkeypatch.setattr(bench.world, "hear", flooded)
        await bench.clock.advance(15)
        newcomer = bench.phone(device(2, Platform.ANDROID))
        await bench.clock.advance(30)
        snapshot = bench.board.snapshot()
        monkeypatch.setattr(bench.world, "hear", hear)
        assert snapshot.flood is not None
        assert snapshot.flood.since is not None
        assert 0 <= snapshot.flood.since - START - 15_000 <= 2000
        assert "S5" in {fault.code for fault in faults(snapshot)}
        assert not is_sound(snapshot)
        await bench.clock.advance(BURST / 2 / PER_S + 10)
        after = bench.board.snapshot()
        rows = await bench.store.encounters(WINDOW)
    assert after.flood is not None
    assert (after.flood.since, after.flood.ended is not None) == (None, True)
    assert "S5" not in {fault.code for fault in faults(after)}
    assert {resident.id_at(START), newcomer.id_at(START)} <= {row.peer for row in rows}
    assert len(rows) <= BURST + 2 * PER_S + 2
    assert after.collect.dropped > 50_000


@pytest.mark.parametrize("manners", [each for each in Manners if each is not Manners.ANSWERS])
async def test_peers_that_hang_lie_or_leave_midway_cost_the_true_phone_little(bench: Bench, manners: Manners) -> None:
    for number in range(2, 8):
        bench.phone(device(number, Platform.IOS, manners=manners))
    async with bench.running():
        await bench.clock.advance(20)
        phone = bench.phone(device(1, Platform.IOS))
        await bench.clock.advance(60)
        assert await bench.stored() == {phone.id_at(START)}
