"""Runs: lives cut at random, each opened again with the real store. python -m tests.torn.runs [--runs N] [--first SEED]

A run is named by its seed: `--first SEED --runs 1` does it again.
"""

import argparse
import asyncio
import random
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from kiosk.core.encounters import Encounter, Ledger
from kiosk.core.parcels import Kind
from kiosk.core.windows import UnixMs
from kiosk.errors import KioskError
from kiosk.store import Store, open_store
from tests.torn.disk import Disk, Event, Promise, Sync, SyncFolder
from tests.torn.life import BOOT, STEPS, Expected, Key, Life
from tests.torn.shim import Recorder

RUNS_A_LIFE: Final = 50
"""So many runs cut the same life, each elsewhere."""
FAST: Final = "/dev/shm"


class Cut(NamedTuple):
    """One run: where it was cut, and what was wrong afterwards."""

    seed: int
    event: int
    faults: tuple[str, ...]


def recorded(seed: int, steps: int = STEPS) -> list[Event]:
    """A whole life."""
    with _folder() as folder:
        recorder = Recorder(folder)
        with recorder.watching():
            asyncio.run(Life(folder, recorder, random.Random(seed), steps=steps).live())
        return recorder.events


_recorded = lru_cache(maxsize=2)(recorded)


def run(seed: int) -> Cut:
    """One life, cut once."""
    events = _recorded(seed // RUNS_A_LIFE)
    return cut_off(events, seed)


def cut_off(events: list[Event], seed: int) -> Cut:
    """Cut between a synchronisation and the next, a promise or two later or before it: what is then on the disk?"""
    chance = random.Random(f"cut {seed}")
    at = chance.choice(_moments(events))
    disk, expected = Disk(), Expected()
    disk.play(events[:at])
    for event in events[:at]:
        if isinstance(event, Promise):
            expected.hear(event.what)
    with _folder() as folder:
        for name, content in disk.cut(chance).items():
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
            path.chmod(0o600)
        try:
            faults = tuple(asyncio.run(_found(folder, expected)))
        except (KioskError, ExceptionGroup) as error:
            faults = (f"it does not open: {error}",)
    return Cut(seed, at, faults)


def _moments(events: list[Event]) -> list[int]:
    """Around every synchronisation, and one event in five elsewhere."""
    near = {at + step for at, event in enumerate(events) if isinstance(event, Sync | SyncFolder) for step in range(3)}
    return sorted(near | set(range(0, len(events), 5)))


async def _found(folder: Path, expected: Expected) -> list[str]:
    """Everything that is not as it must be, once the real store has opened what is left."""
    faults = list(_malformed(folder, "before it was opened"))
    now = UnixMs((expected.going + 3) * 86_400_000)
    async with open_store(folder, now=now) as store:
        faults += [f"stands in: {store.stands_in}"] if store.stands_in else []
        ledger = Ledger(*await store.resume())
        faults += await _rows(store, expected)
        faults += await _parcels(store, expected)
        faults += await _undated(store, expected)
        faults += [f"day {day} is back" for day in store.days() if day < expected.gone]
        for part in ledger.due(now, 1.0).by_day():
            await store.put(part, now)
        faults += [f"{each.path.name} was set aside" for each in store.damaged.all()]
    faults += _secrets(folder, expected)
    return faults + list(_malformed(folder, "after it was closed"))


def _malformed(folder: Path, when: str) -> Iterator[str]:
    """SQLite's full check, on a copy: looking at a file mends it."""
    for path in sorted((*folder.glob("*.db"), *folder.glob("days/*.db"))):
        with _folder() as aside:
            for each in path.parent.glob(f"{path.name}*"):
                (aside / each.name).write_bytes(each.read_bytes())
            with closing(sqlite3.connect(aside / path.name)) as db:
                try:
                    db.execute("PRAGMA locking_mode=EXCLUSIVE")
                    [told] = db.execute("PRAGMA integrity_check(1)").fetchone()
                except sqlite3.Error as error:
                    told = str(error)
        if told != "ok":
            yield f"{path.name} is malformed {when}: {told}"


async def _rows(store: Store, expected: Expected) -> list[str]:
    found: dict[Key, Encounter] = {}
    windows = {key[0] for key in (*expected.tried, *expected.written)}
    for window in windows:
        found |= {(row.window, row.part, row.peer): row for row in await store.encounters(window)}
    faults = []
    for key, row in expected.written.items():
        if key not in found:
            faults.append(f"lost: a row of slot {row.window.slot}, part {row.part}")
        elif found[key].receptions < row.receptions:
            faults.append(f"lost: {row.receptions - found[key].receptions} receptions of slot {row.window.slot}")
    faults += ["a row that nobody wrote" for key, row in found.items() if _more(row.receptions, key, expected)]
    sealed = {(window.day, slot, part) for window in windows for slot, part in await store.seals(window.day)}
    faults += [
        f"lost: the seal of slot {window.slot}, part {part}"
        for window, part in expected.sealed
        if (window.day, window.slot, part) not in sealed
    ]
    return faults


def _more(receptions: int, key: Key, expected: Expected) -> bool:
    tried = expected.tried.get(key)
    return tried is None or receptions > tried.receptions


async def _parcels(store: Store, expected: Expected) -> list[str]:
    """What was acknowledged stays so, and what is gathered now is nothing of it."""
    await store.outbox.share("encounters", UnixMs(0))
    await store.outbox.gather(10_000, UnixMs(0))
    waiting = await store.outbox.waiting(10_000)
    sent = {
        (each.kind, each.day, each.slot, each.part) for each in expected.sent.values() if each.kind is Kind.ENCOUNTERS
    }
    faults = [f"{p.n} was acknowledged and waits" for p in waiting if (p.store, p.n) in expected.sent]
    faults += [f"slot {p.slot} waits, and was acknowledged" for p in waiting if (p.kind, p.day, p.slot, p.part) in sent]
    if any(n > store.outbox.given or store.outbox.store_id != name for name, n in expected.sent):
        faults.append("numbers are given twice")
    for parcel in waiting:
        if await store.outbox.content(parcel) is None and parcel.day >= expected.going:
            faults.append(f"parcel {parcel.n} has lost its rows")
    return faults


async def _undated(store: Store, expected: Expected) -> list[str]:
    (ours, _), promised = await store.undated.count(BOOT), expected.undated or 0
    return [f"lost: {promised - ours} undated rows"] if promised > ours else []


def _secrets(folder: Path, expected: Expected) -> Iterator[str]:
    for name, content in expected.secrets.items():
        path = folder / name
        found = path.read_bytes() if path.exists() else b""
        if found not in (content, expected.new_secrets.get(name)):
            yield f"{name} is neither the old one nor the new one"


@contextmanager
def _folder() -> Iterator[Path]:
    """In memory where there is such a place: what is tried is the store, not this machine's disk."""
    with tempfile.TemporaryDirectory(prefix="torn-", dir=FAST if Path(FAST).is_dir() else None) as name:
        yield Path(name)


def main() -> int:
    """Do many; the exit status is 1 if one of them was wrong."""
    parser = argparse.ArgumentParser(prog="scripts/torn-writes", description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    bad = []
    for seed in range(options.first, options.first + options.runs):
        cut = run(seed)
        if cut.faults:
            bad.append(cut)
            print(f"seed {seed}, cut at event {cut.event}: " + "; ".join(cut.faults[:3]))
    malformed = sum(any("malformed" in fault or "set aside" in fault for fault in cut.faults) for cut in bad)
    print(f"{options.runs} runs: {malformed} malformed, {len(bad) - malformed} with anything else wrong")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
