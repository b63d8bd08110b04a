"""Supervision: one restart policy for every service, and the Board where live facts meet.

Services never call or wait for one another. Each replaces its own facts on the Board whole; readers take a snapshot.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final

from kiosk.core.boots import BootFacts
from kiosk.core.campaign import Campaign
from kiosk.core.dating import dated
from kiosk.core.facts import (
    AdvertiseFacts,
    ClockFacts,
    CollectFacts,
    Contact,
    FloodFacts,
    HealthFacts,
    PathFacts,
    ProofFacts,
    RadioOrders,
    ServiceFacts,
    ShowFacts,
    Snapshot,
    SoundOrders,
    State,
    SyncFacts,
    SyncOrders,
    TallyFacts,
    Trouble,
    UpkeepFacts,
    WallOrders,
)
from kiosk.core.firstboot.facts import EnrolFacts, SetupFacts
from kiosk.core.windows import UnixMs
from kiosk.errors import Asked, Fatal, Hung, StoreUnavailable, Transient
from kiosk.ports import Clock, Host

FIRST_DELAY_S: Final = 1.0
LONGEST_DELAY_S: Final = 8.0
"""Restart delays double from first to longest. A phone that comes once a fault is over is on disk within 30 s: 8 here,
a discovery round and a flush."""
GOOD_S: Final = 300.0
"""After this long without a fault the delay starts from the first again."""
BUGS_IN_A_ROW: Final = 5
"""So many unforeseen errors without a good spell between them end the process: systemd starts a fresh one."""
HANGS_IN_A_ROW: Final = 3
"""The same for a vital service that hangs: a restart of it alone does not help."""

log = logging.getLogger(__name__)


class Board:
    """Last facts and heartbeat of each service. One per process, owned by `app`."""

    def __init__(
        self, clock: Clock, *, version: str, venue: str, simulated: bool, contact: Contact | None = None
    ) -> None:
        self._clock = clock
        self._snapshot = Snapshot(clock.now(), clock.now(), version, venue, simulated, contact=contact or Contact())
        self._services: dict[str, ServiceFacts] = {}
        self._powered_on_at: UnixMs | None = None

    def snapshot(self) -> Snapshot:
        """All live facts now."""
        live = replace(self._snapshot, at=self._clock.now(), services=tuple(self._services.values()))
        return live if self._powered_on_at is None else dated(live, self._powered_on_at)

    def service(self, name: str) -> ServiceFacts:
        """One service's facts now."""
        return self._services[name]

    def enter(self, name: str) -> None:
        """A service is about to run for the first time."""
        self._services[name] = ServiceFacts(name, State.STARTING, self._clock.monotonic())

    def beat(self, name: str) -> None:
        """The service went through one turn, good or in a trouble it handles."""
        old = self._services[name]
        state = State.RUNNING if old.state is State.STARTING else old.state
        self._services[name] = replace(old, state=state, beat=self._clock.monotonic())

    def well(self, name: str) -> None:
        """A good turn: the trouble is over."""
        old = self._services[name]
        self._services[name] = replace(old, state=State.RUNNING, beat=self._clock.monotonic(), trouble=None, detail="")

    def troubled(self, name: str, trouble: Trouble, detail: str, *, restarted: bool = False) -> None:
        """The service lives but does not do its work; `detail` is one line without ids or addresses."""
        old = self._services[name]
        self._services[name] = replace(
            old,
            state=State.TROUBLED,
            beat=self._clock.monotonic(),
            trouble=trouble,
            detail=detail,
            restarts=old.restarts + restarted,
        )

    def hung(self, name: str, detail: str) -> None:
        """The service took no turn for too long, was ended alone and starts again."""
        self.troubled(name, Trouble.HUNG, detail, restarted=True)
        self._services[name] = replace(self._services[name], hangs=self._services[name].hangs + 1)

    def again(self, name: str) -> None:
        """The service starts again because staff asked for it."""
        old = self._services[name]
        self._services[name] = replace(old, beat=self._clock.monotonic(), restarts=old.restarts + 1)

    def stopped(self, name: str) -> None:
        """The service has left."""
        self._services[name] = replace(self._services[name], state=State.STOPPED)

    def advertise(self, facts: AdvertiseFacts) -> None:
        self._snapshot = replace(self._snapshot, advertise=facts)

    def collect(self, facts: CollectFacts) -> None:
        self._snapshot = replace(self._snapshot, collect=facts)

    def path(self, facts: PathFacts) -> None:
        self._snapshot = replace(self._snapshot, path=facts)

    def flood(self, facts: FloodFacts) -> None:
        self._snapshot = replace(self._snapshot, flood=facts)

    def show(self, facts: ShowFacts) -> None:
        self._snapshot = replace(self._snapshot, show=facts)

    def proof(self, facts: ProofFacts) -> None:
        self._snapshot = replace(self._snapshot, proof=facts)

    def upkeep(self, facts: UpkeepFacts) -> None:
        self._snapshot = replace(self._snapshot, upkeep=facts)

    def clock(self, facts: ClockFacts) -> None:
        self._snapshot = replace(self._snapshot, clock=facts)

    def date(self, powered_on_at: UnixMs) -> None:
        """It is known when the power came on: what was noted by the time since then, and still is, has a date."""
        self._powered_on_at = powered_on_at
        self._snapshot = replace(self._snapshot, started=UnixMs(self._snapshot.started + powered_on_at))

    def health(self, facts: HealthFacts) -> None:
        self._snapshot = replace(self._snapshot, health=facts)

    def boots(self, facts: BootFacts) -> None:
        self._snapshot = replace(self._snapshot, boots=facts)

    def tally(self, facts: TallyFacts) -> None:
        self._snapshot = replace(self._snapshot, tally=facts)

    def sync(self, facts: SyncFacts | None) -> None:
        """None: the box is enrolled nowhere."""
        self._snapshot = replace(self._snapshot, sync=facts)

    def setup(self, facts: SetupFacts) -> None:
        self._snapshot = replace(self._snapshot, setup=facts)

    def enrolment(self, facts: EnrolFacts) -> None:
        self._snapshot = replace(self._snapshot, enrolment=facts)

    def tell(self, campaign: Campaign | None) -> None:
        """What visitors are told from now on; None: the box's own words."""
        self._snapshot = replace(self._snapshot, campaign=campaign)

    def offer(self, buttons: frozenset[str]) -> None:
        """What staff can press on this box."""
        self._snapshot = replace(self._snapshot, buttons=buttons)

    def order_radio(self, orders: RadioOrders) -> None:
        self._snapshot = replace(self._snapshot, radio=orders)

    def order_sound(self, orders: SoundOrders) -> None:
        self._snapshot = replace(self._snapshot, sound=orders)

    def order_sync(self, orders: SyncOrders) -> None:
        self._snapshot = replace(self._snapshot, sending=orders)

    def order_wall(self, orders: WallOrders) -> None:
        self._snapshot = replace(self._snapshot, wall=orders)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a service may take no turn before it counts as hung, and whether the box is dead without it."""

    limit_s: float
    vital: bool = False


class Attendance:
    """Ends a service that hangs, it alone. What a cancel cannot end (a thread that the kernel holds, say, if somebody
    waits for it whatever happens) is left to systemd's watchdog."""

    def __init__(self, board: Board, clock: Clock, patience: Mapping[str, Patience]) -> None:
        self._board, self._clock, self._patience = board, clock, patience
        self._lives: dict[str, asyncio.Timeout] = {}

    @asynccontextmanager
    async def attended(self, name: str) -> AsyncIterator[None]:
        """Run a service inside; Hung comes out if `look` had to end it."""
        life = asyncio.timeout(None)
        try:
            async with life:
                self._lives[name] = life
                yield
        except Exception as error:
            if not life.expired() or any(isinstance(inner, Fatal) for inner in flat(error)):
                raise
            raise Hung(f"it took no turn for {self._patience[name].limit_s:g} s") from error
        finally:
            self._lives.pop(name, None)

    def is_vital(self, name: str) -> bool:
        return name in self._patience and self._patience[name].vital

    def look(self) -> None:
        """End whoever hangs; what was just told to end is not told again."""
        now = self._clock.monotonic()
        for facts in self._board.snapshot().services:
            patience = self._patience.get(facts.name)
            if patience is not None and facts.name in self._lives and now - facts.beat > patience.limit_s:
                self._lives.pop(facts.name).reschedule(0.0)


@dataclass(slots=True)
class _Record:
    """What became of a service since its last good spell."""

    delay: float = FIRST_DELAY_S
    bugs: int = 0
    hangs: int = 0


async def supervise(
    name: str,
    run: Callable[[], Awaitable[None]],
    *,
    clock: Clock,
    board: Board,
    attendance: Attendance | None = None,
) -> None:
    """Run a service for ever: Transient restarts it, a bug or a hang a few times, Fatal and cancel pass through."""
    board.enter(name)
    attendance = attendance or Attendance(board, clock, {})
    record = _Record()
    try:
        while True:
            began = clock.monotonic()
            try:
                async with attendance.attended(name):
                    await run()
                raise RuntimeError(f"service {name} returned")
            except Exception as error:  # noqa: BLE001 - the one blanket except: every service's last resort
                if clock.monotonic() - began > GOOD_S:
                    record = _Record()
                if all(isinstance(inner, Asked) for inner in flat(error)):
                    board.again(name)
                    log.info("%s: starts again, as staff asked", name)
                    continue
                _note(name, error, record, board, vital=attendance.is_vital(name))
            await clock.sleep(record.delay)
            record.delay = min(2 * record.delay, LONGEST_DELAY_S)
    finally:
        board.stopped(name)


def _note(name: str, error: Exception, record: _Record, board: Board, *, vital: bool) -> None:
    """Decide what an error means; raises Fatal if it is one, or once too often."""
    causes = list(flat(error))
    for inner in causes:
        if isinstance(inner, Fatal):
            raise inner
    cause = next((inner for inner in causes if not isinstance(inner, Transient)), causes[0])  # a bug hides nowhere
    if isinstance(cause, Hung):
        _note_hang(name, cause, record, board, vital=vital)
    elif isinstance(cause, Transient):
        if board.service(name).detail != str(cause):  # once per trouble, not once per try
            log.warning("%s: %s; it starts again", name, cause)
        board.troubled(name, _trouble(cause), str(cause), restarted=True)
    else:
        log.error("%s: unforeseen error; it starts again", name, exc_info=error)
        board.troubled(name, Trouble.BUG, type(cause).__name__, restarted=True)
        record.bugs += 1
        if record.bugs >= BUGS_IN_A_ROW:
            raise Fatal(f"{name} failed {BUGS_IN_A_ROW} times in a row: {type(cause).__name__}") from error


def _note_hang(name: str, hung: Hung, record: _Record, board: Board, *, vital: bool) -> None:
    """A service without which the box lives on is started again for ever; another one a few times."""
    board.hung(name, str(hung))
    record.hangs += 1
    log.error("%s hung: %s; it starts again alone (%d so far)", name, hung, board.service(name).hangs)
    if vital and record.hangs >= HANGS_IN_A_ROW:
        raise Fatal(f"{name} hung {HANGS_IN_A_ROW} times in a row") from hung


def _trouble(cause: Exception) -> Trouble:
    """Whoever it befalls, a store that cannot be written is the store's trouble."""
    told = Trouble.STORE if isinstance(cause, StoreUnavailable) else getattr(cause, "trouble", None)
    return told or Trouble.OTHER


def flat(error: BaseException) -> Iterator[BaseException]:
    """The errors inside nested exception groups."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from flat(inner)
    else:
        yield error


async def keep_alive(
    board: Board,
    host: Host,
    clock: Clock,
    *,
    vital: tuple[str, ...],
    period_s: float,
    limit_s: float,
    attendance: Attendance | None = None,
) -> None:
    """Tell systemd we are ready once every vital service took a turn, alive while all of them beat, and how it goes.
    Who hangs is ended first; systemd need not hear of a hang that this mends."""
    ready, told = False, ""
    while True:
        if attendance is not None:
            attendance.look()
        snapshot = board.snapshot()
        services = {facts.name: facts for facts in snapshot.services}
        if (line := _in_one_line(snapshot)) != told:
            host.status(line)
            told = line
        now = clock.monotonic()
        if not ready and all(name in services and services[name].state is not State.STARTING for name in vital):
            host.ready()
            ready = True
        late = [name for name in vital if name not in services or now - services[name].beat > limit_s]
        if late:
            log.error("no heartbeat from %s: systemd will restart the kiosk", ", ".join(late))
        else:
            host.alive()
        await clock.sleep(period_s)


def _in_one_line(snapshot: Snapshot) -> str:
    """What `systemctl status` shows: on air, listening, and whoever is in trouble."""
    air = "on air" if snapshot.advertise.on_air_since is not None else "off air"
    ears = "listening" if snapshot.collect.listening_since is not None else "deaf"
    ill = [f"{each.name}: {each.detail}" for each in snapshot.services if each.state is State.TROUBLED]
    return "; ".join([air, ears, *ill])
