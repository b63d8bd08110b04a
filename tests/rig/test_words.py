"""Faults in words: what goes wrong on the virtual Pi is what the page says, until it is mended."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.rig.installed import journal, start, status
from tests.rig.pi import Failed, Pi

pytestmark = [
    pytest.mark.rig,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("machine", ["trixie"], indirect=True),
]

WITHIN_S = 150
"""The page is silent about the radio for a minute after the start, and upkeep looks at the card every 20 s."""
STORE = "/var/lib/bluezone-kiosk"
FILLED = f"{STORE}/filled"
NEARLY_FULL = f"fallocate -l $(( $(df --output=avail -B1 {STORE} | tail -1) - 100000000 )) {FILLED}"


@pytest_asyncio.fixture(loop_scope="session")
async def at_work(pi: Pi) -> AsyncIterator[Pi]:
    """A kiosk of which nothing is wrong."""
    await start(pi)
    await until_it_says(pi, set())
    yield pi


async def until_it_says(pi: Pi, expected: set[str]) -> None:
    """Wait until these fault codes, and no others, are in the status document."""
    deadline = time.monotonic() + WITHIN_S
    while (told := {fault["code"] for fault in (await status(pi))["faults"]}) != expected:
        if time.monotonic() > deadline:
            raise Failed(f"it says {sorted(told)}, expected was {sorted(expected)}\n{await journal(pi)}")
        await asyncio.sleep(1)


async def test_bluetooth_switched_off_is_s2(at_work: Pi) -> None:
    await at_work.sh("rfkill block bluetooth")
    await until_it_says(at_work, {"S2"})
    await at_work.sh("rfkill unblock bluetooth")
    await until_it_says(at_work, set())


async def test_a_radio_that_is_gone_is_s1(at_work: Pi) -> None:
    at_work.unplug()
    await until_it_says(at_work, {"S1"})
    await at_work.plug()
    await until_it_says(at_work, set())


async def test_a_chip_that_refuses_to_advertise_is_s4(at_work: Pi) -> None:
    at_work.chip.refuses_adverts = True
    await at_work.sh("systemctl restart bluetooth")
    await until_it_says(at_work, {"S4"})
    at_work.chip.refuses_adverts = False
    await until_it_says(at_work, set())


async def test_a_card_that_is_nearly_full_is_t1(at_work: Pi) -> None:
    await at_work.sh(NEARLY_FULL)
    await until_it_says(at_work, {"T1"})
    await at_work.sh(f"rm {FILLED}")
    await until_it_says(at_work, set())


async def test_a_screen_that_is_not_there_is_h1(pi: Pi) -> None:
    await start(pi, '[show]\nsurface = "framebuffer"\nframebuffer = "/dev/fb7"\n')
    await until_it_says(pi, {"H1"})
