"""Stage radio: on the virtual Pi, what a report costs by either body, and what asking costs ears and air.

The guest's processor is emulated and the host may be busy, so both bodies are measured in one run: their ratio counts.
The chip leaks duplicates, as the Pi's does in a crowd. BENCH_RADIO_S is how long each body listens.
"""

import asyncio
import json
import os
import time
from typing import NotRequired, TypedDict

from on_the_pi import measured
from table import Line

from tests.rig import image
from tests.rig.installed import PYTHON, Listener
from tests.rig.phones import android, iphone_in_background
from tests.rig.pi import Failed, Pi

SECONDS = float(os.environ.get("BENCH_RADIO_S", "10"))
CROWDS = (50, 200, 500)
WAYS = {"one": "one role at a time", "both": "simultaneous roles", "user": "user channel, the chip to ourselves"}
"""Of asking; the last one is measured only."""
EDGES = "the rest is under way while the scan begins and ends"
FULL_LOAD = (120.0, 40.0)
"""Answers a minute and scan duty in per cent, at least, by the way that the kiosk takes."""
SETTLE_S = 0.1
"""So long after "scan on" the chip reports nobody, for the guest would not hear it (tests/rig/chip.py). The tests have
0.3, for a host that is busy; a Pi is ready after a millisecond."""
IPHONES = 8
TURNS = 10
AD = "0303564e" + "0fffb522" + "2e" * 12
"""Our advertisement's structures: service 4E56, and 12 bytes of an id."""
_ASK = f"{PYTHON} -c 'import asyncio; from kiosk.adapters.privileged import Privileged as P; "


class Heard(TypedDict):
    """What hear.py tells of a body: reports a second, different phones, processor in microseconds a report, all and by
    process, and reports in all."""

    per_s: float
    phones: int
    us: float | None
    each_us: NotRequired[dict[str, float] | None]
    dropped: NotRequired[int]
    """Reports that the kernel or the queue had no room for."""
    all: NotRequired[int]
    reported: NotRequired[int]
    """Reports in all, as the chip counted them."""
    sent: NotRequired[float]
    """Advertisements a second, as the phones counted them."""


def run() -> list[Line]:
    """Boot, measure, power off; says what is missing where there is no virtual Pi."""
    return measured("radio", _measure)


async def _measure(pi: Pi) -> list[Line]:
    pi.copy_in(image.HERE / "probes", to="/root/")
    lines = []
    for count in CROWDS:
        lines += await _crowd(pi, count)
    return lines + [line for way in WAYS for line in await _asks(pi, way)]


async def _crowd(pi: Pi, count: int) -> list[Line]:
    """So many phones at 100 ms, heard by one body after the other."""
    pi.chip.drops_duplicates = False
    for number in range(count):
        android(pi.air, f"C2:00:00:00:{number >> 8:02X}:{number & 255:02X}", number.to_bytes(12, "big")).start()
    told: dict[str, Heard] = {}
    for body in ("sockets", "bleak"):
        before, began = sum(each.sent for each in pi.air.beacons), time.monotonic()
        pi.chip.reports = 0
        told[body] = await _heard(pi, body)
        sent = sum(each.sent for each in pi.air.beacons) - before
        told[body]["sent"], told[body]["reported"] = sent / (time.monotonic() - began), pi.chip.reports
    pi.air.silence_beacons()
    sockets, bleak = told["sockets"], told["bleak"]
    goal = 4.0 if count == CROWDS[0] else None
    lines = [
        Line("radio", f"{count} phones, {body}: heard a second", each["per_s"], "", None, _whom(each))
        for body, each in told.items()
    ]
    share = 100 * sockets.get("all", 0) / max(1, sockets.get("reported", 0))
    lines += [
        Line("radio", f"{count} phones, sockets: of what the chip reported", share, "%", 95, EDGES, at_least=True),
        Line("radio", f"{count} phones, sockets: lost for want of room", sockets.get("dropped"), "", 0),
    ]
    lines += [
        Line("radio", f"{count} phones, {body}: processor a report", each["us"], "us", None, _by_process(each))
        for body, each in told.items()
    ]
    if sockets["us"] and bleak["us"]:
        lines.append(
            Line("radio", f"{count} phones: bleak / sockets", bleak["us"] / sockets["us"], "times", goal, at_least=True)
        )
    return lines


def _whom(told: Heard) -> str:
    return f"of {told['sent']:.0f} sent; {told['phones']} phones"


def _by_process(told: Heard) -> str:
    return ", ".join(f"{name} {us}" for name, us in (told.get("each_us") or {}).items())


async def _heard(pi: Pi, body: str) -> Heard:
    try:
        out = await pi.sh(f"{PYTHON} /root/probes/hear.py {body} {SECONDS:g}", within=120)
        told: Heard = json.loads(out.splitlines()[-1])
    except Failed:
        return {"per_s": 0.0, "phones": 0, "us": None}
    return told


async def _asks(pi: Pi, way: str) -> list[Line]:
    """iPhones asked one after the other without a pause: the most that this way can do, and what it costs."""
    pi.chip.drops_duplicates = True
    pi.chip.scan_settle = SETTLE_S
    addresses = [f"52:00:00:00:{list(WAYS).index(way):02X}:{number:02X}" for number in range(IPHONES)]
    phones = [await iphone_in_background(pi.air, each, bytes(12)).start() for each in addresses]
    if way == "user":
        await pi.sh("systemctl stop bluetooth")
        probe = f"user_channel.py {TURNS} {AD}"
    else:
        await pi.sh(_ASK + f'asyncio.run(P().ask("advertise", "connectable", "{AD}"))\'')
        probe = f"read.py {way} {TURNS}"
    listener, watch = Listener(pi.air), Watch(pi)
    asking = asyncio.create_task(pi.sh(f"{PYTHON} /root/probes/{probe} {' '.join(addresses)}", within=240))
    told = json.loads((await watch.until(asking)).splitlines()[-1])
    for phone in phones:
        await phone.stop()
    a_minute, duty = FULL_LOAD if way == "both" else (None, None)
    name = f"asks, {WAYS[way]} ({told['status']})"
    gaps = [after.at - before.at for before, after in zip(listener.heard, listener.heard[1:], strict=False)]
    return [
        Line(
            "radio",
            f"{name}: answered a minute",
            60 * told["answers"] / told["seconds"],
            "",
            a_minute,
            "",
            at_least=True,
        ),
        Line("radio", f"{name}: scan duty meanwhile", 100 * watch.scan, "%", duty, "", at_least=True),
        Line("radio", f"{name}: own advertisement on meanwhile", 100 * watch.air, "%"),
        Line("radio", f"{name}: longest gap of our own", max(gaps, default=0.0), "s", 3.0),
    ]


class Watch:
    """What the chip does, looked at every 10 ms from outside."""

    def __init__(self, pi: Pi) -> None:
        self._pi = pi
        self.scan = self.air = 0.0

    async def until(self, asking: "asyncio.Task[str]") -> str:
        looks = scans = airs = 0
        while not asking.done():
            if self._pi.chip.le_scan_enable or looks:  # from the first scan on
                looks += 1
                scans += bool(self._pi.chip.le_scan_enable)
                airs += bool(self._pi.chip.le_legacy_advertiser.enabled)
            await asyncio.sleep(0.01)
        self.scan, self.air = scans / max(looks, 1), airs / max(looks, 1)
        return await asking
