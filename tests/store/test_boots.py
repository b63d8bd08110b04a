"""Boots: power-ons, power cuts and crashes, counted in state.db, whatever the clock says."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.core.boots import BootFacts
from kiosk.core.windows import UnixMs
from kiosk.store import open_store

pytestmark = pytest.mark.guest


async def run(folder: Path, boot: str, *, at: int, ends: bool = True) -> BootFacts:
    """One life of the kiosk."""
    async with open_store(folder) as store:
        facts = await store.journal.begin_run(UnixMs(at), "1", boot)
        if ends:
            await store.journal.end_run(UnixMs(at + 500))
        return facts


async def test_each_power_on_counts_once_however_often_the_kiosk_starts_in_it(tmp_path: Path) -> None:
    assert await run(tmp_path, "a", at=1000) == BootFacts(1, 0, 0)
    assert await run(tmp_path, "a", at=2000) == BootFacts(1, 0, 0)
    assert await run(tmp_path, "b", at=3000) == BootFacts(2, 0, 0)


async def test_a_box_that_went_off_without_a_stop_was_cut(tmp_path: Path) -> None:
    await run(tmp_path, "a", at=1000)
    await run(tmp_path, "a", at=2000, ends=False)
    assert await run(tmp_path, "b", at=3000) == BootFacts(2, 1, 0)
    assert await run(tmp_path, "c", at=4000) == BootFacts(3, 1, 0)


async def test_a_kiosk_that_ended_out_of_order_while_the_box_stayed_on_crashed(tmp_path: Path) -> None:
    await run(tmp_path, "a", at=1000, ends=False)
    assert await run(tmp_path, "a", at=2000, ends=False) == BootFacts(1, 0, 1)
    assert await run(tmp_path, "a", at=3000) == BootFacts(1, 0, 2)
    assert await run(tmp_path, "b", at=4000) == BootFacts(2, 0, 2)


async def test_a_clock_of_1970_neither_hides_a_boot_nor_ends_another_run(tmp_path: Path) -> None:
    await run(tmp_path, "a", at=1_795_305_600_000, ends=False)
    assert await run(tmp_path, "b", at=40_000) == BootFacts(2, 1, 0)
    with closing(sqlite3.connect(tmp_path / "state.db")) as db:
        assert db.execute("SELECT started, stopped FROM run ORDER BY started").fetchall() == [
            (40_000, 40_500),
            (1_795_305_600_000, None),
        ]
