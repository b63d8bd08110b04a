"""A collector in memory that keeps the contract of docs/sync.md; network.py has what may lie in between."""

import hashlib
import re
from collections.abc import Callable
from typing import Final

from kiosk.core.parcels import BY_MEDIA_TYPE, Kind, digest, opened
from kiosk.core.sync.exchange import ENROL, Ask, Reply
from kiosk.core.windows import UnixMs
from kiosk.core.wire import (
    PROBLEM_TYPE,
    Enrol,
    Enrolled,
    Heard,
    Heartbeat,
    Message,
    Notice,
    Notices,
    Problem,
    Receipt,
    Signed,
    StoreState,
    from_json,
    from_msgpack,
    to_json,
)
from kiosk.errors import BadBatch, BadMessage

KIOSK: Final = "abcdefgh"
TOKEN: Final = "a-token-that-nobody-guesses"
CODE: Final = "CODE-0001"
_PATH: Final = re.compile(r"/v1/kiosks/(?P<kiosk>\w+)/(?P<rest>[^?]+)(?:\?after=(?P<after>\d+))?")


class SimulatedCollector:
    """One kiosk's collector. What it has is open to whoever looks."""

    def __init__(self, now: Callable[[], UnixMs], *, signing_key: str = "0" * 64, token: str = TOKEN) -> None:
        self._now, self._signing_key = now, signing_key
        self.tokens = {hashlib.sha256(token.encode()).hexdigest()} if token else set[str]()
        self.codes: dict[str, str] = {CODE: ""}
        """Codes not used yet have no token's hash."""
        self.parcels: dict[tuple[str, int], tuple[Kind, str, bytes]] = {}
        self.beats: list[Heartbeat] = []
        self.notices: list[Signed] = []
        self.troubles: list[Reply] = []
        """Answers to give instead, in turn."""

    def answer(self, ask: Ask, token: str) -> Reply:
        """What the collector says."""
        if self.troubles:
            return self.troubles.pop(0)
        try:
            return self._answer(ask, token)
        except BadMessage as error:
            return problem(400, "bad-message", str(error))

    def connect(self, token: str = TOKEN) -> "Direct":
        """A Backend that nothing comes between."""
        return Direct(self, token)

    def contents(self, kind: Kind) -> list[bytes]:
        """What parcels of a kind hold, in order of coming."""
        return [content for found, _, content in self.parcels.values() if found is kind]

    def _answer(self, ask: Ask, token: str) -> Reply:
        if ask.path == ENROL:
            return self._enrol(from_json(ask.body, Enrol))
        found = _PATH.fullmatch(ask.path)
        if found is None:
            return problem(404, "not-found", ask.path)
        if hashlib.sha256(token.encode()).hexdigest() not in self.tokens:
            return problem(401, "token", "no such token")
        if found["kiosk"] != KIOSK:
            return problem(403, "other-kiosk", "the token is another kiosk's")
        return self._answer_kiosk(ask, found["rest"].split("/"), int(found["after"] or 0))

    def _answer_kiosk(self, ask: Ask, path: list[str], after: int) -> Reply:
        match [ask.method, *path]:
            case ["PUT", "stores", store, "batches", n]:
                return self._parcel(ask, store, int(n))
            case ["GET", "stores", store]:
                return _good(StoreState(last=self._last(store)))
            case ["POST", "heartbeat"]:
                return self._beat(from_json(ask.body, Heartbeat))
            case ["GET", "notices"]:
                return self._newer(after, ask.etag)
            case _:
                return problem(404, "not-found", ask.path)

    def _enrol(self, enrol: Enrol) -> Reply:
        if self.codes.get(enrol.code) not in ("", enrol.token_sha256):
            return problem(404, "code", "no such code, or it is used")
        self.codes[enrol.code] = enrol.token_sha256
        self.tokens = {enrol.token_sha256}
        return _good(Enrolled(kiosk=KIOSK, venue="Bến xe Trung tâm", signing_key=self._signing_key), 201)

    def _parcel(self, ask: Ask, store: str, n: int) -> Reply:
        kind = BY_MEDIA_TYPE.get(ask.content_type)
        if kind is None:
            return problem(415, "media-type", ask.content_type)
        try:
            content = opened(ask.body)
        except BadBatch as error:
            return problem(400, "bad-parcel", str(error))
        name = digest(content)
        known = self.parcels.get((store, n))
        if known is not None and known[1] != name:
            return problem(409, "conflict", "this number is here with another content")
        self.parcels[store, n] = kind, name, content
        return _good(Receipt(store=store, batch=n, sha256=name, last=self._last(store)), 200 if known else 201)

    def _beat(self, beat: Heartbeat) -> Reply:
        self.beats.append(beat)
        newest = max((from_msgpack(signed.notice, Notice).number for signed in self.notices), default=0)
        return _good(Heard(now=self._now(), last=self._last(beat.store), notice=newest))

    def _newer(self, after: int, etag: str) -> Reply:
        newer = tuple(each for each in self.notices if from_msgpack(each.notice, Notice).number > after)
        answer = _good(Notices(notices=newer[:50], more=len(newer) > 50))
        tag = f'"{digest(answer.body)[:16]}"'
        if etag == tag:
            return Reply(304, marked=True, etag=tag)
        return Reply(200, answer.body, "application/json", marked=True, etag=tag)

    def _last(self, store: str) -> int:
        return max((n for of, n in self.parcels if of == store), default=0)


def problem(status: int, code: str, detail: str, retry_after: str = "") -> Reply:
    """A collector's refusal."""
    body = to_json(Problem(code=code, detail=detail[:1000], status=status))
    return Reply(status, body, PROBLEM_TYPE, marked=True, retry_after=retry_after)


def _good(message: Message, status: int = 200) -> Reply:
    return Reply(status, to_json(message), "application/json", marked=True)


class Direct:
    """Backend: a network without trouble."""

    def __init__(self, collector: SimulatedCollector, token: str) -> None:
        self._collector, self._token = collector, token
        self.ends: UnixMs | None = None

    async def ask(self, ask: Ask) -> Reply:
        return self._collector.answer(ask, self._token)

    def certificate_ends(self) -> UnixMs | None:
        return self.ends

    async def close(self) -> None:
        return None
