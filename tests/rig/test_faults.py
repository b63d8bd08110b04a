"""Faults under a running kiosk: it comes back by itself, in the same process, and hears who came meanwhile.

Each fault under each body of the ears. One kiosk a body lives through all of them.
"""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.rig.installed import UNIT, Listener, journal, page, process, start, status, until_stored
from tests.rig.phones import android, iphone_in_background
from tests.rig.pi import Pi

BODIES = ("sockets", "bleak")
"""Ears over the kernel's sockets, and through bluetoothd."""
pytestmark = [
    pytest.mark.rig,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("machine", ["trixie"], indirect=True),
    pytest.mark.parametrize("at_work", BODIES, indirect=True),
]

BACK_WITHIN_S = 90
"""30 s on a Pi."""
DEAF_WITHIN_S = 150
"""45 s of silence before anything is done, and three steps of 15 s."""
FIRST = b"\x0f" * 12


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def at_work(machine: Pi, request: pytest.FixtureRequest) -> AsyncIterator[Pi]:
    """A kiosk on air with these ears, that has stored a first phone."""
    await machine.load("installed")
    android(machine.air, "C1:00:00:00:00:01", FIRST).start()
    await start(machine, f'[radio]\nscanner = "{request.param}"')
    await until_stored(machine, {FIRST.hex().upper()}, within=60)
    yield machine
    machine.air.silence()


@pytest.fixture
def listener(at_work: Pi) -> Listener:
    return Listener(at_work.air)


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def same_process(at_work: Pi) -> AsyncIterator[None]:
    """Whatever happens in a test: the same process, never started again."""
    before = await process(at_work)
    yield
    assert await process(at_work) == before, await journal(at_work)


async def is_back(pi: Pi, listener: Listener, within: float = BACK_WITHIN_S) -> None:
    """Our advertisement is heard again, and a phone that came after the fault is stored."""
    listener.forget()
    newcomer = secrets.token_bytes(12)
    phone = android(pi.air, f"C1:00:00:01:{newcomer[0]:02X}:{newcomer[1]:02X}", newcomer).start()
    await asyncio.gather(
        listener.until_heard(within),
        until_stored(pi, {newcomer.hex().upper()}, within=within),
    )
    phone.stop()


async def test_after_bluetoothd_was_killed(at_work: Pi, listener: Listener) -> None:
    await at_work.sh("systemctl kill -s KILL bluetooth")
    await is_back(at_work, listener)


async def test_after_bluetoothd_froze(at_work: Pi, listener: Listener) -> None:
    """Its watchdog ends it: our drop-in."""
    await at_work.sh("systemctl kill -s STOP bluetooth")
    await is_back(at_work, listener)


async def test_after_the_chip_was_away(at_work: Pi, listener: Listener) -> None:
    at_work.unplug()
    await at_work.until("test ! -e /sys/class/bluetooth/hci0", 20)
    await asyncio.sleep(10)
    await at_work.plug()
    await is_back(at_work, listener)


async def test_after_rfkill_struck(at_work: Pi, listener: Listener) -> None:
    await at_work.sh("rfkill block bluetooth")
    await asyncio.sleep(10)
    await at_work.sh("rfkill unblock bluetooth")
    await is_back(at_work, listener)


async def test_after_the_chip_refused_to_advertise(at_work: Pi, listener: Listener) -> None:
    at_work.chip.refuses_adverts = True
    await at_work.sh("systemctl restart bluetooth")
    await asyncio.sleep(10)
    at_work.chip.refuses_adverts = False
    await is_back(at_work, listener)


async def test_after_someone_else_held_the_scan(at_work: Pi, listener: Listener) -> None:
    """Another program scans, powers the controller off under us and on again: InProgress and NotReady on the way."""
    await at_work.sh("(echo scan on; sleep 5; echo power off; sleep 5; echo power on; sleep 2) | bluetoothctl")
    await is_back(at_work, listener)


async def test_while_and_after_there_is_no_bluetoothd(
    at_work: Pi, listener: Listener, request: pytest.FixtureRequest
) -> None:
    """The kernel's management takes the advertisement within seconds; ears of sockets never needed bluetoothd."""
    await at_work.sh("systemctl stop bluetooth")
    if request.node.callspec.params["at_work"] == "sockets":
        await is_back(at_work, listener)
        radio = (await status(at_work))["radio"]
        assert (radio["ears"], radio["air"]) == ("sockets", "management")
    else:
        listener.forget()
        await listener.until_heard(BACK_WITHIN_S)
    await at_work.sh("systemctl start bluetooth")
    await is_back(at_work, listener)


async def test_after_the_chip_fell_silent_without_a_word(at_work: Pi, listener: Listener) -> None:
    """It takes every command and reports nothing until it is reset. What brought it back is told."""
    phones = [android(at_work.air, f"C1:00:00:00:02:{n:02X}", bytes([0x40 + n]) * 12).start() for n in range(6)]
    await until_stored(at_work, {"45" * 12}, within=60)
    at_work.chip.deaf = True
    await is_back(at_work, listener, within=DEAF_WITHIN_S)
    for phone in phones:
        phone.stop()
    said = await at_work.sh(f"journalctl --no-pager -b -u {UNIT}")
    assert re.search("is heard again after: (power-cycle|reopen)", said)  # a slow guest may take a rung for two
    assert (await status(at_work))["radio"]["worked"]
    assert "tự khỏi lúc" in await page(at_work)


async def test_an_iphone_that_never_answers_delays_nobody_for_long(
    at_work: Pi, listener: Listener, request: pytest.FixtureRequest
) -> None:
    mute = await iphone_in_background(at_work.air, "52:00:00:00:00:01", b"\x01" * 12, rssi=-40).start()
    mute.chip.connectable = False
    talker = await iphone_in_background(at_work.air, "52:00:00:00:00:02", b"\x02" * 12, rssi=-70).start()
    await until_stored(at_work, {"02" * 12}, within=150)
    assert talker.chip.smp == mute.chip.smp == []
    await is_back(at_work, listener)
    airtime = (await status(at_work))["radio"]["airtime"]
    print(f"airtime: {airtime}")
    assert (airtime is not None) == (request.node.callspec.params["at_work"] == "sockets")
    if airtime is not None:
        assert 0.2 < airtime["listening_share"] <= 1
        assert 0.2 < airtime["sending_share"] <= 1
