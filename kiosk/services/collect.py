"""Collect: listen, ask iPhones, flush. The one owner of scan and connect, and the one writer of encounters.

Three loops run inside it: `_listen` takes what the radio heard and flushes, `_watch` counts and asks the stack whether
it still scans, `_ask` reads one iPhone at a time. They share the tables, so they live and die together.
"""

import asyncio
import secrets
from contextlib import suppress
from dataclasses import replace
from typing import Final

from kiosk.config import Collect as Settings
from kiosk.core.adverts import Heard
from kiosk.core.asking import DEADLINE_S, Asking, Peer
from kiosk.core.daybook import SALT_BYTES, Daybook
from kiosk.core.encounters import UPDATE_AFTER_S, Flush, Ledger
from kiosk.core.facts import CollectFacts, FloodFacts, Trouble
from kiosk.core.governor import Governor
from kiosk.core.hearing import Hearing
from kiosk.core.identity import RootKey
from kiosk.core.pace import Pace
from kiosk.core.probation import Probation, flood
from kiosk.core.strangers import Strangers
from kiosk.core.windows import DAY_MS, UnixMs, Window, vietnam_day_start, window_at
from kiosk.core.wording import MINUTE_MS, YEAR_MS
from kiosk.errors import Asked, BadPeerValue, OtherApp, PeerUnreachable, RadioError, StoreUnavailable
from kiosk.ports import Ears, GattReader, Scanner, TrustedClock
from kiosk.services.collect_undated import Undating
from kiosk.store import Store
from kiosk.supervisor import Board

NAME: Final = "collect"
TAKE_S: Final = 0.5
"""How often the radio's queue is emptied."""
LOOK_S: Final = 12.0
"""Without new ids we look this often for windows to be sealed."""
CHECK_S: Final = 5.0
"""How often the stack is asked whether it still scans, and the tables are counted."""
LOOP_S: Final = 60.0
"""A loop that takes no turn for so long hangs; longer than any ask and any rest between two."""
POWER_CYCLE: Final = 2
"""The step of `recover` that switches the controller off and on."""
NEAR_MS: Final = 300_000
"""Who was heard in the last five minutes is near."""


class Collect:
    """Hears phones and keeps what it heard. What is learnt about addresses survives a restart of the service."""

    def __init__(
        self,
        scanner: Scanner,
        reader: GattReader,
        store: Store,
        root_key: RootKey | None,
        settings: Settings,
        *,
        clock: TrustedClock,
        board: Board,
        boot: str = "",
    ) -> None:
        """`root_key` is None on a box that cannot read it and sends nothing. `boot` names this power-on: within it,
        what is heard before the time is known can be dated later."""
        self._scanner, self._reader, self._store = scanner, reader, store
        self._root_key, self._settings = root_key, settings
        self._clock, self._board = clock, board
        salt = secrets.token_bytes(SALT_BYTES)
        self._ids, self._addresses = Probation(salt), Probation(salt)
        self._floods: tuple[float | None, float | None] = (None, None)
        self._ledger = Ledger()
        self._undating = Undating(store.undated, boot, clock)
        cool_down_ms = settings.cool_down_seconds * 1000
        asking = Asking(cool_down_ms=cool_down_ms, daybook=Daybook(salt), probation=self._addresses)
        self._hearing = Hearing(self._ledger, asking, Strangers())
        self._governor = Governor(settings.ask_share)
        self._window: Window | None = None
        self._resumed = False
        self._unwritten = ""  # why the last flush failed
        self._attempts = 0
        self._dropped = 0  # by ears of before
        self._restarts = 0
        self._pace = Pace()
        self._flushed_at = self._taken_at = clock.monotonic()
        self._facts = CollectFacts()
        self._turned_at: dict[str, float] = {}

    async def run(self) -> None:
        """Until cancelled; RadioError leaves it (in an exception group), and the supervisor comes back."""
        if not self._resumed:
            self._ledger = Ledger(*await self._store.resume(), probation=self._ids)
            self._hearing.ledger = self._undating.ledger
            await self._undating.begin()
            self._resumed = True
        await self._know_the_time()
        self._facts = replace(self._facts, visits_today=await self._visits_today())
        await self._flush()  # seal what a stop or a dead radio left open
        self._asked_anew()
        self._attempts += 1
        try:
            if self._attempts > 1:
                await self._scanner.recover(self._attempts - 1)
            self._taken_at = self._clock.monotonic()
            async with self._scanner.listening() as ears:
                self._facts = replace(self._facts, listening_since=self._clock.now())
                await self._hear(ears)
        finally:
            self._facts = replace(self._facts, listening_since=None)
            self._board.collect(self._facts)
            await self._flush(all_changes=True)

    async def _hear(self, ears: Ears) -> None:
        self._turned_at = {}
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._listen(ears), name="collect: listen")
                group.create_task(self._watch(ears), name="collect: watch")
                if self._settings.ask:
                    group.create_task(self._ask(), name="collect: ask")
        finally:
            with suppress(RadioError):  # what came in the last half second counts too
                await self._take(ears)
            self._dropped += ears.dropped

    async def _listen(self, ears: Ears) -> None:
        while True:
            await self.turn(ears)
            await self._clock.sleep(TAKE_S)

    async def turn(self, ears: Ears) -> None:
        """Take what was heard, flush if it is time, and tell the Board. Raises RadioError once the scan is dead."""
        if self._asked_anew():
            raise Asked("a restart of the radio")
        if await self._take(ears):
            self._attempts = 0
        if self._is_time_to_flush():
            await self._flush()
        self._tell(ears)

    async def _take(self, ears: Ears) -> int:
        """Fold in what came since the last take, as old as that: behind a slow flush it has waited so long."""
        heards = ears.take()
        since, self._taken_at = self._taken_at, self._clock.monotonic()
        await self._know_the_time()
        self._know_our_own()
        self._hearing.take(self._dated(heards), since)
        return len(heards)

    async def _know_the_time(self) -> None:
        """Once the time is known, all that waited for it is dated, and whatever comes from here on."""
        if self._clock.trusted and self._hearing.ledger is not self._ledger:
            self._hearing.ledger = self._ledger
            await self._undating.give_dates(self._hearing, self._flush)

    def _dated(self, heards: list[Heard]) -> list[Heard]:
        """What was heard in the last half second before the time became known."""
        if not self._clock.trusted or not heards or heards[0].at >= YEAR_MS:
            return heards
        since = self._clock.powered_on_at
        return [heard if heard.at >= YEAR_MS else heard._replace(at=UnixMs(heard.at + since)) for heard in heards]

    def _asked_anew(self) -> bool:
        """Once for each time staff asked: the next start switches the controller off and on before it listens."""
        asked, before = self._board.snapshot().radio.restarts, self._restarts
        if asked != before:
            self._restarts, self._attempts = asked, POWER_CYCLE
        return asked != before

    def _is_time_to_flush(self) -> bool:
        uptime, ledger = self._clock.monotonic(), self._hearing.ledger
        waiting = (
            (ledger.new_since, self._pace.wait_s),
            (ledger.changed_since, UPDATE_AFTER_S),
            (self._flushed_at, LOOK_S),
        )
        return any(since is not None and uptime - since >= limit_s for since, limit_s in waiting)

    def _know_our_own(self) -> None:
        """At each new window: our ids of it and its neighbours, which are never stored, whoever repeats them."""
        window = window_at(self._clock.now())
        if window != self._window and self._clock.trusted:
            self._window = window
            if days := self._store.days():
                self._ledger.forget_before(UnixMs(days[0] * DAY_MS))
            near = (window.before, window, window.after)
            key = self._root_key
            self._hearing.ours = frozenset(key.id_in(each) for each in near) if key is not None else frozenset()

    async def _watch(self, ears: Ears) -> None:
        while True:
            self._turned_at["watch"] = self._clock.monotonic()
            self.count()
            await self._clock.sleep(CHECK_S)
            await ears.check()

    async def _ask(self) -> None:
        while True:
            self._turned_at["ask"] = self._clock.monotonic()
            near = self._facts.phones_near + self._facts.waiting_to_ask
            wait_s = self._governor.wait_s(self._clock.monotonic(), near)
            peer = self._hearing.asking.next(self._clock.now()) if wait_s <= 0 else None
            if peer is None:
                await self._clock.sleep(wait_s or TAKE_S)
                continue
            began = self._clock.monotonic()
            await self.ask(peer)
            ended = self._clock.monotonic()
            self._governor.spent(ended, ended - began)

    async def ask(self, peer: Peer) -> None:
        """Read one iPhone's id. A failure only means a cool-down; another app is left alone today.

        So does an ask that the end of the scan breaks off: it may be what ended it, and must not come first again."""
        try:
            told = await self._reader.read_id(peer.address, peer.address_type, DEADLINE_S)
        except (PeerUnreachable, BadPeerValue, asyncio.CancelledError) as error:
            self._hearing.asking.failed(peer.address, self._clock.now())
            self._facts = replace(self._facts, unanswered=self._facts.unanswered + 1)
            if isinstance(error, asyncio.CancelledError):
                raise
        except OtherApp:
            self._hearing.asking.is_other_app(peer.address, self._clock.now())
            self._facts = replace(self._facts, other_apps=self._facts.other_apps + 1)
        else:
            await self._know_the_time()
            self._hearing.answer(peer.address, told, self._clock.now(), self._clock.monotonic())
            self._facts = replace(self._facts, answered=self._facts.answered + 1)

    async def _flush(self, *, all_changes: bool = False) -> None:
        """Write what is due, a day at a time. A full disk keeps it in memory until it is not."""
        has_new, began = self._hearing.ledger.new_since is not None, self._clock.monotonic()
        self._flushed_at = began
        await self._to_disk(all_changes=all_changes)
        if has_new and not self._unwritten:
            self._pace.took(self._clock.monotonic() - began)

    async def _to_disk(self, *, all_changes: bool) -> None:
        if not self._clock.trusted:
            self._unwritten = await self._undating.flush()
            return
        writing = asyncio.ensure_future(self._write(all_changes=all_changes))
        try:
            await asyncio.shield(writing)
        except asyncio.CancelledError:
            await writing  # a stop waits for the card: else memory and disk would not agree on what is sealed
            raise

    async def _write(self, *, all_changes: bool) -> None:
        now = self._clock.now()
        try:
            flush = await self._put(now, all_changes=all_changes)
        except StoreUnavailable as error:
            self._unwritten = str(error)
            return
        self._unwritten = ""
        if flush.rows:
            self._facts = replace(self._facts, last_stored=now, visits_today=await self._visits_today())

    async def _put(self, now: UnixMs, *, all_changes: bool) -> Flush:
        """What is due, once more where a damaged day was begun anew meanwhile. Raises StoreUnavailable."""
        while True:
            while self._store.renewed:
                self._ledger.lost(self._store.renewed.pop(), self._flushed_at)
            flush = self._ledger.due(now, self._flushed_at, all_changes=all_changes)
            try:
                for part in flush.by_day():
                    await self._store.put(part, now)
                    self._ledger.written(part)
                return flush
            except StoreUnavailable:
                if not self._store.renewed:
                    raise

    async def _visits_today(self) -> int:
        """As of now, or as last counted while the card cannot be read."""
        if not self._clock.trusted:
            return 0
        try:
            return await self._store.visits(vietnam_day_start(self._clock.now()))
        except StoreUnavailable:
            return self._facts.visits_today

    def count(self) -> None:
        """Who is near: walks whole tables, so not every turn."""
        hearing, now = self._hearing, self._clock.now()
        since = UnixMs(now - NEAR_MS)
        self._facts = replace(
            self._facts,
            phones_near=hearing.ledger.near(window_at(now), since),
            crowd=hearing.strangers.near(UnixMs(now - MINUTE_MS))
            + hearing.ledger.near(window_at(now), UnixMs(now - MINUTE_MS)),
            strangers_near=hearing.strangers.near(since),
            waiting_to_ask=hearing.asking.waiting(now),
        )

    def _tell(self, ears: Ears) -> None:
        hearing = self._hearing
        self._facts = replace(
            self._facts,
            last_heard=hearing.last_heard,
            packets=hearing.packets,
            damaged=hearing.damaged,
            dropped=self._dropped + ears.dropped + hearing.ledger.refused + self._ids.held + self._addresses.held,
            undated_lost=self._undating.lost,
        )
        self._board.collect(self._facts)
        self._tell_of_floods()
        if self._unwritten:
            self._board.troubled(NAME, Trouble.STORE, self._unwritten)
        elif self._is_whole():
            self._board.well(NAME)

    def _is_whole(self) -> bool:
        """A loop that hangs must not hide behind the others: then the service as a whole takes no turn."""
        uptime = self._clock.monotonic()
        return all(uptime - at <= LOOP_S for at in self._turned_at.values())

    def _tell_of_floods(self) -> None:
        """Only when something changed: a time is dated once, or it would flicker with every reading of the clock."""
        uptime, now = self._clock.monotonic(), self._clock.now()
        seen = flood((self._ids, self._addresses), uptime)
        if seen != self._floods:
            self._floods = seen
            dated = (None if at is None else UnixMs(now - int((uptime - at) * 1000)) for at in seen)
            self._board.flood(FloodFacts(*dated))
