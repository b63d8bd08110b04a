"""The kiosk's main job on a real kernel, bluetoothd and framebuffer, with simulated phones around."""

import asyncio
import json
import statistics
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from tests.rig.air import Pdu
from tests.rig.installed import KIOSK, UNIT, Listener, fetch, peer_in, rows, start, status, until_stored
from tests.rig.phones import Beacon, Phone, android, iphone_in_background, iphone_in_front, stranger
from tests.rig.pi import Pi

pytestmark = [pytest.mark.rig, pytest.mark.asyncio(loop_scope="session")]

WINDOW_S = 900
INSTALL_URL = "https://www.bluezone.gov.vn"
OWN_ID = f"runuser -u bluezone-kiosk -- {KIOSK} id"


async def set_clock_in_window(pi: Pi, second: float) -> float:
    """Set the guest's clock to this second of the present window; the host's monotonic time when the window ends."""
    now = time.time()
    wanted = now - now % WINDOW_S + second
    began = time.monotonic()
    await pi.set_clock(wanted)
    return (began + time.monotonic()) / 2 + WINDOW_S - second


async def nine_phones(pi: Pi) -> tuple[dict[str, str], list[Phone]]:
    """3 Android phones, 3 iPhones in front, 3 in the background: id -> platform, and the iPhones."""
    peers = {bytes([0xA0 + n] * 12).hex().upper(): "android" for n in range(3)}
    for number, peer in enumerate(peers):
        android(pi.air, f"C1:00:00:00:00:{number:02X}", bytes.fromhex(peer), rssi=-50 - 8 * number).start()
    iphones = []
    for number in range(3):
        front, back = bytes([0xB0 + number] * 12), bytes([0xC0 + number] * 12)
        iphones.append(iphone_in_front(pi.air, f"51:00:00:00:00:{number:02X}", front, rssi=-55 - 5 * number))
        shared = number == 2
        address = f"52:00:00:00:00:{number:02X}"
        iphones.append(iphone_in_background(pi.air, address, back, rssi=-58 - 5 * number, more_bits=shared))
        peers |= {front.hex().upper(): "ios", back.hex().upper(): "ios"}
    for iphone in iphones:
        await iphone.start()
    return peers, iphones


async def test_nine_phones_in_a_crowd_are_stored_once_and_nothing_else_is(pi: Pi) -> None:
    await set_clock_in_window(pi, 200)
    peers, iphones = await nine_phones(pi)
    for number in range(50):
        stranger(pi.air, number).start()
    await start(pi)
    await until_stored(pi, set(peers), within=240)
    await asyncio.sleep(20)  # what does not belong there has its chance
    found = await rows(pi)

    assert Counter(row.peer for row in found) == dict.fromkeys(peers, 1)
    assert {row.peer: row.platform for row in found} == peers
    assert {row.via for row in found if row.platform == "android"} == {"advert"}
    assert {row.via for row in found if row.platform == "ios"} == {"gatt"}
    assert all(row.part == 0 and row.window <= row.first <= row.last < row.window + WINDOW_S * 1000 for row in found)
    assert all(len(iphone.reads) == 1 for iphone in iphones), "an iPhone is asked once a window"
    assert [iphone.chip.smp for iphone in iphones] == [[]] * 6, "the kiosk never pairs"
    assert (await status(pi))["status"] == "ok"


async def test_phones_hear_exactly_our_advertisement_and_silence_after_a_stop(pi: Pi, listener: Listener) -> None:
    await set_clock_in_window(pi, 200)
    await start(pi)
    await listener.until_heard(30)
    adverts = await listener.for_seconds(6)
    own = (await pi.sh(OWN_ID)).strip()

    assert {advert.data for advert in adverts} == {bytes.fromhex("0201040303564E0FFFB522" + own)}
    assert {advert.scan_response for advert in adverts} == {b""}
    assert {advert.kind for advert in adverts} == {Pdu.ADV_IND}
    gaps = [later.at - earlier.at for earlier, later in pairwise(adverts)]
    assert 0.1 <= statistics.median(gaps) <= 0.165  # 100 to 150 ms, plus the 0 to 10 ms of every advertiser

    await pi.sh(f"systemctl stop {UNIT}")
    assert not await listener.for_seconds(3)
    assert "Result=success" in await pi.sh(f"systemctl show -p Result {UNIT}")


async def test_an_uninvited_central_is_sent_away_and_does_not_stop_our_advertisement(
    pi: Pi, listener: Listener
) -> None:
    await start(pi)
    address = (await listener.until_heard(30)).address
    central = Phone(pi.air, "central", "55:00:00:00:00:01", b"")
    await central.device.power_on()
    link = await central.connect(address)
    gone = asyncio.Event()
    link.on("disconnection", lambda _reason: gone.set())
    async with asyncio.timeout(5):
        await gone.wait()
    assert len(await listener.for_seconds(6)) > 30


async def test_the_new_id_is_on_air_within_3_s_of_its_window(pi: Pi, listener: Listener) -> None:
    await set_clock_in_window(pi, 200)
    await start(pi)
    old = peer_in(await listener.until_heard(30))
    boundary = await set_clock_in_window(pi, WINDOW_S - 12)
    await asyncio.sleep(max(0.0, boundary - 1 - time.monotonic()))
    listener.forget()
    first = await listener.until_heard(20, other_than=old)

    assert peer_in(first) == (await pi.sh(OWN_ID)).strip()
    assert first.at - boundary < 3
    assert first.at - boundary > -0.5, "too early"
    assert {peer_in(advert) for advert in await listener.for_seconds(3)} == {peer_in(first)}


async def test_a_photograph_of_the_screen_decodes_to_the_install_link(pi: Pi, tmp_path: Path) -> None:
    await start(pi)
    deadline = time.monotonic() + 60
    decoded: list[str] = []
    while not decoded and time.monotonic() < deadline:
        photograph = pi.screenshot(tmp_path / "screen.png")
        decoded = [code.text for code in zxingcpp.read_barcodes(Image.open(photograph))]
        await asyncio.sleep(1)
    assert decoded == [INSTALL_URL]

    page = tmp_path / "page.png"
    page.write_bytes(await fetch(pi, "/display.png"))
    assert [code.text for code in zxingcpp.read_barcodes(Image.open(page))] == [INSTALL_URL]
    assert json.loads(await fetch(pi, "/healthz"))


async def test_after_a_power_cut_the_store_opens_and_lacks_at_most_10_s(pi: Pi) -> None:
    """An id is on disk within 10 s of its first advertisement; 3 s more in the slow guest, for hearing it at all."""
    await set_clock_in_window(pi, 200)
    await pi.sh(f"systemctl enable -q {UNIT}")
    await start(pi)
    await until_stored_and_on_air(pi)
    came: dict[str, float] = {}
    phones: list[Beacon] = []
    for number in range(12):
        peer = bytes([number + 1] * 12)
        came[peer.hex().upper()] = time.monotonic()
        phones.append(android(pi.air, f"C2:00:00:00:00:{number:02X}", peer).start())
        await asyncio.sleep(2)
    cut = time.monotonic()
    await pi.power_cut()
    for phone in phones:
        phone.stop()
    await pi.boot()
    await pi.until(f"systemctl is-active {UNIT}", 120)  # it comes back by itself

    due = {peer for peer, at in came.items() if at < cut - 10}
    assert len(due) >= 4
    assert due <= {row.peer for row in await rows(pi)} <= set(came) | {WITNESS}
    await pi.sh(f"systemctl stop {UNIT}")


WITNESS = "EE" * 12


async def until_stored_and_on_air(pi: Pi) -> None:
    """The kiosk hears and writes."""
    witness = android(pi.air, "C3:00:00:00:00:01", bytes.fromhex(WITNESS)).start()
    await until_stored(pi, {WITNESS}, within=60)
    witness.stop()


async def test_the_unit_is_confined(pi: Pi) -> None:
    verdict = await pi.sh(f"systemd-analyze security {UNIT} --no-pager | tail -1")
    assert float(verdict.split(":")[1].split()[0]) <= 2.5, verdict


async def test_it_starts_and_shows_without_a_radio(pi: Pi, listener: Listener, tmp_path: Path) -> None:
    pi.unplug()
    await pi.until("test ! -e /sys/class/bluetooth/hci0", 20)
    await start(pi)
    deadline = time.monotonic() + 60
    decoded: list[str] = []
    while not decoded and time.monotonic() < deadline:
        decoded = [code.text for code in zxingcpp.read_barcodes(Image.open(pi.screenshot(tmp_path / "screen.png")))]
        await asyncio.sleep(1)
    assert decoded == [INSTALL_URL]
    await pi.plug()
    await listener.until_heard(90)
