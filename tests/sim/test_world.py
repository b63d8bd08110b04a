"""The simulated street and its radio: repeatable, true to the diary, and broken on demand."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from itertools import islice

import pytest

from kiosk.core.adverts import Ask, CarriesId, Heard, Platform, Stranger, read
from kiosk.core.facts import Trouble
from kiosk.core.identity import BluezoneId, DailyKey
from kiosk.core.windows import UnixMs, window_at
from kiosk.errors import BadPeerValue, PeerUnreachable, RadioError
from kiosk.sim.clock import ManualClock
from kiosk.sim.phones import Manners, Phone, phone_device
from kiosk.sim.radio import Fault, Radio
from kiosk.sim.street import HOUR_MS, VIETNAM_MS, Street
from kiosk.sim.world import FULL, ROUND_MS, World

START = UnixMs(1_795_000_000_000 - 1_795_000_000_000 % 900_000)
OURS = BluezoneId(bytes(12))


def street_radio(seed: int = 1, people: float = 300) -> tuple[ManualClock, Radio]:
    clock = ManualClock(START)
    return clock, Radio(World(clock, Street(people, seed)), clock)


def empty_radio() -> tuple[ManualClock, Radio]:
    clock = ManualClock(START)
    return clock, Radio(World(clock), clock)


def a_phone(platform: Platform, manners: Manners = Manners.ANSWERS, answer_s: float = 1.5) -> Phone:
    return Phone(platform, False, DailyKey(bytes(32)), START, manners=manners, answer_s=answer_s)


async def listen(clock: ManualClock, radio: Radio, seconds: int) -> list[Heard]:
    heard: list[Heard] = []
    async with radio.scanner.listening() as ears:
        for _ in range(seconds):
            await clock.advance(1)
            heard.extend(ears.take())
    return heard


async def test_the_same_seed_brings_the_same_day_and_another_seed_another() -> None:
    first, again, other = [await listen(*street_radio(seed), 300) for seed in (1, 1, 2)]
    assert first == again != other
    assert len(first) > 1000


async def test_a_street_holds_all_sorts_and_all_of_it_can_be_read() -> None:
    kinds = Counter(type(read(heard.ad)) for heard in await listen(*street_radio(), 600))
    assert set(kinds) == {CarriesId, Ask, Stranger}
    assert min(kinds.values()) > 100


async def test_adverts_come_in_order_of_time_and_at_most_once_per_round_unless_they_change() -> None:
    heards = await listen(*street_radio(), 300)
    assert [heard.at for heard in heards] == sorted(heard.at for heard in heards)
    last: dict[tuple[str, bytes], UnixMs] = {}
    for heard in heards:
        key = (heard.address, heard.ad)
        assert heard.at - last.get(key, UnixMs(0)) >= ROUND_MS
        last[key] = heard.at


async def test_the_diary_holds_exactly_what_was_heard() -> None:
    clock, radio = street_radio()
    receptions: Counter[tuple[object, BluezoneId]] = Counter()
    for heard in await listen(clock, radio, 1800):
        verdict = read(heard.ad)
        if isinstance(verdict, CarriesId):
            receptions[window_at(heard.at), verdict.peer] += 1
            assert verdict.peer in radio.world.diary.ids_near(window_at(heard.at))
    assert receptions == {key: value.receptions for key, value in radio.world.diary.received.items()}


async def test_nobody_is_heard_after_leaving() -> None:
    clock, radio = empty_radio()
    radio.world.place(phone_device(a_phone(Platform.IOS), bytes(16)), UnixMs(START + 60_000))
    heards = await listen(clock, radio, 200)
    assert heards
    assert max(heard.at for heard in heards) < START + 60_000


async def test_heard_times_follow_a_wrong_wall_clock_and_ids_do_not() -> None:
    clock, radio = empty_radio()
    phone = a_phone(Platform.ANDROID)
    radio.world.place(phone_device(phone, bytes(16)))
    clock.jump(UnixMs(START - 7_200_000))
    heards = await listen(clock, radio, 30)
    assert heards
    assert all(heard.at < START for heard in heards)
    assert {read(heard.ad) for heard in heards} == {CarriesId(phone.id_at(START))}


def test_arrivals_follow_the_hours_of_a_bus_station() -> None:
    hours: Counter[int] = Counter()
    for visit in islice(Street(100, seed=5).visits(START), 4800):
        hours[(visit.arrives + VIETNAM_MS) // HOUR_MS % 24] += 1
    assert hours[7] > 5 * hours[23]
    assert hours[17] > hours[12] > hours[2]


def test_an_empty_street_has_no_visits() -> None:
    assert next(Street(0).visits(START), None) is None


async def test_what_nobody_takes_is_dropped_and_counted() -> None:
    clock, radio = street_radio()
    async with radio.scanner.listening() as ears:
        await clock.advance(1800)
        assert len(ears.take()) == FULL
        assert ears.dropped > 0


@pytest.mark.parametrize(
    ("manners", "answer_s", "error", "took"),
    [
        (Manners.REFUSES, 1.5, PeerUnreachable, 0.8),
        (Manners.SILENT, 1.5, PeerUnreachable, 6.0),
        (Manners.ANSWERS, 8.0, PeerUnreachable, 6.0),
        (Manners.GARBLED, 1.5, BadPeerValue, 1.5),
    ],
)
async def test_iphones_that_do_not_answer(
    manners: Manners, answer_s: float, error: type[Exception], took: float
) -> None:
    clock, radio = empty_radio()
    device = phone_device(a_phone(Platform.IOS, manners, answer_s), bytes(16))
    radio.world.place(device)
    clock_at_end: list[float] = []

    async def ask() -> None:
        with pytest.raises(error):
            await radio.gatt.read_id(device.addresses.at(START), "random", 6.0)
        clock_at_end.append(clock.monotonic())

    await _run(clock, ask())
    assert clock_at_end == [took]


async def test_an_iphone_tells_its_id_of_the_moment_of_the_answer() -> None:
    clock, radio = empty_radio()
    phone = a_phone(Platform.IOS, answer_s=3.0)
    device = phone_device(phone, bytes(16))
    radio.world.place(device)
    told: list[BluezoneId] = []

    async def ask() -> None:
        await clock.sleep(898)  # asked before the boundary, answered after it
        told.append(await radio.gatt.read_id(device.addresses.at(radio.world.now()), "random", 6.0))

    await _run(clock, ask(), 1000)
    assert told == [phone.id_at(UnixMs(START + 901_000))]
    assert radio.world.diary.answers == [(told[0], START + 901_000)]


async def test_a_connect_hides_most_adverts_while_it_lasts() -> None:
    counts = []
    for connecting in (False, True):
        clock, radio = street_radio()
        if connecting:
            radio.world.connect_since = START
        counts.append(len(await listen(clock, radio, 300)))
    assert counts[1] < counts[0] / 2


async def test_our_own_id_on_air_is_in_the_diary() -> None:
    clock, radio = empty_radio()
    await radio.advertiser.show(OURS)
    await clock.advance(10)
    await radio.advertiser.show(OURS)
    await radio.advertiser.hide()
    assert radio.world.diary.aired == [(OURS, START, START + 10_000)]


async def test_a_lost_chip_ends_the_scan_and_takes_us_off_air_until_shown_again() -> None:
    clock, radio = street_radio()
    await radio.advertiser.show(OURS)
    async with radio.scanner.listening() as ears:
        radio.break_down(Fault.CHIP_GONE, for_s=5)
        with pytest.raises(RadioError) as caught:
            ears.take()
        assert caught.value.trouble is Trouble.NO_ADAPTER
        assert not await radio.advertiser.is_on_air()
        await clock.advance(6)
        with pytest.raises(RadioError):  # the chip is back, that scan is not
            await ears.check()
    assert not await radio.advertiser.is_on_air()
    await radio.advertiser.show(OURS)
    assert await listen(clock, radio, 5)


async def test_a_restarted_daemon_leaves_a_scan_silent_and_only_a_check_tells() -> None:
    clock, radio = street_radio()
    async with radio.scanner.listening() as ears:
        await clock.advance(1)
        assert ears.take()
        radio.break_down(Fault.DAEMON_GONE, for_s=2)
        await clock.advance(60)
        assert ears.take() == []
        with pytest.raises(RadioError):
            await ears.check()


async def test_a_busy_stack_refuses_to_scan_and_may_refuse_to_advertise() -> None:
    _, radio = street_radio()
    busy = radio.break_down(Fault.BUSY)
    radio.break_down(Fault.REFUSES_ADVERT)
    with pytest.raises(RadioError):
        async with radio.scanner.listening():
            raise AssertionError("it scans")
    with pytest.raises(RadioError) as caught:
        await radio.advertiser.show(OURS)
    assert caught.value.trouble is Trouble.REFUSED
    radio.mend(busy)
    async with radio.scanner.listening() as ears:
        assert ears.take() == []


async def test_a_deaf_radio_hears_again_after_the_right_step() -> None:
    clock, radio = street_radio()
    radio.break_down(Fault.DEAF, mended_by=2)
    assert await listen(clock, radio, 20) == []
    await radio.scanner.recover(1)
    assert await listen(clock, radio, 20) == []
    await radio.scanner.recover(2)
    await clock.advance(0.001)
    assert await listen(clock, radio, 20)


async def _run(clock: ManualClock, what: Coroutine[None, None, None], seconds: float = 20) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(what)
        await clock.advance(seconds)
