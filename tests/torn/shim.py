"""Shim: every write, cut and synchronisation of SQLite and of our own few files, as events for `Disk`.

SQLite is watched from within: a VFS that passes everything on to the true one (sqlite.org/vfs.html), registered with
the very library that Python's sqlite3 module is linked to. Our own files go through the module `os`.
"""

import _sqlite3
import ctypes
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.torn.disk import Create, Event, Link, Sync, SyncFolder, Truncate, Unlink, Write

OK: Final = 0
CREATE: Final = 0x4
NEW_LOG: Final = 0x800 | 0x4000 | 0x80000  # SQLITE_OPEN_MAIN_JOURNAL, SUPER_JOURNAL, WAL

_Int, _Pointer, _Wide = ctypes.c_int, ctypes.c_void_p, ctypes.c_int64
_Open = ctypes.CFUNCTYPE(_Int, _Pointer, ctypes.c_char_p, _Pointer, _Int, ctypes.POINTER(_Int))
_Delete = ctypes.CFUNCTYPE(_Int, _Pointer, ctypes.c_char_p, _Int)
_Close = ctypes.CFUNCTYPE(_Int, _Pointer)
_Write = ctypes.CFUNCTYPE(_Int, _Pointer, _Pointer, _Int, _Wide)
_Truncate = ctypes.CFUNCTYPE(_Int, _Pointer, _Wide)
_Sync = ctypes.CFUNCTYPE(_Int, _Pointer, _Int)


class _Vfs(ctypes.Structure):
    """sqlite3_vfs; what is not named here is passed on as it is."""

    _fields_ = [
        ("version", _Int), ("file_size", _Int), ("longest", _Int), ("next", _Pointer), ("name", ctypes.c_char_p),
        ("data", _Pointer), ("open", _Open), ("delete", _Delete), ("rest", _Pointer * 13),
    ]  # fmt: skip


class _Methods(ctypes.Structure):
    """sqlite3_io_methods."""

    _fields_ = [
        ("version", _Int), ("close", _Close), ("read", _Pointer), ("write", _Write), ("truncate", _Truncate),
        ("sync", _Sync), ("rest", _Pointer * 13),
    ]  # fmt: skip


class Recorder:
    """Events below one folder, in the order in which they were done. `watching` them is for one at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = f"{folder}/"
        self.events: list[Event] = []
        self._lock = threading.Lock()
        self._library = ctypes.CDLL(_sqlite3.__file__)  # its symbols, and those of the SQLite it is linked to
        self._library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
        self._true = self._library.sqlite3_vfs_find(None).contents
        self._paths: dict[int, str] = {}
        self._fresh: set[str] = set()
        """Logs made a moment ago: SQLite synchronises their folder with their first synchronisation."""
        self._methods: dict[int, tuple[_Methods, _Methods]] = {}
        """For each table of methods that SQLite uses: ours, and a copy of it."""
        self._vfs = _Vfs.from_buffer_copy(self._true)
        self._vfs.name = b"recorder"
        self._vfs.open, self._vfs.delete = _Open(self._open), _Delete(self._delete)

    def note(self, event: Event) -> None:
        """This was done."""
        with self._lock:
            self.events.append(event)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """From here on."""
        patched = {
            name: getattr(os, name) for name in ("open", "write", "fsync", "unlink", "rename", "replace", "link")
        }
        self._library.sqlite3_vfs_register(ctypes.byref(self._vfs), 1)
        for name, true in patched.items():
            setattr(os, name, getattr(self, f"_os_{name}")(true))
        try:
            yield
        finally:
            for name, true in patched.items():
                setattr(os, name, true)
            self._library.sqlite3_vfs_unregister(ctypes.byref(self._vfs))

    def _ours(self, path: object) -> str | None:
        """A path below the folder, from there on."""
        text = os.fspath(path) if isinstance(path, str | os.PathLike) else ""
        return text.removeprefix(self._folder) if text.startswith(self._folder) else None

    # SQLite

    def _open(self, _vfs: int, name: bytes | None, file: int, flags: int, out: object) -> int:
        path = self._ours(name.decode()) if name else None
        is_new = path is not None and not Path(self._folder, path).exists()
        code = self._true.open(ctypes.addressof(self._true), name, file, flags, out)
        if code == OK and path is not None:
            if is_new and flags & CREATE:
                self.note(Create(path))
                if flags & NEW_LOG:
                    self._fresh.add(path)
            self._paths[file] = path
            table = _Pointer.from_address(file)
            table.value = ctypes.addressof(self._watched(table.value or 0))
        return int(code)

    def _watched(self, address: int) -> _Methods:
        """Our methods before SQLite's own."""
        if address in self._methods:
            return self._methods[address][0]
        true = _Methods.from_address(address)
        ours = _Methods.from_buffer_copy(true)
        ours.close = _Close(self._closer(true))
        ours.write, ours.truncate = _Write(self._writer(true)), _Truncate(self._truncater(true))
        ours.sync = _Sync(self._syncer(true))
        self._methods[address] = (ours, true)
        return ours

    def _closer(self, true: _Methods) -> Callable[[int], int]:
        def close(file: int) -> int:
            self._paths.pop(file, None)
            return int(true.close(file))

        return close

    def _writer(self, true: _Methods) -> Callable[[int, int, int, int], int]:
        def write(file: int, content: int, size: int, at: int) -> int:
            code = true.write(file, content, size, at)
            if code == OK:
                self.note(Write(self._paths[file], at, ctypes.string_at(content, size)))
            return int(code)

        return write

    def _truncater(self, true: _Methods) -> Callable[[int, int], int]:
        def truncate(file: int, size: int) -> int:
            code = true.truncate(file, size)
            if code == OK:
                self.note(Truncate(self._paths[file], size))
            return int(code)

        return truncate

    def _syncer(self, true: _Methods) -> Callable[[int, int], int]:
        def sync(file: int, flags: int) -> int:
            code = true.sync(file, flags)
            if code == OK:
                path = self._paths[file]
                self.note(Sync(path))
                if path in self._fresh:
                    self._fresh.discard(path)
                    self.note(SyncFolder(str(Path(path).parent)))
            return int(code)

        return sync

    def _delete(self, _vfs: int, name: bytes, folder_too: int) -> int:
        path = self._ours(name.decode())
        code = self._true.delete(ctypes.addressof(self._true), name, folder_too)
        if code == OK and path is not None:
            self.note(Unlink(path))
            if folder_too:
                self.note(SyncFolder(str(Path(path).parent)))
        return int(code)

    # Our own files

    def _of(self, handle: int) -> str | None:
        return self._ours(Path(f"/proc/self/fd/{handle}").readlink())

    def _os_open(self, true: Callable[..., int]) -> Callable[..., int]:
        def patched(path: str | Path, flags: int, *rest: object, **named: object) -> int:
            ours = self._ours(path)
            is_new = ours is not None and flags & os.O_CREAT and not Path(path).exists()
            handle = true(path, flags, *rest, **named)
            if ours is not None and is_new:
                self.note(Create(ours))
            return handle

        return patched

    def _os_write(self, true: Callable[[int, bytes], int]) -> Callable[[int, bytes], int]:
        def patched(handle: int, content: bytes) -> int:
            ours = self._of(handle)
            at = os.lseek(handle, 0, os.SEEK_CUR) if ours is not None else 0
            size = true(handle, content)
            if ours is not None:
                self.note(Write(ours, at, bytes(content[:size])))
            return size

        return patched

    def _os_fsync(self, true: Callable[[int], None]) -> Callable[[int], None]:
        def patched(handle: int) -> None:
            true(handle)
            path = Path(f"/proc/self/fd/{handle}").readlink()
            ours = "." if f"{path}/" == self._folder else self._ours(path)
            if ours is not None:
                self.note(SyncFolder(ours) if path.is_dir() else Sync(ours))

        return patched

    def _os_unlink(self, true: Callable[..., None]) -> Callable[..., None]:
        def patched(path: str | Path, *rest: object, **named: object) -> None:
            true(path, *rest, **named)
            if (ours := self._ours(path)) is not None:
                self.note(Unlink(ours))

        return patched

    def _named(self, true: Callable[..., None], *, moved: bool) -> Callable[..., None]:
        def patched(path: str | Path, to: str | Path, *rest: object, **named: object) -> None:
            true(path, to, *rest, **named)
            before, after = self._ours(path), self._ours(to)
            if before is not None and after is not None:
                self.note(Link(before, after, moved))

        return patched

    def _os_rename(self, true: Callable[..., None]) -> Callable[..., None]:
        return self._named(true, moved=True)

    _os_replace = _os_rename

    def _os_link(self, true: Callable[..., None]) -> Callable[..., None]:
        return self._named(true, moved=False)
