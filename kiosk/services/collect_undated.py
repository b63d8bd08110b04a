"""What collect hears before the box knows the time: kept by time since power-on, then given its date."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Final

from kiosk.core.hearing import Hearing
from kiosk.core.undated import Undated, UndatedLedger, dated
from kiosk.errors import StoreUnavailable
from kiosk.ports import TrustedClock
from kiosk.store import UndatedRows

AT_ONCE: Final = 2000
"""Rows dated between two flushes: a day of a full venue stays out of memory."""

log = logging.getLogger(__name__)


class Undating:
    """The undated rows of one power-on, in memory and on disk."""

    def __init__(self, rows: UndatedRows, boot: str, clock: TrustedClock) -> None:
        self._rows, self._boot, self._clock = rows, boot, clock
        self.ledger = UndatedLedger()
        self.lost = 0
        """Rows of earlier power-ons, which nobody can date any more."""

    async def begin(self) -> None:
        """Count what an earlier power-on left behind; it goes with the file."""
        try:
            ours, self.lost = await self._rows.count(self._boot)
        except StoreUnavailable as error:
            log.warning("what was met before the time was known cannot be read: %s", error)
            return
        if self.lost:
            log.warning("%d undated encounters of an earlier power-on are lost: the time never became known", self.lost)
        if self.lost and not ours:
            await self._rows.forget()

    async def flush(self) -> str:
        """Write what is new; why not, in words, if the disk refuses."""
        rows = self.ledger.due()
        if not rows:
            return ""
        try:
            await self._rows.put(self._boot, rows)
        except StoreUnavailable as error:
            return str(error)
        self.ledger.written(rows, self._clock.now())
        return ""

    async def give_dates(self, hearing: Hearing, flush: Callable[[], Awaitable[None]]) -> None:
        """The time is known: everything of this power-on goes to the dated ledger, and is flushed piece by piece."""
        waiting = {(row.minute, row.peer): row for row in self.ledger.due()}
        self.ledger = UndatedLedger()
        if not waiting and not self._rows.exist:
            return
        total = 0
        try:
            async for found in self._kept():
                self._date(hearing, [_newest(row, waiting.pop((row.minute, row.peer), row)) for row in found])
                total += len(found)
                await flush()
        except StoreUnavailable as error:  # those on disk are lost with it, those in memory are not
            log.error("what was met before the time was known cannot be read: %s", error)
        self._date(hearing, waiting.values())
        await flush()
        with suppress(StoreUnavailable):  # on a card that takes nothing; the next process of this power-on finds them
            await self._rows.forget()
        log.info("%d encounters from before the time was known have their date now", total + len(waiting))

    async def _kept(self) -> AsyncIterator[list[Undated]]:
        """This power-on's rows on disk, piece by piece."""
        after = (-1, b"")
        while found := await self._rows.some(self._boot, AT_ONCE, after):
            yield found
            after = (found[-1].minute, found[-1].peer.raw)

    def _date(self, hearing: Hearing, rows: Iterable[Undated]) -> None:
        uptime = self._clock.monotonic()
        for encounter in dated(rows, self._clock.powered_on_at):
            hearing.ledger.fold(encounter, uptime)


def _newest(kept: Undated, held: Undated) -> Undated:
    """A row on disk and in memory, as a flush would write it: an earlier process may have heard more of it."""
    fuller = max(kept, held, key=lambda row: row.receptions)
    return fuller._replace(first=min(kept.first, held.first), last=max(kept.last, held.last))
