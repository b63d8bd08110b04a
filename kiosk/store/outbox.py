"""Outbox: what waits to leave the box, each thing in exactly one parcel (docs/sync.md).

Encounters are not copied: a parcel names day, slot and part of a sealed part, whose rows always give the same bytes.
Every change is one transaction, so a power cut leaves it done or not begun, and doing it again changes nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, NamedTuple

import aiosqlite

from kiosk.core.batches import LARGEST_ROWS, Batch, batch_of, encoded
from kiosk.core.encounters import Encounter
from kiosk.core.parcels import Kind, digest
from kiosk.core.windows import UnixMs
from kiosk.store.days import Days
from kiosk.store.rows import window_of
from kiosk.store.state import Series, State

REMEMBERED_DAYS: Final = 60
"""So long after its day is gone a parcel that never arrived is remembered."""
_ALLOWED: Final = {
    "nothing": frozenset[Kind](),
    "matches": frozenset({Kind.REPORT, Kind.ANSWER, Kind.DAY_KEY}),
    "encounters": frozenset(Kind),
}
"""What may leave the box."""
_MAKE: Final = """INSERT INTO parcel
(series, n, kind, day, slot, part, first, once, sha256, content, state, reason, made_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (once) DO NOTHING ON CONFLICT (day, slot, part, first) WHERE kind = 'encounters' DO NOTHING"""
_STANDING: Final = """SELECT
count(*) FILTER (WHERE state = 'waiting'), min(made_at) FILTER (WHERE state = 'waiting'),
count(*) FILTER (WHERE state = 'set-aside'), count(*) FILTER (WHERE state = 'expired'),
max(ended_at) FILTER (WHERE state = 'acknowledged') FROM parcel"""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One parcel that waits: `store` and `n` name it to the collector, `made` here. `slot`, `part` and `first` say
    which encounters of `day` it holds, and are 0 for other kinds."""

    made: int
    store: str
    n: int
    kind: Kind
    day: int
    slot: int
    part: int
    first: int
    made_at: UnixMs


class Standing(NamedTuple):
    """The outbox in numbers. `oldest`: when the oldest waiting parcel was made."""

    waiting: int
    oldest: UnixMs | None
    set_aside: int
    expired: int
    acknowledged_at: UnixMs | None


class _Made(NamedTuple):
    """A parcel about to be made, as the table has it."""

    kind: str
    day: int
    slot: int | None = None
    part: int | None = None
    first: int | None = None
    once: str | None = None
    sha256: str | None = None
    content: bytes | None = None
    state: str = "waiting"
    reason: str = ""


class Outbox:
    """One writer: sync; and upkeep, whose purge ends what waited of a deleted day."""

    def __init__(self, state: State, days: Days) -> None:
        self._state, self._days = state, days
        self._share = ("", 0)
        """The choice that the file is known to hold, and which file."""
        self._standing: Standing | None = None
        """As it was last counted; None once something has changed."""
        self._counted = 0

    @property
    def store_id(self) -> str:
        """The id under which parcels are numbered now."""
        return self._state.series.store_id

    @property
    def given(self) -> int:
        """The highest number given under it."""
        return self._state.series.given

    async def share(self, share: str, now: UnixMs) -> None:
        """Keep the promise when the choice changes: what was gathered while it was not shared stays on the box for
        good, and what is no longer shared does not leave any more."""
        births = self._state.births
        if (share, births) == self._share:
            return
        found = await self._state.rows("SELECT share FROM sharing ORDER BY number DESC LIMIT 1")
        if not found or found[0][0] != share:
            before, after = _ALLOWED[found[0][0] if found else "nothing"], _ALLOWED[share]
            withheld = await self._gathered(after - before)
            async with self._changing() as db:
                await self._make(db, withheld, now)
                await db.executemany(
                    "UPDATE parcel SET state = 'expired', reason = 'no longer shared', content = NULL, ended_at = ?"
                    " WHERE kind = ? AND state IN ('waiting', 'set-aside')",
                    [(now, kind.value) for kind in before - after],
                )
                await db.execute("INSERT INTO sharing (share, since) VALUES (?, ?)", (share, now))
        self._share = (share, births)

    async def gather(self, most: int, now: UnixMs) -> bool:
        """Put sealed parts that are in no parcel yet into one each, at most so many now; whether that was all."""
        for day in sorted(self._days.sealed):
            self._days.sealed.discard(day)  # before looking: what is sealed meanwhile brings it back
            try:
                known = await self._known(day)
                missing = [seal for seal in await self._days.seals(day) if seal not in known]
                made = [each for slot, part in missing[:most] for each in await self._batches(day, slot, part)]
                await self._add(made, now)
            except BaseException:
                self._days.sealed.add(day)
                raise
            most -= len(missing)
            if most < 0:
                self._days.sealed.add(day)
                return False
        return True

    async def add(self, kind: Kind, day: int, once: str, content: bytes, now: UnixMs) -> None:
        """A parcel of something else about a UTC day; without effect if there was ever one named `once`."""
        await self._add([_Made(kind.value, day, once=once, sha256=digest(content), content=content)], now)

    async def names(self, kind: Kind) -> set[str]:
        """What parcels of a kind are there `once`."""
        return {row[0] for row in await self._state.rows("SELECT once FROM parcel WHERE kind = ?", kind.value)}

    async def waiting(self, most: int) -> list[Parcel]:
        """The oldest parcels that wait."""
        found = await self._state.rows(
            "SELECT made, store, n, kind, day, coalesce(slot, 0), coalesce(part, 0), coalesce(first, 0), made_at"
            " FROM parcel JOIN series ON series.number = parcel.series WHERE state = 'waiting' ORDER BY made LIMIT ?",
            most,
        )
        return [Parcel(made, store, n, Kind(kind), *rest) for made, store, n, kind, *rest in found]

    async def content(self, parcel: Parcel) -> bytes | None:
        """What is inside; None if its day has been deleted, or was damaged and not all of it could be saved."""
        if parcel.kind is not Kind.ENCOUNTERS:
            [row] = await self._state.rows("SELECT content FROM parcel WHERE made = ?", parcel.made)
            content: bytes | None = row[0]
            return content
        rows = await self._part(parcel.day, parcel.slot, parcel.part)
        chunks = await asyncio.to_thread(_chunks, parcel.day, rows)
        found = dict(chunks).get(parcel.first)
        [row] = await self._state.rows("SELECT sha256 FROM parcel WHERE made = ?", parcel.made)
        return found if found is not None and digest(found) == row[0] else None

    async def acknowledge(self, parcel: Parcel, now: UnixMs) -> None:
        """A receipt with the right hash has come. What it held, if it was kept here, is forgotten."""
        async with self._changing() as db:
            await db.execute(
                "UPDATE parcel SET state = 'acknowledged', reason = '', content = NULL, ended_at = ? WHERE made = ?",
                (now, parcel.made),
            )

    async def set_aside(self, parcel: Parcel, reason: str, now: UnixMs) -> None:
        """The collector itself refused it: it is kept and blocks nothing."""
        async with self._changing() as db:
            await db.execute(
                "UPDATE parcel SET state = 'set-aside', reason = ?, ended_at = ? WHERE made = ?",
                (reason, now, parcel.made),
            )

    async def expire(self, days: Sequence[int], now: UnixMs) -> None:
        """Encounters of these days are about to be deleted: what still waited of them never leaves. What is in no
        parcel yet, since the box was off all the while, gets one all the same, so that it is counted."""
        reason = "its day was deleted first"
        made: list[_Made] = []
        [row] = await self._state.rows("SELECT coalesce((SELECT share FROM sharing ORDER BY number DESC LIMIT 1), '')")
        for day in days if row[0] == "encounters" else ():
            known = await self._known(day)
            parts = [each for each in await self._days.begun(day) if each not in known]
            made += [_Made("encounters", day, slot, part, 0, state="expired", reason=reason) for slot, part in parts]
        async with self._changing() as db:
            await self._make(db, made, now)
            await db.executemany(
                "UPDATE parcel SET state = 'expired', reason = ?, ended_at = ?"
                " WHERE kind = 'encounters' AND day = ? AND state IN ('waiting', 'set-aside')",
                [(reason, now, day) for day in days],
            )

    async def age(self, before_day: int) -> None:
        """Forget parcels of days before this one, those that never arrived after a while."""
        async with self._changing() as db:
            await db.execute(
                "DELETE FROM parcel WHERE state <> 'waiting' AND day < CASE"
                " WHEN kind = 'encounters' AND state IN ('acknowledged', 'withheld') THEN ? ELSE ? END",
                (before_day, before_day - REMEMBERED_DAYS),
            )

    async def renew(self, store_id: str, now: UnixMs) -> None:
        """Take a new store id: all that is not acknowledged waits again, numbered from 1."""
        async with self._changing() as db:
            found = await db.execute_fetchall(
                "SELECT made FROM parcel WHERE state IN ('waiting', 'set-aside') ORDER BY made"
            )
            numbered = [(n, row[0]) for n, row in enumerate(found, 1)]
            await db.execute(
                "INSERT INTO series (store, born_at, given) VALUES (?, ?, ?)", (store_id, now, len(numbered))
            )
            await db.executemany(
                "UPDATE parcel SET series = (SELECT max(number) FROM series), n = ?, state = 'waiting', reason = '',"
                " ended_at = NULL WHERE made = ?",
                numbered,
            )
        self._state.series = Series(store_id, len(numbered))

    async def standing(self) -> Standing:
        """How it stands. Asked in every turn, counted after a change."""
        if self._standing is None or self._counted != self._state.births:
            self._counted = self._state.births
            [row] = await self._state.rows(_STANDING)
            self._standing = Standing(*row)
        return self._standing

    async def arrived(self) -> set[int]:
        """Days on disk all of whose encounters are with the collector."""
        found = await self._state.rows("SELECT DISTINCT day FROM parcel WHERE kind = 'encounters'")
        kept = await self._state.rows(
            "SELECT DISTINCT day FROM parcel WHERE kind = 'encounters' AND state <> 'acknowledged'"
        )
        days = {row[0] for row in found} - {row[0] for row in kept}
        return {day for day in days if set(await self._days.begun(day)) <= await self._known(day)}

    @asynccontextmanager
    async def _changing(self) -> AsyncIterator[aiosqlite.Connection]:
        try:
            async with self._state.transaction() as db:
                yield db
        finally:
            self._standing = None

    async def _gathered(self, kinds: Iterable[Kind]) -> list[_Made]:
        """What is on the box of some kinds, as parcels that never leave."""
        made, reason = [], "from before it was shared"
        for day in self._days.days():
            if Kind.ENCOUNTERS in kinds:
                made += [
                    _Made("encounters", day, slot, part, 0, state="withheld", reason=reason)
                    for slot, part in await self._days.begun(day)
                ]
            if Kind.DAY_KEY in kinds:
                made.append(_Made("day-key", day, once=day_key_name(day), state="withheld", reason=reason))
        return made

    async def _known(self, day: int) -> set[tuple[int, int]]:
        """Parts of a day that are in a parcel."""
        found = await self._state.rows("SELECT slot, part FROM parcel WHERE kind = 'encounters' AND day = ?", day)
        return {(row[0], row[1]) for row in found}

    async def _batches(self, day: int, slot: int, part: int) -> list[_Made]:
        chunks = await asyncio.to_thread(_chunks, day, await self._part(day, slot, part))
        return [_Made("encounters", day, slot, part, first, sha256=digest(content)) for first, content in chunks]

    async def _part(self, day: int, slot: int, part: int) -> list[Encounter]:
        return [row for row in await self._days.encounters(window_of(day, slot)) if row.part == part]

    async def _add(self, made: Sequence[_Made], now: UnixMs) -> None:
        if made:
            async with self._changing() as db:
                await self._make(db, made, now)

    async def _make(self, db: aiosqlite.Connection, made: Sequence[_Made], now: UnixMs) -> None:
        """Make them under the next numbers, but for those that are there already: their numbers stay a gap."""
        found = list(await db.execute_fetchall("SELECT number, given FROM series ORDER BY number DESC LIMIT 1"))
        series, given = found[0][0], found[0][1]
        await db.executemany(_MAKE, [(series, n, *each, now) for n, each in enumerate(made, given + 1)])
        self._state.series.given = given + len(made)
        await db.execute("UPDATE series SET given = ? WHERE number = ?", (given + len(made), series))


def day_key_name(day: int) -> str:
    """There is one parcel with the key of a day."""
    return f"day-key {day}"


def _chunks(day: int, rows: Sequence[Encounter]) -> list[tuple[int, bytes]]:
    """Batches of a part, each with the number of its first row: one, unless somebody floods the air."""
    visits = batch_of(day, rows).visits
    return [
        (first, encoded(Batch(day, visits[first : first + LARGEST_ROWS])))
        for first in range(0, len(visits), LARGEST_ROWS)
    ]
