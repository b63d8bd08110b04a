"""Faults under a running kiosk: it comes back by itself, in the same process, and hears who came meanwhile."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.rig.installed import Listener, journal, process, start, until_stored
from tests.rig.phones import android, iphone_in_background
from tests.rig.pi import Pi

pytestmark = [
    pytest.mark.rig,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("machine", ["trixie"], indirect=True),
]

BACK_WITHIN_S = 90
"""30 s on a Pi."""
FIRST = b"\x0f" * 12


@pytest_asyncio.fixture(loop_scope="session")
async def at_work(pi: Pi, listener: Listener) -> AsyncIterator[Pi]:
    """A kiosk on air that has stored a first phone. Afterwards: the same process, never started again."""
    android(pi.air, "C1:00:00:00:00:01", FIRST).start()
    await start(pi)
    await listener.until_heard(60)
    await until_stored(pi, {FIRST.hex().upper()}, within=60)
    before = await process(pi)
    yield pi
    assert await process(pi) == before, await journal(pi)


async def is_back(pi: Pi, listener: Listener) -> None:
    """Our advertisement is heard again, and a phone that came after the fault is stored."""
    listener.forget()
    newcomer = b"\x2e" * 12
    android(pi.air, "C1:00:00:00:00:02", newcomer).start()
    await asyncio.gather(
        listener.until_heard(BACK_WITHIN_S),
        until_stored(pi, {newcomer.hex().upper()}, within=BACK_WITHIN_S),
    )


async def test_after_bluetoothd_was_killed(at_work: Pi, listener: Listener) -> None:
    await at_work.sh("systemctl kill -s KILL bluetooth")
    await is_back(at_work, listener)


async def test_after_bluetoothd_was_restarted(at_work: Pi, listener: Listener) -> None:
    await at_work.sh("systemctl restart bluetooth")
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


async def test_an_iphone_that_never_answers_delays_nobody_for_long(at_work: Pi, listener: Listener) -> None:
    mute = await iphone_in_background(at_work.air, "52:00:00:00:00:01", b"\x01" * 12, rssi=-40).start()
    mute.chip.connectable = False
    talker = await iphone_in_background(at_work.air, "52:00:00:00:00:02", b"\x02" * 12, rssi=-70).start()
    await until_stored(at_work, {"02" * 12}, within=150)
    assert talker.chip.smp == mute.chip.smp == []
    await is_back(at_work, listener)
