"""Sync's duties at home, which need no network: parcels made of what is due, notices kept and obeyed.

All of it can be done again: what is there once is not made twice.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Final

from kiosk.core.audit import Entry
from kiosk.core.campaign import Campaign
from kiosk.core.encounters import Encounter
from kiosk.core.identity import RootKey
from kiosk.core.parcels import Kind
from kiosk.core.sync import answers
from kiosk.core.sync.beat import Share
from kiosk.core.sync.notices import heeded, kind_of, settings_in
from kiosk.core.windows import DAY_MS, WINDOW_MS, UnixMs, window_at
from kiosk.core.wire import Cases, Notice, OwnDay, Report, Request, Signed, from_msgpack, to_msgpack
from kiosk.errors import ConfigError
from kiosk.ports import Matcher
from kiosk.store import Store
from kiosk.store.inbox import Kept
from kiosk.store.outbox import day_key_name
from kiosk.supervisor import Board

AT_ONCE: Final = 16
"""Sealed parts looked at in one turn: after weeks without a collector there are thousands."""
ANSWERED: Final = "answer"
"""What the audit log calls a request that was answered."""

log = logging.getLogger(__name__)

Compose = Callable[[Mapping[str, str]], Campaign]
"""Fills the province's settings into the box's own campaign. May raise ConfigError."""


class Duties:
    """Works for `share`. Without a matcher lists of cases are kept until they expire."""

    def __init__(
        self, store: Store, key: RootKey, share: Share, compose: Compose, matcher: Matcher | None, board: Board
    ) -> None:
        self._store, self._key, self._share = store, key, share
        self._compose, self._matcher, self._board = compose, matcher, board
        self._keyed: set[int] = set()
        """Days whose key is in a parcel."""
        self._over = 0
        """The UTC day that they were last looked for on."""
        self._campaign: bytes | None = None
        self._answered: int | None = None

    async def turn(self, now: UnixMs) -> None:
        """Whatever is due now. What a date decides waits until the clock can be trusted."""
        outbox, inbox = self._store.outbox, self._store.inbox
        await outbox.share(self._share, now)
        if self._share == "encounters":
            await outbox.gather(AT_ONCE, now)
        if self.dated():
            await inbox.age(now)
            await self._keys(now)
            for number, kind in await inbox.to_do() if self._share != "nothing" else []:
                if kind == "request" or self._matcher is not None:
                    await self._obey(number, now)
        await self._show()

    async def answered(self) -> int:
        """Requests answered, ever."""
        if self._answered is None:
            self._answered = await self._store.journal.count(ANSWERED)
        return self._answered

    def dated(self) -> bool:
        """Whether the box is sure of the date, as far as anybody knows."""
        clock = self._board.snapshot().clock
        return clock is None or clock.trusted

    async def accept(self, signed: Signed, notice: Notice, now: UnixMs) -> None:
        """Keep a notice that was found to be good."""
        kind = kind_of(notice)
        content = signed.notice if heeded(kind, self._share) else b""
        await self._store.inbox.accept(Kept(notice.number, kind, UnixMs(notice.expires), content), now)
        log.info("accepted notice %d: %s", notice.number, kind)

    async def _keys(self, now: UnixMs) -> None:
        """The box's own key of each day on disk that is over."""
        over = UnixMs(now - WINDOW_MS) // DAY_MS
        if self._share == "nothing" or over == self._over:
            return
        due = {day for day in self._store.days() if day < over} - self._keyed
        for day in sorted(due):
            content = to_msgpack(OwnDay(day=day, key=self._key.daily_key(day).raw))
            await self._store.outbox.add(Kind.DAY_KEY, day, day_key_name(day), content, now)
        self._keyed |= due
        self._over = over

    async def _show(self) -> None:
        """The campaign in force goes on the wall."""
        content = await self._store.inbox.campaign()
        if content == self._campaign:
            return
        self._campaign = content
        try:
            self._board.tell(self._compose(settings_in(content)) if content else None)
        except ConfigError as error:
            log.warning("the campaign notice cannot be used: %s", error)
            self._board.tell(None)

    async def _obey(self, number: int, now: UnixMs) -> None:
        notice = from_msgpack(await self._store.inbox.content(number), Notice)
        match notice.body:
            case Request() as request if answers.ripe(request, now):
                await self._answer(number, request, now)
            case Cases() as cases if self._matcher is not None:
                await self._report(number, cases, self._matcher, now)
            case _:
                return
        await self._store.inbox.done(number, now)

    async def _answer(self, number: int, request: Request, now: UnixMs) -> None:
        """Ids leave, as the request says; the log of what was done says so first."""
        days: dict[int, list[Encounter]] = {}
        for window in answers.windows_of(request):
            days.setdefault(window.day, []).extend(await self._store.encounters(window))
        await self._store.journal.note(Entry(now, 0, ANSWERED, "done"), f"{ANSWERED} {number}")
        for index, (day, content) in enumerate(answers.contents(number, request, days)):
            await self._store.outbox.add(Kind.ANSWER, day, f"{ANSWERED} {number} {index}", content, now)
        self._answered = None
        log.info("answered request %d for %d windows", number, len(request.windows))

    async def _report(self, number: int, cases: Cases, matcher: Matcher, now: UnixMs) -> None:
        for watch in cases.cases:
            presences = await matcher.presences(watch)
            if presences:
                content = to_msgpack(Report(case=watch.case, notice=number, presences=presences))
                day = window_at(UnixMs(presences[0].window)).day
                await self._store.outbox.add(Kind.REPORT, day, f"report {number} {watch.case}", content, now)
