"""Store: the only SQL on the box. One SQLite file per UTC day beside a small state.db.

days.py     encounters: put, resume, visits, purge        rows.py     a row of them, read and written
outbox.py   parcels: each sealed part leaves once         inbox.py    notices accepted from the collector
journal.py  runs of the process, what people did          state.py    state.db, which these three share
undated.py  what was met before the time was known
damaged.py  files that cannot be read, set aside             salvage.py what is saved of a day
files.py    opening, migrating, SQLite's errors in our words
"""

import errno
import logging
import os
from base64 import b32encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from kiosk.core.windows import UnixMs
from kiosk.errors import StoreError, StoreUnavailable
from kiosk.store.damaged import SetAside
from kiosk.store.days import Days, Usage
from kiosk.store.files import translated
from kiosk.store.inbox import Inbox
from kiosk.store.journal import Journal
from kiosk.store.outbox import Outbox
from kiosk.store.state import State, open_state
from kiosk.store.undated import UndatedRows

__all__ = ["Inbox", "Journal", "Outbox", "SetAside", "Store", "UndatedRows", "Usage", "new_store_id", "open_store"]

UNKNOWN: Final = UnixMs(0)
"""The time of whoever only looks inside."""
_DISK: Final = {errno.EROFS, errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM}
"""What a card says that is full, worn out or not ours to write. Whatever else keeps a folder from being made is a wrong
name."""


log = logging.getLogger(__name__)


class Store(Days):
    """Open one with `open_store`."""

    def __init__(self, folder: Path, state: State, now: Callable[[], UnixMs], make_id: Callable[[], str]) -> None:
        super().__init__(folder, now)
        self._state, self._make_id = state, make_id
        self.journal = Journal(state)
        self.inbox = Inbox(state)
        self.outbox = Outbox(state, self)
        self.undated = UndatedRows(folder, now)

    @property
    def stands_in(self) -> str:
        """Why state.db is in memory only; "" where all is well."""
        return self._state.stands_in

    async def can_return(self) -> bool:
        """Whether the disk would take the files again that memory stands in for."""
        again = State(self.folder, self._now, self._make_id)
        try:
            _made(self.folder)
            await again.open()
        except (StoreUnavailable, StoreError, OSError):
            return False
        await again.close()
        return True

    async def set_aside(self) -> list[SetAside]:
        """Damaged files that are kept, the latest last."""
        async with translated("damaged"):
            return self.damaged.all()

    async def purge(self, before_day: int, now: UnixMs) -> list[int]:
        """Unlink every day older than `before_day` (days since 1970-01-01); returns which."""
        old = [day for day in self.days() if day < before_day]
        await self.drop(old, now)
        if old:
            with suppress(StoreUnavailable):
                await self.outbox.age(before_day)
        async with translated("damaged"):
            self.damaged.purge(before_day, now)
        return old

    async def drop(self, days: list[int], now: UnixMs) -> None:
        """Unlink these days. What waited of them to be sent ends first: a power cut between the two leaves days that
        the next purge finds. A card too full to note it is no reason to keep them."""
        if days:
            try:
                await self.outbox.expire(days, now)
            except StoreUnavailable as error:
                log.warning("what waited of deleted days is not counted: %s", error)
            await self.remove(days)

    async def close(self) -> None:
        """Close every file."""
        await super().close()
        await self.undated.close()
        await self._state.close()


def new_store_id() -> str:
    """16 letters of a to z and 2 to 7, at random."""
    return b32encode(os.urandom(10)).decode().lower()


@asynccontextmanager
async def open_store(
    folder: Path,
    *,
    now: UnixMs = UNKNOWN,
    tell_time: Callable[[], UnixMs] | None = None,
    make_id: Callable[[], str] = new_store_id,
) -> AsyncIterator[Store]:
    """Open or create the store in a folder of its own (0700); StoreError says what and how to mend it.

    A damaged file is set aside and begun anew. On a disk that cannot be written the store is there all the same, and
    says why in `stands_in`."""
    clock, why = tell_time or (lambda: now), ""
    try:
        _made(folder)
    except OSError as error:
        why = f"{folder}: the store cannot be created: {error.strerror}. Set store.folder to a folder you may write."
        if error.errno not in _DISK:
            raise StoreError(why) from error
    store = Store(folder, await open_state(folder, clock, make_id, why), clock, make_id)
    try:
        with suppress(StoreUnavailable):
            await store.examine()
        yield store
    finally:
        await store.close()


def _made(folder: Path) -> None:
    (folder / "days").mkdir(parents=True, exist_ok=True, mode=0o700)
