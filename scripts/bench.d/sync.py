"""Stage sync: what a backlog of a week costs a box and its collector, and how a fleet comes back after an outage."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Final

from table import Line

from kiosk.config import Sync as Settings
from kiosk.core.encounters import Flush
from kiosk.core.sync import enrolment
from kiosk.core.sync.budget import SPREAD_S, Trickle
from kiosk.core.sync.enrolment import Enrolment
from kiosk.core.sync.retry import Pace
from kiosk.core.windows import WINDOWS_PER_DAY, UnixMs
from kiosk.services.sync import OUTAGE, PER_TURN, PERIOD_S, Means, Sync
from kiosk.store import Store, open_store
from kiosk.supervisor import Board
from tests.core.test_batches import crowd
from tests.fakes.secrets import MemorySecrets
from tests.services.sync_scene import KEY, Signs
from tests.sync.boxes import enrol
from tests.sync.chaos import BOX, START, TOKEN, HandClock, Reached, Server, no_campaign

DAYS: Final = 7
PHONES: Final = 500
BOXES: Final = 5000
OUTAGES_H: Final = (1, 4, 24)
BACK_S: Final = 900.0
"""The longest wait between two tries: by then every box is back."""
BIN_S: Final = 10.0


def run() -> list[Line]:
    """Both."""
    with tempfile.TemporaryDirectory() as folder:
        drained = asyncio.run(_drain(Path(folder)))
    return [*drained, *map(_outage, OUTAGES_H)]


async def _drain(folder: Path) -> list[Line]:
    """A week without network at 500 phones a window, then a good line."""
    clock = HandClock()
    server = Server(folder, clock)
    await server.start()
    assert server.books is not None
    await enrol(server.books, BOX, TOKEN, START)
    async with open_store(folder / "card", now=START) as store:
        sync = _sync(store, server, clock)
        await sync.turn()
        windows = await _fill(store)
        began, parcels, slowest = perf_counter(), 0, 0.0
        while (await store.outbox.standing()).waiting or store.sealed:
            clock.seconds += PERIOD_S
            turn = perf_counter()
            await sync.turn()
            slowest = max(slowest, perf_counter() - turn)
            parcels += 1
        took = perf_counter() - began
        rows = await server.rows(DAYS + 1)
        await sync.hang_up()
    await server.kill()
    assert len(rows) == windows * PHONES
    turns = f"{parcels} turns of {PERIOD_S:.0f} s; {PER_TURN} parcels at most in one"
    return [
        Line("sync", f"backlog of {DAYS} days, {len(rows):,} encounters: work", took, "s", None, "box and collector"),
        Line("sync", "the same: time on a box", parcels * PERIOD_S / 60, "min", None, turns),
        Line("sync", "slowest turn, in which the radio's loop waits for none of it", slowest * 1000, "ms"),
    ]


async def _fill(store: Store) -> int:
    windows = DAYS * WINDOWS_PER_DAY
    rows = crowd(PHONES, windows)
    shift = UnixMs(START - START % 900_000 - windows * 900_000 - rows[0].window.start)
    for first in range(0, len(rows), PHONES):
        moved = [
            row._replace(
                window=type(row.window)(UnixMs(row.window.start + shift)),
                first=UnixMs(row.first + shift),
                last=UnixMs(row.last + shift),
            )
            for row in rows[first : first + PHONES]
        ]
        await store.put(Flush(moved, [(moved[0].window, 0)]), START)
    return windows


def _sync(store: Store, server: Server, clock: HandClock) -> Sync:
    secrets = MemorySecrets()
    me = Enrolment(url="http://c.example", kiosk=BOX, venue="Chợ", signing_key="0" * 64, token=TOKEN)
    secrets.write(enrolment.ENROLMENT, enrolment.written(me))
    board = Board(clock, version="bench", venue="", simulated=False)
    board.enter("sync")
    means = Means(secrets, lambda _: Reached(server), Signs(), no_campaign, lambda: 0.5)
    return Sync(store, KEY, Settings(share="encounters"), means, clock=clock, board=board)


def _outage(hours: int) -> Line:
    """Requests of a fleet in each 10 s, heartbeats and what waited, from the moment the collector is back until nothing
    waits anywhere."""
    random = Random(hours)
    bins: Counter[int] = Counter()
    outage_s, backlog = hours * 3600.0, hours * 4
    window_s = BACK_S + (SPREAD_S if backlog > PER_TURN else 0.0)
    for _ in range(BOXES):
        for at, sent in _returning(random, outage_s, outage_s + window_s, backlog):
            bins[int((at - outage_s) // BIN_S)] += sent
    mean = sum(bins.values()) / (window_s / BIN_S)
    peak = max(bins.values())
    note = f"mean {mean / BIN_S:.0f}, peak {peak / BIN_S:.0f} requests a second in 10 s, {window_s / 60:.0f} min"
    return Line("sync", f"{BOXES:,} boxes after {hours} h of outage: peak to mean", peak / mean, "", 2.0, note)


def _returning(random: Random, outage_s: float, end: float, waiting: int) -> Iterator[tuple[float, int]]:
    """When one box sends how many requests."""
    pace, trickle = Pace(), Trickle()
    now = random.random() * PERIOD_S
    while now < end:
        if pace.may(now) and now < outage_s:
            pace.failed(now, random.random())
        elif pace.may(now):
            if pace.failures >= OUTAGE and waiting > PER_TURN:
                trickle.begin(waiting, now, random.random())
            pace.well()
            sent = min(waiting, trickle.parcels(PER_TURN, now))
            for _ in range(sent):
                trickle.sent()
            waiting -= sent
            beats = pace.beats(now)
            if beats:
                pace.beaten(now, random.random())
            yield now, sent + beats
        now += PERIOD_S
