"""Databases of earlier versions, kept as they were: opened by this one nothing is lost."""

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import kiosk
from kiosk.core.audit import Entry
from kiosk.core.boots import BootFacts
from kiosk.core.parcels import Kind
from kiosk.core.windows import UnixMs, Window
from kiosk.store import open_store

pytestmark = pytest.mark.guest

DATABASES = Path(__file__).parents[1] / "databases"
MIGRATIONS = Path(kiosk.__file__).parent / "migrations"
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


async def test_state_of_schema_1_keeps_its_runs(tmp_path: Path) -> None:
    shutil.copy(DATABASES / "state-1.db", tmp_path / "state.db")
    async with open_store(tmp_path, now=NOW) as store:
        await store.outbox.add(Kind.REPORT, 20_000, "report 1", b"content", NOW)
        assert store.damaged.all() == []
    with closing(sqlite3.connect(tmp_path / "state.db")) as db:
        assert db.execute("SELECT started FROM run").fetchall() == [(1_795_305_600_000,), (1_795_309_260_000,)]
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_state_of_schema_4_keeps_what_waits(tmp_path: Path) -> None:
    shutil.copy(DATABASES / "state-4.db", tmp_path / "state.db")
    async with open_store(tmp_path, now=NOW) as store:
        [parcel] = await store.outbox.waiting(9)
        assert (parcel.store, parcel.n, await store.outbox.content(parcel)) == ("abcdefghabcdefgh", 1, b"content")


async def test_a_day_of_schema_1_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "days").mkdir()
    shutil.copy(DATABASES / "day-1.db", tmp_path / "days/2026-11-22.db")
    async with open_store(tmp_path, now=NOW) as store:
        seals, rows = await store.resume()
        window = Window(UnixMs(1_795_305_600_000 + 12 * 3_600_000))
        assert seals == {window: 1}
        assert [(row.peer.raw, row.part) for row in rows] == [(bytes([2]) * 12, 1)]
        assert [(row.receptions, row.part) for row in await store.encounters(window)] == [(9, 0), (2, 0), (2, 1)]


async def test_undated_rows_of_schema_1_are_read_whole(tmp_path: Path) -> None:
    shutil.copy(DATABASES / "undated-1.db", tmp_path / "undated.db")
    async with open_store(tmp_path, now=NOW) as store:
        assert [row.receptions for row in await store.undated.some("b0", 9)] == [3]


@pytest.mark.parametrize("commit", ["92e622e", "ebfbdd9"])
async def test_a_day_from_before_the_first_release_is_set_aside_and_ends_nothing(tmp_path: Path, commit: str) -> None:
    """Twice the schema of a day was changed in its place: those call themselves schema 1, too."""
    (tmp_path / "days").mkdir()
    shutil.copy(DATABASES / f"day-1-of-{commit}.db", tmp_path / "days/2026-11-22.db")
    async with open_store(tmp_path, now=NOW) as store:
        assert await store.resume() == ({}, [])
        assert [each.what for each in store.damaged.all()] == ["2026-11-22"]


@pytest.mark.parametrize(
    "step", [step for schema in ("day", "state", "undated") for step in sorted((MIGRATIONS / schema).glob("*.sql"))]
)
def test_each_schema_has_a_database_here_and_no_migration_was_changed_since(step: Path) -> None:
    """Whoever changes a schema adds a step, and a database that the step before it made."""
    number = int(step.name[:4])
    kept = DATABASES / f"{step.parent.name}-{number}.db"
    assert kept.exists(), "make one with this version of the kiosk, and keep it"
    with (
        closing(sqlite3.connect(":memory:")) as db,
        closing(sqlite3.connect(f"file:{kept}?immutable=1", uri=True)) as of,
    ):
        for each in sorted(step.parent.glob("*.sql"))[:number]:
            db.executescript(each.read_text(encoding="utf-8"))
        query = "SELECT name, sql FROM sqlite_schema ORDER BY name"
        assert [_bare(row) for row in of.execute(query)] == [_bare(row) for row in db.execute(query)]
        assert of.execute("PRAGMA user_version").fetchone() == (number,)


def _bare(row: tuple[str, str | None]) -> tuple[str, str]:
    """Without comments and spaces, which mean nothing."""
    return row[0], re.sub(r"--[^\n]*|\s+", "", row[1] or "")


async def test_the_store_id_is_made_once_and_kept(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        first = store.outbox.store_id
    async with open_store(tmp_path) as store:
        assert store.outbox.store_id == first
    async with open_store(tmp_path / "another") as store:
        assert store.outbox.store_id != first
        assert set(store.outbox.store_id) <= set("abcdefghijklmnopqrstuvwxyz234567")
