"""Supervision: who is restarted when, what ends the process, and when systemd hears that we live."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest

from kiosk.core.facts import AdvertiseFacts, CollectFacts, ServiceFacts, ShowFacts, State, Trouble, UpkeepFacts
from kiosk.errors import Fatal, PeerUnreachable, RadioError, Refused, StoreError, StoreUnavailable
from kiosk.ports import Clock
from kiosk.sim.clock import ManualClock
from kiosk.supervisor import BUGS_IN_A_ROW, GOOD_S, Board, keep_alive, supervise
from tests.core.strategies import NOON

pytestmark = pytest.mark.guest


class Failing:
    """A service that lives a given time and then raises; it keeps the moments of its starts."""

    def __init__(self, clock: Clock, *errors: Exception, lives_s: float = 0.0) -> None:
        self.clock = clock
        self.errors = errors
        self.lives_s = lives_s
        self.starts: list[float] = []

    async def run(self) -> None:
        self.starts.append(self.clock.monotonic())
        await self.clock.sleep(self.lives_s)
        raise self.errors[(len(self.starts) - 1) % len(self.errors)]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def board(clock: ManualClock) -> Board:
    return Board(clock, version="1.2.3", venue="Bến xe Mỹ Đình", simulated=True)


def facts(board: Board, name: str = "collect") -> ServiceFacts:
    found = board.snapshot().service(name)
    assert found is not None
    return found


async def run_for(seconds: float, run: Callable[[], Awaitable[None]], clock: ManualClock, board: Board) -> None:
    """Supervise a service for a while, then cancel it."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(supervise("collect", run, clock=clock, board=board))
        await clock.advance(seconds)
        task.cancel()


# Restarts


async def test_a_transient_error_restarts_with_doubling_delay_up_to_a_limit(clock: ManualClock, board: Board) -> None:
    service = Failing(clock, RadioError("no chip"))
    await run_for(40, service.run, clock, board)
    assert service.starts == [0, 1, 3, 7, 15, 23, 31, 39]
    assert facts(board).restarts == 8


async def test_the_delay_is_forgotten_after_five_good_minutes(clock: ManualClock, board: Board) -> None:
    service = Failing(clock, RadioError("no chip"), lives_s=GOOD_S + 1)
    await run_for(1000, service.run, clock, board)
    assert service.starts == [0, 302, 604, 906]


async def test_the_delay_still_doubles_after_less_than_five_minutes(clock: ManualClock, board: Board) -> None:
    service = Failing(clock, RadioError("no chip"), lives_s=GOOD_S - 1)
    await run_for(1000, service.run, clock, board)
    assert service.starts == [0, 300, 601, 904]


async def test_transient_errors_never_end_the_process(clock: ManualClock, board: Board) -> None:
    service = Failing(clock, PeerUnreachable("gone"), RadioError("frozen"))
    await run_for(3600, service.run, clock, board)
    assert len(service.starts) > 100


# Bugs


async def test_a_bug_restarts_and_five_in_a_row_are_fatal(clock: ManualClock, board: Board) -> None:
    service = Failing(clock, ZeroDivisionError())
    with pytest.RaisesGroup(pytest.RaisesExc(Fatal, match="collect failed 5 times in a row: ZeroDivisionError")):
        await run_for(60, service.run, clock, board)
    assert service.starts == [0, 1, 3, 7, 15]
    assert len(service.starts) == BUGS_IN_A_ROW
    assert facts(board).state is State.STOPPED


async def test_bugs_far_apart_are_not_in_a_row(clock: ManualClock, board: Board) -> None:
    service = Failing(clock, ZeroDivisionError(), lives_s=GOOD_S + 1)
    await run_for(3600, service.run, clock, board)
    assert len(service.starts) == 12


async def test_transient_errors_between_bugs_do_not_excuse_them(clock: ManualClock, board: Board) -> None:
    service = Failing(clock, RadioError("x"), ZeroDivisionError())
    with pytest.RaisesGroup(Fatal):
        await run_for(600, service.run, clock, board)
    assert len(service.starts) == 2 * BUGS_IN_A_ROW


@pytest.mark.parametrize("first", [True, False], ids=["bug first", "bug last"])
async def test_a_bug_beside_a_transient_error_counts_as_a_bug(clock: ManualClock, board: Board, first: bool) -> None:
    errors = [ZeroDivisionError(), RadioError("x")]
    service = Failing(clock, ExceptionGroup("both", errors if first else errors[::-1]))
    with pytest.RaisesGroup(Fatal):
        await run_for(60, service.run, clock, board)


async def test_a_refusal_nobody_took_is_a_bug(clock: ManualClock, board: Board) -> None:
    with pytest.RaisesGroup(Fatal):
        await run_for(60, Failing(clock, Refused("x")).run, clock, board)


async def test_a_service_that_returns_is_a_bug(clock: ManualClock, board: Board) -> None:
    async def returns() -> None:
        await clock.sleep(0)

    with pytest.RaisesGroup(pytest.RaisesExc(Fatal, match="RuntimeError")):
        await run_for(60, returns, clock, board)


async def test_a_bug_is_logged_with_its_traceback_and_a_transient_error_without(
    clock: ManualClock, board: Board, caplog: pytest.LogCaptureFixture
) -> None:
    await run_for(0.5, Failing(clock, ZeroDivisionError("a secret")).run, clock, board)
    await run_for(0.5, Failing(clock, RadioError("no chip")).run, clock, board)
    bug, transient = caplog.records
    assert (bug.levelno, bug.exc_info is not None) == (logging.ERROR, True)
    assert (transient.levelno, transient.exc_info) == (logging.WARNING, None)
    assert "no chip" in transient.getMessage()


# What passes through


@pytest.mark.parametrize(
    "error",
    [StoreError("disk full"), ExceptionGroup("one", [ExceptionGroup("two", [RadioError("x"), StoreError("full")])])],
    ids=["alone", "in groups"],
)
async def test_fatal_passes_at_once(clock: ManualClock, board: Board, error: Exception) -> None:
    service = Failing(clock, error)
    with pytest.RaisesGroup(StoreError):
        await run_for(60, service.run, clock, board)
    assert service.starts == [0]
    assert facts(board).state is State.STOPPED


async def test_cancel_passes_and_lets_the_service_clean_up(clock: ManualClock, board: Board) -> None:
    cleaned: list[State] = []

    async def run() -> None:
        try:
            await clock.sleep(1e6)
        finally:
            cleaned.append(facts(board).state)

    await run_for(10, run, clock, board)
    assert cleaned == [State.STARTING]
    assert facts(board).state is State.STOPPED


async def test_cancel_during_the_delay_passes(clock: ManualClock, board: Board) -> None:
    service = Failing(clock, RadioError("x"))
    await run_for(100, service.run, clock, board)
    assert facts(board).state is State.STOPPED


# The board


async def test_a_transient_error_shows_its_trouble_and_words(clock: ManualClock, board: Board) -> None:
    seen = []

    async def run() -> None:
        seen.append(facts(board))
        raise RadioError("adapter is blocked", Trouble.BLOCKED)

    await run_for(0.5, run, clock, board)
    assert seen == [ServiceFacts("collect", State.STARTING, 0.0)]
    stopped = ServiceFacts("collect", State.STOPPED, 0.0, 1, Trouble.BLOCKED, "adapter is blocked")
    assert facts(board) == stopped


@pytest.mark.parametrize("error", [RadioError("x"), PeerUnreachable("x")])
async def test_an_error_without_a_named_trouble_still_shows_one(
    clock: ManualClock, board: Board, error: Exception
) -> None:
    await run_for(0.5, Failing(clock, error).run, clock, board)
    assert facts(board).trouble is Trouble.OTHER


async def test_a_store_that_cannot_be_written_is_the_stores_trouble_whoever_it_befalls(
    clock: ManualClock, board: Board
) -> None:
    await run_for(0.5, Failing(clock, StoreUnavailable("database or disk is full")).run, clock, board)
    assert facts(board).trouble is Trouble.STORE


async def test_a_bug_shows_its_kind_and_not_its_words(clock: ManualClock, board: Board) -> None:
    await run_for(0.5, Failing(clock, ZeroDivisionError("51:00:00:00:00:0B")).run, clock, board)
    assert (facts(board).trouble, facts(board).detail) == (Trouble.BUG, "ZeroDivisionError")


async def test_beats_and_good_turns(clock: ManualClock, board: Board) -> None:
    board.enter("show")
    assert facts(board, "show") == ServiceFacts("show", State.STARTING, 0.0)
    await clock.advance(5)
    board.beat("show")
    assert facts(board, "show") == ServiceFacts("show", State.RUNNING, 5.0)
    board.troubled("show", Trouble.NO_DISPLAY, "no screen")
    await clock.advance(5)
    board.beat("show")
    assert facts(board, "show") == ServiceFacts("show", State.TROUBLED, 10.0, 0, Trouble.NO_DISPLAY, "no screen")
    board.well("show")
    assert facts(board, "show") == ServiceFacts("show", State.RUNNING, 10.0)


async def test_a_snapshot_is_whole_dated_and_does_not_change(clock: ManualClock, board: Board) -> None:
    board.enter("collect")
    before = board.snapshot()
    await clock.advance(2)
    board.advertise(AdvertiseFacts(on_air_since=NOON))
    board.collect(CollectFacts(packets=7))
    board.show(ShowFacts(surface="png"))
    board.upkeep(UpkeepFacts(days=3))
    board.beat("collect")
    after = board.snapshot()
    assert (before.at, before.collect, before.services[0].state) == (NOON, CollectFacts(), State.STARTING)
    assert (after.started, after.at) == (NOON, NOON + 2000)
    assert (after.advertise.on_air_since, after.collect.packets, after.show.surface) == (NOON, 7, "png")
    assert (after.upkeep.days, after.services[0].state) == (3, State.RUNNING)
    assert (after.version, after.venue, after.simulated) == ("1.2.3", "Bến xe Mỹ Đình", True)
    assert after.service("nobody") is None


# Heartbeats for systemd


class Recorder:
    """A service manager that notes what it is told, and when."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.heard: list[tuple[str, float]] = []

    def ready(self) -> None:
        self.heard.append(("ready", self.clock.monotonic()))

    def alive(self) -> None:
        self.heard.append(("alive", self.clock.monotonic()))

    def stopping(self) -> None:
        self.heard.append(("stopping", self.clock.monotonic()))

    def status(self, line: str) -> None:
        self.heard.append((line, self.clock.monotonic()))

    def times(self, word: str) -> list[float]:
        return [at for heard, at in self.heard if heard == word]


async def beats(clock: ManualClock, board: Board, script: dict[float, Callable[[], None]], until: float) -> Recorder:
    """Run keep_alive for two vital services while a script acts on the board."""
    host = Recorder(clock)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(keep_alive(board, host, clock, vital=("advertise", "collect"), period_s=5, limit_s=20))
        for at in sorted({*script, until}):
            await clock.advance(at - clock.monotonic())
            script.get(at, lambda: None)()
        task.cancel()
    return host


def enter_both(board: Board) -> None:
    board.enter("advertise")
    board.enter("collect")


async def test_ready_once_after_the_first_turn_of_every_vital_service(clock: ManualClock, board: Board) -> None:
    enter_both(board)
    host = await beats(
        clock,
        board,
        {
            2.0: lambda: board.beat("advertise"),
            7.0: lambda: board.troubled("collect", Trouble.NO_ADAPTER, "no chip"),
            12.0: lambda: board.enter("collect"),
            14.0: lambda: board.beat("collect"),
        },
        until=20.0,
    )
    assert host.times("ready") == [10]


async def test_a_service_that_never_took_a_turn_holds_ready_back(clock: ManualClock, board: Board) -> None:
    enter_both(board)
    host = await beats(clock, board, {2.0: lambda: board.beat("advertise")}, until=60.0)
    assert host.times("ready") == []


async def test_systemd_is_fed_while_every_vital_service_beats(clock: ManualClock, board: Board) -> None:
    enter_both(board)

    def both() -> None:
        board.beat("advertise")
        board.troubled("collect", Trouble.SILENT, "waiting for a chip is a beat too")

    host = await beats(clock, board, {float(at): both for at in range(1, 60, 10)}, until=59.0)
    assert host.times("alive") == [float(at) for at in range(0, 60, 5)]


async def test_systemd_is_not_fed_once_a_vital_service_hangs(
    clock: ManualClock, board: Board, caplog: pytest.LogCaptureFixture
) -> None:
    enter_both(board)
    board.enter("show")
    script = {float(at): lambda: board.beat("advertise") for at in range(1, 60, 10)}
    host = await beats(clock, board, script, until=59.0)
    assert host.times("alive") == [0, 5, 10, 15, 20]
    assert caplog.messages[0] == "no heartbeat from collect: systemd will restart the kiosk"


async def test_a_service_that_is_not_vital_may_hang(clock: ManualClock, board: Board) -> None:
    enter_both(board)
    board.enter("show")

    def both() -> None:
        board.beat("advertise")
        board.beat("collect")

    host = await beats(clock, board, {float(at): both for at in range(1, 60, 10)}, until=59.0)
    assert len(host.times("alive")) == 12


async def test_a_vital_service_that_never_started_is_not_alive(clock: ManualClock, board: Board) -> None:
    board.enter("advertise")
    host = await beats(clock, board, {}, until=4.0)
    assert (host.times("ready"), host.times("alive")) == ([], [])


async def test_systemd_is_told_in_one_line_how_it_goes_and_only_when_that_changes(
    clock: ManualClock, board: Board
) -> None:
    enter_both(board)
    host = await beats(
        clock, board, {7.0: lambda: board.troubled("collect", Trouble.NO_ADAPTER, "no chip")}, until=30.0
    )
    assert [heard for heard in host.heard if heard[0] != "alive"] == [
        ("off air; deaf", 0.0),
        ("off air; deaf; collect: no chip", 10.0),
    ]
