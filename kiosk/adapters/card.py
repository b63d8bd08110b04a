"""Card: kiosk.toml on the card's FAT partition or on a USB stick: found, read, and written into with care."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from kiosk.core.firstboot.decoding import LARGEST, chosen
from kiosk.core.firstboot.sealing import Patch


def found_in(folders: Iterable[Path]) -> Path | None:
    """The first folder's kiosk.toml, under whichever of its names."""
    for folder in folders:
        with suppress(OSError):
            name = chosen(path.name for path in folder.iterdir() if path.is_file())
            if name is not None:
                return folder / name
    return None


def read(path: Path) -> bytes:
    """The file, or a little more of it than any kiosk.toml has."""
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def overwrite(path: Path, patches: Iterable[Patch]) -> None:
    """Bytes in their own place, and on the disk when this returns: FAT has no journal, so nothing is moved."""
    with path.open("r+b", buffering=0) as file:
        for patch in patches:
            os.pwrite(file.fileno(), patch.data, patch.place)
        os.fsync(file.fileno())


def finish(path: Path, end: Patch) -> None:
    """What stands at the file's end; nothing behind it."""
    with path.open("r+b", buffering=0) as file:
        os.pwrite(file.fileno(), end.data, end.place)
        os.ftruncate(file.fileno(), end.place + len(end.data))
        os.fsync(file.fileno())
