"""What lies on a card without a machine: the store's files, read on the host after the file system was mended.

e2fsck replays the journal, as it does on a Raspberry Pi before the card is mounted; debugfs copies the files out, so
that SQLite's own recovery leaves the card's files to the kiosk.
"""

import sqlite3
import subprocess
import tempfile
from collections import Counter
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from tests.rig.card import SBIN

STATE: Final = "/var/lib/bluezone-kiosk"
WINDOW_MS: Final = 900_000
CLOCK_MS: Final = 2_000
"""The guest reads its clock chip by the second."""
_ROWS: Final = """SELECT slot, part, hex(id), first, last, receptions, rssi_best, rssi_sum FROM encounter"""


class Met(NamedTuple):
    """One encounter on the card; `window`: its start, `first`, `last`: receptions, all in ms since 1970."""

    window: int
    part: int
    peer: str
    first: int
    last: int
    receptions: int
    rssi: tuple[int, int]


@dataclass
class Remains:
    """All that the card tells: encounters, sealed parts as (window, part), root key, and what is malformed."""

    rows: list[Met] = field(default_factory=list)
    seals: set[tuple[int, int]] = field(default_factory=set)
    root_key: bytes = b""
    files: int = 0
    malformed: list[str] = field(default_factory=list)

    @property
    def by_peer(self) -> dict[str, Met]:
        """The first encounter with each id."""
        return {row.peer: row for row in sorted(self.rows, reverse=True)}

    def sealed(self) -> dict[tuple[int, int], set[Met]]:
        """The encounters of each sealed part."""
        parts: dict[tuple[int, int], set[Met]] = {seal: set() for seal in self.seals}
        for row in self.rows:
            if (row.window, row.part) in parts:
                parts[row.window, row.part].add(row)
        return parts

    def doubled(self) -> list[tuple[int, str]]:
        """Ids met more than once in a window."""
        return [key for key, count in Counter((row.window, row.peer) for row in self.rows).items() if count > 1]


def look(card: Path) -> Remains:
    """Mend the card's file system as at boot, and read the kiosk's files."""
    remains = Remains()
    mended = _run("e2fsck", "-p", str(card))
    if mended.returncode not in (0, 1, 2):  # 1 and 2: mended; more: damage that needs a person; less: it crashed
        remains.malformed.append(f"file system: {mended.stdout.strip()[-300:]}")
    with tempfile.TemporaryDirectory(prefix="card-") as folder:
        _run("debugfs", "-R", f"rdump {STATE} {folder}", str(card))
        root = Path(folder) / Path(STATE).name
        if (key := root / "root.key").exists():
            remains.root_key = key.read_bytes()
        for path in sorted(root.rglob("*.db")):
            remains.files += 1
            try:
                _read(path, remains)
            except (sqlite3.Error, ValueError) as error:
                remains.malformed.append(f"{path.name}: {error}")
    return remains


def findings(before: Remains, now: Remains, *, due: set[str], sent: set[str], boot: tuple[float, float]) -> list[str]:
    """What is wrong with a card, after what was `before` on it, ids `due` on it, all ids that were ever `sent`, and a
    `boot` from one time of the kiosk's clock (s since 1970, to the second or so) to another."""
    met, sealed = now.by_peer, now.sealed()
    span = range(int(boot[0] * 1000) - CLOCK_MS, int(boot[1] * 1000) + CLOCK_MS)
    new = [row for peer, row in met.items() if peer not in before.by_peer]
    found: dict[str, Collection[object]] = {
        "malformed": now.malformed,
        "owed and not there": due - set(met),
        "there before and gone": {row[:3] for row in before.rows} - {row[:3] for row in now.rows},
        "twice": now.doubled(),
        "never sent": set(met) - sent,
        "dated outside the time the power was on": [
            row for row in new if row.first not in span or row.last not in span
        ],
        "sealed and changed": [part for part, rows in before.sealed().items() if sealed.get(part) != rows],
        "another root key": [] if before.root_key in (b"", now.root_key) else ["the old one is lost"],
    }
    return [f"{what}: {len(which)}, such as {next(iter(which))}" for what, which in found.items() if which]


def _read(path: Path, remains: Remains) -> None:
    with closing(sqlite3.connect(path)) as base:
        if (verdict := base.execute("PRAGMA integrity_check").fetchall()) != [("ok",)]:
            raise ValueError(str(verdict[:3]))
        if path.parent.name != "days" or not base.execute("PRAGMA user_version").fetchone()[0]:
            return  # a day whose making was cut short: the kiosk makes it again
        midnight = int(datetime.fromisoformat(path.stem).replace(tzinfo=UTC).timestamp()) * 1000
        for slot, part, peer, first, last, receptions, *rssi in base.execute(_ROWS):
            start = midnight + slot * WINDOW_MS
            remains.rows.append(Met(start, part, peer, start + first, start + last, receptions, (rssi[0], rssi[1])))
        seals = base.execute("SELECT slot, part FROM seal")
        remains.seals |= {(midnight + slot * WINDOW_MS, part) for slot, part in seals}


def _run(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(words, capture_output=True, text=True, timeout=120, check=False, env=SBIN)
