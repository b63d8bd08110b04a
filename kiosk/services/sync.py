"""Sync: heartbeats and parcels out, notices in. One loop; a turn does a bounded piece of work, so the radio goes on.

Every failure is foreseen and leads to a wait. Nothing is lost by being cut off anywhere: a parcel waits until its
receipt has come, and a receipt that was lost is given again.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from kiosk.config import Sync as Settings
from kiosk.core.facts import SyncFacts
from kiosk.core.hours import span
from kiosk.core.identity import RootKey
from kiosk.core.parcels import digest, wrapped
from kiosk.core.sync import enrolment, verdicts
from kiosk.core.sync.beat import heartbeat
from kiosk.core.sync.budget import Budget, Trickle, resting
from kiosk.core.sync.enrolment import Enrolment
from kiosk.core.sync.exchange import Ask, Reply, batch_path, heartbeat_path, notices_path, store_path
from kiosk.core.sync.notices import judged
from kiosk.core.sync.retry import Pace, retry_after_s
from kiosk.core.sync.verdicts import Acknowledged, Conflict, Refusal, Rejected, SetAside, Wait
from kiosk.core.wire import Heard, Message, Notices, Signed, StoreState, from_json, to_json
from kiosk.errors import BackendUnavailable, BadMessage
from kiosk.ports import Backend, Clock, Matcher, Secrets, Signatures
from kiosk.services.sync_duties import Compose, Duties
from kiosk.store import Store, new_store_id
from kiosk.store.outbox import Parcel
from kiosk.supervisor import Board

NAME: Final = "sync"
PERIOD_S: Final = 5.0
PER_TURN: Final = 8
"""Parcels sent in one turn. After an outage it is fewer (core/sync/budget.py): a week's 672 leave over half an hour."""
OUTAGE: Final = 5
"""So many failures in a row, a minute or so, are an outage."""
TURN_S: Final = 10.0
"""No parcel is begun in a turn that took longer."""
OVERHEAD: Final = 700
"""Bytes of headers and TLS around a parcel, for the cap."""
RENEWED_S: Final = 3600.0
"""A new store id cannot be in conflict again; should it be, the collector is asked again so much later."""

log = logging.getLogger(__name__)

Connect = Callable[[Enrolment], Backend]


class Halt(Exception):
    """The collector, or a stranger, said something that ends this turn's exchange."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Means:
    """What sync needs from outside, beside store, clock and Board. `chance` gives numbers from [0, 1)."""

    secrets: Secrets
    connect: Connect
    signatures: Signatures
    compose: Compose
    chance: Callable[[], float]
    matcher: Matcher | None = None
    make_id: Callable[[], str] = new_store_id


class Sync:
    """Works while the box is enrolled; looks each turn whether it is."""

    def __init__(
        self, store: Store, key: RootKey, settings: Settings, means: Means, *, clock: Clock, board: Board
    ) -> None:
        self._store, self._settings, self._means = store, settings, means
        self._clock, self._board = clock, board
        self._duties = Duties(store, key, settings.share, means.compose, means.matcher, board)
        self._pace, self._budget, self._trickle = Pace(), Budget(settings.bytes_per_second), Trickle()
        self._quiet = span(settings.quiet)
        self._enrolled: Enrolment | None = None
        self._backend: Backend | None = None
        self._heard = Heard(now=0, last=0)
        self._seen: dict[str, str] = {}
        """The tag of what was last seen at an address."""
        self._refused_notices: set[str] = set()
        self._sends = 0
        self._renewed_at = -RENEWED_S
        self._told = ""
        self._facts = SyncFacts(share=settings.share)

    async def run(self) -> None:
        """Until cancelled."""
        try:
            while True:
                await self.turn()
                await self._clock.sleep(PERIOD_S)
        finally:
            await self.hang_up()

    async def turn(self) -> None:
        """Do what is due at home, then talk to the collector if it is time."""
        await self._look()
        if self._enrolled is not None and self._backend is not None:
            await self._duties.turn(self._clock.now())
            await self._count()
            self._heed_orders()
            if self._pace.may(self._clock.monotonic()):
                await self._talk(self._enrolled, self._backend)
                await self._count()
        self._board.well(NAME)

    async def _look(self) -> None:
        """Whether and where the box is enrolled now: another program may have done it a moment ago."""
        found = enrolment.read(self._means.secrets.read(enrolment.ENROLMENT))
        if found == self._enrolled:
            return
        await self.hang_up()
        self._enrolled = found
        self._seen, self._heard = {}, Heard(now=0, last=0)
        self._facts = SyncFacts(share=self._settings.share)
        self._pace.at_once()
        if found is None:
            self._board.sync(None)
        else:
            self._backend = self._means.connect(found)
            log.info("enrolled as kiosk %s", found.kiosk)

    async def hang_up(self) -> None:
        """Close the line to the collector; the next turn opens another."""
        backend, self._backend = self._backend, None
        if backend is not None:
            await backend.close()

    def _heed_orders(self) -> None:
        sends = self._board.snapshot().sending.sends
        if sends != self._sends:
            self._sends = sends
            self._pace.at_once()
            self._trickle.end()

    async def _talk(self, me: Enrolment, backend: Backend) -> None:
        """One exchange, and what becomes of it."""
        try:
            await self._exchange(me, backend)
        except BackendUnavailable as error:
            self._missed(str(error), lost=True)
        except Halt as halt:
            self._halted(halt.refusal)

    async def _exchange(self, me: Enrolment, backend: Backend) -> None:
        """Heartbeat, parcels, notices: each if it is due."""
        if self._pace.beats(self._clock.monotonic()):
            await self._beat(me, backend)
        if not resting(self._quiet, self._clock.now()):
            await self._send(me, backend)
        if self._heard.notice > await self._store.inbox.last() and self._duties.dated():
            await self._fetch(me, backend)

    async def _beat(self, me: Enrolment, backend: Backend) -> None:
        beat = heartbeat(
            self._board.snapshot(),
            self._settings.share,
            self._store.outbox.store_id,
            set_aside=self._facts.set_aside,
            notice=await self._store.inbox.last(),
            refused_notices=len(self._refused_notices),
        )
        reply = await self._asked(backend, Ask("POST", heartbeat_path(me.kiosk), to_json(beat)))
        self._heard = _read(reply, Heard)
        self._reached(backend)
        self._pace.beaten(self._clock.monotonic(), self._means.chance())
        await self._compare(self._heard.last)

    async def _send(self, me: Enrolment, backend: Backend) -> None:
        """The oldest parcels that wait, as many as a turn and the cap allow."""
        if not self._facts.waiting:
            return
        began = self._clock.monotonic()
        for parcel in await self._store.outbox.waiting(self._trickle.parcels(PER_TURN, began)):
            now = self._clock.monotonic()
            if now - began > TURN_S or self._budget.wait_s(now) > 0:
                return
            content = await self._store.outbox.content(parcel)
            if content is None:
                await self._store.outbox.set_aside(parcel, "its rows are no longer on the box", self._clock.now())
                continue
            body = await asyncio.to_thread(wrapped, content)
            self._budget.spend(len(body) + OVERHEAD, now)
            ask = Ask("PUT", batch_path(me.kiosk, parcel.store, parcel.n), body, parcel.kind.media_type)
            self._trickle.sent()
            reply = await backend.ask(ask)
            if await self._settle(me, backend, parcel, reply, digest(content)):
                return

    async def _settle(self, me: Enrolment, backend: Backend, parcel: Parcel, reply: Reply, sha256: str) -> bool:
        """What a reply means for its parcel; True if the store has another id now."""
        outbox = self._store.outbox
        match verdicts.acknowledged(reply, parcel.store, parcel.n, sha256):
            case Acknowledged(last):
                await outbox.acknowledge(parcel, self._clock.now())
                self._reached(backend)
                return await self._compare(last)
            case SetAside(reason):
                await outbox.set_aside(parcel, reason, self._clock.now())
                self._reached(backend)
                log.error("parcel %d is set aside: %s", parcel.n, reason)
                return False
            case Conflict(reason):
                return await self._dispute(me, backend, parcel, reason)
            case Rejected() | Wait() as refusal:
                raise Halt(refusal)

    async def _dispute(self, me: Enrolment, backend: Backend, parcel: Parcel, reason: str) -> bool:
        """Another content is known under our number: a card restored from an older copy, if the collector is sure."""
        state = _read(await self._asked(backend, Ask("GET", store_path(me.kiosk, parcel.store))), StoreState)
        if state.last < parcel.n or self._clock.monotonic() - self._renewed_at < RENEWED_S:
            raise Halt(Wait(f"{reason}, which cannot be"))
        return await self._renew(reason)

    async def _compare(self, last: int) -> bool:
        """Whether the collector is ahead of us, which makes us take a new store id."""
        if not verdicts.restored(last, self._store.outbox.given):
            return False
        return await self._renew(f"the collector has number {last}, the box gave {self._store.outbox.given}")

    async def _renew(self, reason: str) -> bool:
        log.error("the store was restored from an older copy (%s): it takes a new id and sends on", reason)
        await self._store.outbox.renew(self._means.make_id(), self._clock.now())
        self._renewed_at = self._clock.monotonic()
        return True

    async def _fetch(self, me: Enrolment, backend: Backend) -> None:
        """Notices after the last one accepted."""
        last = await self._store.inbox.last()
        path = notices_path(me.kiosk, last)
        reply = await self._asked(backend, Ask("GET", path, etag=self._seen.get(path, "")))
        if reply.status == 304:
            return
        notices = _read(reply, Notices).notices
        authentic = await self._means.signatures.authentic(me.signing_key, notices)
        for signed, is_theirs in zip(notices, authentic, strict=True):
            found = judged(signed, authentic=is_theirs, kiosk=me.kiosk, last=last, now=self._clock.now())
            if isinstance(found, str):
                self._refuse(signed, found)
            else:
                await self._duties.accept(signed, found, self._clock.now())
                last = found.number
        self._seen = {path: reply.etag}

    def _refuse(self, signed: Signed, reason: str) -> None:
        name = digest(signed.notice + signed.signature)
        if name not in self._refused_notices and len(self._refused_notices) < 1000:
            self._refused_notices.add(name)
            log.error("a notice is refused: %s", reason)

    async def _asked(self, backend: Backend, ask: Ask) -> Reply:
        """A reply by which a collector says that all is well. Raises Halt, BackendUnavailable."""
        reply = await backend.ask(ask)
        refusal = verdicts.refusal(reply)
        if refusal is not None:
            raise Halt(refusal)
        return reply

    def _halted(self, refusal: Refusal) -> None:
        if isinstance(refusal, Rejected):
            self._pace.rejected(self._clock.monotonic())
            self._note(f"the collector does not accept the box's token ({refusal.reason})")
            self._facts = replace(self._facts, refused=True, lost_since=None)
            return
        header = refusal.retry_after if isinstance(refusal, Wait) else ""
        wish_s = retry_after_s(header, self._clock.now())
        self._missed(refusal.reason, lost=isinstance(refusal, Wait) and refusal.stranger, wish_s=wish_s)

    def _missed(self, reason: str, *, lost: bool, wish_s: float | None = None) -> None:
        """An exchange failed. `lost`: it was not the collector who answered, if anybody did."""
        self._pace.failed(self._clock.monotonic(), self._means.chance(), wish_s)
        self._note(reason)
        since = (self._facts.lost_since or self._clock.now()) if lost else None
        self._facts = replace(self._facts, lost_since=since)

    def _note(self, reason: str) -> None:
        """The log hears of each trouble once."""
        if reason != self._told:
            log.warning("sync: %s; it is tried again", reason)
        self._told = reason

    def _reached(self, backend: Backend) -> None:
        """The collector itself has answered, and well: a line that loses half is still a line."""
        if self._pace.failures >= OUTAGE and self._facts.waiting > PER_TURN:
            self._trickle.begin(self._facts.waiting, self._clock.monotonic(), self._means.chance())
        self._pace.well()
        self._told = ""
        self._facts = replace(
            self._facts,
            heard_at=self._clock.now(),
            lost_since=None,
            refused=False,
            certificate_ends=backend.certificate_ends(),
        )

    async def _count(self) -> None:
        """Tell the Board how the outbox stands."""
        standing, heard_at = await self._store.outbox.standing(), self._facts.heard_at
        if not standing.waiting:
            self._trickle.end()
        times = [at for at in (standing.acknowledged_at, None if standing.waiting else heard_at) if at is not None]
        self._facts = replace(
            self._facts,
            acknowledged_at=max(times, default=None),
            waiting=standing.waiting,
            oldest=standing.oldest,
            set_aside=standing.set_aside,
            expired=standing.expired,
            answered=await self._duties.answered(),
        )
        self._board.sync(self._facts)


M = TypeVar("M", bound=Message)


def _read(reply: Reply, type_: type[M]) -> M:
    """The message in a good reply. Raises Halt: a collector would not say anything else."""
    try:
        return from_json(reply.body, type_)
    except BadMessage as error:
        raise Halt(Wait(f"{reply.status} with something else: {error}", stranger=True)) from error
