"""In the guest: ask iPhones over one LE socket each, one after the other. read.py ROLES COUNT ADDRESS...

ROLES is one (the kernel pauses our advertisement for each connect) or both (it is told that the chip can send and
connect at once). Each address is asked COUNT times; prints JSON: answers, and seconds an ask took.
"""

import asyncio
import json
import sys
import time

from kiosk.adapters.att_reader import AttReader
from kiosk.adapters.management import Management
from kiosk.adapters.privileged import Privileged
from kiosk.adapters.socket_scanner import SocketScanner
from kiosk.adapters.system import SystemClock
from kiosk.core import mgmt
from kiosk.errors import KioskError


async def main(roles: str, count: int, *addresses: str) -> None:
    privileged = Privileged()
    management = Management(privileged.opened, "hci0")
    scanner = SocketScanner(management, SystemClock())
    reader = AttReader(privileged.opened, management, scanner.refresh, scanner.asked)
    answers, took = 0, []
    async with scanner.listening():  # which asks for both
        status, _ = await management.attempt(mgmt.SET_EXPERIMENTAL, mgmt.SIMULTANEOUS_ROLES + bytes((roles == "both",)))
        await asyncio.sleep(2)
        began = time.monotonic()
        for address in addresses * count:
            asked = time.monotonic()
            try:
                await reader.read_id(address, "random", 6.0)
                answers += 1
            except KioskError:
                pass
            took.append(time.monotonic() - asked)
        whole = time.monotonic() - began
    told = {"roles": roles, "status": mgmt.said(status) if status else "ok", "answers": answers, "asks": len(took)}
    sys.stdout.write(json.dumps({**told, "seconds": whole, "mean": sum(took) / len(took)}) + "\n")
    management.close()


asyncio.run(main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:]))
