"""Faults in words: what goes wrong on the virtual Pi is what the page says, until it is mended.

Not here: faults whose subject a later issue builds, M1 to M3 (sending), C1 (update), S5 (flood); T3 and T5 (a damaged
store) are in test_store.py; G1, trust in the clock, has tests of its own; N1 and N2: a virtual Pi has no sensors of
power and heat.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from kiosk.core.catalogue import CATALOGUE
from kiosk.core.recovery import PATIENCE_S, Rung
from kiosk.core.windows import DAY_MS, WINDOW_MS, UnixMs, vietnam_day_start
from kiosk.core.wording import HOUR_MS
from tests.rig.image import HERE
from tests.rig.installed import PYTHON, journal, page, press, process, start, status, until_stored
from tests.rig.phones import android
from tests.rig.pi import Failed, Pi
from tests.rig.test_screen import until_the_code_is_seen

pytestmark = [
    pytest.mark.rig,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("machine", ["trixie"], indirect=True),
]

WITHIN_S = 150
"""The page is silent about the radio for a minute after the start, and upkeep looks at the card every 20 s."""
TURNS_S = 45
"""Upkeep has looked at least once, collect has sealed what it could, and whoever fails has been started again."""
REST = timedelta(seconds=PATIENCE_S[Rung.REPROBE])
STORE = "/var/lib/bluezone-kiosk"
FILLED = f"{STORE}/filled"
NEARLY_FULL = f"fallocate -l $(( $(df --output=avail -B1 {STORE} | tail -1) - 100000000 )) {FILLED}"
FULL = f"fallocate -l $(( $(df --output=avail -B1 {STORE} | tail -1) - 8192 )) {FILLED}"
SMALL_CARD = (
    "truncate -s 600M /root/card && mkfs.ext4 -q -m 0 -E lazy_itable_init=1,lazy_journal_init=1 /root/card && "
    f"mkdir -p {STORE} && mount -o loop,errors=remount-ro /root/card {STORE}"
)
"""The store on a card of its own, which can be filled and broken while the rest of the machine stays well."""
DYING = f"echo 1 > /sys/fs/ext4/$(basename $(findmnt -no SOURCE {STORE}))/trigger_fs_error"
"""The kernel finds the file system damaged and makes it read-only: how a worn card ends."""
SWALLOWED = "mount --bind /dev/zero /dev/fb0"
"""A screen that takes every picture and stays black."""
STAND_IN = "/opt/bluezone-kiosk/browser_stand_in.py"
NOTHING_TO_SHOW_ON = f"""
[show]
surface = "browser"
browser = ["{PYTHON}", "{STAND_IN}"]
framebuffer = "/dev/fb7"

[loudspeaker]
enabled = true
times = ["09:30"]
"""
"""And nothing to speak with: no speech engine is installed."""


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def running(machine: Pi) -> AsyncIterator[Pi]:
    """One kiosk for the tests that leave it as they found it."""
    await machine.load("installed")
    await start(machine)
    yield machine
    machine.air.silence()


@pytest_asyncio.fixture(loop_scope="session")
async def at_work(running: Pi) -> Pi:
    """A kiosk of which nothing is wrong, and whose radio has been left alone for a while: a step of recovery that the
    test before provoked switches the controller off once more after the page says that all is well."""
    await until_it_rests(running)
    await until_it_says(running, set())
    return running


async def until_it_rests(pi: Pi) -> None:
    """Wait until nothing is wrong, and no step of recovery was taken for longer than any is given to work."""
    deadline = time.monotonic() + WITHIN_S
    while not _rests(told := await status(pi)):
        if time.monotonic() > deadline:
            raise Failed(f"no rest: {told['faults']}, {told['radio']}\n{await journal(pi)}")
        await asyncio.sleep(1)


def _rests(told: Any) -> bool:
    stepped = told["radio"] and told["radio"]["stepped_at"]
    since = datetime.fromisoformat(told["at"]) - datetime.fromisoformat(stepped) if stepped else REST
    return not told["faults"] and since >= REST


async def until_it_says(pi: Pi, expected: set[str]) -> None:
    """Wait until these faults, and no others, are in the status document; then the page says them in its words."""
    deadline = time.monotonic() + WITHIN_S
    while (told := {fault["code"] for fault in (await status(pi))["faults"]}) != expected:
        if time.monotonic() > deadline:
            raise Failed(f"it says {sorted(told)}, expected was {sorted(expected)}\n{await journal(pi)}")
        await asyncio.sleep(1)
    said = await page(pi)
    for code in expected:
        entry = CATALOGUE[code]
        title = min((entry.title, entry.plain or entry.title), key=lambda words: "{" in words.vi)
        assert title.vi in said, f"{code} is not on the page: {said}"
    assert bool(expected) is ("Mọi thứ đang chạy tốt" not in said), said


def tomorrow(hour: float) -> float:
    """That hour in Vietnam, as a time for the guest's clock: the kiosk has listened since today."""
    midnight = vietnam_day_start(UnixMs(int(time.time() * 1000) + DAY_MS))
    return (midnight + hour * HOUR_MS) / 1000


def crowd(pi: Pi, first: int, last: int) -> None:
    """Phones whose ids are `first` to `last`; they send once a second, to spare the guest."""
    for number in range(first, last):
        phone = android(pi.air, f"C1:00:00:00:01:{number:02X}", bytes([number]) * 12)
        phone.interval = 1.0
        phone.start()


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


async def test_a_chip_that_refuses_to_scan_is_s3_alone(at_work: Pi) -> None:
    """Our advertisement stays on air: only the ears are closed."""
    at_work.chip.refuses_scans = True
    await at_work.sh("systemctl restart bluetooth")
    await until_it_says(at_work, {"S3"})
    at_work.chip.refuses_scans = False
    await until_it_says(at_work, set())


async def test_a_card_that_is_nearly_full_is_t1(at_work: Pi) -> None:
    await at_work.sh(NEARLY_FULL)
    await until_it_says(at_work, {"T1"})
    await at_work.sh(f"rm {FILLED}")
    await until_it_says(at_work, set())


async def test_an_afternoon_without_a_phone_is_s6_until_a_window_with_one_has_ended(at_work: Pi) -> None:
    await at_work.set_clock(tomorrow(14.1))
    await until_it_says(at_work, {"S6"})
    android(at_work.air, "C1:00:00:00:00:01", b"\x0f" * 12).start()
    await until_stored(at_work, {"0F" * 12}, within=60)
    await at_work.set_clock(tomorrow(14.3))
    await until_it_says(at_work, set())


async def test_a_missing_browser_is_k1_no_screen_behind_it_h1_and_no_voice_l1(pi: Pi) -> None:
    """The loudspeaker's time comes with the clock."""
    await start(pi, NOTHING_TO_SHOW_ON)
    await until_it_says(pi, {"K1", "H1"})
    await pi.set_clock(tomorrow(9.5))
    await until_it_says(pi, {"K1", "H1", "L1"})
    pi.copy_in(HERE / "browser_stand_in.py", to=STAND_IN)
    await until_it_says(pi, {"L1"})


async def test_a_wall_that_stays_black_is_h2_a_full_card_t2_and_a_dying_one_t4(pi: Pi, tmp_path: Path) -> None:
    """The wall is looked at 15 s after the start and 20 s later; the card is written when phones come by. With a dead
    card the wall still works, as the page says, also when a new window asks for the files."""
    await pi.sh(f"{SMALL_CARD} && {SWALLOWED}")
    await start(pi)
    await pi.sh(FULL)
    crowd(pi, 0, 40)
    await until_it_says(pi, {"H2", "T2"})
    await pi.sh(f"umount -l /dev/fb0 && rm {FILLED}")
    await press(pi, "redraw")
    await until_it_says(pi, set())
    await until_stored(pi, {(bytes([number]) * 12).hex().upper() for number in range(40)}, within=60)
    await pi.sh(DYING)
    crowd(pi, 40, 80)
    await until_it_says(pi, {"T4"})
    before = await process(pi)
    await pi.set_clock(time.time() + WINDOW_MS / 1000)
    await asyncio.sleep(TURNS_S)
    await until_it_says(pi, {"T4"})
    assert await process(pi) == before, await journal(pi)
    await until_the_code_is_seen(pi, tmp_path / "screen.png", within=10)
