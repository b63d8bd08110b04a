"""Composition root: picks the parts of a real box, opens, runs, closes; simulation.py picks simulated ones. What is put
together from them stands in parts.py."""

import asyncio
import faulthandler
import logging
import signal
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from functools import partial
from pathlib import Path

from kiosk import __version__, displays
from kiosk.adapters import journal, memory, system
from kiosk.adapters.health import MachineHealth
from kiosk.adapters.network_manager import NetworkManager
from kiosk.adapters.power_on_file import PowerOnFile
from kiosk.adapters.speech import Speech
from kiosk.adapters.timedate import Timedate
from kiosk.config import Config
from kiosk.core.facts import Contact
from kiosk.core.identity import RootKey
from kiosk.errors import Fatal, KeyUnreadable, KioskError
from kiosk.parts import Parts, page_of, services_of
from kiosk.radios import radios
from kiosk.services import (
    announce,
    browse,
    enrol,
    keep_time,
    show,
    sync,
    witness,
)
from kiosk.store import Store, open_store
from kiosk.supervisor import Attendance, Board, Patience, flat, keep_alive, supervise
from kiosk.web import site as web

ALIVE_EVERY_S = 5.0
ALIVE_LIMIT_S = 45.0
"""A service that takes no turn for so long hangs, and is started again alone; above every deadline it may wait for."""
FED_LIMIT_S = 60.0
"""A vital service that still takes no turn then could not be ended: systemd is told nothing more, and ends us 30 s
later (the unit's WatchdogSec)."""
LONG_TURNS_S = {
    announce.NAME: 300.0,
    sync.NAME: 300.0,
    enrol.NAME: 300.0,
    witness.NAME: 300.0,
    browse.NAME: 1200.0,
}
"""Who speaks, waits for a network, looks every three minutes or for a browser may take longer over a turn."""
EPAPER_TURN_S = 300.0
"""E-paper is exchanged within two minutes."""


Companion = Callable[[Board, web.StatusSite], Coroutine[None, None, None]]
"""A loop beside the services, which may look at the Board."""

log = logging.getLogger(__name__)


def run(config: Config) -> int:
    """The kiosk on its hardware, until SIGTERM."""
    journal.log_to_journal()
    faulthandler.enable()  # the watchdog's SIGABRT tells where everybody stood
    return run_until_told(partial(_run_real, config))


async def _run_real(config: Config) -> None:
    clock = system.KeptClock()
    timedate = Timedate()
    folder = Path(config.store.folder)
    own = radios(config, clock)
    network = NetworkManager(clock.monotonic)

    def timekeeper(store: Store, board: Board) -> keep_time.KeepTime:
        always, past = config.clock.believe == "always", PowerOnFile.of_unit()
        return keep_time.KeepTime(timedate, store.last_seal, past, believe=always, clock=clock, board=board)

    parts = Parts(
        clock=clock,
        onlooker=clock,
        host=system.SystemdHost(),
        advertiser=own.advertiser,
        scanner=own.radio,
        reader=own.radio,
        wall=displays.wall(config, clock),
        root_key=_key(folder),
        folder=folder,
        speaker=Speech.of(config.loudspeaker),
        boot=system.MachinePower().boot(),
        health=MachineHealth(),
        timekeeper=timekeeper,
        confirm_time=lambda phone: clock.keeper.confirm(phone, clock.boot_ms()),
        remedies=own.remedies,
        turns=own.turns,
        network=network,
    )
    try:
        await live(config, parts)
    finally:
        for each in (own, timedate, network):
            each.close()


def _key(folder: Path) -> RootKey | None:
    """A dying card may take the key along, but not the wall."""
    try:
        return system.load_or_create_root_key(folder / system.ROOT_KEY_FILE)
    except KeyUnreadable as error:
        log.error("%s; the kiosk stays off air until it can be read", error)
        return None


async def live(config: Config, parts: Parts, *companions: Companion) -> None:
    """Open the store, run every service until cancelled, close in order."""
    contact = Contact(config.web.contact_name, config.web.contact_phone, config.web.contact_zalo)
    board = Board(parts.clock, version=__version__, venue=config.venue.name, simulated=parts.simulated, contact=contact)
    limit_s = ALIVE_LIMIT_S * parts.speed
    async with open_store(parts.folder, tell_time=parts.clock.now) as store:
        page = page_of(config, parts, board, store, limit_s)
        services = await services_of(config, parts, board, store, page)
        attendance = Attendance(board, parts.clock, _patience(config, parts, services))
        await _noted(_begun(store, parts, board))
        try:
            async with asyncio.TaskGroup() as group:
                for name, (service, clock) in services.items():
                    life = supervise(name, service, clock=clock, board=board, attendance=attendance)
                    group.create_task(life, name=name)
                alive = keep_alive(
                    board,
                    parts.host,
                    parts.clock,
                    vital=parts.vital,
                    period_s=ALIVE_EVERY_S,
                    limit_s=FED_LIMIT_S * parts.speed,
                    attendance=attendance,
                )
                group.create_task(alive, name="keep-alive")
                for companion in companions:
                    group.create_task(companion(board, page))
        finally:
            parts.host.stopping()
            await _noted(store.journal.end_run(parts.clock.now()))


def _patience(config: Config, parts: Parts, services: Iterable[str]) -> dict[str, Patience]:
    """How long each service may be silent."""
    long = {**LONG_TURNS_S, show.NAME: EPAPER_TURN_S} if config.show.surface == "epaper" else LONG_TURNS_S
    return {name: Patience(long.get(name, ALIVE_LIMIT_S) * parts.speed, name in parts.vital) for name in services}


async def _begun(store: Store, parts: Parts, board: Board) -> None:
    board.boots(await store.journal.begin_run(parts.clock.now(), __version__, parts.boot))


async def _noted(note: Awaitable[None]) -> None:
    """A card that cannot be written must not keep the kiosk from running, nor hide why it ends."""
    try:
        await note
    except KioskError as error:
        log.warning("this run is not noted: %s", error)


def run_until_told(life: Callable[[], Coroutine[None, None, None]], duration_s: float | None = None) -> int:
    """Run until SIGTERM, SIGINT or the end of `duration_s`; the first Fatal inside a group comes out alone."""

    async def until_told() -> None:
        task = asyncio.current_task()
        assert task is not None
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, task.cancel)
        if duration_s is not None:
            loop.call_later(duration_s, task.cancel)
        await life()

    memory.give_back()
    try:
        asyncio.run(until_told())
    except asyncio.CancelledError:
        return 0
    except BaseExceptionGroup as group:
        for error in flat(group):
            if isinstance(error, Fatal):
                raise error from group
        raise
    return 0
