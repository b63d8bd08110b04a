"""A memory card that forgets: at a power cut it has what was flushed, and of the writes since then what chance leaves.

QEMU's blklogwrites driver writes down every write and every flush of the guest, in order, in the format of Linux's
dm-log-writes. At a cut the machine's own disk is thrown away, and the log is played back onto the card: all writes up
to the last flush, which the card has answered for; each one after it whole, torn or not at all, as a real card may
leave them, since until a flush it owes nothing, neither them nor their order.
"""

import os
import random
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

SECTOR: Final = 512
"""Bytes that a card writes whole or not at all; also the log's unit."""
SBIN: Final = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"}
"""Where Debian has e2fsprogs."""
MAGIC: Final = 0x6A736677736872
FLUSH, DISCARD = 1, 4
"""Flags of an entry."""


class Write(NamedTuple):
    """One entry of the log: where, what, or a flush of all before it."""

    sector: int
    data: bytes
    flush: bool
    end: int
    """Bytes of log up to here."""


@dataclass(frozen=True)
class Left:
    """What a cut left of the writes: how many were flushed, and how many of the others were kept, torn and lost."""

    flushed: int
    kept: int
    torn: int
    lost: int


class Card:
    """The card of one machine, kept as a raw disk in `path`; beside it, while in use, what the machine sees of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._live, self._log = path.with_suffix(".live"), path.with_suffix(".log")

    def insert(self) -> str:
        """QEMU's words for a drive with this card; writes go to the log, not to the card."""
        self._log.write_bytes(b"")
        shape = ("-f", "qcow2", "-b", str(self.path.resolve()), "-F", "raw", str(self._live))
        subprocess.run(["qemu-img", "create", "-q", *shape], check=True, timeout=60)
        nodes = (
            f"driver=file,filename={self._live},node-name=live-file,cache.no-flush=on",
            "driver=qcow2,file=live-file,node-name=live",
            f"driver=file,filename={self._log},node-name=log-file,cache.no-flush=on",
            f"driver=blklogwrites,file=live,log=log-file,log-sector-size={SECTOR},node-name=card",
        )
        drives = " ".join(f"-blockdev {node}" for node in nodes)
        return f"{drives} -device virtio-blk-pci,drive=card,write-cache=on"

    def logged(self) -> int:
        """Bytes of log so far: they grow while the machine writes."""
        return self._log.stat().st_size

    def moments(self, since: int) -> list[int]:
        """How long the log was after each entry that made it longer than `since`: moments at which to cut."""
        return [entry.end for entry in _entries(self._log) if entry.end > since]

    def cut(self, dice: random.Random) -> Left:
        """Once the machine is dead: what the card is left with."""
        left = self._leave(self.path, dice, None)
        self._live.unlink()
        self._log.unlink()
        return left

    @contextmanager
    def cut_at(self, dice: random.Random, end: int) -> Iterator[tuple[Path, Left]]:
        """A copy of the card as it would be, had the power gone when the log was so long, and what that left. The card
        is as it was, whatever is done to the copy."""
        spare = self.path.with_suffix(".spare")
        subprocess.run(["cp", "--sparse=always", str(self.path), str(spare)], check=True, timeout=120)
        try:
            yield spare, self._leave(spare, dice, end)
        finally:
            spare.unlink()

    def _leave(self, disk: Path, dice: random.Random, end: int | None) -> Left:
        """Play the log back onto a disk; what was left of it."""
        flushed, since = read_log(self._log, end)
        survivors = [_survivors(write, dice) for write in since]
        with disk.open("r+b") as card:
            for place, data in chain(((write.sector * SECTOR, write.data) for write in flushed), *survivors):
                card.seek(place)
                card.write(data)
        sizes = [(len(kept), len(write.data) // SECTOR) for kept, write in zip(survivors, since, strict=True)]
        whole, none = sum(kept == of for kept, of in sizes), sum(kept == 0 for kept, _ in sizes)
        return Left(len(flushed), whole, len(sizes) - whole - none, none)


def read_log(path: Path, end: int | None = None) -> tuple[list[Write], list[Write]]:
    """Writes up to the last flush, and those since; of the whole log, or of as much of it as was there at a moment."""
    entries = list(_entries(path))
    with path.open("rb") as log:
        head = log.read(SECTOR)
    counted = struct.unpack_from("<QQQ", head)[2] if head else 0
    if end is not None:
        entries = [entry for entry in entries if entry.end <= end]
        counted = len(entries)
    # The log's head counts entries: a flush beyond it was never answered for.
    last = max((n for n, entry in enumerate(entries[:counted]) if entry.flush), default=-1)
    if counted > len(entries):  # an entry was under way when the machine died, and a flush may stand behind it
        last = len(entries) - 1
    writes = [(n, entry) for n, entry in enumerate(entries) if entry.data]
    return [entry for n, entry in writes if n <= last], [entry for n, entry in writes if n > last]


def _entries(path: Path) -> Iterator[Write]:
    """Entries in order, up to the first that is not whole."""
    with path.open("rb") as log:
        head = log.read(SECTOR)
        if head and struct.unpack_from("<Q", head)[0] not in (0, MAGIC):
            raise ValueError(f"{path}: not a log of writes")
        while len(entry := log.read(SECTOR)) == SECTOR:
            sector, count, flags, _ = struct.unpack_from("<QQQQ", entry)
            data = b"" if flags & DISCARD else log.read(count * SECTOR)
            if not (count or flags) or (not flags & DISCARD and len(data) < count * SECTOR):
                return
            yield Write(sector, data, bool(flags & FLUSH), log.tell())


def _survivors(write: Write, dice: random.Random) -> list[tuple[int, bytes]]:
    """Sectors of a write that reach the card: all, each by itself, or none."""
    count = len(write.data) // SECTOR
    fate = dice.choice(("kept", "torn" if count > 1 else "kept", "lost"))
    return [
        ((write.sector + n) * SECTOR, write.data[n * SECTOR : (n + 1) * SECTOR])
        for n in range(count)
        if fate == "kept" or (fate == "torn" and dice.random() < 0.5)
    ]
