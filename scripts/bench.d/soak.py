"""Stage soak: the whole program through 7 days at 48,000 new addresses a day: memory, the card, the log, retention.

The venue is that of the stage `day`; everything else is the program as it is (every service but the page, a real store,
sync over a network that loses one exchange in twenty), in virtual time in a process of its own. Devices report less
often than on air and services take their turns more seldom, so that a week takes minutes: new addresses are what fills
tables, not repetitions.
"""

import asyncio
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Final

from day import GOAL_MB, START, Venue, rss_mb
from table import Line
from wear import GOAL_MB as WEAR_GOAL_MB
from wear import written

from kiosk import app
from kiosk.adapters.memory import give_back
from kiosk.adapters.png import PngDisplay
from kiosk.adapters.vault import FileVault
from kiosk.config import Config, Sync, Web, replace
from kiosk.core.identity import BluezoneId, RootKey
from kiosk.core.screens import Screen
from kiosk.core.sync.enrolment import ENROLMENT, Enrolment
from kiosk.core.sync.enrolment import written as written_down
from kiosk.core.sync.exchange import Ask, Reply
from kiosk.displays import Wall
from kiosk.parts import Parts
from kiosk.ports import Backend, Clock
from kiosk.services import collect, show
from kiosk.sim.backend import KIOSK, TOKEN, SimulatedCollector
from kiosk.sim.clock import ManualClock
from kiosk.sim.network import Dropping
from kiosk.sim.speaker import SimulatedSpeaker

DAYS: Final = 7
REPORT_S: Final = 120.0
RARER: Final = {(collect, "TAKE_S"): 5.0, (collect, "CHECK_S"): 30.0, (show, "PERIOD_S"): 20.0}
"""How often turns are taken, in seconds."""
LOST: Final = 0.05
RETENTION_DAYS: Final = 3
"""Less than the week, so that days must go."""
ASK_S: Final = 3.0
LINES_GOAL: Final = 60.0
"""A day; an empty one has nearly none."""
CONFIG: Final = Config(web=Web(enabled=False), sync=Sync(share="encounters"))


class Host:
    """A service manager that listens to nobody."""

    def ready(self) -> None: ...
    def alive(self) -> None: ...
    def stopping(self) -> None: ...
    def status(self, line: str) -> None: ...


class OnAir:
    """Advertiser that always can."""

    def __init__(self) -> None:
        self._peer: BluezoneId | None = None

    async def show(self, peer: BluezoneId) -> None:
        self._peer = peer

    async def is_on_air(self) -> bool:
        return self._peer is not None

    async def hide(self) -> None:
        self._peer = None


class Radio:
    """Scanner and GattReader on the venue; an ask takes its time."""

    def __init__(self, venue: Venue, clock: Clock) -> None:
        self._venue, self._clock = venue, clock

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Venue]:
        yield self._venue

    async def recover(self, step: int) -> None:
        del step

    async def read_id(self, address: str, address_type: str, deadline_s: float) -> BluezoneId:
        await self._clock.sleep(ASK_S)
        return await self._venue.read_id(address, address_type, deadline_s)


class Forgetful(SimulatedCollector):
    """Keeps nothing but what its contract needs: this process is weighed."""

    def answer(self, ask: Ask, token: str) -> Reply:
        reply = super().answer(ask, token)
        self.beats.clear()
        for old in list(self.parcels)[:-2]:
            del self.parcels[old]
        return reply


class Count(logging.Handler):
    """Lines of the log so far."""

    lines = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += len(record.getMessage().splitlines())


def no_picture(screen: Screen, width: int, height: int) -> bytes:
    raise AssertionError("nobody looks, so nothing is painted")


async def live(folder: Path) -> dict[str, object]:
    """The week, hour by hour."""
    give_back()
    for (service, name), seconds in RARER.items():
        setattr(service, name, seconds)
    clock = ManualClock(START)
    venue, count, chance = Venue(clock, REPORT_S), Count(), Random(1).random
    logging.getLogger().addHandler(count)
    logging.getLogger().setLevel(logging.INFO)
    radio, collector = Radio(venue, clock), Forgetful(clock.now)
    enrolment = Enrolment(url="https://c.example", kiosk=KIOSK, venue="", signing_key="0" * 64, token=TOKEN)
    FileVault(folder).write(ENROLMENT, written_down(enrolment))
    config = replace(CONFIG, store=replace(CONFIG.store, retention_days=RETENTION_DAYS))

    def connect(me: Enrolment) -> Backend:
        return Dropping(collector.connect(me.token), chance, LOST)

    parts = Parts(
        clock, clock, Host(), OnAir(), radio, radio, Wall(PngDisplay(no_picture)), RootKey(bytes(32)), folder,
        SimulatedSpeaker(), boot="soak", simulated=True, unblock=lambda: None, connect=connect, chance=chance,
    )  # fmt: skip
    rss, wear, lines, files = [], [], [], []
    async with asyncio.TaskGroup() as group:
        task = group.create_task(app.live(config, parts), name="kiosk")
        for _ in range(DAYS):
            before, said = written(), count.lines
            for _ in range(24):
                await clock.advance(3600)
                rss.append(rss_mb())
            wear.append((written() - before) / 1e6)
            lines.append(count.lines - said)
            files.append(sorted(path.stem for path in (folder / "days").glob("*.db")))
            print(f"day {len(files)}: {rss[-1]:.1f} MB, {wear[-1]:.1f} MB written, {lines[-1]} lines, {files[-1]}",
                  file=sys.stderr, flush=True)  # fmt: skip
        task.cancel()
    return {"rss": rss, "wear": wear, "lines": lines, "files": files, "addresses": venue.addresses}


def run() -> list[Line]:
    """The week in a process of its own, on the disk of TMPDIR."""
    began = perf_counter()
    with tempfile.TemporaryDirectory(prefix="kiosk-soak-") as folder:
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, __file__, folder]
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout
    found = json.loads(told)
    rss, wear, lines, files = found["rss"], found["wear"], found["lines"], found["files"]
    spent = perf_counter() - began
    note = f"{' '.join(f'{each:.1f}' for each in rss[23::24])} MB at the end of each day; {spent:.0f} s"
    what = f"growth of the process after the first day, {found['addresses']:,} new addresses in {DAYS} days"
    kept = max(len(each) for each in files)
    return [
        Line("soak", what, max(rss[24:]) - max(rss[:24]), "MB", GOAL_MB, note),
        Line("soak", "written, a day", max(wear), "MB", WEAR_GOAL_MB, " ".join(f"{each:.1f}" for each in wear)),
        Line("soak", "lines of the log, a day", max(lines), "", LINES_GOAL, " ".join(map(str, lines))),
        Line("soak", f"files of days, {RETENTION_DAYS} kept", kept, "", RETENTION_DAYS + 1, " ".join(files[-1])),
    ]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(live(Path(sys.argv[1])))))
