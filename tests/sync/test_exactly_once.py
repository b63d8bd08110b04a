"""Exactly once: whatever network, collector, power and card do, the collector has every sealed row, each once."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.core.batches import batch_of, encoded
from kiosk.core.batches import rows as rows_in
from kiosk.core.encounters import Flush
from kiosk.services.sync import PER_TURN
from tests.sync.boxes import enrol
from tests.sync.chaos import BOX, START, TOKEN, HandClock, Sealed, Server, run
from tests.sync.killed import met, turn

SEEDS = 60
"""Here; scripts/exactly-once runs as many as it is told, 10,000 by default."""


@pytest.mark.parametrize("first", range(0, SEEDS, 10))
async def test_the_collector_has_every_sealed_row_once_after_any_schedule(first: int, tmp_path: Path) -> None:
    happened: set[str] = set()
    for seed in range(first, first + 10):
        (tmp_path / str(seed)).mkdir()
        happened |= set(await run(seed, tmp_path / str(seed)))
    assert {"_restore_card", "_restart_server", "killed within a turn"} <= happened, "these seeds are too tame"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """A collector that knows the box."""
    folder = tmp_path / "collector"
    folder.mkdir()
    server = Server(folder, HandClock())
    await server.start()
    assert server.books is not None
    await enrol(server.books, BOX, TOKEN, START)
    yield server
    await server.kill()


async def test_a_box_killed_at_any_awaited_point_of_a_turn_loses_and_doubles_nothing(
    server: Server, tmp_path: Path
) -> None:
    card, url = tmp_path / "card", f"http://127.0.0.1:{server.port}"
    await turn(card, url)  # the choice to share is written down
    killer = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.sync.killed", str(card), url, stdout=PIPE
    )
    said, _ = await killer.communicate()
    assert killer.returncode == 0
    last = int(said)
    assert last > 30, "a turn that sends has more awaited points than that"
    for _ in range(last // PER_TURN + 2):
        await turn(card, url)
    truth = {(day, row) for number in range(1, last + 1) for day, row in collected(met(number))}
    rows = await server.rows()
    assert len(rows) == len(set(rows))
    assert set(rows) == truth


def collected(flush: Flush) -> list[Sealed]:
    """Rows of a day as the collector keeps them."""
    day = flush.rows[0].window.day
    return [(day, row) for row in rows_in(encoded(batch_of(day, flush.rows)))[1]]
