"""A box, its collector and the way between them, on virtual time with a real store."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from kiosk.config import Config, campaign_of, filled
from kiosk.config import Sync as Settings
from kiosk.core.adverts import Platform
from kiosk.core.batches import Visit, decoded
from kiosk.core.campaign import Campaign as Told
from kiosk.core.encounters import Encounter, Flush, Via
from kiosk.core.facts import SyncFacts
from kiosk.core.faults import faults
from kiosk.core.identity import BluezoneId, RootKey
from kiosk.core.parcels import Kind
from kiosk.core.sync import enrolment
from kiosk.core.sync.beat import Share
from kiosk.core.sync.enrolment import Enrolment
from kiosk.core.windows import DAY_MS, UnixMs, Window, window_at
from kiosk.core.wire import (
    Campaign,
    Cases,
    Notice,
    Request,
    Signed,
    to_msgpack,
)
from kiosk.ports import Backend, Matcher
from kiosk.services.sync import NAME, PERIOD_S, Means, Sync
from kiosk.sim.backend import KIOSK, TOKEN, SimulatedCollector
from kiosk.sim.clock import ManualClock
from kiosk.store import Store
from kiosk.supervisor import Board
from tests.fakes.secrets import MemorySecrets

NOW = UnixMs(1_795_305_600_000 + 6 * 3_600_000)
"""13:00 in Vietnam."""
WINDOW = window_at(NOW)
ME = Enrolment(url="https://c.example", kiosk=KIOSK, venue="Chợ Lớn", signing_key="0" * 64, token=TOKEN)
KEY = RootKey(bytes(range(32)))
GOOD = bytes(64)


class Signs:
    """Signatures: zeros are good."""

    async def authentic(self, key: str, notices: Sequence[Signed]) -> list[bool]:
        assert key == ME.signing_key
        return [signed.signature == GOOD for signed in notices]


@dataclass
class Scene:
    """A box, its collector, and the way between them."""

    store: Store
    clock: ManualClock
    share: Share = "encounters"
    settings: Settings = field(default_factory=Settings)
    matcher: Matcher | None = None
    way: Callable[[Backend], Backend] = lambda inner: inner
    secrets: MemorySecrets = field(default_factory=MemorySecrets)
    chance: float = 0.5

    def __post_init__(self) -> None:
        self.collector = SimulatedCollector(self.clock.now)
        self.board = Board(self.clock, version="0.1.0", venue="", simulated=False)
        self.board.enter(NAME)
        self.secrets.write(enrolment.ENROLMENT, enrolment.written(ME))
        means = Means(self.secrets, self.connect, Signs(), self.compose, lambda: self.chance, self.matcher)
        settings = Settings(
            share=self.share, quiet=self.settings.quiet, bytes_per_second=self.settings.bytes_per_second
        )
        self.service = Sync(self.store, KEY, settings, means, clock=self.clock, board=self.board)

    def connect(self, me: Enrolment) -> Backend:
        return self.way(self.collector.connect(me.token))

    def compose(self, settings: Mapping[str, str]) -> Told:
        return campaign_of(filled(Config(), settings))

    async def sealed(self, count: int, window: Window = WINDOW, part: int = 0) -> list[Encounter]:
        """So many phones in a sealed part."""
        at = UnixMs(window.start + 5000)
        rows = [
            Encounter(window, BluezoneId(n.to_bytes(12, "big")), part, at, at, 1, -60, -60, Platform.IOS, Via.GATT)
            for n in range(count)
        ]
        await self.store.put(Flush(rows, [(window, part)]), self.clock.now())
        return rows

    async def live(self, seconds: float) -> None:
        """Turns as `run` makes them."""
        for _ in range(round(seconds / PERIOD_S)):
            await self.service.turn()
            await self.clock.advance(PERIOD_S)

    def visits(self) -> list[tuple[int, Visit]]:
        """What the collector has, as it would keep it: whole rows of the kiosk, each once."""
        batches = [decoded(content) for content in self.collector.contents(Kind.ENCOUNTERS)]
        return sorted({(batch.day, visit) for batch in batches for visit in batch.visits}, key=str)

    def notice(self, body: Cases | Request | Campaign, number: int = 10, **changes: object) -> Signed:
        """A notice, signed."""
        values = {"expires": NOW + DAY_MS, "kiosk": KIOSK, **changes}
        notice = Notice(number=number, issued=NOW, body=body, **values)  # type: ignore[arg-type]  # the test's changes
        self.collector.notices.append(Signed(notice=to_msgpack(notice), signature=GOOD))
        return self.collector.notices[-1]

    @property
    def facts(self) -> SyncFacts:
        facts = self.board.snapshot().sync
        assert facts is not None
        return facts

    def codes(self) -> list[str]:
        """Faults of the page that are about sending."""
        return [fault.code for fault in faults(self.board.snapshot()) if fault.row == "sync"]
