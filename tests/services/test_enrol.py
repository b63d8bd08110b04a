"""Enrol: an enrolment that kiosk.toml asked for is carried out once there is a network; a refused code is final."""

from dataclasses import dataclass, field

import pytest

from kiosk.core.facts import State
from kiosk.core.firstboot.facts import EnrolFacts, Enrolling
from kiosk.core.sync import enrolment
from kiosk.core.sync.enrolment import Ordered, written
from kiosk.core.sync.exchange import Ask, Obstacle, Reply
from kiosk.core.windows import UnixMs
from kiosk.errors import BackendUnavailable
from kiosk.services.enrol import LONGEST_WAIT_S, NAME, PERIOD_S, Enrol
from kiosk.sim.backend import CODE, KIOSK, SimulatedCollector, problem
from kiosk.sim.clock import ManualClock
from kiosk.supervisor import Board
from tests.fakes.secrets import MemorySecrets

pytestmark = pytest.mark.guest

NOW = UnixMs(1_795_305_600_000)
URL = "https://c.example"


@dataclass
class Scene:
    """A box that was told to enrol, and what comes in its way."""

    kept: MemorySecrets = field(default_factory=MemorySecrets)
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))
    connected: bool = True
    lost: int = 0
    """So many answers get lost."""
    asked: int = 0
    closed: int = 0

    def __post_init__(self) -> None:
        self.collector = SimulatedCollector(lambda: NOW, token="")
        self.board = Board(self.clock, version="test", venue="", simulated=False)
        self.board.enter(NAME)
        self.service = Enrol(self.kept, self.connect, clock=self.clock, board=self.board)

    def order(self, code: str = CODE) -> None:
        self.kept.write(enrolment.ORDERED, written(Ordered(url=URL, code=code)))

    def connect(self, url: str) -> "Scene":
        assert url == URL
        return self

    async def ask(self, ask: Ask) -> Reply:
        self.asked += 1
        if not self.connected:
            raise BackendUnavailable("the name is not known", Obstacle.NAME)
        reply = self.collector.answer(ask, "")
        if self.lost:
            self.lost -= 1
            raise BackendUnavailable("the answer broke off", Obstacle.CUT)
        return reply

    def certificate_ends(self) -> UnixMs | None:
        return None

    async def close(self) -> None:
        self.closed += 1

    async def live(self, seconds: float = PERIOD_S) -> EnrolFacts:
        """So long; what the Board has then."""
        for _ in range(round(seconds / PERIOD_S)):
            await self.service.turn()
            await self.clock.advance(PERIOD_S)
        facts = self.board.snapshot().enrolment
        assert facts is not None
        return facts

    @property
    def ordered(self) -> Ordered | None:
        return enrolment.read_ordered(self.kept.read(enrolment.ORDERED))


async def test_without_an_order_nobody_is_asked() -> None:
    scene = Scene()
    assert await scene.live() == EnrolFacts()
    assert scene.asked == 0
    assert scene.board.service(NAME).state is State.RUNNING


async def test_an_order_is_carried_out_and_the_code_is_kept_no_longer() -> None:
    scene = Scene()
    scene.order()
    assert await scene.live() == EnrolFacts(Enrolling.DONE, venue="Bến xe Trung tâm")
    me = enrolment.read(scene.kept.read(enrolment.ENROLMENT))
    assert me is not None
    assert (me.url, me.kiosk) == (URL, KIOSK)
    assert scene.ordered is None
    assert not any(CODE.encode() in value for value in scene.kept.kept.values())
    await scene.live(60)
    assert (scene.asked, scene.closed) == (1, 1)


async def test_without_a_network_it_is_tried_again_ever_more_seldom_until_there_is_one() -> None:
    scene = Scene(connected=False)
    scene.order()
    assert await scene.live(3600) == EnrolFacts(Enrolling.WAITING, "the name is not known")
    assert 12 < scene.asked < 24
    assert scene.ordered is not None
    scene.connected = True
    assert (await scene.live(LONGEST_WAIT_S + PERIOD_S)).state is Enrolling.DONE


async def test_a_lost_answer_costs_nothing() -> None:
    scene = Scene(lost=1)
    scene.order()
    assert (await scene.live()).state is Enrolling.WAITING
    assert (await scene.live(30)).state is Enrolling.DONE


async def test_a_refused_code_is_final_and_still_told_after_a_restart() -> None:
    scene = Scene()
    scene.order("WRONG-CODE")
    assert (await scene.live()).state is Enrolling.REFUSED
    assert "WRONG-CODE" not in repr(scene.kept.kept)
    await scene.live(600)
    assert scene.asked == 1
    again = Scene(kept=scene.kept)
    assert (await again.live()).state is Enrolling.REFUSED
    again.order()
    assert (await again.live()).state is Enrolling.DONE


@pytest.mark.parametrize(
    ("trouble", "final"),
    [
        (Reply(200, b"<html>", "text/html"), False),
        (problem(429, "slow-down", "later", "30"), False),
        (problem(503, "busy", "later"), False),
        (problem(400, "bad", "no"), True),
        (problem(403, "no", "no"), True),
    ],
)
async def test_only_the_centres_own_no_is_final(trouble: Reply, final: bool) -> None:
    scene = Scene()
    scene.collector.troubles = [trouble]
    scene.order()
    assert (await scene.live()).state is (Enrolling.REFUSED if final else Enrolling.WAITING)
    assert (await scene.live(60)).state is (Enrolling.REFUSED if final else Enrolling.DONE)
