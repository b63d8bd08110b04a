"""The way to a collector: over real HTTP and simulated, the same answers to the same questions."""

from collections.abc import AsyncIterator

import pytest

from kiosk.adapters.backend import HttpBackend, Line
from kiosk.core.parcels import Kind, digest, wrapped
from kiosk.core.sync.exchange import ENROL, Ask, Reply, batch_path, heartbeat_path, notices_path, store_path
from kiosk.core.sync.verdicts import Acknowledged, Conflict, Rejected, SetAside, Wait, acknowledged, refusal
from kiosk.core.windows import UnixMs
from kiosk.core.wire import (
    Campaign,
    Enrol,
    Enrolled,
    Heard,
    Heartbeat,
    Notice,
    Notices,
    Signed,
    StoreState,
    from_json,
    to_json,
    to_msgpack,
)
from kiosk.ports import Backend
from kiosk.sim.backend import CODE, KIOSK, TOKEN, SimulatedCollector, problem
from tests.fakes.collector import served

pytestmark = pytest.mark.guest

NOW = UnixMs(1_795_305_600_000)
STORE = "abcdefgh234567aa"


class Stage:
    """A collector, and ways to it."""

    def __init__(self, address: str) -> None:
        self.collector = SimulatedCollector(lambda: NOW)
        self.address = address
        self._open: list[Backend] = []

    def way(self, token: str = TOKEN) -> Backend:
        way: Backend = HttpBackend(self.address, token, Line()) if self.address else self.collector.connect(token)
        self._open.append(way)
        return way

    async def close(self) -> None:
        for way in self._open:
            await way.close()


@pytest.fixture(params=["real", "simulated"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    stage = Stage("")
    if request.param == "real":
        async with served(stage.collector) as stage.address:
            yield stage
            await stage.close()
    else:
        yield stage


def put(content: bytes, n: int = 1, kind: Kind = Kind.REPORT) -> Ask:
    return Ask("PUT", batch_path(KIOSK, STORE, n), wrapped(content), kind.media_type)


async def test_a_parcel_gets_its_receipt_and_again_the_same(stage: Stage) -> None:
    way = stage.way()
    for status in (201, 200):
        reply = await way.ask(put(b"content"))
        assert reply.status == status
        assert acknowledged(reply, STORE, 1, digest(b"content")) == Acknowledged(1)
    assert stage.collector.contents(Kind.REPORT) == [b"content"]
    state = await way.ask(Ask("GET", store_path(KIOSK, STORE)))
    assert from_json(state.body, StoreState) == StoreState(last=1)


async def test_another_content_under_the_same_number_is_a_conflict(stage: Stage) -> None:
    way = stage.way()
    await way.ask(put(b"one"))
    assert isinstance(refusal(await way.ask(put(b"other"))), Conflict)


async def test_a_parcel_that_cannot_be_opened_is_to_be_set_aside(stage: Stage) -> None:
    bad = Ask("PUT", batch_path(KIOSK, STORE, 1), b"noise", Kind.REPORT.media_type)
    assert isinstance(refusal(await stage.way().ask(bad)), SetAside)
    odd = Ask("PUT", batch_path(KIOSK, STORE, 1), wrapped(b"x"), "application/novel")
    assert isinstance(refusal(await stage.way().ask(odd)), SetAside)


@pytest.mark.parametrize("token", ["", "another"])
async def test_a_token_that_is_none_is_rejected(stage: Stage, token: str) -> None:
    assert isinstance(refusal(await stage.way(token).ask(put(b"x"))), Rejected)


async def test_a_heartbeat_is_heard(stage: Stage) -> None:
    beat = Heartbeat(at=NOW, store=STORE, version="1", light="green", share="matches")
    reply = await stage.way().ask(Ask("POST", heartbeat_path(KIOSK), to_json(beat)))
    assert from_json(reply.body, Heard) == Heard(now=NOW, last=0)
    assert stage.collector.beats == [beat]


async def test_notices_come_once_and_then_only_their_tag(stage: Stage) -> None:
    notice = Notice(number=5, issued=1, expires=2, body=Campaign(settings={"profile": "market"}))
    stage.collector.notices = [Signed(notice=to_msgpack(notice), signature=bytes(64))]
    way = stage.way()
    first = await way.ask(Ask("GET", notices_path(KIOSK, 0)))
    assert from_json(first.body, Notices).notices == tuple(stage.collector.notices)
    again = await way.ask(Ask("GET", notices_path(KIOSK, 0), etag=first.etag))
    assert (again.status, again.marked, again.body, refusal(again)) == (304, True, b"", None)
    later = await way.ask(Ask("GET", notices_path(KIOSK, 5), etag=first.etag))
    assert from_json(later.body, Notices).notices == ()


async def test_a_code_enrols_one_token_however_often_it_asks(stage: Stage) -> None:
    way = stage.way("")
    for sha256, status in (("1" * 64, 201), ("1" * 64, 201), ("2" * 64, 404)):
        reply = await way.ask(Ask("POST", ENROL, to_json(Enrol(code=CODE, token_sha256=sha256, version="1"))))
        assert reply.status == status
        if status == 201:
            assert from_json(reply.body, Enrolled).kiosk == KIOSK


async def test_what_a_collector_says_of_itself_comes_through(stage: Stage) -> None:
    stage.collector.troubles = [
        problem(429, "slow-down", "xin chờ", "30"),
        Reply(302),
        Reply(200, b"<html>", "text/html"),
    ]
    way = stage.way()
    assert refusal(await way.ask(put(b"x"))) == Wait("429 slow-down: xin chờ", "30")
    for _ in range(2):
        verdict = refusal(await way.ask(put(b"x")))
        assert isinstance(verdict, Wait)
        assert verdict.stranger
    assert stage.collector.parcels == {}
