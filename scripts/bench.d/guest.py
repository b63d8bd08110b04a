"""Stage guest: on the virtual Pi, the time from start to the first advertisement and the sectors its disk writes.

The guest's processor is emulated, ten times slower than the host's: its seconds are printed, not judged. Its disk
serves nobody else, so its sectors are the second way to measure wear, journal of the file system included.
"""

import asyncio
import json
import os
from pathlib import Path
from time import perf_counter

from on_the_pi import measured
from table import Line

from tests.rig.installed import PYTHON, Listener, start
from tests.rig.pi import Pi

HOURS = float(os.environ.get("BENCH_WEAR_HOURS", "2"))
GOAL_MB = 50.0
HERE = Path(__file__).parent


async def _measure(pi: Pi) -> list[Line]:
    listener = Listener(pi.air)
    began = perf_counter()
    await asyncio.gather(start(pi), listener.until_heard(240))
    first = Line("guest", "systemctl start to first advertisement on air", perf_counter() - began, "s")
    await pi.sh("systemctl stop bluezone-kiosk")
    pi.copy_in(HERE / "wear.py", HERE / "table.py", to="/root/")
    program = f"{PYTHON} /root/wear.py --folder /var/lib --hours {HOURS:g}"
    told = json.loads((await pi.sh(program, within=900)).splitlines()[-1])
    note = f"{HOURS:g} h in {told['seconds']} s, with everything else the guest writes"
    return [
        first,
        Line("guest", "written by the process, a day of 500 phones", told["process_mb"], "MB", GOAL_MB),
        Line("guest", "sectors written on its disk meanwhile", told["disk_mb"], "MB", None, note),
    ]


def run() -> list[Line]:
    """Boot, measure, power off; says what is missing where there is no virtual Pi."""
    return measured("guest", _measure)
