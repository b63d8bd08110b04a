"""Scanner and reader, with unmodified bleak, against the fake BlueZ."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import count

import pytest

from kiosk.adapters import bleak_radio
from kiosk.adapters.bleak_radio import BleakRadio
from kiosk.adapters.bluez import Controller
from kiosk.adapters.system import SystemClock
from kiosk.core.adverts import RSSI_UNKNOWN, Ask, CarriesId, Heard, Kind, Stranger, read
from kiosk.core.facts import Trouble
from kiosk.core.identity import BluezoneId
from kiosk.errors import BadPeerValue, PeerUnreachable, RadioError
from kiosk.ports import Ears
from tests.fakes.bluez import FakeBlueZ
from tests.fakes.bluez_phones import IOS_SERVICE, Phone

pytestmark = [pytest.mark.dbus, pytest.mark.guest]

ANDROID_UUID = "00004e56-0000-1000-8000-00805f9b34fb"
ID = bytes(range(12))
OVERFLOW = b"\x01\x08" + bytes(15)
IPHONE = "4C:00:00:00:00:01"
HASTE_S = 1.0
"""A deadline to be waited out; a machine ten times slower must still answer within it."""


@pytest.fixture
async def controller(bluez: FakeBlueZ) -> AsyncIterator[Controller]:
    controller = Controller("hci0", call_s=HASTE_S)
    yield controller
    controller.close()


@pytest.fixture
def radio(controller: Controller, monkeypatch: pytest.MonkeyPatch) -> BleakRadio:
    monkeypatch.setattr(bleak_radio, "START_S", 2 * HASTE_S)
    monkeypatch.setattr(bleak_radio, "STOP_S", HASTE_S)
    return BleakRadio(controller, SystemClock())


def android(bluez: FakeBlueZ, number: int = 1, *, rssi: int | None = -60) -> Phone:
    return bluez.phone(f"5A:00:00:00:00:{number:02X}", uuids=(ANDROID_UUID,), manufacturers={0x22B5: ID}, rssi=rssi)


def iphone(bluez: FakeBlueZ, answer: bytes | None = ID, address: str = IPHONE) -> Phone:
    return bluez.phone(address, uuids=(IOS_SERVICE,), answer=answer)


async def heard(ears: Ears, wanted: int = 1) -> list[Heard]:
    """Wait for so many packets; every look is a round trip to bluetoothd."""
    got: list[Heard] = []
    async with asyncio.timeout(20):
        while len(got) < wanted:
            await ears.check()
            got += ears.take()
    return got


async def near(radio: BleakRadio, ears: Ears, phone: Phone) -> None:
    phone.advertise()
    await heard(ears)


async def dead(ears: Ears) -> RadioError:
    """Wait until the ears say that the scan is dead."""
    async with asyncio.timeout(20):
        while True:
            try:
                ears.take()
            except RadioError as error:
                return error
            with suppress(RadioError):
                await ears.check()


async def works(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    """A new phone is heard."""
    async with radio.listening() as ears:
        await near(radio, ears, android(bluez, 0xEE))


# -- hearing


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


# -- the ways a scan dies


async def test_death_of_bluetoothd_is_told_and_a_new_one_is_scanned_with(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    async with radio.listening() as ears:
        await near(radio, ears, android(bluez))
        bluez.die()
        assert (await dead(ears)).trouble is Trouble.NO_BLUETOOTHD
        with pytest.raises(RadioError):
            await ears.check()
    with pytest.raises(RadioError):
        await radio.recover(1)
    await bluez.come_back()
    await radio.recover(1)
    await works(bluez, radio)


async def test_restart_of_bluetoothd_between_two_takes_is_told(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    async with radio.listening() as ears:
        bluez.die()
        await bluez.come_back()
        assert (await dead(ears)).trouble is Trouble.NO_BLUETOOTHD
    await works(bluez, radio)


async def test_a_pulled_controller_is_told_and_its_return_is_used(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    async with radio.listening() as ears:
        bluez.controller.unplug()
        assert (await dead(ears)).trouble is Trouble.NO_ADAPTER
    with pytest.raises(RadioError) as caught:
        async with radio.listening():
            pytest.fail("there is nothing to listen with")
    assert caught.value.trouble is Trouble.NO_ADAPTER
    bluez.controller.plug()
    await works(bluez, radio)


async def test_rfkill_is_told_and_waited_out(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    async with radio.listening() as ears:
        bluez.controller.block()
        assert (await dead(ears)).trouble is Trouble.BLOCKED
    with pytest.raises(RadioError) as caught:
        await radio.recover(2)
    assert caught.value.trouble is Trouble.BLOCKED
    bluez.controller.unblock()
    await radio.recover(1)
    await works(bluez, radio)


async def test_a_scan_that_bluetoothd_ended_is_told(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    async with radio.listening() as ears:
        bluez.controller.end_discovery()
        assert (await dead(ears)).trouble is Trouble.SILENT
        with pytest.raises(RadioError):
            await ears.check()
    await works(bluez, radio)


async def test_a_broken_bus_is_told(bluez: FakeBlueZ, radio: BleakRadio, controller: Controller) -> None:
    async with radio.listening() as ears:
        (await controller.bus()).disconnect()
        with pytest.raises(RadioError) as caught:
            ears.take()
        assert caught.value.trouble is Trouble.NO_BLUETOOTHD
    await works(bluez, radio)


async def test_what_ended_the_last_scan_does_not_end_the_next(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    for number in count(1):
        async with radio.listening() as ears:
            await near(radio, ears, android(bluez, number))
        if number == 5:
            return


async def test_a_frozen_bluetoothd_hangs_neither_check_nor_leaving_nor_entering(
    bluez: FakeBlueZ, radio: BleakRadio
) -> None:
    async with asyncio.timeout(15):
        async with radio.listening() as ears:
            bluez.freeze()
            with pytest.raises(RadioError) as caught:
                await ears.check()
            assert caught.value.trouble is Trouble.NO_BLUETOOTHD
        with pytest.raises(RadioError):
            async with radio.listening():
                pytest.fail("it cannot have answered")
        bluez.thaw()
        await works(bluez, radio)


async def test_a_start_that_was_heard_too_late_is_no_InProgress_later(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    async with radio.listening():
        pass
    bluez.controller.slow.clear()
    with pytest.raises(RadioError):
        async with radio.listening():
            pytest.fail("it was not answered")
    bluez.controller.slow.set()
    await works(bluez, radio)


async def test_InProgress_is_an_error_that_recovery_heals(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    bluez.controller.busy = True
    with pytest.raises(RadioError, match="InProgress"):
        async with radio.listening():
            pytest.fail("it was refused")
    await radio.recover(1)
    with pytest.raises(RadioError, match="InProgress"):
        async with radio.listening():
            pytest.fail("it was refused")
    await radio.recover(2)
    await works(bluez, radio)


async def test_no_system_bus_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    radio = BleakRadio(Controller("hci0"), SystemClock())
    with pytest.raises(RadioError) as caught:
        async with radio.listening():
            pytest.fail("there is no bus")
    assert caught.value.trouble is Trouble.NO_BLUETOOTHD


# -- reading ids


async def test_reads_an_iphones_id_without_pairing_and_lets_it_go(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    phone = iphone(bluez)
    async with radio.listening() as ears:
        await near(radio, ears, phone)
        assert await radio.read_id(IPHONE, "random", 6) == BluezoneId(ID)
        await bluez.until(lambda: not phone.known)
        assert bluez.controller.discovering
        await near(radio, ears, phone)  # its next packet makes it known again
        assert await radio.read_id(IPHONE, "random", 6) == BluezoneId(ID)
    assert bluez.calls.count("Connect") == 2
    assert not {"Pair", "RegisterAgent", "Set"} & set(bluez.calls)


async def test_an_answer_does_not_wait_for_bluetoothds_slow_goodbye(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    phone = iphone(bluez)
    phone.lingers = True
    async with radio.listening() as ears:
        await near(radio, ears, phone)
        assert await radio.read_id(IPHONE, "random", 6) == BluezoneId(ID)
        await bluez.until(lambda: "Disconnect" in bluez.calls and "RemoveDevice" in bluez.calls)
        await near(radio, ears, android(bluez))


async def test_what_bluetoothd_changes_about_a_connected_phone_is_not_heard(
    bluez: FakeBlueZ, radio: BleakRadio
) -> None:
    phone = iphone(bluez)
    async with radio.listening() as ears:
        await near(radio, ears, phone)
        await radio.read_id(IPHONE, "random", 6)
        await bluez.until(lambda: not phone.known)
        android(bluez).advertise()
        packets = await heard(ears)
    assert IPHONE not in [packet.address for packet in packets[:-2]]
    assert len(packets) <= 2  # hanging up may count once: the phone is there, after all


async def test_a_phone_never_heard_is_unreachable(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    async with radio.listening():
        with pytest.raises(PeerUnreachable):
            await radio.read_id("4C:00:00:00:00:99", "random", 6)
    assert "Connect" not in bluez.calls


async def test_a_phone_that_bluetoothd_forgot_is_unreachable(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    phone = iphone(bluez)
    async with radio.listening() as ears:
        await near(radio, ears, phone)
        phone.age()
        with pytest.raises(PeerUnreachable):
            await radio.read_id(IPHONE, "random", 6)


async def test_only_the_phones_heard_last_can_be_asked(
    bluez: FakeBlueZ, radio: BleakRadio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bleak_radio, "KNOWN", 2)
    first, second, third = (iphone(bluez, address=f"4C:00:00:00:00:0{number}") for number in (1, 2, 3))
    async with radio.listening() as ears:
        for phone in (first, second, first, third):
            await near(radio, ears, phone)
        with pytest.raises(PeerUnreachable):
            await radio.read_id(second.address, "random", 6)
        assert await radio.read_id(first.address, "random", 6) == BluezoneId(ID)


@pytest.mark.parametrize("answer", [b"", bytes(11), bytes(13)])
async def test_an_answer_that_is_no_id_is_refused(answer: bytes, bluez: FakeBlueZ, radio: BleakRadio) -> None:
    phone = iphone(bluez, answer)
    async with radio.listening() as ears:
        await near(radio, ears, phone)
        with pytest.raises(BadPeerValue):
            await radio.read_id(IPHONE, "random", 6)
        await bluez.until(lambda: not phone.known)


async def test_a_phone_without_our_characteristic_is_unreachable(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    phone = iphone(bluez, None)
    async with radio.listening() as ears:
        await near(radio, ears, phone)
        with pytest.raises(PeerUnreachable):
            await radio.read_id(IPHONE, "random", 6)
        await bluez.until(lambda: not phone.known)


@pytest.mark.parametrize("failure", ["mute", "stalls"])
async def test_a_phone_that_does_not_answer_is_let_go_at_the_deadline(
    failure: str, bluez: FakeBlueZ, radio: BleakRadio
) -> None:
    phone = iphone(bluez)
    setattr(phone, failure, True)
    async with radio.listening() as ears:
        await near(radio, ears, phone)
        async with asyncio.timeout(10):
            with pytest.raises(PeerUnreachable):
                await radio.read_id(IPHONE, "random", 2 * HASTE_S)
        assert "Disconnect" in bluez.calls
        await bluez.until(lambda: not phone.known and not phone.connected)
        other = iphone(bluez, address="4C:00:00:00:00:02")
        await near(radio, ears, other)
        assert await radio.read_id(other.address, "random", 6) == BluezoneId(ID)


async def test_a_frozen_bluetoothd_does_not_hold_an_ask_past_its_deadline(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    phone = iphone(bluez)
    async with asyncio.timeout(15), radio.listening() as ears:
        await near(radio, ears, phone)
        bluez.freeze()
        loop = asyncio.get_running_loop()
        began = loop.time()
        with pytest.raises(PeerUnreachable):
            await radio.read_id(IPHONE, "random", 1.0)
        assert loop.time() - began < 3
        bluez.thaw()


async def test_bluetoothd_may_die_while_a_phone_is_asked(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    phone = iphone(bluez)
    phone.mute = True
    async with radio.listening() as ears:
        await near(radio, ears, phone)
        async with asyncio.timeout(10), asyncio.TaskGroup() as group:
            asking = group.create_task(unreachable(radio))
            await bluez.until(lambda: "Connect" in bluez.calls)
            bluez.die()
            await asking
        await dead(ears)
    await bluez.come_back()
    await works(bluez, radio)


async def unreachable(radio: BleakRadio) -> None:
    with pytest.raises(PeerUnreachable):
        await radio.read_id(IPHONE, "random", 3.0)


async def test_a_phone_connected_when_bluetoothd_died_is_asked_anew(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    """bleak's own copy of bluetoothd's table would call it connected for ever."""
    phone = iphone(bluez)
    async with radio.listening() as ears:
        await near(radio, ears, phone)
        await phone.on_Connect("someone")
        await ears.check()
        bluez.die()
        await dead(ears)
    await bluez.come_back()
    async with radio.listening() as ears:
        await near(radio, ears, phone)
        connects = bluez.calls.count("Connect")
        assert await radio.read_id(IPHONE, "random", 6) == BluezoneId(ID)
        assert bluez.calls.count("Connect") == connects + 1
