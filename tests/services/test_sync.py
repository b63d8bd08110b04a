"""Sync on virtual time with a real store: what leaves, when it is tried again, and what every answer leads to."""

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.config import Sync as Settings
from kiosk.core.batches import decoded
from kiosk.core.encounters import Flush
from kiosk.core.facts import SyncOrders
from kiosk.core.parcels import Kind
from kiosk.core.sync import enrolment
from kiosk.core.sync.beat import Share
from kiosk.core.sync.enrolment import Enrolment
from kiosk.core.sync.exchange import Reply
from kiosk.core.windows import DAY_MS, WINDOW_MS, UnixMs, Window
from kiosk.core.wire import (
    OwnDay,
    from_msgpack,
)
from kiosk.ports import Backend
from kiosk.services.sync import PER_TURN, PERIOD_S
from kiosk.sim.backend import KIOSK, SimulatedCollector, problem
from kiosk.sim.clock import ManualClock
from kiosk.sim.network import CaptivePortal, Dropping, Lying
from kiosk.store import Store, open_store
from tests.services.sync_scene import KEY, ME, NOW, WINDOW, Scene

pytestmark = pytest.mark.guest


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(tmp_path) as opened:
        yield opened


@pytest.fixture
def scene(store: Store) -> Scene:
    """A box that shares encounters."""
    return Scene(store, ManualClock(NOW))


async def test_a_sealed_window_is_acknowledged_within_a_turn(scene: Scene) -> None:
    await scene.service.turn()
    await scene.sealed(3)
    await scene.live(10)
    assert len(scene.visits()) == 3
    assert (scene.facts.waiting, scene.facts.acknowledged_at, scene.facts.lost_since) == (0, NOW, None)
    assert scene.codes() == []


async def test_heartbeats_come_every_five_minutes_and_say_how_it_is(scene: Scene) -> None:
    await scene.live(1000)
    assert len(scene.collector.beats) == 4
    assert {beat.share for beat in scene.collector.beats} == {"encounters"}
    assert scene.collector.beats[0].store == scene.store.outbox.store_id


@pytest.mark.parametrize(("share", "kinds"), [("nothing", []), ("matches", ["day-key"]), ("encounters", ["day-key"])])
async def test_the_own_key_of_a_day_leaves_after_its_end_unless_nothing_is_shared(
    store: Store, share: Share, kinds: list[str]
) -> None:
    scene = Scene(store, ManualClock(UnixMs((WINDOW.day + 1) * DAY_MS - 60_000)), share)
    await scene.service.turn()
    await scene.store.put(Flush([], [(WINDOW, 0)]), NOW)
    await scene.live(60 + WINDOW_MS / 1000 - 10)
    assert scene.collector.parcels == {}
    await scene.live(30)
    assert [kind.value for kind, _, _ in scene.collector.parcels.values()] == kinds
    if kinds:
        [content] = scene.collector.contents(Kind.DAY_KEY)
        assert from_msgpack(content, OwnDay) == OwnDay(day=WINDOW.day, key=KEY.daily_key(WINDOW.day).raw)


async def test_a_venue_that_shares_matches_keeps_its_encounters(store: Store) -> None:
    scene = Scene(store, ManualClock(NOW), "matches")
    await scene.service.turn()
    await scene.sealed(30)
    await scene.live(60)
    assert scene.collector.parcels == {}
    assert scene.collector.beats


async def test_a_box_that_is_enrolled_nowhere_asks_nobody_and_shows_no_row(scene: Scene) -> None:
    scene.secrets.write(enrolment.ENROLMENT, b"")
    await scene.live(60)
    assert scene.board.snapshot().sync is None
    assert scene.collector.beats == []
    scene.secrets.write(enrolment.ENROLMENT, enrolment.written(ME))
    await scene.live(10)
    assert len(scene.collector.beats) == 1


async def test_a_week_without_a_network_loses_nothing_and_drains_oldest_first_a_bounded_piece_a_turn(
    scene: Scene,
) -> None:
    net = Dropping(scene.collector.connect(), lambda: 0.0)
    scene.way = lambda _: net
    await scene.service.turn()
    for index in range(7 * 96):
        await scene.sealed(2, Window(UnixMs(WINDOW.start + index * WINDOW_MS)))
        await scene.service.turn()
        await scene.clock.advance(900)
    assert scene.facts.waiting >= 672
    assert scene.codes() == ["M1"]
    net.rate = 0.0
    await scene.live(900 + PERIOD_S)  # at most the longest wait until it is tried again
    before = len(scene.collector.parcels)
    await scene.service.turn()
    assert len(scene.collector.parcels) - before <= PER_TURN
    await scene.live(1800)  # half an hour, for the sake of the other boxes
    order = [decoded(content).visits[0].slot for content in scene.collector.contents(Kind.ENCOUNTERS)]
    assert order == [(WINDOW.slot + index) % 96 for index in range(7 * 96)]
    assert len(scene.visits()) == 2 * 7 * 96
    assert (scene.facts.waiting, scene.codes()) == (0, [])


async def test_a_lost_receipt_is_given_again(scene: Scene) -> None:
    chances = iter([0.0, 0.9])  # arrives, and its answer is lost

    scene.way = lambda inner: Dropping(inner, lambda: next(chances, 1.0), 0.5)
    scene.service._pace.beaten(0, 0.5)  # the parcel is what is lost
    await scene.service.turn()
    await scene.sealed(3)
    await scene.live(30)
    assert len(scene.collector.parcels) == 1
    assert scene.facts.waiting == 0


@pytest.mark.parametrize("status", [400, 413, 415, 422])
async def test_a_parcel_that_the_collector_refuses_is_set_aside_and_blocks_nothing(scene: Scene, status: int) -> None:
    await scene.service.turn()
    await scene.sealed(1)
    await scene.sealed(2, WINDOW.after)
    scene.collector.troubles = [problem(status, "odd", "because")]
    await scene.live(10)
    assert len(scene.visits()) == 2
    assert (scene.facts.set_aside, scene.facts.waiting) == (1, 0)


@pytest.mark.parametrize(
    ("trouble", "codes"),
    [
        (problem(429, "slow-down", "", "600"), []),
        (problem(503, "unavailable", "", "600"), []),
        (Reply(502, b"<html>", "text/html"), ["M1"]),
        (Reply(302), ["M1"]),
        (Reply(200, b"{}", "application/json"), ["M1"]),
        (Reply(200, b"{}", "application/json", marked=True), ["M1"]),
        (Reply(401, b"<html>", "text/html"), ["M1"]),
        (Reply(422, b"<html>", "text/html"), ["M1"]),
    ],
    ids=lambda each: f"{each.status}{'-marked' * each.marked}" if isinstance(each, Reply) else "",
)
async def test_whatever_is_no_verdict_of_the_collector_only_makes_us_wait(
    scene: Scene, trouble: Reply, codes: list[str]
) -> None:
    await scene.service.turn()
    await scene.sealed(1)
    scene.collector.troubles = [trouble] * 1000
    await scene.live(1200)
    assert (scene.facts.waiting, scene.facts.set_aside, scene.codes()) == (1, 0, codes)
    scene.collector.troubles = []
    await scene.live(1000)
    assert (scene.facts.waiting, scene.codes()) == (0, [])


async def test_a_sign_in_page_and_liars_cost_nothing(scene: Scene) -> None:
    chance = random.Random(7).random
    scene.way = lambda inner: CaptivePortal(Lying(inner, chance, 0.4), chance, 0.3)
    await scene.service.turn()
    for index in range(8):
        await scene.sealed(3, Window(UnixMs(WINDOW.start + index * WINDOW_MS)))
    await scene.live(3600)
    assert len(scene.visits()) == 24
    assert scene.facts.waiting == 0


async def test_the_collectors_wish_is_heeded(scene: Scene) -> None:
    scene.collector.troubles = [problem(429, "slow-down", "", "120")]
    await scene.live(120)
    assert scene.collector.beats == []
    await scene.live(70)
    assert len(scene.collector.beats) == 1


async def test_a_token_that_is_revoked_is_an_alarm_and_no_loop_until_the_box_is_enrolled_anew(scene: Scene) -> None:
    await scene.live(5)
    scene.collector.tokens.clear()
    asked = 0

    class Counting:
        def __init__(self, inner: Backend) -> None:
            self.inner = inner
            self.certificate_ends, self.close = inner.certificate_ends, inner.close

        async def ask(self, ask: object) -> Reply:
            nonlocal asked
            asked += 1
            return await self.inner.ask(ask)  # type: ignore[arg-type]  # handed on as it is

    scene.service._backend = Counting(scene.collector.connect())
    await scene.live(1800)
    assert scene.codes() == ["M2"]
    assert asked == 1
    await scene.live(3600)
    assert asked == 2
    again = SimulatedCollector(scene.clock.now, token="another")
    scene.collector.tokens |= again.tokens
    new = Enrolment(url=ME.url, kiosk=KIOSK, venue="", signing_key="0" * 64, token="another")
    scene.secrets.write(enrolment.ENROLMENT, enrolment.written(new))
    await scene.live(10)
    assert scene.codes() == []


async def test_a_card_restored_from_an_older_copy_takes_a_new_id_and_sends_on(scene: Scene) -> None:
    await scene.service.turn()
    await scene.sealed(2)
    await scene.live(5)
    old = scene.store.outbox.store_id
    ahead = next(iter(scene.collector.parcels.values()))
    scene.collector.parcels[old, 7] = ahead  # what the lost card had sent
    await scene.sealed(3, WINDOW.after)
    await scene.live(10)
    assert scene.store.outbox.store_id != old
    assert len(scene.visits()) == 5
    assert scene.facts.waiting == 0


async def test_another_content_under_our_number_takes_a_new_id_too(scene: Scene) -> None:
    await scene.service.turn()
    old = scene.store.outbox.store_id
    scene.collector.parcels[old, 1] = (Kind.REPORT, "1" * 64, b"")
    scene.service._pace.beaten(0, 0.5)  # it has not been told yet
    await scene.sealed(3)
    await scene.live(10)
    assert scene.store.outbox.store_id != old
    assert len(scene.visits()) == 3


async def test_staff_press_send_and_a_wait_is_over(scene: Scene) -> None:
    scene.collector.troubles = [problem(503, "unavailable", "", "3600")]
    await scene.live(600)
    assert scene.collector.beats == []
    scene.board.order_sync(SyncOrders(sends=1))
    await scene.live(5)
    assert len(scene.collector.beats) == 1


async def test_in_quiet_hours_only_heartbeats_are_sent(store: Store) -> None:
    scene = Scene(store, ManualClock(NOW), settings=Settings(quiet="12:00-13:10"))
    await scene.service.turn()
    await scene.sealed(3)
    await scene.live(595)
    assert (len(scene.collector.parcels), len(scene.collector.beats)) == (0, 2)
    await scene.live(10)
    assert len(scene.collector.parcels) == 1


async def test_a_cap_spreads_a_backlog(store: Store) -> None:
    scene = Scene(store, ManualClock(NOW), settings=Settings(bytes_per_second=100))
    await scene.service.turn()
    for index in range(20):
        await scene.sealed(20, Window(UnixMs(WINDOW.start + index * WINDOW_MS)))
    await scene.live(60)
    assert 5 <= len(scene.collector.parcels) <= 10
    await scene.live(200)
    assert len(scene.collector.parcels) == 20


async def test_a_part_whose_file_was_taken_away_blocks_nothing(scene: Scene) -> None:
    scene.collector.troubles = [Reply(302)]
    await scene.service.turn()
    await scene.sealed(3)
    await scene.sealed(3, Window(UnixMs(WINDOW.start + DAY_MS)))
    await scene.store.outbox.gather(10, NOW)
    await scene.store.remove([day for day in scene.store.days() if day <= WINDOW.day])
    await scene.live(30)
    assert (scene.facts.set_aside, scene.facts.waiting) == (1, 0)


async def test_each_trouble_is_in_the_log_once(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    scene.collector.troubles = [Reply(302)] * 1000
    await scene.live(3600)
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [
        "sync: 302 (a redirect) from somebody who is no collector; it is tried again"
    ]
