"""Stage gate: the kiosk itself on the virtual Pi, its unit, wall, page and store, with 500 phones around it.

Each phone sends every 100 to 110 ms and the chip leaks duplicates: some 4,700 reports a second. What the kiosk says
that it took in is compared with what the chip reported meanwhile; the page is asked from outside, and one more phone
comes. BENCH_GATE_S is how long it goes on.
"""

import asyncio
import os
import statistics
import time
from datetime import datetime
from typing import Final

from on_the_pi import measured
from table import Line

from tests.rig.installed import Listener, fetch, start, status, until_stored
from tests.rig.phones import android
from tests.rig.pi import Pi

SECONDS = float(os.environ.get("BENCH_GATE_S", "60"))
PHONES: Final = 500
CONFIG: Final = '[show]\nsurface = "framebuffer"\n'
LOOKS_EVERY_S: Final = 2.0
NEW: Final = b"\xee" * 12
PAGE_TURNS_S: Final = 12.0
"""The wall turns its pages this often, so its picture is never older, but for what painting takes."""


def run() -> list[Line]:
    """Boot, measure, power off; says what is missing where there is no virtual Pi."""
    return measured("gate", _measure)


async def _measure(pi: Pi) -> list[Line]:
    pi.chip.drops_duplicates = False
    listener = Listener(pi.air)
    await asyncio.gather(start(pi, CONFIG), listener.until_heard(240))
    for number in range(PHONES):
        place = f"{number >> 8:02X}:{number & 255:02X}"
        android(pi.air, f"C2:00:00:00:{place}", number.to_bytes(12, "big")).start()
    await asyncio.sleep(20)  # all of them are met, and on disk
    heard = await _heard(pi)
    stored = await _one_more(pi)
    return [*heard, stored]


async def _heard(pi: Pi) -> list[Line]:
    """What came through, and how quickly the page answers meanwhile."""
    before, reports, began = await status(pi), pi.chip.reports, time.monotonic()
    answers_s, pictures_s = list[float](), list[float]()
    while time.monotonic() < began + SECONDS:
        answers_s.append(await _asked(pi, "/healthz"))
        pictures_s.append(await _asked(pi, "/display.png?w=640&h=360"))
        await asyncio.sleep(LOOKS_EVERY_S)
    after, sent, took = await status(pi), pi.chip.reports - reports, time.monotonic() - began
    came, dropped = (after["collect"][what] - before["collect"][what] for what in ("packets", "dropped"))
    note = f"{came / took:,.0f} of {sent / took:,.0f} a second; {dropped} turned away; light {after['light']}"
    age_s = (datetime.fromisoformat(after["at"]) - datetime.fromisoformat(after["show"]["drawn_at"])).total_seconds()
    return [
        Line("gate", f"{PHONES} phones: taken in, of what the chip reported", 100 * came / sent, "%", 95, note, True),
        _median("page answers after", answers_s),
        _median("picture after", pictures_s),
        Line("gate", "age of the wall's picture at the end", age_s, "s", PAGE_TURNS_S + 3),
    ]


async def _asked(pi: Pi, path: str) -> float:
    """Seconds until it was answered, from outside the guest."""
    asked = time.monotonic()
    await fetch(pi, path)
    return time.monotonic() - asked


def _median(what: str, seconds: list[float]) -> Line:
    return Line("gate", f"{what}: median", statistics.median(seconds), "s", None, f"{max(seconds):.2f} at most")


async def _one_more(pi: Pi) -> Line:
    """A phone that comes into the crowd: until its row can be read from the disk by another process."""
    android(pi.air, "C3:00:00:00:00:01", NEW).start()
    came = time.monotonic()
    rows = await until_stored(pi, {NEW.hex().upper()}, 60)
    note = f"{len(rows)} rows; read by another process in the guest, which takes seconds itself"
    return Line("gate", "one more phone: seen on the disk after", time.monotonic() - came, "s", None, note)
