"""Databases of earlier versions, kept as they were: opened by this one nothing is lost."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.core.audit import Entry
from kiosk.core.boots import BootFacts
from kiosk.core.parcels import Kind
from kiosk.core.windows import UnixMs
from kiosk.store import open_store

pytestmark = pytest.mark.guest

DATABASES = Path(__file__).parents[1] / "databases"
NOW = UnixMs(1_795_400_000_000)


async def test_state_of_schema_2_keeps_runs_and_audit_and_gets_a_store_id(tmp_path: Path) -> None:
    shutil.copy(DATABASES / "state-2.db", tmp_path / "state.db")
    async with open_store(tmp_path, now=NOW, make_id=lambda: "abcdefghabcdefgh") as store:
        assert await store.journal.noted(9) == [
            Entry(UnixMs(1_795_309_302_000), 1, "redraw", "done"),
            Entry(UnixMs(1_795_309_300_000), 1, "redraw", "asked"),
        ]
        assert not await store.journal.note(Entry(NOW, 1, "redraw", "asked"), "form-1")
        assert (store.outbox.store_id, store.outbox.given) == ("abcdefghabcdefgh", 0)
        await store.outbox.add(Kind.REPORT, 20_000, "report 1", b"content", NOW)
        await store.journal.begin_run(NOW, "0.2.0")
    with closing(sqlite3.connect(tmp_path / "state.db")) as db:
        assert db.execute("SELECT started, version, stopped FROM run ORDER BY started").fetchall() == [
            (1_795_305_600_000, "0.1.0", 1_795_309_200_000),
            (1_795_309_260_000, "0.1.0", None),
            (NOW, "0.2.0", None),
        ]
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_state_of_schema_3_counts_boots_from_now_on(tmp_path: Path) -> None:
    shutil.copy(DATABASES / "state-3.db", tmp_path / "state.db")
    async with open_store(tmp_path, now=NOW) as store:
        assert (store.outbox.store_id, store.outbox.given) == ("abcdefghabcdefgh", 1)
        assert await store.journal.begin_run(NOW, "0.2.0", "b1") == BootFacts(boots=1)


async def test_the_store_id_is_made_once_and_kept(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        first = store.outbox.store_id
    async with open_store(tmp_path) as store:
        assert store.outbox.store_id == first
    async with open_store(tmp_path / "another") as store:
        assert store.outbox.store_id != first
        assert set(store.outbox.store_id) <= set("abcdefghijklmnopqrstuvwxyz234567")
