"""Notices on virtual time with a real store: which count, what they make the box do, and how that is shown."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.config import Config, campaign_of, filled
from kiosk.core.batches import decoded
from kiosk.core.parcels import Kind
from kiosk.core.wire import (
    Answer,
    Campaign,
    Cases,
    Presence,
    Report,
    Request,
    Signed,
    Watch,
    from_msgpack,
)
from kiosk.sim.clock import ManualClock
from kiosk.store import Store, open_store
from tests.services.sync_scene import NOW, WINDOW, Scene

pytestmark = pytest.mark.guest


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(tmp_path) as opened:
        yield opened


@pytest.fixture
def scene(store: Store) -> Scene:
    """A box that shares encounters."""
    return Scene(store, ManualClock(NOW))


async def test_what_leaves_is_written_down_first_and_shown(store: Store) -> None:
    scene = Scene(store, ManualClock(NOW), "matches")
    await scene.service.turn()
    rows = await scene.sealed(25, WINDOW.before)
    await scene.sealed(4, WINDOW.before.before)
    scene.notice(Request(case="F0-1", windows=(WINDOW.before.start,)))
    await scene.live(700)
    [content] = scene.collector.contents(Kind.ANSWER)
    answer = from_msgpack(content, Answer)
    assert (answer.request, answer.case) == (10, "F0-1")
    assert [visit.peer for batch in answer.batches for visit in decoded(batch).visits] == [row.peer for row in rows]
    assert [(entry.what, entry.session) for entry in await scene.store.journal.noted(9)] == [("answer", 0)]
    assert scene.facts.answered == 1
    assert scene.collector.beats[-1].notice == 10


async def test_a_request_for_a_window_under_way_waits_for_its_seal(scene: Scene) -> None:
    scene.notice(Request(case="F0-1", windows=(WINDOW.start,)))
    await scene.live(600)
    assert scene.collector.contents(Kind.ANSWER) == []
    await scene.live(900)
    assert len(scene.collector.contents(Kind.ANSWER)) == 1


@pytest.mark.parametrize(
    "changes", [{"kiosk": "zzzzzzzz"}, {"expires": NOW}, {"number": 3}], ids=["another's", "expired", "older"]
)
async def test_a_notice_that_does_not_count_is_counted_and_not_used(scene: Scene, changes: dict[str, object]) -> None:
    scene.notice(Campaign(settings={}), number=5)
    await scene.live(10)
    body = Request(case="F0-1", windows=(WINDOW.before.start,))
    scene.notice(body, **{"number": 11, **changes})  # type: ignore[arg-type]  # the test's changes
    await scene.live(1000)
    assert scene.collector.contents(Kind.ANSWER) == []
    assert scene.collector.beats[-1].notice == 5
    assert scene.collector.beats[-1].refused_notices == ("number" not in changes)


async def test_a_forged_notice_is_refused_once_however_often_it_comes(scene: Scene) -> None:
    good = scene.notice(Request(case="F0-1", windows=(WINDOW.before.start,)))
    scene.collector.notices[0] = Signed(notice=good.notice, signature=b"\x01" * 64)
    await scene.live(2000)
    assert scene.collector.contents(Kind.ANSWER) == []
    assert scene.collector.beats[-1].refused_notices == 1


async def test_a_venue_that_shares_nothing_answers_nobody(store: Store) -> None:
    scene = Scene(store, ManualClock(NOW), "nothing")
    await scene.sealed(25, WINDOW.before)
    scene.notice(Request(case="F0-1", windows=(WINDOW.before.start,)))
    await scene.live(1000)
    assert scene.collector.parcels == {}
    assert scene.collector.beats[-1].notice == 10
    assert await store.inbox.to_do() == []


class Everywhere:
    """A simulated matcher: every case was here once."""

    async def presences(self, watch: Watch) -> tuple[Presence, ...]:
        return (Presence(window=watch.start, first_s=1, last_s=5, receptions=2, rssi_mean=-70, others=21),)


async def test_a_list_of_cases_becomes_reports_each_once(store: Store) -> None:
    scene = Scene(store, ManualClock(NOW), "matches", matcher=Everywhere())
    watches = tuple(Watch(case=f"F0-{n}", start=WINDOW.before.start, ids=bytes(12)) for n in range(3))
    scene.notice(Cases(cases=watches))
    await scene.live(1000)
    reports = [from_msgpack(content, Report) for content in scene.collector.contents(Kind.REPORT)]
    assert [(report.case, report.notice, report.presences[0].others) for report in reports] == [
        (f"F0-{n}", 10, 21) for n in range(3)
    ]


async def test_without_a_matcher_a_list_is_kept_and_ages(scene: Scene) -> None:
    watch = Watch(case="F0-1", start=WINDOW.before.start, ids=bytes(12))
    scene.notice(Cases(cases=(watch,)), expires=NOW + 600_000)
    await scene.live(500)
    assert len(await scene.store.inbox.to_do()) == 1
    await scene.live(200)
    assert await scene.store.inbox.to_do() == []
    assert await scene.store.inbox.last() == 10


async def test_the_provinces_campaign_fills_what_the_box_left_open_until_it_expires(scene: Scene) -> None:
    scene.notice(Campaign(settings={"profile": "market", "novel": "x"}), expires=NOW + 600_000)
    await scene.live(20)
    told = scene.board.snapshot().campaign
    assert told == campaign_of(filled(Config(), {"profile": "market"}))
    assert told != campaign_of(Config())
    await scene.live(700)
    assert scene.board.snapshot().campaign is None


async def test_a_campaign_that_cannot_be_used_changes_nothing(scene: Scene) -> None:
    scene.notice(Campaign(settings={"profile": "castle"}))
    await scene.live(20)
    assert scene.board.snapshot().campaign is None
