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
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

SECTOR: Final = 512
"""Bytes that a card writes whole or not at all; also the log's unit."""
MAGIC: Final = 0x6A736677736872
FLUSH, DISCARD = 1, 4
"""Flags of an entry."""


class Write(NamedTuple):
    """One entry of the log: where, what, or a flush of all before it."""

    sector: int
    data: bytes
    flush: bool


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

    def cut(self, dice: random.Random) -> Left:
        """Once the machine is dead: what the card is left with."""
        flushed, since = read_log(self._log)
        card = os.open(self.path, os.O_RDWR)
        try:
            for write in flushed:
                os.pwrite(card, write.data, write.sector * SECTOR)
            fates = [_leave(card, write, dice) for write in since]
        finally:
            os.close(card)
        self._live.unlink()
        self._log.unlink()
        return Left(len(flushed), *(fates.count(fate) for fate in ("kept", "torn", "lost")))


def read_log(path: Path) -> tuple[list[Write], list[Write]]:
    """Writes up to the last flush, and those since. The log's head counts entries: a flush beyond it was never
    answered for."""
    entries = list(_entries(path))
    with path.open("rb") as log:
        head = log.read(SECTOR)
    counted = struct.unpack_from("<QQQ", head)[2] if head else 0
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
            yield Write(sector, data, bool(flags & FLUSH))


def _leave(card: int, write: Write, dice: random.Random) -> str:
    """Kept, torn (each sector by itself), or lost."""
    count = len(write.data) // SECTOR
    fate = dice.choice(("kept", "torn" if count > 1 else "kept", "lost"))
    survivors = [n for n in range(count) if fate == "kept" or (fate == "torn" and dice.random() < 0.5)]
    for n in survivors:
        os.pwrite(card, write.data[n * SECTOR : (n + 1) * SECTOR], (write.sector + n) * SECTOR)
    return "kept" if len(survivors) == count else "torn" if survivors else "lost"
