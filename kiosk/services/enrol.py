"""Enrol: carries out an enrolment that kiosk.toml asked for, once there is a network; and the exchange itself, which
`kiosk enroll` uses too."""

import hashlib
import logging
import secrets
from collections.abc import Callable
from typing import Final

from kiosk import __version__
from kiosk.core.firstboot.facts import EnrolFacts, Enrolling
from kiosk.core.sync import enrolment, verdicts
from kiosk.core.sync.enrolment import Enrolment, Ordered
from kiosk.core.sync.exchange import ENROL, Ask, Reply
from kiosk.core.wire import Enrol as Wanted
from kiosk.core.wire import Enrolled, from_json, to_json
from kiosk.errors import BackendUnavailable, BadMessage, NotEnrolled
from kiosk.ports import Backend, Clock, Secrets
from kiosk.supervisor import Board

NAME: Final = "enrol"
PERIOD_S: Final = 3.0
FIRST_WAIT_S: Final = 5.0
LONGEST_WAIT_S: Final = 300.0

log = logging.getLogger(__name__)


class Enrol:
    """Looks each turn whether somebody asked for an enrolment. The code is kept until the centre has answered it."""

    def __init__(self, kept: Secrets, connect: Callable[[str], Backend], *, clock: Clock, board: Board) -> None:
        self._kept, self._connect = kept, connect
        self._clock, self._board = clock, board
        self._ordered: Ordered | None = None
        self._facts = EnrolFacts()
        self._next, self._wait_s = 0.0, FIRST_WAIT_S

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.turn()
            await self._clock.sleep(PERIOD_S)

    async def turn(self) -> None:
        """Ask the centre if something is ordered and it is time."""
        ordered = enrolment.read_ordered(self._kept.read(enrolment.ORDERED))
        if ordered is not None and ordered != self._ordered:
            self._next, self._wait_s = self._clock.monotonic(), FIRST_WAIT_S
            self._facts = EnrolFacts(Enrolling.REFUSED if ordered.refused else Enrolling.WAITING, ordered.refused)
        self._ordered = ordered
        if ordered is not None and not ordered.refused and self._clock.monotonic() >= self._next:
            await self._try(ordered)
        self._board.enrolment(self._facts)
        self._board.well(NAME)

    async def _try(self, ordered: Ordered) -> None:
        backend = self._connect(ordered.url)
        try:
            me = await enrolled(ordered.url, ordered.code, self._kept, backend)
        except BackendUnavailable as error:
            self._again(str(error))
        except NotEnrolled as error:
            if error.final:
                self._end(EnrolFacts(Enrolling.REFUSED, str(error)), Ordered(url=ordered.url, refused=str(error)))
            else:
                self._again(str(error))
        else:
            self._end(EnrolFacts(Enrolling.DONE, venue=me.venue), None)
        finally:
            await backend.close()

    def _again(self, why: str) -> None:
        if why != self._facts.why:
            log.warning("enrolment: %s; it is tried again", why)
        self._facts = EnrolFacts(Enrolling.WAITING, why)
        self._next, self._wait_s = self._clock.monotonic() + self._wait_s, min(2 * self._wait_s, LONGEST_WAIT_S)

    def _end(self, facts: EnrolFacts, left: Ordered | None) -> None:
        """The code is used, or void: it is kept no longer."""
        self._kept.write(enrolment.ORDERED, enrolment.written(left) if left else b"")
        self._kept.write(enrolment.PENDING, b"")
        self._facts, self._ordered = facts, left
        log.log(logging.INFO if left is None else logging.ERROR, "enrolment: %s", facts.why or "done")


async def enrolled(url: str, code: str, kept: Secrets, backend: Backend) -> Enrolment:
    """Enrol and keep what came back. A code whose answer was lost is sent again with the same token. Raises
    BackendUnavailable, NotEnrolled."""
    pending = enrolment.read_pending(kept.read(enrolment.PENDING))
    if pending is None or (pending.url, pending.code) != (url, code):
        pending = enrolment.Pending(url=url, code=code, token=secrets.token_urlsafe(32))
        kept.write(enrolment.PENDING, enrolment.written(pending))
    sha256 = hashlib.sha256(pending.token.encode()).hexdigest()
    body = to_json(Wanted(code=code, token_sha256=sha256, version=__version__))
    answer = _read(url, await backend.ask(Ask("POST", ENROL, body)))
    me = Enrolment(url=url, kiosk=answer.kiosk, venue=answer.venue, signing_key=answer.signing_key, token=pending.token)
    kept.write(enrolment.ENROLMENT, enrolment.written(me))
    kept.write(enrolment.PENDING, b"")
    return me


def _read(url: str, reply: Reply) -> Enrolled:
    """Who the box is now, or why it is nobody, in words."""
    refusal = verdicts.refusal(reply)
    if isinstance(refusal, verdicts.Wait) and refusal.stranger:
        raise NotEnrolled(
            f"{url}: it was no collector that answered ({refusal.reason}). Look at the address; on a network with a "
            "sign-in page sign in first.",
            final=False,
        )
    if refusal is not None and reply.status == 404:
        raise NotEnrolled(
            f"{url}: the code is unknown, used or too old. Ask who runs the collector for a new one.", final=True
        )
    if refusal is not None:
        final = not isinstance(refusal, verdicts.Wait)
        raise NotEnrolled(f"{url}: the collector refuses: {refusal.reason}", final=final)
    try:
        return from_json(reply.body, Enrolled)
    except BadMessage as error:
        raise NotEnrolled(
            f"{url}: the collector speaks of something else ({error}). Is it of another version?", final=False
        ) from error
