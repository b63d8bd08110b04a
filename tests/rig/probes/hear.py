"""In the guest: listen by one body for a while; JSON of what it heard and what that cost. hear.py BODY SECONDS

BODY is sockets or bleak. The processor is that of bluetoothd, dbus-daemon and this process, in microseconds a report;
the simulated chip's own process is left out. It is told together (`us`) and each for itself (`each_us`). `all` counts
from the scan's beginning.
"""

import asyncio
import json
import os
import sys
import time
from pathlib import Path

from kiosk.adapters.bleak_radio import BleakRadio
from kiosk.adapters.bluez import Controller
from kiosk.adapters.management import Management
from kiosk.adapters.privileged import Privileged
from kiosk.adapters.socket_scanner import SocketScanner
from kiosk.adapters.system import SystemClock
from kiosk.core.adverts import read
from kiosk.ports import Scanner

COUNTED = ("bluetoothd", "dbus-daemon", "hear.py")


def processor_s() -> dict[str, float]:
    """What the counted processes have used so far."""
    used = dict.fromkeys(COUNTED, 0.0)
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_text().split("\0")
            fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        names = {word.rpartition("/")[2] for word in words[:3]}
        if words[0] not in ("bash", "timeout"):
            for name in names & set(COUNTED):
                used[name] += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return used


async def main(body: str, seconds: float) -> None:
    clock, controller = SystemClock(), Controller("hci0")
    management = Management(Privileged().opened, "hci0")
    scanner: Scanner = SocketScanner(management, clock) if body == "sockets" else BleakRadio(controller, clock)
    heard, phones = 0, set()
    async with scanner.listening() as ears:
        await asyncio.sleep(2)
        before_that = len(ears.take())
        began, before = time.monotonic(), processor_s()
        while time.monotonic() < began + seconds:
            await asyncio.sleep(0.5)
            for packet in ears.take():
                heard += 1
                phones.add(packet.address)
                read(packet.ad)
        took = time.monotonic() - began
        used = {name: after - before[name] for name, after in processor_s().items()}
        told = {
            "body": body,
            "per_s": heard / took,
            "phones": len(phones),
            "dropped": ears.dropped,  # what the kernel lost included
        }
        told["each_us"] = {name: round(1e6 * each / heard) for name, each in used.items()} if heard else None
        told["us"] = 1e6 * sum(used.values()) / heard if heard else None
        told["all"] = before_that + heard + len(ears.take())
    sys.stdout.write(json.dumps(told) + "\n")
    management.close()
    controller.close()


asyncio.run(main(sys.argv[1], float(sys.argv[2])))
