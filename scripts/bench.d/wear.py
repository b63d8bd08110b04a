"""Stage wear: what a day with 500 phones writes. Also a program of its own, for the guest: see `main`.

The real Collect, Upkeep and store run through a day of simulated time; only clock and radio are simulated. Counted
are the process's `write_bytes` (what it sent towards the disk, journals included), and for a machine that does
nothing else the sectors its disk wrote.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Final

from table import Line

from kiosk.config import Collect as CollectSettings
from kiosk.config import StoreSection
from kiosk.core.adverts import Platform
from kiosk.core.identity import DailyKey, RootKey
from kiosk.core.windows import DAY_MS, UnixMs
from kiosk.services.collect import Collect
from kiosk.services.upkeep import Upkeep
from kiosk.sim.clock import ManualClock
from kiosk.sim.phones import Phone, phone_device
from kiosk.sim.radio import Radio
from kiosk.sim.world import World
from kiosk.store import open_store
from kiosk.supervisor import Board

PHONES: Final = 500
IPHONES: Final = 175
HOURS: Final = 24.0
GOAL_MB: Final = 50.0
MIDNIGHT: Final = UnixMs(20_775 * DAY_MS)
SECTOR: Final = 512


async def a_day(folder: Path, hours: float) -> None:
    """500 phones near from midnight on: the services as they are, at the speed of the processor."""
    clock = ManualClock(MIDNIGHT)
    radio = Radio(World(clock), clock)
    random = Random(1)
    for number in range(PHONES):
        platform = Platform.IOS if number < IPHONES else Platform.ANDROID
        key = DailyKey(random.randbytes(32))
        phone = Phone(platform, False, key, MIDNIGHT, answer_s=0.8 + random.random())
        radio.world.place(phone_device(phone, random.randbytes(16), random.randrange(-90, -50)))
    board = Board(clock, version="bench", venue="", simulated=True)
    async with open_store(folder) as store:
        ears = Collect(
            radio.scanner, radio.gatt, store, RootKey(bytes(32)), CollectSettings(), clock=clock, board=board
        )
        keeper = Upkeep(store, StoreSection(), "matches", clock=clock, board=board)
        board.enter("collect")
        board.enter("upkeep")
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(ears.run(), name="collect"), group.create_task(keeper.run(), name="upkeep")]
            await clock.advance(hours * 3600)
            for task in tasks:
                task.cancel()
    facts = board.snapshot()
    print(f"visits {facts.collect.visits_today}, packets {facts.collect.packets}", file=sys.stderr)


def written() -> int:
    """Bytes this process sent towards a disk so far."""
    for line in Path("/proc/self/io").read_text(encoding="ascii").splitlines():
        if line.startswith("write_bytes:"):
            return int(line.split()[1])
    raise SystemExit("wear: no write_bytes in /proc/self/io")


def sectors(folder: Path) -> int | None:
    """Sectors written by the disk under a folder, by anybody (Documentation/block/stat.rst, field 7)."""
    device = folder.stat().st_dev
    stat = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}/stat")
    return int(stat.read_text(encoding="ascii").split()[6]) if stat.exists() else None


def main() -> None:
    """`python scripts/bench.d/wear.py --folder DIR --hours H` prints one JSON object, scaled to a day."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--hours", type=float, default=HOURS)
    arguments = parser.parse_args()
    os.sync()
    bytes_before, sectors_before, began = written(), sectors(arguments.folder), perf_counter()
    asyncio.run(a_day(arguments.folder / "store", arguments.hours))
    os.sync()
    days, after = arguments.hours / 24, sectors(arguments.folder)
    disk = None if sectors_before is None or after is None else (after - sectors_before) * SECTOR / days / 1e6
    process = (written() - bytes_before) / days / 1e6
    spent = round(perf_counter() - began)
    print(json.dumps({"process_mb": process, "disk_mb": disk, "hours": arguments.hours, "seconds": spent}))


def run() -> list[Line]:
    """A day in a process of its own, on the disk of TMPDIR."""
    hours = float(os.environ.get("BENCH_WEAR_HOURS", HOURS))
    with tempfile.TemporaryDirectory(prefix="kiosk-wear-") as folder:
        command = [sys.executable, __file__, "--folder", folder, "--hours", str(hours)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        told = json.loads(done.stdout)
    note = f"{hours:g} h in {told['seconds']} s; {done.stderr.strip()}"
    if not told["process_mb"]:
        return [Line("wear", "TMPDIR is not on a disk (nothing was written); set TMPDIR", None, "MB")]
    lines = [Line("wear", "written by the process, a day of 500 phones", told["process_mb"], "MB", GOAL_MB, note)]
    if told["disk_mb"] is not None:
        lines.append(Line("wear", "sectors of that disk meanwhile, by everybody", told["disk_mb"], "MB"))
    return lines


if __name__ == "__main__":
    main()
