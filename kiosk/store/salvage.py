"""Salvage: what can still be read of a damaged day, copied into the new file of that day."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path

from kiosk.core.windows import WINDOWS_PER_DAY
from kiosk.store.rows import place_of

_TABLES = (("arrival", 9), ("latest", 6))


def salvage(damaged: Path, new: Path) -> int:
    """Copy rows window by window, up to where each cannot be read any more; how many. Without the seals nobody knows
    which parts are finished, and nothing is copied. Raises sqlite3.Error where the new file cannot be written."""
    with closing(sqlite3.connect(damaged)) as old, closing(sqlite3.connect(new, isolation_level=None)) as to:
        try:
            old.execute("PRAGMA locking_mode=EXCLUSIVE")  # it lies in a log (WAL), and needs no third file then
            seals = old.execute("SELECT slot, part, sealed_at FROM seal").fetchall()
        except (sqlite3.Error, UnicodeDecodeError):  # the latter: its message quotes a garbled schema
            return 0
        to.execute("PRAGMA synchronous=FULL")
        to.execute("BEGIN IMMEDIATE")
        for table, columns in _TABLES:
            _copy(to, table, columns, _readable(old, table))
        _copy(to, "seal", 3, seals)
        to.execute("DELETE FROM latest WHERE place NOT IN (SELECT place FROM arrival)")
        [count] = to.execute("SELECT count(*) FROM arrival").fetchone()
        to.execute("COMMIT")
    return int(count)


def _readable(old: sqlite3.Connection, table: str) -> Iterator[tuple[object, ...]]:
    """Rows in order, and from the next window on wherever a page is broken."""
    for slot in range(WINDOWS_PER_DAY):
        with suppress(sqlite3.Error):
            yield from old.execute(
                f"SELECT * FROM {table} WHERE place >= ? AND place < ?", (place_of(slot), place_of(slot + 1))
            )


def _copy(to: sqlite3.Connection, table: str, columns: int, rows: Iterable[tuple[object, ...]]) -> None:
    """A row that no encounter can be is left behind."""
    statement = f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * columns)})"
    for row in rows:
        with suppress(sqlite3.IntegrityError):
            to.execute(statement, row)
