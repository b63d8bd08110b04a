"""Stage day: 24 hours of a venue that meets 48,000 new addresses, every table at its cap: does memory grow?

The service, the ledger, the ask table and a real store in a process of their own, in virtual time. Before the day
begins the capped tables are filled, so that nothing but a leak can make the process grow.
"""

import asyncio
import gc
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random
from typing import Final, Protocol

from table import Line

from kiosk.adapters.memory import give_back
from kiosk.config import Collect as Settings
from kiosk.core.adverts import Heard, Kind
from kiosk.core.asking import CAPACITY as ASKING
from kiosk.core.daybook import CAPACITY as DAYBOOK
from kiosk.core.identity import BluezoneId, RootKey
from kiosk.core.strangers import CAPACITY as STRANGERS
from kiosk.core.windows import DAY_MS, WINDOW_MS, UnixMs
from kiosk.services.collect import Collect
from kiosk.sim.phones import android_advert, iphone_behind
from kiosk.sim.things import CARRIED
from kiosk.store import open_store
from kiosk.supervisor import Board

HOURS: Final = 24
PRESENT: Final = 500
"""Devices at any time; each has a new address in each window: 48,000 a day."""
ANDROID, IPHONE = 0.26, 0.14
REPORT_S: Final = 10.4
STEP_S: Final = 1.0
ASK_S: Final = 3.0
START: Final = UnixMs(1_795_305_600_000 // DAY_MS * DAY_MS)
GOAL_MB: Final = 5.0


class Told(Protocol):
    """What the venue needs of a clock."""

    def now(self) -> UnixMs: ...
    def monotonic(self) -> float: ...


class DayClock:
    """Virtual time, moved by hand; nobody sleeps on it."""

    trusted = True
    powered_on_at = START

    def __init__(self) -> None:
        self.uptime = 0.0

    def now(self) -> UnixMs:
        return UnixMs(START + int(self.uptime * 1000))

    def monotonic(self) -> float:
        return self.uptime

    async def sleep(self, seconds: float) -> None:
        raise AssertionError(f"nobody sleeps {seconds} s here")


class Venue:
    """What is heard, an advert of each device a round; and who answers an ask. Ears and GattReader in one."""

    dropped = 0

    def __init__(self, clock: Told, report_s: float = REPORT_S) -> None:
        self._clock, self._report_s = clock, report_s
        self._random = Random(1)
        self._due, self._taken_at = 0.0, clock.monotonic()
        self._next = 0
        self.addresses = 0
        self._window = -1
        self._devices: list[tuple[str, bytes]] = []

    def take(self) -> list[Heard]:
        """Each device's share of a round since the last call."""
        self._turn_the_window()
        uptime = self._clock.monotonic()
        self._due += (uptime - self._taken_at) * PRESENT / self._report_s
        self._taken_at = uptime
        count, self._due = int(self._due), self._due % 1
        now, random = self._clock.now(), self._random
        heard = []
        for _ in range(count):
            address, ad = self._devices[self._next]
            self._next = (self._next + 1) % PRESENT
            heard.append(Heard(address, "random", now, random.randrange(-95, -50), ad))
        return heard

    def _turn_the_window(self) -> None:
        window = self._clock.now() // WINDOW_MS
        if window == self._window:
            return
        self._window = window
        self.addresses += PRESENT
        self._devices = [(address_of(self._random), self._ad()) for _ in range(PRESENT)]

    def _ad(self) -> bytes:
        kind = self._random.random()
        if kind < ANDROID:
            return android_advert(BluezoneId(self._random.randbytes(12)))
        if kind < ANDROID + IPHONE:
            return iphone_behind()
        make, _, _ = self._random.choice(CARRIED)
        return make(self._random)

    async def read_id(self, address: str, address_type: str, deadline_s: float) -> BluezoneId:
        """Everybody answers."""
        del address, address_type, deadline_s
        return BluezoneId(self._random.randbytes(12))

    async def check(self) -> None:
        """It scans."""


def address_of(random: Random) -> str:
    """A random private address."""
    return random.randbytes(6).hex(":").upper()


def rss_mb() -> float:
    """What the process holds now, in MB of 10^6 bytes."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def fill(service: Collect, at: UnixMs) -> None:
    """Every table that has a cap, and does not empty by the window, is at it."""
    random, hearing = Random(2), service._hearing
    for _ in range(STRANGERS):
        hearing.strangers.note(address_of(random), at, -80, Kind.OTHER)
    for _ in range(ASKING):
        hearing.asking._enter(address_of(random), "random", at)
    for _ in range(DAYBOOK):
        hearing.asking._daybook.answered(address_of(random), at)


async def live(folder: Path) -> dict[str, object]:
    """The day, hour by hour."""
    give_back()
    clock = DayClock()
    venue = Venue(clock)
    rss = []
    async with open_store(folder) as store:
        board = Board(clock, version="bench", venue="", simulated=False)
        board.enter("collect")
        # The scanner is never asked for: the turns of the service are taken here.
        service = Collect(None, venue, store, RootKey(bytes(32)), Settings(), clock=clock, board=board)  # type: ignore[arg-type]
        fill(service, clock.now())
        for step in range(round(HOURS * 3600 / STEP_S)):
            clock.uptime += STEP_S
            await service.turn(venue)
            if step % 5 == 0:
                service.count()
            if step % round(ASK_S / STEP_S) == 0 and (peer := service._hearing.asking.next(clock.now())):
                await service.ask(peer)
            if step % 3600 == 3599:
                rss.append(rss_mb())
        facts, hearing = board.snapshot().collect, service._hearing
        return {
            "rss": rss, "addresses": venue.addresses, "packets": facts.packets, "answered": facts.answered,
            "strangers": len(hearing.strangers), "asking": len(hearing.asking), "rows": len(hearing.ledger),
            "visits": await store.visits(START),
        }  # fmt: skip


def run() -> list[Line]:
    """The day in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="kiosk-day-") as folder:
        told = subprocess.run([sys.executable, __file__, folder], check=True, capture_output=True, text=True).stdout
    found = json.loads(told)
    rss: list[float] = found["rss"]
    note = (
        f"{' '.join(f'{each:.1f}' for each in rss[::4] + rss[-1:])} MB; {found['packets']:,} packets, "
        f"{found['answered']:,} answers, {found['visits']:,} visits stored"
    )
    return [
        Line(
            "day",
            f"growth of the process, {found['addresses']:,} new addresses",
            max(rss) - rss[0],
            "MB",
            GOAL_MB,
            note,
        ),
        Line("day", "strangers in their table, of 20,000", found["strangers"], ""),
        Line("day", "phones in the ask table, of 4,096", found["asking"], ""),
        Line("day", "open rows of the ledger, of 50,000", found["rows"], ""),
    ]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(live(Path(sys.argv[1])))))
