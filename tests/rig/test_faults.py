"""Faults under a running kiosk: it comes back by itself, in the same process, and hears who came meanwhile.

Each fault under each body of the ears. One kiosk a body lives through all of them. After each a new phone must be heard
and our advertisement be on air; that all of them were stored is looked at once, in the end.
"""

import asyncio
import re
import secrets
import time
from collections.abc import AsyncIterator
from datetime import datetime
from itertools import pairwise

import pytest
import pytest_asyncio

from tests.rig.chip import OneAtATime
from tests.rig.installed import UNIT, Listener, journal, page, process, start, status, until_stored
from tests.rig.phones import android, iphone_in_background
from tests.rig.pi import Failed, Pi

BODIES = ("sockets", "bleak")
"""Ears over the kernel's sockets, and through bluetoothd."""
pytestmark = [
    pytest.mark.rig,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("machine", ["trixie"], indirect=True),
    pytest.mark.parametrize("venue", BODIES, indirect=True),
]

BACK_WITHIN_S = 90
"""30 s on a Pi."""
DEAF_WITHIN_S = 240
"""45 s of silence before anything is done, and three steps of 15 s, which a slow guest may take for two."""
LONGEST_BREAK_S = 9
"""3 s on a Pi. A turn takes 1.3 s at a quiet time, and the guest's kernel may need as long to change over."""
FIRST = b"\x0f" * 12
COOL_DOWN_S = 5
"""Of a phone that did not answer. A guest that gets little of the processor may need a second ask for one that does."""


class Venue:
    """A kiosk at work, a phone that hears it, and whoever came after a fault."""

    def __init__(self, pi: Pi, body: str) -> None:
        self.pi, self.body = pi, body
        self.listener = Listener(pi.air)
        self.came: set[str] = {FIRST.hex().upper()}

    async def mark(self) -> None:
        """What the kiosk says from now on is of the fault that follows."""
        await self.said()

    async def said(self) -> str:
        """What the kiosk said since the last look."""
        return await self.pi.sh(f"journalctl --no-pager -b -q -u {UNIT} --cursor-file=/run/looked")

    async def until_said(self, words: str, within: float = 60) -> None:
        """Wait until the kiosk has noticed, in its own words."""
        deadline, said = time.monotonic() + within, ""
        while not re.search(words, said := said + await self.said()):
            if time.monotonic() > deadline:
                raise Failed(f"not said within {within} s: {words}\n{said}")
            await asyncio.sleep(0.3)

    async def is_back(self, within: float = BACK_WITHIN_S) -> None:
        """Our advertisement is heard again, and the kiosk hears a phone that came after the fault."""
        self.listener.forget()
        newcomer = secrets.token_bytes(12)
        phone = android(self.pi.air, f"C1:00:00:01:{newcomer[0]:02X}:{newcomer[1]:02X}", newcomer).start()
        await asyncio.gather(self.listener.until_heard(within), self._until_hearing(phone.data, within))
        phone.stop()
        self.came.add(newcomer.hex().upper())

    async def _until_hearing(self, data: bytes, within: float) -> None:
        """The chip reports this advertisement, and the kiosk has taken something since."""
        deadline = time.monotonic() + within
        while True:
            facts = await status(self.pi)
            reported, heard = self.pi.air.reported.get(data), facts["collect"]["last_heard"]
            if reported is not None and heard and facts["collect"]["listening_since"]:
                at = time.time() - time.monotonic() + reported
                if datetime.fromisoformat(heard).timestamp() >= int(at):
                    return
            if time.monotonic() > deadline:
                raise Failed(f"heard nobody new within {within} s, last {heard}\n{await journal(self.pi)}")
            await asyncio.sleep(0.3)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def venue(machine: Pi, request: pytest.FixtureRequest) -> AsyncIterator[Venue]:
    """A kiosk on air with these ears, that has stored a first phone."""
    await machine.load("installed")
    android(machine.air, "C1:00:00:00:00:01", FIRST).start()
    scanner = f'[radio]\nscanner = "{request.param}"'
    await start(machine, f"{scanner}\n[collect]\ncool_down_seconds = {COOL_DOWN_S}")
    await until_stored(machine, {FIRST.hex().upper()}, within=60)
    yield Venue(machine, request.param)
    machine.air.silence()


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def same_process(venue: Venue) -> AsyncIterator[None]:
    """Whatever happens in a test: the same process, never started again."""
    await venue.mark()
    before = await process(venue.pi)
    yield
    assert await process(venue.pi) == before, await journal(venue.pi)


async def test_after_bluetoothd_was_killed(venue: Venue) -> None:
    await venue.pi.sh("systemctl kill -s KILL bluetooth")
    await venue.is_back()


async def test_after_bluetoothd_froze(venue: Venue) -> None:
    """Its watchdog ends it: our drop-in."""
    await venue.pi.sh("systemctl kill -s STOP bluetooth")
    await venue.is_back()


async def test_after_the_chip_was_away(venue: Venue) -> None:
    venue.pi.unplug()
    await venue.until_said("collect: .*; it starts again")
    await venue.pi.plug()
    await venue.is_back()


async def test_after_rfkill_struck(venue: Venue) -> None:
    await venue.pi.sh("rfkill block bluetooth")
    await venue.until_said("collect: .*; it starts again")
    await venue.pi.sh("rfkill unblock bluetooth")
    await venue.is_back()


async def test_after_the_chip_refused_to_advertise(venue: Venue) -> None:
    venue.pi.chip.refuses_adverts = True
    try:
        await venue.pi.sh("systemctl restart bluetooth")
        await venue.until_said("advertise: .*; it starts again")
    finally:  # the next test has another fault
        venue.pi.chip.refuses_adverts = False
    await venue.is_back()


async def test_after_someone_else_held_the_scan(venue: Venue) -> None:
    """Another program scans, powers the controller off under us and on again: InProgress and NotReady on the way."""
    await venue.pi.sh("(echo scan on; sleep 3; echo power off; sleep 3; echo power on; sleep 1) | bluetoothctl")
    await venue.is_back()


async def test_while_and_after_there_is_no_bluetoothd(venue: Venue) -> None:
    """The kernel's management takes the advertisement within seconds; ears of sockets never needed bluetoothd."""
    await venue.pi.sh("systemctl stop bluetooth")
    if venue.body == "sockets":
        await venue.is_back()
        radio = (await status(venue.pi))["radio"]
        assert (radio["ears"], radio["air"]) == ("sockets", "management")
    else:
        venue.listener.forget()
        await venue.listener.until_heard(BACK_WITHIN_S)
    await venue.pi.sh("systemctl start bluetooth")
    await venue.is_back()


async def test_after_the_chip_fell_silent_without_a_word(venue: Venue) -> None:
    """It takes every command and reports nothing until it is reset. What brought it back is told."""
    phones = [android(venue.pi.air, f"C1:00:00:00:02:{n:02X}", bytes([0x40 + n]) * 12).start() for n in range(6)]
    await until_stored(venue.pi, {f"{0x40 + n:X}" * 12 for n in range(6)}, within=60)  # a crowd, by the ladder's count
    venue.pi.chip.deaf = True
    await venue.is_back(within=DEAF_WITHIN_S)
    for phone in phones:
        phone.stop()
    await venue.until_said("is heard again after: (power-cycle|reopen)")  # a slow guest may take a rung for two
    assert (await status(venue.pi))["radio"]["worked"]
    assert "tự khỏi lúc" in await page(venue.pi)


async def test_an_iphone_that_never_answers_delays_nobody_for_long(venue: Venue) -> None:
    """And costs nothing but its own time: nobody takes the ask for a radio that is deaf."""
    mute = await iphone_in_background(venue.pi.air, "52:00:00:00:00:01", b"\x01" * 12, rssi=-40).start()
    mute.chip.connectable = False
    talker = await iphone_in_background(venue.pi.air, "52:00:00:00:00:02", b"\x02" * 12, rssi=-70).start()
    began = time.monotonic()
    while not talker.read_at:
        assert time.monotonic() < began + DEAF_WITHIN_S, await journal(venue.pi)
        await asyncio.sleep(0.1)
    print(f"read after {talker.read_at[0] - began:.1f} s")
    venue.came.add("02" * 12)
    assert talker.chip.smp == mute.chip.smp == []
    await venue.is_back()
    assert not re.search("it starts again|hears nothing", said := await venue.said()), said
    airtime = (await status(venue.pi))["radio"]["airtime"]
    print(f"airtime: {airtime}")
    assert (airtime is not None) == (venue.body == "sockets")
    if airtime is not None:
        assert 0.2 < airtime["listening_share"] <= 1
        assert 0.2 < airtime["sending_share"] <= 1


async def test_a_chip_that_cannot_listen_and_send_at_once_does_both_by_turns(venue: Venue) -> None:
    """Told to do both, the kernel does what it was told first, and refuses the other as Busy."""
    if venue.body == "bleak":  # through bluetoothd nobody changes over fast enough
        assert (await status(venue.pi))["radio"]["air"] == "bluetoothd"
        return
    usual = venue.pi.kind
    venue.pi.unplug()
    await venue.until_said("collect: .*; it starts again")
    venue.pi.kind = OneAtATime
    await venue.pi.plug()
    try:
        await venue.is_back()
        adverts = [advert.at for advert in await venue.listener.for_seconds(10)]
        breaks = [after - at for at, after in pairwise(adverts)]
        facts = await status(venue.pi)
        print(f"longest break {max(breaks):.2f} s, {facts['radio']['airtime']}")
        assert facts["radio"]["air"] == "turns"
        assert "thay phiên nhau" in await page(venue.pi)
        assert 1.0 < max(breaks) < LONGEST_BREAK_S
    finally:
        venue.pi.kind = usual


async def test_whoever_came_after_a_fault_is_stored(venue: Venue) -> None:
    await until_stored(venue.pi, venue.came, within=30)
