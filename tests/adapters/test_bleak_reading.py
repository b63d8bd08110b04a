"""The reader, with unmodified bleak, against the fake BlueZ: reading ids, and sending uninvited centrals away."""

import asyncio
from contextlib import suppress

import pytest

from kiosk.adapters import bleak_radio
from kiosk.adapters.bleak_radio import BleakRadio
from kiosk.adapters.bluez import Controller
from kiosk.adapters.bluez_advert import BluezAdvertiser
from kiosk.adapters.system import SystemClock
from kiosk.core.identity import BluezoneId
from kiosk.errors import BadPeerValue, PeerUnreachable
from tests.adapters.radio_scenes import HASTE_S, ID, IPHONE, android, dead, heard, iphone, near, works
from tests.fakes.bluez import FakeBlueZ

pytestmark = [pytest.mark.dbus, pytest.mark.guest]


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
        await bluez.until(lambda: "Disconnect" in bluez.calls)
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


@pytest.mark.parametrize("known", [False, True])
async def test_an_uninvited_central_is_sent_away_and_our_advertisement_is_back(
    known: bool, bluez: FakeBlueZ, radio: BleakRadio, controller: Controller
) -> None:
    await BluezAdvertiser(controller, connectable=True, clock=SystemClock()).show(BluezoneId(ID))
    async with radio.listening() as ears:
        phone = iphone(bluez)
        if known:
            await near(radio, ears, phone)
        assert phone.connect()
        assert bluez.adverts.on_air == []
        await bluez.until(lambda: bluez.adverts.on_air, within_s=5)
        assert not phone.connected
        await ears.check()


async def test_who_is_connected_when_a_scan_begins_is_sent_away(
    bluez: FakeBlueZ, radio: BleakRadio, controller: Controller
) -> None:
    """It came while nobody listened, or we left it connected when we crashed."""
    await BluezAdvertiser(controller, connectable=True, clock=SystemClock()).show(BluezoneId(ID))
    assert iphone(bluez).connect()
    async with radio.listening():
        await bluez.until(lambda: bluez.adverts.on_air, within_s=5)


async def test_a_broadcast_lets_nobody_connect(bluez: FakeBlueZ, controller: Controller) -> None:
    await BluezAdvertiser(controller, connectable=False, clock=SystemClock()).show(BluezoneId(ID))
    assert not iphone(bluez).connect()


async def test_a_phone_being_asked_is_not_sent_away(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    phone = iphone(bluez)
    phone.stalls = True
    async with asyncio.timeout(20), radio.listening() as ears:
        await near(radio, ears, phone)
        async with asyncio.TaskGroup() as group:
            asking = group.create_task(radio.read_id(IPHONE, "random", 10))
            await bluez.until(lambda: "ReadValue" in bluez.calls)
            phone.advertise()
            phone.rename("Lan's phone")
            await near(radio, ears, android(bluez))
            assert "Disconnect" not in bluez.calls
            phone.answer_now()
            assert await asking == BluezoneId(ID)


async def test_a_phone_connected_when_bluetoothd_died_is_asked_anew(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    """bleak's own copy of bluetoothd's table would call it connected for ever."""
    phone = iphone(bluez)
    async with radio.listening() as ears:
        await near(radio, ears, phone)
        phone.link_up()
        await ears.check()
        bluez.die()
        await dead(ears)
    await bluez.come_back()
    async with radio.listening() as ears:
        await near(radio, ears, phone)
        connects = bluez.calls.count("Connect")
        assert await radio.read_id(IPHONE, "random", 6) == BluezoneId(ID)
        assert bluez.calls.count("Connect") == connects + 1


async def test_discovery_starts_anew_behind_the_connect_and_goes_on(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    """Linux connects when the phone is reported, and a running scan reports an unchanged phone too rarely."""
    phone = iphone(bluez)
    async with asyncio.timeout(20), radio.listening() as ears:
        await near(radio, ears, phone)
        first = len(bluez.calls)
        assert await radio.read_id(IPHONE, "random", 6) == BluezoneId(ID)
        wanted = ("Connect", "StopDiscovery", "StartDiscovery")
        assert [call for call in bluez.calls[first:] if call in wanted] == list(wanted)
        assert ears.take() == []  # nothing was lost, and what the stop took back is no packet
        await near(radio, ears, android(bluez))


async def test_others_are_heard_while_a_phone_that_left_is_waited_for(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    phone = iphone(bluez)
    phone.mute = True
    async with asyncio.timeout(20), radio.listening() as ears:
        await near(radio, ears, phone)
        async with asyncio.TaskGroup() as group:
            asking = group.create_task(unreachable(radio))
            await bluez.until(lambda: bluez.calls.count("StartDiscovery") == 2)
            await bluez.until(lambda: bluez.controller.discovering)
            await near(radio, ears, android(bluez))
            assert not asking.done()


async def test_a_phone_that_jams_the_radio_does_not_cost_the_scan(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    """While the kernel tries to connect, discovery cannot start; giving up frees it."""
    phone = iphone(bluez)
    phone.jams = True
    async with asyncio.timeout(20), radio.listening() as ears:
        await near(radio, ears, phone)
        await unreachable(radio)
        await ears.check()
        await near(radio, ears, android(bluez))


async def test_a_phone_that_does_not_answer_leaves_the_scan_running(bluez: FakeBlueZ, radio: BleakRadio) -> None:
    phone = iphone(bluez)
    phone.mute = True
    async with asyncio.timeout(20), radio.listening() as ears:
        await near(radio, ears, phone)
        with pytest.raises(PeerUnreachable):
            await radio.read_id(IPHONE, "random", 1.0)
        await ears.check()
        await near(radio, ears, android(bluez))


async def test_a_scan_that_cannot_go_on_after_an_ask_is_known_to_be_lost(
    bluez: FakeBlueZ, radio: BleakRadio, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = iphone(bluez)
    async with asyncio.timeout(20), radio.listening() as ears:
        await near(radio, ears, phone)
        monkeypatch.setattr(bleak_radio, "START_S", HASTE_S)
        bluez.controller.busy = True
        with suppress(PeerUnreachable):
            await radio.read_id(IPHONE, "random", 6)
        assert "stopped scanning" in str(await dead(ears))
        bluez.controller.busy = False


async def test_a_scan_that_bluetoothd_is_too_busy_to_start_anew_is_tried_again(
    bluez: FakeBlueZ, radio: BleakRadio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel connects to a phone meanwhile: nobody has died, and nothing else starts anew."""
    monkeypatch.setattr(bleak_radio, "AGAIN_S", 0.01)
    phone = iphone(bluez)
    async with asyncio.timeout(20), radio.listening() as ears:
        await near(radio, ears, phone)
        bluez.controller.busy = True
        assert await radio.read_id(IPHONE, "random", 6) == BluezoneId(ID)
        await bluez.until(lambda: bluez.calls.count("StartDiscovery") >= 4)
        await ears.check()
        bluez.controller.busy = False
        await bluez.until(lambda: bluez.controller.discovering)
        await near(radio, ears, android(bluez))


async def test_ears_that_close_while_the_scan_starts_anew_leave_no_discovery_behind(
    bluez: FakeBlueZ, radio: BleakRadio
) -> None:
    phone = iphone(bluez)
    async with asyncio.timeout(20):
        async with radio.listening() as ears:
            await near(radio, ears, phone)
            bluez.controller.busy = True
            assert await radio.read_id(IPHONE, "random", 6) == BluezoneId(ID)
        bluez.controller.busy = False
        await bluez.until(lambda: not bluez.controller.discovering)
        await works(bluez, radio)
