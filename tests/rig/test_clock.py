"""The clock of a box without one: what the machine's clock says is not what goes on air or into the store.

A simulated phone listens all the while. The time server stands on the host (time_server.py), so the true time is the
host's. Trixie only: none of it depends on BlueZ's version.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.core.catalogue import CATALOGUE
from kiosk.core.identity import RootKey
from kiosk.core.windows import DAY_MS, UnixMs, Window, window_at
from tests.rig.installed import (
    CONFIG,
    PYTHON,
    UNIT,
    Listener,
    Row,
    journal,
    page,
    peer_in,
    press,
    rows,
    start,
    status,
    until_stored,
)
from tests.rig.phones import Phone, android, iphone_in_background
from tests.rig.pi import Failed, Pi
from tests.rig.test_main_job import OWN_ID
from tests.rig.test_screen import until_the_code_is_seen
from tests.rig.time_server import ADDRESS, TimeServer

pytestmark = [
    pytest.mark.rig,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("machine", ["trixie"], indirect=True),
]

CHECKED = f"sed -i 's/^believe = .*/believe = \"checked\"/' {CONFIG}"
OUR_SERVER = (
    "mkdir -p /etc/systemd/timesyncd.conf.d && printf '[Time]\\nNTP=%s\\nFallbackNTP=\\nConnectionRetrySec=2\\n' "
    f"{ADDRESS} > /etc/systemd/timesyncd.conf.d/rig.conf"
)
WITHOUT_CHIP = "initcall_blacklist=cmos_init"
"""Linux finds no clock chip. What it takes for the time at boot is then 1970, as on a Pi."""
FALSE_YEARS = {"1970": 100_000, "2020": 1_577_836_800, "2031": 1_924_992_000}
SLACK_MS = 3000
"""From a reception on the host to its date in the slow guest."""
STEP_S = 1200
WINDOW_S = 900
ANDROID, IPHONE = b"\x0a" * 12, b"\x0b" * 12
STORE = "/var/lib/bluezone-kiosk"
SEALED_MS = 3 * DAY_MS
"""The box was last on that long ago."""
SEAL = """
import asyncio, pathlib, sys
from kiosk.core.encounters import Flush
from kiosk.core.windows import UnixMs, Window
from kiosk.store import open_store
async def seal(folder, window):
    async with open_store(pathlib.Path(folder)) as store:
        await store.put(Flush([], [(window, 0)]), window.end)
asyncio.run(seal(sys.argv[1], Window(UnixMs(int(sys.argv[2])))))
"""


class Truth:
    """The true time of a test: the host's, moved so that no window ends meanwhile."""

    def __init__(self) -> None:
        self.ahead_s = (WINDOW_S / 3 - time.time()) % WINDOW_S

    @property
    def now_ms(self) -> int:
        return int((time.time() + self.ahead_s) * 1000)

    @property
    def window(self) -> Window:
        return window_at(UnixMs(self.now_ms))


@pytest.fixture
def truth() -> Truth:
    return Truth()


async def without_time(pi: Pi) -> None:
    """A box that checks its time, and a time server that is not asked yet."""
    await pi.sh(f"{CHECKED} && {OUR_SERVER} && systemctl stop systemd-timesyncd")


@contextmanager
def network(pi: Pi, truth: Truth) -> Iterator[TimeServer]:
    """The cable is in: a time server can be reached."""
    with TimeServer(pi.dir) as server:
        server.ahead_s = truth.ahead_s
        yield server


async def ask_server(pi: Pi) -> None:
    """timesyncd asks within half a minute by itself; so at once."""
    await pi.sh("systemctl restart systemd-timesyncd")


async def own_id(pi: Pi, window: Window) -> str:
    """What the box has to send in a window: its key is in this test's hands."""
    key = RootKey(bytes.fromhex(await pi.sh(f"od -An -v -tx1 {STORE}/root.key")))
    return key.id_in(window).hex.upper()


async def until_source(pi: Pi, source: str | None, within: float = 90) -> None:
    """Wait until the kiosk says who set its clock."""
    deadline = time.monotonic() + within
    while (found := (await status(pi))["clock_trust"]) is None or found["source"] != source:
        if time.monotonic() > deadline:
            raise Failed(f"the clock is {found}, not by {source}, within {within} s\n{await journal(pi)}")
        await asyncio.sleep(1)


async def until_read(iphone: Phone) -> None:
    """Wait until the kiosk has asked it."""
    async with asyncio.timeout(60):
        while not iphone.reads:  # noqa: ASYNC110 - a phone has no event to wait for
            await asyncio.sleep(0.2)


async def met(pi: Pi, number: int) -> Row:
    """An Android phone comes by and leaves once it is stored; how it was."""
    peer = bytes([number]) * 12
    phone = android(pi.air, f"C1:00:00:00:00:{number:02X}", peer).start()
    found = await until_stored(pi, {peer.hex().upper()}, within=90)
    phone.stop()
    [row] = [row for row in found if row.peer == peer.hex().upper()]
    return row


async def the_server_steps(pi: Pi, listener: Listener, truth: Truth, seconds: int) -> None:
    """The time server is put right by so much, and asked. The id on air follows: that of the new time, and no third."""
    known = await own_id(pi, truth.window)
    truth.ahead_s += seconds
    wanted = await own_id(pi, truth.window)
    listener.forget()
    with network(pi, truth):
        await ask_server(pi)
        await listener.until_heard(60, other_than=known)
    assert {peer_in(advert) for advert in await listener.for_seconds(2)} == {wanted}


@pytest.mark.parametrize("year", FALSE_YEARS)
async def test_under_a_false_clock_nothing_is_sent_or_dated_and_all_of_it_once_the_time_comes(
    pi: Pi, listener: Listener, truth: Truth, year: str
) -> None:
    await without_time(pi)
    await pi.set_clock(FALSE_YEARS[year])
    began = truth.now_ms
    phone = android(pi.air, "C1:00:00:00:00:01", ANDROID).start()
    iphone = await iphone_in_background(pi.air, "52:00:00:00:00:01", IPHONE).start()
    await start(pi)
    await pi.until(f"test -s {STORE}/undated.db", 60)
    await until_read(iphone)
    phone.stop()
    await iphone.stop()
    gone = truth.now_ms
    assert await rows(pi) == []
    assert listener.heard == []

    with network(pi, truth) as server:
        await ask_server(pi)
        await listener.until_heard(90)
        assert server.asked
        found = await until_stored(pi, {ANDROID.hex().upper(), IPHONE.hex().upper()}, within=60)
        assert listener.peers == {await own_id(pi, truth.window)}
    assert {(row.window, row.part) for row in found} == {(truth.window.start, 0)}
    assert all(began <= row.first <= row.last <= gone + SLACK_MS for row in found), (began, found, gone)
    await pi.until(f"test ! -e {STORE}/undated.db", 30)


async def test_a_step_of_the_machine_s_clock_moves_nothing_and_one_of_the_time_server_s_opens_another_part(
    pi: Pi, listener: Listener, truth: Truth
) -> None:
    await without_time(pi)
    first = truth.window
    with network(pi, truth):
        await ask_server(pi)
        await start(pi)
        before = await met(pi, 1)
    await pi.sh(f"date -u -s '-{STEP_S} seconds'")
    stepped = await met(pi, 2)
    assert {(row.window, row.part) for row in (before, stepped)} == {(first.start, 0)}
    assert before.last < stepped.first <= truth.now_ms
    assert listener.peers == {await own_id(pi, first)}
    assert (await pi.sh(OWN_ID)).strip().upper() == await own_id(pi, first)

    await the_server_steps(pi, listener, truth, STEP_S)
    forth = await met(pi, 3)
    assert (forth.window, forth.part) == (truth.window.start, 0)
    await the_server_steps(pi, listener, truth, -STEP_S)
    back = await met(pi, 4)
    assert (back.window, back.part) == (first.start, 1), "it was sealed when time went forth"


async def test_without_a_network_a_battery_clock_is_enough_and_without_one_staff_lend_a_time(
    pi: Pi, listener: Listener, truth: Truth, tmp_path: Path
) -> None:
    await pi.sh(f"{CHECKED} && {OUR_SERVER} && systemctl enable -q {UNIT}")
    sealed = Window(UnixMs(truth.window.start - SEALED_MS))
    await pi.sh(f"{PYTHON} -c '{SEAL}' {STORE} {sealed.start} && chown -R bluezone-kiosk: {STORE} && sync")

    await pi.power_cut()
    await pi.boot(rtc=f"{datetime.fromtimestamp(truth.now_ms // 1000, UTC):%Y-%m-%dT%H:%M:%S}")
    await listener.until_heard(90)
    assert listener.peers == {await own_id(pi, truth.window)}
    await until_source(pi, "battery")

    await pi.power_cut()
    listener.forget()
    await pi.boot(rtc="1970-01-01T00:00:00", kernel=WITHOUT_CHIP)
    await pi.until(f"systemctl is-active {UNIT}", 120)
    await until_the_code_is_seen(pi, tmp_path / "screen.png", within=90)
    await until_source(pi, None)
    said = await page(pi)
    assert CATALOGUE["G1"].title.vi in said
    assert CATALOGUE["G1"].action.vi in said
    assert listener.heard == []
    await press(pi, "clock", at=truth.now_ms)
    await listener.until_heard(30)
    await pi.sh(f"systemctl restart {UNIT}", within=200)  # another process: it knows what this one was told
    await until_source(pi, "staff")
    assert (await listener.for_seconds(10)) or await listener.until_heard(60)
    assert listener.peers == {await own_id(pi, truth.window)}
