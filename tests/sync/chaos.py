"""Chaos: one box, its card, a network that does everything wrong, a collector that dies; all out of one seed.

Store, sync service, HTTP on both sides and the collector's database are the real ones. The truth is kept beside them:
every row that was ever sealed, and which of them went with a card that was replaced by an older copy of itself.
"""

import asyncio
import shutil
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from typing import Final

from kiosk.adapters.backend import HttpBackend, Line
from kiosk.collector.books import Books
from kiosk.collector.opening import open_books
from kiosk.collector.site import Site
from kiosk.config import Sync as Settings
from kiosk.config.collector import CollectorSection
from kiosk.core.adverts import Platform
from kiosk.core.batches import Row, batch_of, encoded
from kiosk.core.batches import rows as rows_in
from kiosk.core.campaign import Campaign
from kiosk.core.encounters import Encounter, Flush, Via
from kiosk.core.identity import BluezoneId
from kiosk.core.sync import enrolment
from kiosk.core.sync.enrolment import Enrolment
from kiosk.core.sync.exchange import Ask, Reply
from kiosk.core.windows import DAY_MS, WINDOW_MS, WINDOWS_PER_DAY, UnixMs, Window
from kiosk.errors import BackendUnavailable
from kiosk.ports import Backend
from kiosk.services.sync import Means, Sync
from kiosk.sim.network import CaptivePortal, Dropping, Duplicating, Lying, Reordering, Truncating, Way
from kiosk.store import Store, open_store
from kiosk.supervisor import Board
from tests.fakes.secrets import MemorySecrets
from tests.services.sync_scene import KEY, Signs
from tests.sync.boxes import enrol
from tests.sync.steps import Killed, Steps

DAY: Final = 20_780
START: Final = UnixMs(DAY * DAY_MS + 9 * 3_600_000)
BOX: Final = "aaaabbbb"
TOKEN: Final = "a token that only the box knows"
TROUBLES: Final = (Dropping, Duplicating, Reordering, Truncating, Lying, CaptivePortal)
PEERS: Final = 12
"""Few ids, so that the same one comes again in every window and on both sides of a restored card."""

Sealed = tuple[int, Row]
"""UTC day and row, as the collector keeps it."""


def no_campaign(_settings: Mapping[str, str]) -> Campaign:
    """Composes a campaign, if one came."""
    raise AssertionError("no campaign is sent here")


class HandClock:
    """Moved by the schedule; nobody sleeps on it."""

    trusted = True

    def __init__(self) -> None:
        self.seconds = 0.0

    @property
    def powered_on_at(self) -> UnixMs:
        return START

    def now(self) -> UnixMs:
        return UnixMs(START + int(self.seconds * 1000))

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds


class Server:
    """A collector that can be killed and comes back over the same file."""

    def __init__(self, folder: Path, clock: HandClock) -> None:
        self._address, self._clock = f"sqlite://{folder / 'books.db'}", clock
        self._life = AsyncExitStack()
        self.books: Books | None = None
        self.port = 0

    async def start(self) -> None:
        self.books = await self._life.enter_async_context(open_books(self._address))
        site = await self._life.enter_async_context(Site(CollectorSection(port=0), self.books, self._clock))
        self.port = site.port

    async def kill(self) -> None:
        """Connections are cut; what was committed stays, what was not does not."""
        self.books, self.port = None, 0
        life, self._life = self._life, AsyncExitStack()
        await life.aclose()

    async def rows(self, back: int = 2) -> list[Sealed]:
        """Everything it has of the box, from so many days before the beginning."""
        assert self.books is not None
        days = range(DAY - back, DAY + 60)
        return [(day, row) for day in days for row in await self.books.database.encounters(BOX, day)]


class Mortal(Way):
    """Now and then the collector dies while it answers."""

    def __init__(self, chaos: "Chaos") -> None:
        super().__init__(Reached(chaos.server), chaos.random.random, 0.08 * chaos.harshness)
        self._chaos = chaos

    async def ask(self, ask: Ask) -> Reply:
        if not self._hit() or self._chaos.calm:
            return await self._inner.ask(ask)
        asking = asyncio.ensure_future(self._inner.ask(ask))
        asking.add_done_callback(lambda done: done.cancelled() or done.exception())  # who was killed does not ask
        try:
            await turns_of_the_loop(self._chaos.random.randrange(40))
            await self._chaos.server.kill()
            try:
                return await asking
            finally:
                await self._chaos.server.start()
        finally:
            asking.cancel()  # a box that was killed meanwhile opens no line any more


async def turns_of_the_loop(count: int) -> None:
    """Let everybody else come this often to their turn."""
    loop = asyncio.get_running_loop()
    for _ in range(count):
        turn = loop.create_future()
        loop.call_soon(turn.set_result, None)
        await turn


class Reached:
    """Backend: over HTTP to wherever the collector is now."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._line: HttpBackend | None = None
        self._port = 0

    async def ask(self, ask: Ask) -> Reply:
        if self._server.port != self._port or self._line is None:
            await self.close()
            self._port = self._server.port
            self._line = HttpBackend(f"http://127.0.0.1:{self._port}", TOKEN, Line(), answer_s=20)
        return await self._line.ask(ask)

    def certificate_ends(self) -> UnixMs | None:
        return None

    async def close(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            await line.close()


class Chaos:
    """`await Chaos(seed, folder).run()`; AssertionError tells what was lost or doubled."""

    def __init__(self, seed: int, folder: Path, *, length: int = 40) -> None:
        self.random = Random(seed)
        self.harshness = self.random.choice((0.0, 0.3, 1.0, 2.0))
        self.calm = False
        self._length, self._folder = length, folder
        self.clock = HandClock()
        self.server = Server(folder, self.clock)
        self.card, self._copy = folder / "card", folder / "copy"
        self._secrets = MemorySecrets()
        self._secrets.write(
            enrolment.ENROLMENT,
            enrolment.written(
                Enrolment(url="http://c.example", kiosk=BOX, venue="Chợ", signing_key="0" * 64, token=TOKEN)
            ),
        )
        self.sealed: set[Sealed] = set()
        self._copied: set[Sealed] | None = None
        self.ever: set[Sealed] = set()
        self.arrived: set[Sealed] = set()
        self._life = AsyncExitStack()
        self._store: Store | None = None
        self._sync: Sync | None = None
        self.happened: dict[str, int] = {}

    async def run(self) -> None:
        """A schedule, then calm until nothing waits, then the sum."""
        await self.server.start()
        assert self.server.books is not None
        await enrol(self.server.books, BOX, TOKEN, START)
        try:
            await self._power_on()
            await self._sync_turn()  # the choice to share is written down: what was met before it would stay on the box
            for _ in range(self._length):
                await self._happen()
            await self._drain()
            await self._sum()
        finally:
            await self._power_off()
            await self.server.kill()

    async def _happen(self) -> None:
        deeds = (
            (6, self._seal), (8, self._turn), (2, self._killed), (2, self._pass), (1, self._copy_card),
            (1, self._restore_card), (1, self._restart_server),
        )  # fmt: skip
        (deed,) = self.random.choices([deed for _, deed in deeds], [weight for weight, _ in deeds])
        self.happened[deed.__name__] = self.happened.get(deed.__name__, 0) + 1
        await deed()

    async def _seal(self) -> None:
        """A part of a window, with whoever came by."""
        assert self._store is not None
        random, now = self.random, self.clock.now()
        window = Window(UnixMs(now - now % WINDOW_MS - WINDOW_MS * random.randrange(1, 4)))
        part = sum(slot == window.slot for slot, _ in await self._store.seals(window.day))
        peers = random.sample(range(PEERS), random.randrange(1, 6))
        rows = [self._met(window, part, peer) for peer in peers]
        await self._store.put(Flush(rows, [(window, part)]), now)
        content = encoded(batch_of(window.day, rows))
        self.sealed |= {(window.day, row) for row in rows_in(content)[1]}
        self.ever |= self.sealed

    def _met(self, window: Window, part: int, peer: int) -> Encounter:
        random = self.random
        first = window.start + random.randrange(4) * 200_000
        last = first + random.randrange(3) * 50_000
        receptions = random.randrange(1, 4)
        return Encounter(
            window, BluezoneId(peer.to_bytes(12, "big")), part, UnixMs(first), UnixMs(last), receptions, -60,
            -60 * receptions, random.choice(tuple(Platform)), Via.ADVERT,
        )  # fmt: skip

    async def _turn(self) -> None:
        self.clock.seconds += self.random.choice((5.0, 5.0, 60.0))
        await self._sync_turn()

    async def _sync_turn(self) -> None:
        assert self._sync is not None
        await self._sync.turn()

    async def _killed(self) -> None:
        """The power goes somewhere in a turn, and comes back."""
        assert self._sync is not None
        last = self.random.randrange(1, 60)

        def at(number: int) -> None:
            if number == last:
                raise Killed

        self.clock.seconds += 60.0
        try:
            await Steps(self._sync.turn(), at)
        except Killed:
            self.happened["killed within a turn"] = self.happened.get("killed within a turn", 0) + 1
        if not self.server.port:  # the collector was coming back at that moment
            await self._restart_server()
        await self._power_off()
        await self._power_on()

    async def _pass(self) -> None:
        self.clock.seconds += self.random.choice((300.0, 900.0, 4000.0))

    async def _copy_card(self) -> None:
        await self._power_off()
        shutil.rmtree(self._copy, ignore_errors=True)
        shutil.copytree(self.card, self._copy)
        self._copied = set(self.sealed)
        await self._power_on()

    async def _restore_card(self) -> None:
        """The card dies; its older copy takes its place. What had not been sent is gone with it."""
        if self._copied is None:
            return
        await self._power_off()
        self.arrived |= set(await self.server.rows())
        shutil.rmtree(self.card)
        shutil.copytree(self._copy, self.card)
        self.sealed = set(self._copied)
        await self._power_on()

    async def _restart_server(self) -> None:
        await self.server.kill()
        await self.server.start()

    async def _power_on(self) -> None:
        self._store = await self._life.enter_async_context(
            open_store(self.card, now=self.clock.now(), make_id=self._make_id)
        )
        board = Board(self.clock, version="test", venue="", simulated=False)
        board.enter("sync")
        means = Means(self._secrets, self._connect, Signs(), no_campaign, self.random.random, make_id=self._make_id)
        self._sync = Sync(self._store, KEY, Settings(share="encounters"), means, clock=self.clock, board=board)

    async def _power_off(self) -> None:
        sync, self._sync, self._store = self._sync, None, None
        if sync is not None:
            await sync.hang_up()
        life, self._life = self._life, AsyncExitStack()
        await life.aclose()

    def _connect(self, _me: Enrolment) -> Backend:
        way: Backend = Mortal(self)
        for trouble in TROUBLES:
            way = trouble(way, self._chance, 0.07 * self.harshness)
        return way

    def _chance(self) -> float:
        """Never unlucky once all is calm."""
        return 1.0 if self.calm else self.random.random()

    def _make_id(self) -> str:
        return "".join(self.random.choices("abcdefghijklmnopqrstuvwxyz234567", k=16))

    async def _drain(self) -> None:
        """Everything works again; an hour and more passes, for who had reason to wait so long."""
        self.calm = True
        assert self._store is not None
        assert self._sync is not None
        for _ in range(400):
            await self._sync.turn()
            self.clock.seconds += 60.0
            standing = await self._store.outbox.standing()
            if not standing.waiting and not self._store.sealed and self.clock.seconds > 0:
                break
        for _ in range(4):  # a last comparison of numbers, which may yet tell of a restored card
            self.clock.seconds += 4000.0
            for _ in range(30):
                await self._sync.turn()
                self.clock.seconds += 60.0
        standing = await self._store.outbox.standing()
        assert not standing.waiting, f"{standing.waiting} parcels still wait"
        assert not standing.set_aside, f"{standing.set_aside} parcels were set aside"

    async def _sum(self) -> None:
        rows = await self.server.rows()
        there = set(rows)
        assert len(rows) == len(there), f"{len(rows) - len(there)} rows are there twice"
        assert not self.sealed - there, f"{len(self.sealed - there)} rows are lost: {sorted(self.sealed - there)[:3]}"
        assert not there - self.ever, f"{len(there - self.ever)} rows that no box ever sealed"
        assert not self.arrived - there, f"{len(self.arrived - there)} rows were there once"
        assert sum(day < DAY - 1 or slot >= WINDOWS_PER_DAY for day, (slot, *_) in rows) == 0


async def run(seed: int, folder: Path) -> dict[str, int]:
    """One schedule; what happened in it. An AssertionError names the seed."""
    chaos = Chaos(seed, folder)
    try:
        await chaos.run()
    except (AssertionError, BackendUnavailable) as error:
        raise AssertionError(f"seed {seed}: {error}; it had {chaos.happened}") from error
    return chaos.happened
