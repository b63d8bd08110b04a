"""Killed: box turns in processes of their own, each ended by SIGKILL at another awaited point. Started by a test.

    python -m tests.sync.killed CARD URL

For k = 1, 2, 3, ... a child seals new rows on the card, makes a turn and dies at its k-th suspension, until a turn is
over before that. Prints the last k.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from kiosk.adapters.backend import HttpBackend, Line
from kiosk.config import Sync as Settings
from kiosk.core.adverts import Platform
from kiosk.core.encounters import Encounter, Flush, Via
from kiosk.core.identity import BluezoneId
from kiosk.core.sync import enrolment
from kiosk.core.sync.enrolment import Enrolment
from kiosk.core.windows import WINDOW_MS, UnixMs, Window
from kiosk.ports import Backend
from kiosk.services.sync import Means, Sync
from kiosk.store import open_store
from kiosk.supervisor import Board
from tests.fakes.secrets import MemorySecrets
from tests.services.sync_scene import KEY, Signs
from tests.sync.chaos import BOX, START, TOKEN, HandClock, no_campaign
from tests.sync.steps import Steps

MOST: int = 500


def met(number: int) -> Flush:
    """Three phones in a window that ended `number` windows and one ago, and its seal."""
    window = Window(UnixMs(START - START % WINDOW_MS - (number + 1) * WINDOW_MS))
    at = UnixMs(window.start + 5000)
    rows = [
        Encounter(window, BluezoneId(bytes([n]) * 12), 0, at, at, 1, -60, -60, Platform.IOS, Via.GATT) for n in range(3)
    ]
    return Flush(rows, [(window, 0)])


async def turn(card: Path, url: str, kill_at: int = 0) -> None:
    """One turn; with `kill_at`, something new is sealed first and the process dies at its `kill_at`-th suspension."""
    clock = HandClock()

    def at(number: int) -> None:
        if number == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    secrets = MemorySecrets()
    me = Enrolment(url=url, kiosk=BOX, venue="Chợ", signing_key="0" * 64, token=TOKEN)
    secrets.write(enrolment.ENROLMENT, enrolment.written(me))

    def connect(found: Enrolment) -> Backend:
        return HttpBackend(found.url, found.token, Line())

    async with open_store(card, now=clock.now()) as store:
        board = Board(clock, version="test", venue="", simulated=False)
        board.enter("sync")
        means = Means(secrets, connect, Signs(), no_campaign, lambda: 0.5)
        sync = Sync(store, KEY, Settings(share="encounters"), means, clock=clock, board=board)
        if kill_at:
            await store.put(met(kill_at), START)
        await Steps(sync.turn(), at)
        await sync.hang_up()


def main(card: Path, url: str) -> int:
    """The last k."""
    for kill_at in range(1, MOST):
        child = os.fork()
        if child == 0:
            asyncio.run(turn(card, url, kill_at))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            sys.stdout.write(f"{kill_at}\n")
            return os.WEXITSTATUS(status)
    return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
