"""Power cuts on the store: a few of the runs of scripts/torn-writes, and proof that they would find what is lost."""

import random

import pytest

from kiosk.store import days, files, undated
from tests.torn import runs
from tests.torn.disk import SECTOR, Create, Disk, Link, Sync, SyncFolder, Truncate, Unlink, Write

RUNS = 20
SHORT = 30
"""Steps of a life that is made to fail."""


def faults(first: int, count: int) -> list[str]:
    events = runs.recorded(first, SHORT)
    return [fault for seed in range(first, first + count) for fault in runs.cut_off(events, seed).faults]


def test_no_cut_leaves_a_malformed_file_or_loses_what_was_promised() -> None:
    for seed in range(RUNS):
        cut = runs.run(seed)
        assert cut.faults == (), f"scripts/torn-writes --first {seed} --runs 1"


@pytest.mark.parametrize("setting", ["OFF", "NORMAL"])
def test_a_store_that_does_not_wait_for_the_card_is_caught(setting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lax = tuple(pragma.replace("synchronous=FULL", f"synchronous={setting}") for pragma in files._PRAGMAS)
    assert lax != files._PRAGMAS
    monkeypatch.setattr(files, "_PRAGMAS", lax)
    found = faults(1, 12)
    assert any("lost" in fault for fault in found)
    assert setting != "OFF" or any("malformed" in fault or "twice" in fault for fault in found)


def test_a_store_that_does_not_wait_for_its_folder_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (files, days, undated):
        monkeypatch.setattr(module, "sync_folder", lambda _folder: None)
    assert faults(2, 30)


def left(*events: object, cuts: int = 200) -> set[tuple[tuple[str, bytes], ...]]:
    """Every disk that some cut leaves."""
    found = set()
    for seed in range(cuts):
        disk = Disk()
        disk.play(events)  # type: ignore[arg-type]
        found.add(tuple(sorted(disk.cut(random.Random(seed)).items())))
    return found


MADE = (Create("a"), SyncFolder("."))


def test_what_is_synchronised_stays_and_what_is_not_may_be_lost() -> None:
    one, two = Write("a", 0, b"one"), Write("a", 3, b"two")
    assert left(*MADE, one, Sync("a"), two) == {(("a", b"one"),), (("a", b"onetwo"),)}


def test_a_write_may_be_torn_where_a_sector_ends_and_in_any_order() -> None:
    whole = b"x" * SECTOR + b"y" * SECTOR
    assert left(*MADE, Write("a", 0, whole)) == {
        (("a", b""),),
        (("a", whole[:SECTOR]),),
        (("a", bytes(SECTOR) + whole[SECTOR:]),),
        (("a", whole),),
    }


def test_a_cut_file_may_be_as_long_as_before() -> None:
    written = (Write("a", 0, b"long"), Sync("a"))
    assert left(*MADE, *written, Truncate("a", 1)) == {(("a", b"long"),), (("a", b"l"),)}


def test_names_may_be_lost_until_their_folder_is_synchronised() -> None:
    made = (Create("a"), Write("a", 0, b"1"), Sync("a"))
    assert left(*made) == {(), (("a", b"1"),)}
    assert left(*made, SyncFolder("."), Unlink("a")) == {(), (("a", b"1"),)}
    moved = left(*made, SyncFolder("."), Link("a", "b", moved=True))
    assert moved == {(("a", b"1"),), (("b", b"1"),)}, "a name that moves is never nowhere"
