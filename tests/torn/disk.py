"""Disk: what a program did to its files, and what of it a power cut may leave. Pure.

The model is harsher than any card: of what was written since a file was last synchronised, whole writes or their
pieces of 512 bytes are kept or lost in any combination, a cut file may be kept long; of what was done to a folder since
that was last synchronised, each entry is kept or lost. What was synchronised stays.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Final, NamedTuple

SECTOR: Final = 512


class Write(NamedTuple):
    """Bytes went to a place in a file."""

    path: str
    at: int
    content: bytes


class Truncate(NamedTuple):
    """A file was cut."""

    path: str
    size: int


class Sync(NamedTuple):
    """A file was synchronised."""

    path: str


class Create(NamedTuple):
    """A new, empty file has a name."""

    path: str


class Unlink(NamedTuple):
    """A name is gone."""

    path: str


class Link(NamedTuple):
    """A file has another name; with `moved` it lost the one before."""

    path: str
    to: str
    moved: bool


class SyncFolder(NamedTuple):
    """The names in a folder were synchronised."""

    path: str


class Promise(NamedTuple):
    """Not a thing done to the disk: from here on something is promised, or about to be tried."""

    what: object


Event = Write | Truncate | Sync | Create | Unlink | Link | SyncFolder | Promise


@dataclass(slots=True)
class _File:
    """What is safe of a file, and what is not yet."""

    safe: bytearray = field(default_factory=bytearray)
    since: list[Write | Truncate] = field(default_factory=list)

    def settle(self) -> None:
        """It is synchronised."""
        for each in self.since:
            _apply(self.safe, each)
        self.since.clear()


class Disk:
    """Events played into it, in order; then a cut."""

    def __init__(self) -> None:
        self._now: dict[str, _File] = {}
        self._safe: dict[str, _File] = {}
        self._names: list[tuple[Create | Unlink | Link, _File]] = []
        """What was done to names since their folder was synchronised, and the file it was done to."""

    def play(self, events: Iterable[Event]) -> None:
        """These things were done."""
        for event in events:
            match event:
                case Write() | Truncate():
                    self._now[event.path].since.append(event)
                case Sync(path):
                    self._now[path].settle()
                case SyncFolder(path):
                    self._settle(path)
                case Create() | Unlink() | Link():
                    self._name(event)
                case Promise():
                    pass

    def _settle(self, folder: str) -> None:
        for name, file in self._names:
            if _touches(name, folder):
                _rename(self._safe, name, file)
        self._names = [each for each in self._names if not _touches(each[0], folder)]

    def _name(self, event: Create | Unlink | Link) -> None:
        file = _File() if isinstance(event, Create) else self._now[event.path]
        _rename(self._now, event, file)
        self._names.append((event, file))

    def cut(self, chance: random.Random) -> dict[str, bytes]:
        """The power goes: every file that is there afterwards, and what is in it."""
        names = dict(self._safe)
        mood = chance.choice((0.0, 0.5, 1.0))
        for name, file in self._names:
            if chance.random() < mood:
                _rename(names, name, file)
        return {path: bytes(_left(file, chance)) for path, file in names.items()}


def _left(file: _File, chance: random.Random) -> bytearray:
    content = bytearray(file.safe)
    mood, torn = chance.choice((0.0, 0.5, 0.9, 1.0)), chance.random() < 0.5
    for each in file.since:
        for piece in _pieces(each) if torn and isinstance(each, Write) else (each,):
            if chance.random() < mood:
                _apply(content, piece)
    return content


def _pieces(write: Write) -> Iterator[Write]:
    """Parted where a sector ends."""
    at, end = write.at, write.at + len(write.content)
    while at < end:
        to = min(end, (at // SECTOR + 1) * SECTOR)
        yield Write(write.path, at, write.content[at - write.at : to - write.at])
        at = to


def _apply(content: bytearray, change: Write | Truncate) -> None:
    if isinstance(change, Truncate):
        del content[change.size :]
        content.extend(bytes(change.size - len(content)))
        return
    content.extend(bytes(max(0, change.at - len(content))))
    content[change.at : change.at + len(change.content)] = change.content


def _touches(name: Create | Unlink | Link, folder: str) -> bool:
    paths = (name.path, name.to) if isinstance(name, Link) else (name.path,)
    return any(str(PurePath(path).parent) == folder for path in paths)


def _rename(names: dict[str, _File], name: Create | Unlink | Link, file: _File) -> None:
    """Where the file is not the one that the name means here, because what came before was lost, nothing happens."""
    match name:
        case Create(path):
            names[path] = file
        case Unlink(path):
            if names.get(path) is file:
                del names[path]
        case Link(path, to, moved):
            if names.get(path) is file:
                names[to] = file
                if moved:
                    del names[path]
