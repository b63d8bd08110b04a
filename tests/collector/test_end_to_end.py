"""From a sealed window on a box to a row in PostgreSQL, over TLS, nginx and two collectors, one of which is killed."""

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random

import pytest

from kiosk.adapters.backend import HttpBackend, Line
from kiosk.adapters.signatures import SignatureProcess
from kiosk.adapters.system import SystemClock
from kiosk.adapters.vault import FileVault
from kiosk.collector.opening import open_books
from kiosk.config import Config, campaign_of, filled
from kiosk.config import Sync as Settings
from kiosk.core.adverts import Platform
from kiosk.core.batches import Row, batch_of, encoded
from kiosk.core.batches import rows as rows_of
from kiosk.core.campaign import Campaign
from kiosk.core.encounters import Encounter, Flush, Via
from kiosk.core.fleet.venues import Standing
from kiosk.core.identity import BluezoneId, RootKey
from kiosk.core.sync.enrolment import Enrolment
from kiosk.core.windows import WINDOW_MS, UnixMs, Window, window_at
from kiosk.ports import Backend
from kiosk.services.sync import NAME, Means, Sync
from kiosk.store import Store, open_store
from kiosk.supervisor import Board
from kiosk.verbs.enroll import enrolled
from tests.collector.made import HandClock
from tests.collector.province import Province, running_province
from tests.collector.servers import NGINX, Postgres, nginx_program

pytestmark = [pytest.mark.postgres, pytest.mark.nginx]

WINDOWS = 40
PHONES = 30
MOST_TURNS = 60


@pytest.fixture
def database(postgres: Postgres, request: pytest.FixtureRequest) -> str:
    return postgres.create(re.sub(r"\W", "_", request.node.name.lower())[-50:])


@pytest.fixture
def province(database: str, tmp_path: Path) -> Iterator[Province]:
    nginx = nginx_program()
    if nginx is None:
        pytest.skip(NGINX)
    with running_province(tmp_path, database, nginx) as found:
        yield found


class Clock(HandClock):
    """The machine's date, which the collectors have too; time passes when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.at = SystemClock().now()

    def pass_by(self, seconds: float) -> None:
        self.seconds += seconds
        self.at = UnixMs(self.at + round(seconds * 1000))


class Box:
    """A real store, and the sync service as the kiosk runs it."""

    def __init__(self, store: Store, folder: Path, authority: Path) -> None:
        self.clock, self._store = Clock(), store
        self.vault = FileVault(folder / "secrets")
        self.settings = Settings(share="encounters", ca_file=str(authority))
        self.board = Board(self.clock, version="1.0", venue="", simulated=False)
        self.board.enter(NAME)
        means = Means(self.vault, self._connect, SignatureProcess(), self._compose, Random(1).random)
        self.sync = Sync(store, RootKey(bytes(32)), self.settings, means, clock=self.clock, board=self.board)

    def _connect(self, me: Enrolment) -> Backend:
        return HttpBackend(me.url, me.token, Line(self.settings.ca_file))

    def _compose(self, settings: Mapping[str, str]) -> Campaign:
        return campaign_of(filled(Config(), settings))

    async def meet(self, windows: int) -> dict[int, list[Row]]:
        """So many sealed windows, up to the one before this; what the collector must have of each day."""
        random, met = Random(1), dict[int, list[Encounter]]()
        last = window_at(self.clock.now()).start
        for number in range(windows, 0, -1):
            window = Window(UnixMs(last - number * WINDOW_MS))
            rows = [_met(window, random) for _ in range(PHONES)]
            await self._store.put(Flush(rows, [(window, 0)]), self.clock.now())
            met.setdefault(window.day, []).extend(rows)
        return {day: rows_of(encoded(batch_of(day, rows)))[1] for day, rows in met.items()}

    async def turn(self) -> int:
        """A turn a minute; how many parcels wait after it."""
        await self.sync.turn()
        self.clock.pass_by(60)
        facts = self.board.snapshot().sync
        assert facts is not None
        return facts.waiting


def _met(window: Window, random: Random) -> Encounter:
    first = window.start + random.randrange(600_000)
    return Encounter(
        window, BluezoneId(random.randbytes(12)), 0, UnixMs(first), UnixMs(first + random.randrange(300_000)),
        4, -50, -240, Platform.IOS, Via.GATT,
    )  # fmt: skip


@pytest.mark.parametrize("killed", [False, True], ids=["both live", "one is killed midway"])
async def test_everything_a_box_seals_arrives_once_through_tls_nginx_and_two_collectors(
    province: Province, database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], killed: bool
) -> None:
    code = await asyncio.to_thread(prepared, province, capsys)
    async with open_store(tmp_path / "store") as store, open_books(database) as books:
        box = Box(store, tmp_path, province.authority.file)
        me = await enrolled(province.url, code, box.vault, box.settings)
        await box.turn()
        met = await box.meet(WINDOWS)
        waiting = [await box.turn() for _ in range(2)]
        assert 0 < waiting[-1] < WINDOWS, "the backlog is under way"
        if killed:
            province.kill(0)
        while await box.turn():
            assert box.clock.seconds < 60 * MOST_TURNS, box.board.snapshot().sync
        await box.sync.hang_up()
        for day, rows in met.items():
            assert await books.database.encounters(me.kiosk, day) == rows
        assert sum(map(len, met.values())) == WINDOWS * PHONES
        assert await books.fleet.conflicts(0) == []
        assert await books.database.rows(int, "SELECT count(*) FROM store") == [1]


async def test_a_box_is_seen_told_something_signed_and_locked_out(
    province: Province, database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = await asyncio.to_thread(prepared, province, capsys)
    campaign = tmp_path / "campaign.json"
    campaign.write_text(json.dumps({"settings": {"hotline": "1900 9095"}}), encoding="utf-8")
    async with open_store(tmp_path / "store") as store, open_books(database) as books:
        box = Box(store, tmp_path, province.authority.file)
        me = await enrolled(province.url, code, box.vault, box.settings)
        await box.turn()
        [line] = await books.fleet.venues()
        assert (line.standing, line.kiosk, line.heartbeat is not None) == (Standing.ACTIVE, me.kiosk, True)
        await asyncio.to_thread(province.verb, "notice", "issue", "--campaign", campaign)
        for _ in range(7):
            await box.turn()
        facts = box.board.snapshot().sync
        assert facts is not None
        assert await store.inbox.last() == await books.notices.newest(me.kiosk, box.clock.now())
        assert await store.inbox.last() > 0
        await asyncio.to_thread(province.verb, "revoke", me.kiosk, "--stolen")
        for _ in range(7):
            await box.turn()
        facts = box.board.snapshot().sync
        assert facts is not None
        assert facts.refused
        await box.sync.hang_up()


def prepared(province: Province, capsys: pytest.CaptureFixture[str]) -> str:
    """A venue, and its code as the terminal prints it."""
    province.verb("venue", "add", "Chợ Bến Đò", "--profile", "market")
    capsys.readouterr()
    province.verb("enroll-code", "cho-ben-do")
    found = re.search(r"enrolment code: (\S+)", capsys.readouterr().out)
    assert found is not None
    return found[1]
