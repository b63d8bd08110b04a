"""Set up: what the card is told, that it goes once the box is ready, and that it never stands for long."""

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from kiosk.core.facts import AdvertiseFacts, ServiceFacts, Snapshot, State
from kiosk.core.firstboot.facts import LASTS_S, READY_S, NetworkFacts, SetupFacts, Wifi
from kiosk.core.firstboot.outcome import FILE_NAME, Outcome, to_text
from kiosk.core.windows import UnixMs
from kiosk.services.set_up import LATER_S, NAME, PERIOD_S, SetUp, Surroundings
from kiosk.sim.clock import ManualClock
from kiosk.supervisor import Board
from tests.fakes.secrets import FakePower, MemorySecrets

pytestmark = pytest.mark.guest

NOW = UnixMs(1_795_305_600_000)
SSID = "Nhà Văn Hóa"


class RunningBoard(Board):
    """A Board of a box that is on air."""

    on_air = True

    def snapshot(self) -> Snapshot:
        made = super().snapshot()
        services = (ServiceFacts("advertise", State.RUNNING, 1.0),)
        air = AdvertiseFacts(NOW if self.on_air else None)
        return replace(made, services=services, started=UnixMs(made.at - 100_000), advertise=air)


@dataclass
class Scene:
    """A box a moment after power-on."""

    wifi: Wifi = Wifi.CONNECTED
    address: str = "10.0.0.7"
    claimed: bool = False
    told: Outcome | None = None
    kept: MemorySecrets = field(default_factory=MemorySecrets)
    power: FakePower = field(default_factory=FakePower)
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))
    wanted: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.board = RunningBoard(self.clock, version="test", venue="", simulated=False)
        self.board.enter(NAME)
        if self.told is not None:
            self.kept.write(FILE_NAME, to_text(self.told).encode())
        around = Surroundings(
            self, self.power, self.kept, lambda: self.address, lambda at: f"http://{at}:8080", lambda: self.claimed
        )
        self.service = SetUp(around, clock=self.clock, board=self.board)

    async def look(self, ssid: str) -> NetworkFacts:
        self.wanted.append(ssid)
        return NetworkFacts(self.wifi, ssid)

    async def turn(self, later_s: float = PERIOD_S) -> SetupFacts:
        self.power.up += later_s
        await self.clock.advance(later_s)
        await self.service.turn()
        facts = self.board.snapshot().setup
        assert facts is not None
        return facts


READ = Outcome("boot1", "kiosk.toml", "0", ssid=SSID)


async def test_the_card_is_told_of_file_network_and_address() -> None:
    scene = Scene(told=READ)
    facts = await scene.turn()
    assert facts == SetupFacts(
        READ, fresh=True, network=NetworkFacts(Wifi.CONNECTED, SSID, "10.0.0.7"), page="http://10.0.0.7:8080",
        stands=True,
    )  # fmt: skip
    assert scene.wanted == [SSID]
    assert (await Scene(address="").turn()).page == ""


async def test_once_all_is_well_for_a_while_it_goes_and_a_new_trouble_brings_it_back() -> None:
    scene = Scene(told=READ)
    assert (await scene.turn()).stands
    assert (await scene.turn(READY_S - 1)).stands
    assert not (await scene.turn()).stands
    scene.wifi = Wifi.WRONG_PASSWORD
    assert (await scene.turn()).stands


async def test_a_box_that_never_gets_ready_shows_it_for_a_quarter_of_an_hour() -> None:
    scene = Scene(wifi=Wifi.NOT_FOUND, told=READ)
    assert (await scene.turn(LASTS_S - 100)).stands
    assert not (await scene.turn(100)).stands


async def test_a_claimed_box_shows_it_only_when_a_file_was_read_at_this_power_on() -> None:
    scene = Scene(claimed=True, told=READ, wifi=Wifi.JOINING)
    assert (await scene.turn()).stands
    scene.power.cycle()
    facts = await scene.turn()
    assert (facts.fresh, facts.stands) == (False, False)


async def test_a_damaged_outcome_is_none() -> None:
    scene = Scene()
    scene.kept.write(FILE_NAME, b"\xff{")
    assert (await scene.turn()).outcome is None


async def test_it_looks_often_while_the_card_may_stand_and_seldom_afterwards() -> None:
    scene = Scene()
    task = asyncio.create_task(scene.service.run())  # noqa: TID251 - the test is the service's supervisor
    await scene.clock.advance(10 * PERIOD_S)
    often = len(scene.wanted)
    scene.power.up = LASTS_S
    await scene.clock.advance(10 * LATER_S)
    task.cancel()
    assert often == 11
    assert 10 <= len(scene.wanted) - often <= 12
