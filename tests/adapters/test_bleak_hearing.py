"""The scanner, with unmodified bleak, against the fake BlueZ: what is heard."""

import asyncio
import logging

import pytest

from kiosk.adapters import bleak_radio
from kiosk.adapters.bleak_radio import BleakRadio
from kiosk.adapters.system import SystemClock
from kiosk.core.adverts import RSSI_UNKNOWN, Ask, CarriesId, Kind, Stranger, read
from kiosk.core.identity import BluezoneId
from kiosk.errors import PeerUnreachable
from tests.adapters.radio_scenes import ID, IPHONE, OVERFLOW, android, heard, iphone, near, works
from tests.fakes.bluez import FakeBlueZ

pytestmark = [pytest.mark.dbus, pytest.mark.guest]


async def test_hears_an_android_phone_as_it_was_sent(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    async with radio.listening() as ears:
        android(bluez, rssi=-71).advertise()
        (packet,) = await heard(ears)
    assert packet.address == "5A:00:00:00:00:01"
    assert packet.address_type == "random"
    assert packet.rssi == -71
    assert abs(packet.at - SystemClock().now()) < 60_000
    assert read(packet.ad) == CarriesId(BluezoneId(ID))
    assert packet.ad == bytes.fromhex("0303564e 0fffb522") + ID


async def test_hears_every_packet_of_everybody(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    """No UUID filter, duplicates wanted, only LE."""
    async with radio.listening() as ears:
        (wanted,) = bluez.controller.sessions.values()
        assert wanted == {"Transport": "le", "DuplicateData": True}
        stranger = bluez.phone("00:11:22:33:44:55", address_type="public")
        for _ in range(3):
            stranger.advertise()
        packets = await heard(ears, 3)
    assert {packet.address_type for packet in packets} == {"public"}
    assert [packet.ad for packet in packets] == [b"", b"", b""]


async def test_hears_an_iphone_in_front_and_one_behind(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    async with radio.listening() as ears:
        await near(radio, ears, android(bluez))
        iphone(bluez).advertise()
        bluez.phone("4C:00:00:00:00:02", manufacturers={0x004C: OVERFLOW}).advertise()
        front, behind = await heard(ears, 2)
    assert read(front.ad) == Ask(likely=False)
    assert read(behind.ad) == Ask(likely=True)


async def test_puts_back_service_data_power_and_uuids_of_every_size(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    long = "12345678-1234-5678-1234-567812345678"
    phone = bluez.phone(
        "00:11:22:33:44:55",
        uuids=("0000fd6f-0000-1000-8000-00805f9b34fb", "12345678-0000-1000-8000-00805f9b34fb", long),
        service_data={"0000fd6f-0000-1000-8000-00805f9b34fb": b"\x01\x02", long: b"\x03"},
        manufacturers={0x00E0: b"", 0x22B5: ID},
        tx_power=-7,
    )
    async with radio.listening() as ears:
        phone.advertise()
        (packet,) = await heard(ears)
    on_air = bytes.fromhex("78563412 78563412 78563412 78563412")
    assert packet.ad == (
        bytes.fromhex("03036ffd 050578563412 1107")
        + on_air
        + bytes.fromhex("05166ffd0102 1221")
        + on_air
        + bytes.fromhex("03 020af9 03ffe000 0fffb522")
        + ID
    )
    assert read(packet.ad) == Stranger(Kind.GOOGLE)


async def test_a_packet_without_rssi_is_heard_as_weaker_than_any(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    async with radio.listening() as ears:
        android(bluez, rssi=None).advertise()
        (packet,) = await heard(ears)
    assert packet.rssi == RSSI_UNKNOWN


async def test_a_device_that_only_changes_is_not_heard(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    async with radio.listening() as ears:
        first, second = android(bluez, 1), android(bluez, 2)
        first.advertise()
        second.advertise()
        await heard(ears, 2)
        bluez.take_back_rssi()  # what the end of a discovery does
        first.rename("Lan's phone")
        second.advertise()
        (packet,) = await heard(ears)
    assert packet.address == second.address


async def test_take_gives_each_packet_once_in_order(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    async with radio.listening() as ears:
        for number in range(1, 6):
            android(bluez, number).advertise()
        packets = await heard(ears, 5)
        assert [packet.address[-1] for packet in packets] == ["1", "2", "3", "4", "5"]
        assert ears.take() == []
    assert ears.dropped == 0


async def test_a_full_queue_drops_and_counts(
    bluez: FakeBlueZ, radio: BleakRadio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bleak_radio, "QUEUE", 2)
    async with radio.listening() as ears:
        for number in range(1, 6):
            android(bluez, number).advertise()
        async with asyncio.timeout(20):
            while ears.dropped < 3:
                await ears.check()
        assert [packet.address[-1] for packet in ears.take()] == ["1", "2"]
        assert ears.dropped == 3


async def test_leaving_stops_the_scan_and_it_can_begin_again(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    async with radio.listening():
        assert len(bluez.controller.sessions) == 1
    assert len(bluez.controller.sessions) == 0
    await works(bluez, radio)


async def test_a_body_that_fails_leaves_nothing_scanning(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    async def fail() -> None:
        async with radio.listening():
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    assert not bluez.controller.discovering


async def test_no_name_and_no_address_reaches_the_log(
    bluez: FakeBlueZ, radio: BleakRadio, caplog: pytest.LogCaptureFixture
) -> None:
    phone = iphone(bluez)
    phone.mute = True
    phone.clings = True
    with caplog.at_level(logging.INFO):
        async with asyncio.timeout(20), radio.listening() as ears:
            await near(radio, ears, phone)
            with pytest.raises(PeerUnreachable) as caught:
                await radio.read_id(IPHONE, "random", 1)
            assert "4C" not in f"{caught.value}"
            bluez.freeze()
        bluez.thaw()
    ours = [record for record in caplog.records if record.name != "asyncio"]  # it tells of earlier tests' dead buses
    assert ours == []
