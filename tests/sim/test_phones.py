"""Simulated phones: their bytes are read as what they are, on air when the reference apps are."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.adverts import Ask, CarriesId, Kind, Platform, Stranger, read
from kiosk.core.identity import DailyKey, reference_id
from kiosk.core.windows import DAY_MS, WINDOW_MS, UnixMs, window_at
from kiosk.sim import things
from kiosk.sim.phones import ANDROID_BEHIND, ANDROID_IN_FRONT, Addresses, Device, Phone, phone_device

KEY = DailyKey(bytes(range(32)))
MIDNIGHT = UnixMs(20_000 * DAY_MS)
times = st.integers(MIDNIGHT, MIDNIGHT + 30 * DAY_MS).map(UnixMs)


def android(*, in_front: bool = False, clock_ms: int = 0) -> Device:
    return phone_device(Phone(Platform.ANDROID, in_front, KEY, MIDNIGHT, clock_ms), bytes(range(16)))


def iphone(*, in_front: bool = False) -> Device:
    return phone_device(Phone(Platform.IOS, in_front, KEY, MIDNIGHT), bytes(range(16)))


@given(times)
def test_an_android_phone_sends_the_reference_id_of_the_moment_it_went_on_air(at: UnixMs) -> None:
    device = android()
    began = device.duty.began(at)
    assert read(device.advert(began)) == CarriesId(reference_id(KEY, MIDNIGHT, began))


def test_an_android_advert_has_the_bytes_of_the_specification() -> None:
    advert = android().advert(MIDNIGHT)
    assert advert.hex(" ").startswith("02 01 02 0f ff b5 22")
    assert advert.hex(" ").endswith("03 03 56 4e")
    assert len(advert) == 23


def test_iphones_want_to_be_asked_and_only_those_in_front_are_sure() -> None:
    assert read(iphone(in_front=True).advert(MIDNIGHT)) == Ask(likely=False)
    assert read(iphone(in_front=False).advert(MIDNIGHT)) == Ask(likely=True)
    assert len(iphone(in_front=True).advert(MIDNIGHT)) == 31


def test_a_phone_in_the_background_is_on_air_every_other_quarter_of_a_minute() -> None:
    duty = ANDROID_BEHIND
    on_air = [second for second in range(60) if duty.speaks(UnixMs(second * 1000))]
    assert on_air == [*range(15), *range(30, 45)]


def test_an_id_stays_on_air_up_to_150_s_into_the_next_window() -> None:
    device = android(in_front=True)
    worst = 0
    for window_number in range(1, 400):
        start = UnixMs(MIDNIGHT + window_number * WINDOW_MS)
        stale = [
            late
            for late in range(0, 160_000, 1000)
            if device.duty.speaks(UnixMs(start + late)) and device.duty.began(UnixMs(start + late)) < start
        ]
        worst = max(worst, *stale, 0)
    assert 140_000 <= worst <= 150_000
    assert ANDROID_IN_FRONT.on == 150_000


@given(times)
def test_a_slow_clock_sends_the_id_of_its_own_time(at: UnixMs) -> None:
    phone = android(clock_ms=-120_000).phone
    assert phone is not None
    assert phone.id_at(at) == reference_id(KEY, MIDNIGHT, UnixMs(at - 120_000))


@given(times)
def test_private_addresses_last_a_quarter_of_an_hour(at: UnixMs) -> None:
    addresses = Addresses(bytes(range(16)))
    change = addresses.changes(at)
    assert at < change <= at + 900_000
    assert addresses.at(at) == addresses.at(UnixMs(change - 1)) != addresses.at(change)
    assert int(addresses.at(at)[:2], 16) >> 6 == 0b01, "a resolvable private address"


def test_public_and_static_addresses_never_change() -> None:
    for address_type, top_bits in (("public", None), ("random", 0b11)):
        addresses = Addresses(bytes(range(16)), address_type, lasts=None)
        assert addresses.at(MIDNIGHT) == addresses.at(UnixMs(MIDNIGHT + 9 * DAY_MS))
        assert top_bits is None or int(addresses.at(MIDNIGHT)[:2], 16) >> 6 == top_bits


def test_things_are_strangers_of_their_makers_and_fit_in_a_packet() -> None:
    kinds = {
        things.iphone: Kind.APPLE,
        things.earpods: Kind.APPLE,
        things.samsung_phone: Kind.SAMSUNG,
        things.television: Kind.SAMSUNG,
        things.android_phone: Kind.UNSIGNED,
        things.google_box: Kind.GOOGLE,
        things.laptop: Kind.MICROSOFT,
        things.headphones: Kind.OTHER,
    }
    for make, kind in kinds.items():
        for seed in range(50):
            advert = make(Random(seed))
            assert len(advert) <= 31
            assert read(advert) == Stranger(kind)


def test_ids_change_on_the_boundary_of_the_window() -> None:
    phone = android().phone
    assert phone is not None
    boundary = window_at(UnixMs(MIDNIGHT + 5_000_000)).end
    assert phone.id_at(UnixMs(boundary - 1)) != phone.id_at(boundary) == phone.id_at(UnixMs(boundary + WINDOW_MS - 1))
