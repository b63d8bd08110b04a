"""Whole: a file in the place of another, whole or not at all, also when the power goes."""

import os
from pathlib import Path


def put(path: Path, data: bytes, mode: int, *, as_folder: bool = False) -> None:
    """The file holds this and has this mode, on the disk when it returns. `as_folder`: what root writes belongs to whom
    the folder belongs to. Raises OSError; the old file is then as it was."""
    beside(path, data, mode, as_folder=as_folder).replace(path)
    sync_folder(path.parent)


def beside(path: Path, data: bytes, mode: int, *, as_folder: bool = False) -> Path:
    """The same, not yet in its place: on the disk beside it, named after this process. Raises OSError."""
    new = path.with_name(f"{path.name}.{os.getpid()}")
    new.unlink(missing_ok=True)  # left by a power cut
    file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        os.fchmod(file, mode)
        if as_folder and os.geteuid() == 0:
            owner = path.parent.stat()
            os.fchown(file, owner.st_uid, owner.st_gid)
        rest = memoryview(data)
        while rest:  # a full card may take a part
            rest = rest[os.write(file, rest) :]
        os.fsync(file)
    finally:
        os.close(file)
    return new


def sync_folder(folder: Path) -> None:
    """A new name is durable once its folder is. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
