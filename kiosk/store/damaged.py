"""Damaged: files of the store that cannot be read any more, set aside under a name that says what they were and when.

damaged/2026-11-22.2026-11-25T08-30-00Z.db    a day, found broken on the 25th, with its log (-wal) beside it
damaged/state.2026-11-25T08-30-00Z.db         state.db; undated.db likewise

They hold what the store held: a day goes when its day goes, the others when they have lain here as long.
"""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from kiosk.core.windows import DAY_MS, UnixMs
from kiosk.store.files import sync_folder

FOLDER: Final = "damaged"
_STAMP: Final = "%Y-%m-%dT%H-%M-%SZ"
_NAME: Final = re.compile(r"(?P<what>.+)\.(?P<at>\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)\.db")
_DATED: Final = UnixMs(365 * DAY_MS)
"""Whatever was set aside before 1971 was set aside by a box that did not know the time."""


class SetAside(NamedTuple):
    """One of them: what it was (2026-11-22, state, undated) and when it was set aside."""

    path: Path
    what: str
    at: UnixMs


class Damaged:
    """The folder of one store. All verbs may raise OSError."""

    def __init__(self, store: Path) -> None:
        self._folder = store / FOLDER

    def take(self, path: Path, now: UnixMs) -> Path:
        """Move a file and its log in here; where it lies now."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        to = self._free(path.stem, now)
        _rename(path, to)
        path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
        sync_folder(self._folder)
        sync_folder(path.parent)
        return to

    def all(self) -> list[SetAside]:
        """Every one, the latest last."""
        found = [(path, _NAME.fullmatch(path.name)) for path in self._folder.glob("*.db")]
        named = [SetAside(path, name["what"], _time_of(name["at"])) for path, name in found if name]
        return sorted(named, key=lambda each: (each.at, each.what))

    def purge(self, before_day: int, now: UnixMs) -> None:
        """Delete what is older than `before_day` (days since 1970-01-01); what bears no true date gets today's."""
        for path, what, at in self.all():
            day = _day_of(what)
            if at < _DATED <= now:
                _rename(path, self._free(what, now))
            elif (at // DAY_MS if day is None else day) < before_day:
                for ending in ("-wal", ""):
                    path.with_name(path.name + ending).unlink(missing_ok=True)

    def _free(self, what: str, now: UnixMs) -> Path:
        at = datetime.fromtimestamp(now // 1000, UTC)
        while (path := self._folder / f"{what}.{at.strftime(_STAMP)}.db").exists():
            at += timedelta(seconds=1)
        return path


def _time_of(stamp: str) -> UnixMs:
    return UnixMs(int(datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC).timestamp() * 1000))


def _day_of(what: str) -> int | None:
    """Which day it was, if it was one."""
    try:
        return (date.fromisoformat(what) - date(1970, 1, 1)).days
    except ValueError:
        return None


def _rename(path: Path, to: Path) -> None:
    """With its log, which goes first: a power cut between the two leaves a file that is found broken again."""
    for ending in ("-wal", ""):
        part = path.with_name(path.name + ending)
        if part.exists():
            part.rename(to.with_name(to.name + ending))
