"""Collect on a card that is slow to write: on disk within 10 s of the first advertisement all the same."""

from pathlib import Path

import pytest

from kiosk.core.adverts import Platform
from kiosk.core.encounters import Flush
from kiosk.core.identity import BluezoneId
from kiosk.core.pace import ON_DISK_S
from kiosk.core.windows import UnixMs
from kiosk.store import open_store
from tests.services.test_collect import START, Bench, device

pytestmark = pytest.mark.guest


@pytest.mark.parametrize("card_s", [0.1, 1.0, 2.0, 3.0])
async def test_a_slow_card_gets_its_flushes_sooner_so_that_nobody_is_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, card_s: float
) -> None:
    """Who is heard when a flush has just begun waits in the queue for all of it, and then for the whole of another."""
    late_ms: dict[BluezoneId, int] = {}
    async with open_store(tmp_path) as store:
        bench, put = Bench(store), store.put

        async def put_slowly(flush: Flush, now: UnixMs) -> None:
            bench.clock.stall(card_s)
            await put(flush, now)
            for row in flush.rows:
                late_ms.setdefault(row.peer, bench.clock.now() - row.first)

        monkeypatch.setattr(store, "put", put_slowly)
        for number in range(1, 101):
            bench.world.place(device(number, Platform.ANDROID), arrives=UnixMs(START + number * 700))
        async with bench.running():
            await bench.clock.advance(90)
    assert len(late_ms) == 100
    assert 7000 < max(late_ms.values()) <= ON_DISK_S * 1000
