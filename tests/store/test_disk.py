"""Disks that fill up, or cannot be written, for real: the store says so, keeps what it has, comes back by itself."""

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from kiosk.config import StoreSection
from kiosk.core.adverts import Platform
from kiosk.core.encounters import Encounter, Flush, Ledger, Via
from kiosk.core.facts import Trouble
from kiosk.core.faults import faults
from kiosk.core.identity import BluezoneId
from kiosk.core.windows import DAY_MS, UnixMs, window_at
from kiosk.errors import StoreError, StoreUnavailable
from kiosk.services.upkeep import NAME, Upkeep
from kiosk.sim.clock import ManualClock
from kiosk.store import open_store
from kiosk.supervisor import Board

NOW = UnixMs(20_780 * DAY_MS + 12 * 3_600_000)
WINDOW = window_at(NOW)
SIZE_KB = 2048


class SmallDisk:
    """A file system of its own where the test may mount one; else a limit on files and the folder's permissions."""

    def __init__(self, folder: Path, *, mounted: bool) -> None:
        self.folder, self._mounted = folder, mounted

    def fill(self) -> None:
        if not self._mounted:
            resource.setrlimit(resource.RLIMIT_FSIZE, (1024, resource.RLIM_INFINITY))
            return
        with (self.folder / "filled").open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))
        assert shutil.disk_usage(self.folder).free == 0

    def free(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        (self.folder / "filled").unlink(missing_ok=True)

    @contextmanager
    def read_only(self) -> Iterator[None]:
        folders = (self.folder, *(path for path in self.folder.rglob("*") if path.is_dir()))
        if self._mounted:
            subprocess.run(["mount", "-o", "remount,ro", str(self.folder)], check=True)
        else:
            for path in folders:
                path.chmod(0o500)
        try:
            yield
        finally:
            self.writable(folders)

    def writable(self, folders: tuple[Path, ...] = ()) -> None:
        if self._mounted:
            subprocess.run(["mount", "-o", "remount,rw", str(self.folder)], check=True)
        for path in folders:
            path.chmod(0o700)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    folder = tmp_path / "card"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_KB}k", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0
    small = SmallDisk(folder, mounted=mounted)
    try:
        yield small
    finally:
        small.free()
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)


def rows(first: int, count: int, part: int = 0) -> list[Encounter]:
    at = UnixMs(WINDOW.start + 1000)
    return [
        Encounter(WINDOW, BluezoneId(n.to_bytes(12, "big")), part, at, at, 1, -60, -60, Platform.ANDROID, Via.ADVERT)
        for n in range(first, first + count)
    ]


async def test_a_full_disk_keeps_rows_waiting_up_to_a_cap_and_takes_them_once_there_is_room(disk: SmallDisk) -> None:
    ledger = Ledger(capacity=400)
    async with open_store(disk.folder, now=NOW) as store:
        await store.put(Flush(rows(0, 10), []), NOW)
        disk.fill()
        for row in rows(100, 500):
            ledger.fold(row, 1.0)
        assert (len(ledger), ledger.refused) == (400, 100), "what does not fit is counted"
        for _ in range(3):
            with pytest.raises(StoreUnavailable):
                await store.put(ledger.due(NOW, 1.0), NOW)
        assert await store.encounters(WINDOW) == rows(0, 10)
        disk.free()
        flush = ledger.due(NOW, 2.0)
        await store.put(flush, NOW)
        ledger.written(flush)
        assert len(await store.encounters(WINDOW)) == 410
        assert store.damaged.all() == []


async def test_a_store_opens_on_a_full_disk(disk: SmallDisk) -> None:
    async with open_store(disk.folder, now=NOW) as store:
        await store.put(Flush(rows(0, 10), [(WINDOW, 0)]), NOW)
    disk.fill()
    async with open_store(disk.folder, now=NOW) as store:
        assert await store.resume() == ({WINDOW: 1}, [])
        with pytest.raises(StoreUnavailable):
            await store.put(Flush(rows(0, 600, part=1), []), NOW)
        disk.free()
    async with open_store(disk.folder, now=NOW) as store:
        assert store.stands_in == ""
        assert store.damaged.all() == []


@pytest.mark.parametrize("held", [0, 10])
async def test_a_disk_that_cannot_be_written_gives_a_store_in_memory_until_it_can(disk: SmallDisk, held: int) -> None:
    store_id = ""
    if held:
        async with open_store(disk.folder, now=NOW) as store:
            await store.put(Flush(rows(0, held), []), NOW)
            store_id = store.outbox.store_id
    clock = ManualClock(NOW)
    board = Board(clock, version="test", venue="", simulated=True)
    board.enter(NAME)
    with disk.read_only():
        async with open_store(disk.folder, now=NOW) as store:
            assert store.stands_in
            await store.resume()
            assert await store.last_seal() is None
            await store.journal.begin_run(NOW, "test")
            with pytest.raises(StoreUnavailable):
                await store.put(Flush(rows(50, 3), []), NOW)
            service = Upkeep(store, StoreSection(), "encounters", clock=clock, board=board)
            await turned(service, board)
            assert [fault.code for fault in faults(board.snapshot())] in (["T4"], ["T2"])
            disk.writable((disk.folder, *disk.folder.glob("*")))
            with pytest.raises(StoreError, match="starts anew"):
                await service.turn()
    async with open_store(disk.folder, now=NOW) as store:
        assert store.stands_in == ""
        assert await store.encounters(WINDOW) == rows(0, held)
        assert store.outbox.store_id == store_id or not held


async def turned(service: Upkeep, board: Board) -> None:
    """A turn, as the supervisor sees it."""
    try:
        await service.turn()
    except StoreUnavailable as error:
        board.troubled(NAME, Trouble.STORE, str(error))


async def test_a_day_too_old_goes_from_a_full_disk_too(disk: SmallDisk) -> None:
    async with open_store(disk.folder, now=NOW) as store:
        await store.outbox.share("encounters", NOW)
        await store.put(Flush(rows(0, 500), [(WINDOW, 0)]), NOW)
        disk.fill()
        await store.purge(WINDOW.day + 1, NOW)
        assert store.days() == []
