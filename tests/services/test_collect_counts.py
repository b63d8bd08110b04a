"""What collect counts over its whole life, whatever happens to the scan."""

import pytest

from kiosk.sim.radio import Fault
from tests.services.test_collect import Bench, bench

__all__ = ["bench"]

pytestmark = pytest.mark.guest


async def test_what_was_dropped_stays_counted_when_the_scan_begins_anew(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    hear = bench.world.hear
    async with bench.running():
        monkeypatch.setattr(bench.world, "hear", lambda: (hear()[0], 7))
        await bench.clock.advance(5)
        monkeypatch.setattr(bench.world, "hear", hear)
        before = bench.board.snapshot().collect
        bench.radio.break_down(Fault.CHIP_GONE, for_s=5)
        await bench.clock.advance(60)
        after = bench.board.snapshot().collect
    assert after.listening_since != before.listening_since
    assert after.dropped >= before.dropped > 0
