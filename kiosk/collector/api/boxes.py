"""Boxes: the addresses that boxes ask, as docs/sync.md has them. Stateless: all that must be known is in the books."""

import asyncio
import base64
import hashlib
import math
import re
import secrets
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import msgspec
from aiohttp import hdrs, web

from kiosk.collector.api import limits
from kiosk.collector.api.meters import Meters
from kiosk.collector.api.problems import Refusal
from kiosk.collector.api.unpacking import unpacked
from kiosk.collector.books import Books
from kiosk.collector.books.boxes import Box
from kiosk.collector.database import Verdict
from kiosk.collector.routes import Access, Handler, Route
from kiosk.core import wire
from kiosk.core.parcels import BY_MEDIA_TYPE
from kiosk.ports import Clock

READ_S: Final = 30.0
"""A body comes within this time; proxies that buffer send it at once."""
AT_ONCE: Final = 32
"""Parcels in memory at the same moment, 1 MB each packed; the next ones wait for their turn."""
JSON: Final = "application/json"
V = TypeVar("V")
OwnHandler = Callable[[web.Request, str], Awaitable[web.Response]]


def hashed(secret: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


def code_hash(code: str) -> str:
    """What is kept of a code, however a person typed it."""
    return hashed(re.sub(r"[^0-9A-Z]", "", code.upper()))


def new_kiosk_id() -> str:
    """Eight letters that nobody else has."""
    return base64.b32encode(secrets.token_bytes(5)).decode().lower()


class BoxApi:
    """A table of routes over the books."""

    def __init__(
        self, books: Books, clock: Clock, meters: Meters, retention_days: int, proxies: frozenset[str]
    ) -> None:
        self._books, self._clock, self._meters = books, clock, meters
        self._retention_days, self._proxies = retention_days, proxies
        self._box_limit, self._enrolment_limit = limits.Limit(limits.BOX), limits.Limit(limits.ENROLMENT)
        self._turns = asyncio.Semaphore(AT_ONCE)

    def routes(self) -> tuple[Route, ...]:
        """Every address a box asks."""
        kiosk = "/v1/kiosks/{kiosk}"
        store = f"{kiosk}/stores/{{store}}"
        return (
            Route("/v1/enrol", Access.OPEN, self._enrol, hdrs.METH_POST),
            Route(f"{store}/batches/{{n}}", Access.BOX, self._own(self._batch), hdrs.METH_PUT),
            Route(store, Access.BOX, self._own(self._store)),
            Route(f"{kiosk}/heartbeat", Access.BOX, self._own(self._heartbeat), hdrs.METH_POST),
            Route(f"{kiosk}/notices", Access.BOX, self._own(self._notices)),
        )

    async def _enrol(self, request: web.Request) -> web.Response:
        self._spare(self._enrolment_limit, self._address(request))
        asked = wire.from_json(await _body(request, JSON), wire.Enrol)
        signing_key = await self._books.people.setting("signing_key")
        if not signing_key:
            raise Refusal(503, detail="this collector has no signing key yet: kiosk collector init")
        box = await self._books.boxes.enrol(
            code_hash(asked.code), asked.token_sha256, new_kiosk_id(), self._clock.now()
        )
        if box is None:
            raise Refusal(404, "code", "this code is unknown, used or expired; ask for a new one")
        told = wire.Enrolled(kiosk=box.kiosk, venue=box.venue_name[:200], signing_key=signing_key)
        return _json(told, 201)

    async def _batch(self, request: web.Request, kiosk: str) -> web.Response:
        store, n = _named(request, "store", wire.StoreId), _number(request.match_info["n"])
        kind = BY_MEDIA_TYPE.get(request.content_type)
        if kind is None:
            raise Refusal(415, detail=f"'{request.content_type[:80]}' is no kind of parcel this collector knows")
        async with self._turns:
            body = await _body(request)
            now = self._clock.now()
            parcel = await asyncio.to_thread(unpacked, kiosk, store, n, kind, body, now, self._retention_days)
            taken = await self._books.database.take(parcel)
        self._meters.parcels[kind.value, taken.verdict.value] += 1
        match taken.verdict:
            case Verdict.REVOKED:
                raise _revoked()
            case Verdict.CONFLICT:
                raise Refusal(409, "conflict", f"parcel {n} of this store is here with another SHA-256")
            case Verdict.NEW | Verdict.KNOWN:
                new = taken.verdict is Verdict.NEW
                self._meters.encounters += len(parcel.rows) if new else 0
                receipt = wire.Receipt(store=store, batch=n, sha256=parcel.sha256, last=taken.last)
                return _json(receipt, 201 if new else 200)

    async def _store(self, request: web.Request, kiosk: str) -> web.Response:
        store = _named(request, "store", wire.StoreId)
        return _json(wire.StoreState(last=await self._books.boxes.last(kiosk, store)))

    async def _heartbeat(self, request: web.Request, kiosk: str) -> web.Response:
        heartbeat = wire.from_json(await _body(request, JSON), wire.Heartbeat)
        now = self._clock.now()
        await self._books.boxes.heard(kiosk, heartbeat, now)
        last = await self._books.boxes.last(kiosk, heartbeat.store)
        return _json(wire.Heard(now=now, last=last, notice=await self._books.notices.newest(kiosk, now)))

    async def _notices(self, request: web.Request, kiosk: str) -> web.Response:
        after = request.query.get("after", "0")
        number = 0 if after == "0" else _number(after, Refusal(400, detail="after: expected the number of a notice"))
        found = wire.to_json(await self._books.notices.after(kiosk, number, self._clock.now()))
        etag = f'"{hashlib.sha256(found).hexdigest()[:32]}"'
        if etag in re.split(r"\s*,\s*", request.headers.get(hdrs.IF_NONE_MATCH, "")):
            return web.Response(status=304, headers={hdrs.ETAG: etag})
        return web.Response(body=found, content_type=JSON, headers={hdrs.ETAG: etag})

    def _own(self, handler: OwnHandler) -> Handler:
        """Only the box that the address names, by its token, and not too often."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            kiosk = _named(request, "kiosk", wire.KioskId)
            box = await self._shown(request)
            if box.kiosk != kiosk:
                raise Refusal(403, "other-kiosk", "this token is another kiosk's")
            self._spare(self._box_limit, kiosk)
            return await handler(request, kiosk)

        return guarded

    async def _shown(self, request: web.Request) -> Box:
        scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        known = scheme.lower() == "bearer" and token
        box = await self._books.boxes.of_token(hashed(token.strip())) if known else None
        if box is None:
            raise Refusal(401, "token", "no such token; enrol this kiosk", {hdrs.WWW_AUTHENTICATE: "Bearer"})
        if box.revoked_at is not None:
            raise _revoked()
        return box

    def _spare(self, limit: limits.Limit, key: str) -> None:
        wait_s = limit.wait_s(key, self._clock.monotonic())
        if wait_s:
            seconds = str(math.ceil(wait_s))
            raise Refusal(429, "slow-down", f"too many requests; again in {seconds} s", {hdrs.RETRY_AFTER: seconds})

    def _address(self, request: web.Request) -> str:
        """Whose address it is: a trusted proxy tells, in the last entry of its header."""
        peer = request.remote or ""
        if peer not in self._proxies:
            return peer
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or peer


async def _body(request: web.Request, media_type: str = "") -> bytes:
    """The whole body, of this type, in time."""
    if media_type and request.content_type != media_type:
        raise Refusal(415, detail=f"expected {media_type}")
    try:
        async with asyncio.timeout(READ_S):
            return await request.read()
    except TimeoutError:
        raise Refusal(408) from None
    except ConnectionResetError:  # the box is gone in the middle of it; nobody reads the answer
        raise Refusal(400, detail="cut off") from None


def _named(request: web.Request, name: str, type_: type[V]) -> V:
    """A part of the address; what cannot be one is no address of ours."""
    try:
        return msgspec.convert(request.match_info[name], type_)
    except msgspec.ValidationError:
        raise Refusal(404) from None


def _number(text: str, otherwise: Refusal | None = None) -> int:
    if re.fullmatch(r"[1-9][0-9]{0,14}", text, re.ASCII):
        return int(text)
    raise otherwise or Refusal(404)


def _revoked() -> Refusal:
    return Refusal(401, "revoked", "this kiosk has been revoked", {hdrs.WWW_AUTHENTICATE: "Bearer"})


def _json(message: wire.Message, status: int = 200) -> web.Response:
    return web.Response(body=wire.to_json(message), status=status, content_type=JSON)
