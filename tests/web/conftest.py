"""What the web tests share: a snapshot of a good day, a painted wall, and the real site on a real port."""

import io
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace

import aiohttp
import pytest
import qrcode
from PIL import Image
from qrcode.image.pil import PilImage

from kiosk.adapters.system import SystemClock
from kiosk.config import Config, Web
from kiosk.config import replace as changed
from kiosk.core.facts import (
    AdvertiseFacts,
    CollectFacts,
    ServiceFacts,
    ShowFacts,
    Snapshot,
    State,
    TallyFacts,
    Trouble,
    UpkeepFacts,
)
from kiosk.core.timekeeping import Lent, Timekeeper
from kiosk.core.windows import UnixMs
from kiosk.errors import DisplayError
from kiosk.supervisor import Board
from kiosk.web.actions import Hands
from kiosk.web.door import Door
from kiosk.web.site import StatusSite
from kiosk.web.view import PaintWall, View
from tests.fakes.secrets import FakePower, MemoryAudit, MemorySecrets

STARTED = UnixMs(1_597_701_420_000)  # 2020-08-18 04:57 in Vietnam
NOW = UnixMs(1_597_734_300_000)  # 14:05
INSTALL = "https://www.bluezone.gov.vn"
HEARD = CollectFacts(STARTED, NOW, NOW, 43, 3106, 200, 30, 99_999, 5, 1, 40, 30)
TALLY = TallyFacts(UnixMs(1_597_683_600_000), (0,) * 20 + (105,) + (87,) * 34 + (43,), HEARD)
"""A day's windows from midnight to 14:00, 3106 visits in all."""
WELL = Snapshot(
    NOW,
    STARTED,
    "0.1.0",
    "Bến xe Trung tâm",
    False,
    tuple(ServiceFacts(name, State.RUNNING, 100.0) for name in ("advertise", "collect", "show", "upkeep", "web")),
    AdvertiseFacts(UnixMs(STARTED + 60_000), UnixMs(NOW - 300_000)),
    HEARD,
    ShowFacts("framebuffer", 1920, 1080, NOW),
    UpkeepFacts(3, 400_000, None, 12_300_000_000),
    tally=TALLY,
)


def troubled(snapshot: Snapshot, name: str, trouble: Trouble) -> Snapshot:
    """The same day with one service in trouble."""
    changed = ServiceFacts(name, State.TROUBLED, 100.0, trouble=trouble, detail="in words")
    return replace(snapshot, services=tuple(changed if each.name == name else each for each in snapshot.services))


class HandClock:
    """Time that passes when the test says so; nobody sleeps on it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> UnixMs:
        return UnixMs(NOW + int(self.seconds * 1000))

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += max(0.0, seconds)


@dataclass
class Kiosk:
    """The world behind the site: what a test turns."""

    snapshot: Snapshot = WELL
    monotonic: float = 100.0
    edition: int = 1
    broken: bool = False
    painted: list[tuple[int, int]] = field(default_factory=list)
    paint_wall: PaintWall | None = None
    """A real painter instead of the one below."""
    beat: Callable[[str, int, int], None] = lambda *_: None
    """Who hears that the box's own browser draws."""
    door: Door | None = None
    """The real door, locked; without one everybody is staff, as in a simulation."""
    tls: ssl.SSLContext | None = None
    secrets: MemorySecrets = field(default_factory=MemorySecrets)
    audit: MemoryAudit = field(default_factory=MemoryAudit)
    power: FakePower = field(default_factory=FakePower)
    clock: HandClock = field(default_factory=HandClock)
    sleep: Callable[[float], Awaitable[None]] = SystemClock().sleep
    code: str | None = "246813"
    place: str = "192.168.1.20"
    token: Callable[[], bytes | None] = lambda: None
    """What a program must know."""
    believed: list[UnixMs] = field(default_factory=list)
    """Times that staff lent."""
    last_record: UnixMs | None = None
    unblocked: list[UnixMs] = field(default_factory=list)
    board: Board = field(default_factory=lambda: Board(HandClock(), version="0.1.0", venue="", simulated=False))

    async def wall(self, width: int, height: int) -> tuple[bytes, str]:
        """A blue wall with the install code on it; a new edition is greener."""
        if self.broken:
            raise DisplayError("no font")
        width, height = width or 1920, height or 1080
        self.painted.append((width, height))
        image = Image.new("RGB", (width, height), (6, 40 * self.edition, 74))
        code = qrcode.make(INSTALL, box_size=max(2, min(width, height) // 60), image_factory=PilImage).get_image()
        image.paste(code, ((width - code.width) // 2, (height - code.height) // 2))
        file = io.BytesIO()
        image.save(file, "PNG")
        return file.getvalue(), f"{self.edition}-{width}x{height}"

    def site(self, config: Web) -> StatusSite:
        """The real site over this world."""
        view = View(
            snapshot=lambda: self.snapshot,
            wall_png=self.paint_wall or self.wall,
            monotonic=lambda: self.monotonic,
            sleep=self.sleep,
            vital=("advertise", "collect", "upkeep"),
            limit_s=45.0,
            beat=self.beat,
        )
        here = {"host": "127.0.0.1" if config.host == Web().host else config.host}
        here |= {"socket": "" if config.socket == Web().socket else config.socket}
        return StatusSite(changed(config, **here), view, self.door or self.lock(is_open=True), self.hands(), self.tls)

    def confirm_time(self, phone: UnixMs) -> Lent:
        """As on a box that counts from power-on: its clock jumps to the phone's."""
        lent = Timekeeper(last_seal=self.last_record).confirm(phone, 0)
        if lent is Lent.TAKEN:
            self.believed.append(phone)
            self.clock.seconds += (phone - NOW) / 1000
        return lent

    def hands(self) -> Hands:
        """What the actions reach."""

        async def poster() -> bytes:
            return b"%PDF-1.7"

        return Hands(self.board, Config(), lambda: self.unblocked.append(NOW), poster, self.confirm_time)

    def lock(self, *, is_open: bool = False) -> Door:
        """The real door, with its secrets in memory and the code 246813."""
        return Door(
            self.secrets,
            self.audit,
            clock=self.clock,
            power=self.power,
            code=lambda: self.code,
            place=lambda: self.place,
            is_open=is_open,
            tls=self.tls is not None,
            token=lambda: self.token(),
        )


@pytest.fixture
def kiosk() -> Kiosk:
    """A kiosk on a good day."""
    return Kiosk()


@pytest.fixture
async def address(kiosk: Kiosk) -> AsyncIterator[str]:
    """Where its site answers, over real TCP."""
    async with kiosk.site(Web(port=0)) as site:
        yield f"http://127.0.0.1:{site.port}"


@pytest.fixture
async def client(address: str) -> AsyncIterator[aiohttp.ClientSession]:
    """A client that stands at the site's door: it asks for paths."""
    async with aiohttp.ClientSession(address) as session:
        yield session
