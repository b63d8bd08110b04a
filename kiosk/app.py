"""Composition root: the only place where parts meet. Picks, opens, runs, closes; simulation.py picks simulated ones."""

import asyncio
import faulthandler
import logging
import random
import signal
import ssl
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kiosk import __version__, displays
from kiosk.adapters import certificate, journal, memory, system
from kiosk.adapters.backend import HttpBackend, Line
from kiosk.adapters.health import MachineHealth
from kiosk.adapters.network_manager import NetworkManager
from kiosk.adapters.power_on_file import PowerOnFile
from kiosk.adapters.rfkill import unblock_bluetooth
from kiosk.adapters.signatures import SignatureProcess
from kiosk.adapters.speech import Speech
from kiosk.adapters.timedate import Timedate
from kiosk.adapters.vault import FileVault, code_path, read_code, read_token
from kiosk.config import Config, Web, campaign_of, filled, hours_of, programme_of
from kiosk.core.facts import Contact
from kiosk.core.identity import RootKey
from kiosk.core.sync.enrolment import Enrolment
from kiosk.core.sync.notices import settings_in
from kiosk.errors import ConfigError, Fatal, KeyUnreadable, KioskError
from kiosk.materials.aside import poster_pdf_aside
from kiosk.ports import (
    Advertiser,
    Backend,
    Clock,
    GattReader,
    HealthSource,
    Host,
    NetworkSource,
    Remedies,
    Scanner,
    Speaker,
    TrustedClock,
    Turns,
)
from kiosk.radios import radios
from kiosk.services import (
    advertise,
    announce,
    browse,
    collect,
    enrol,
    keep_time,
    keyless,
    mend,
    set_up,
    show,
    sync,
    take_turns,
    upkeep,
    witness,
)
from kiosk.store import Store, open_store
from kiosk.supervisor import Attendance, Board, Patience, flat, keep_alive, supervise
from kiosk.web import site as web
from kiosk.web.actions import ConfirmTime, Hands
from kiosk.web.claim import PIN_FILE
from kiosk.web.door import Door
from kiosk.web.view import View

VITAL = (advertise.NAME, collect.NAME, upkeep.NAME, keep_time.NAME)
"""Without one of these the box is dead, and systemd may restart it. A screen or page that fails is no reason."""
ALIVE_EVERY_S = 5.0
ALIVE_LIMIT_S = 45.0
"""A service that takes no turn for so long hangs, and is started again alone; above every deadline it may wait for."""
FED_LIMIT_S = 60.0
"""A vital service that still takes no turn then could not be ended: systemd is told nothing more, and ends us 30 s
later (the unit's WatchdogSec)."""
LONG_TURNS_S = {
    announce.NAME: 300.0, sync.NAME: 300.0, enrol.NAME: 300.0, witness.NAME: 300.0, browse.NAME: 1200.0,
}  # fmt: skip
"""Who speaks, waits for a network, looks every three minutes or for a browser may take longer over a turn."""
EPAPER_TURN_S = 300.0
"""E-paper is exchanged within two minutes."""


@dataclass(frozen=True, slots=True)
class Parts:
    """All that differs between a box on a wall and a simulated street.

    `onlooker` tells the same time as `clock` but sleeps in real time.
    """

    clock: TrustedClock
    onlooker: Clock
    host: Host
    advertiser: Advertiser
    scanner: Scanner
    reader: GattReader
    wall: displays.Wall
    root_key: RootKey | None
    """None where the card does not give it."""
    folder: Path
    speaker: Speaker
    boot: str = "simulated"
    health: HealthSource | None = None
    timekeeper: Callable[[Store, Board], keep_time.KeepTime] | None = None
    """Judges the machine's clock; a simulated one needs no judge."""
    confirm_time: ConfirmTime | None = None
    """Staff say what time it is."""
    speed: float = 1.0
    simulated: bool = False
    unblock: Callable[[], None] = unblock_bluetooth
    """Lifts the block of rfkill; a simulated radio has none."""
    connect: sync.Connect | None = None
    """The way to the collector; None: the real one."""
    chance: Callable[[], float] = random.random
    """What waits are drawn from."""
    remedies: Remedies | None = None
    """What is done for a radio that hears nothing; a simulated one mends itself."""
    turns: Turns | None = None
    network: NetworkSource | None = None
    """How the Wi-Fi is; a simulated box was set up by whoever started it."""

    @property
    def vital(self) -> tuple[str, ...]:
        """The services of VITAL that run here."""
        return tuple(name for name in VITAL if name != keep_time.NAME or self.timekeeper is not None)


Services = dict[str, tuple[Callable[[], Awaitable[None]], Clock]]
"""Every service by name, with the clock it lives by."""
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
    key = _key(folder)
    speaker = Speech.of(config.loudspeaker)
    host = system.SystemdHost()
    network = NetworkManager(clock.monotonic)

    def timekeeper(store: Store, board: Board) -> keep_time.KeepTime:
        always, past = config.clock.believe == "always", PowerOnFile.of_unit()
        return keep_time.KeepTime(timedate, store.last_seal, past, believe=always, clock=clock, board=board)

    parts = Parts(
        clock, clock, host, own.advertiser, own.radio, own.radio, displays.wall(config, clock), key, folder, speaker,
        system.MachinePower().boot(), MachineHealth(), timekeeper,
        lambda phone: clock.keeper.confirm(phone, clock.boot_ms()), remedies=own.remedies,
        turns=own.turns, network=network,
    )  # fmt: skip
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
        page = _page(config, parts, board, store, limit_s)
        services = await _services(config, parts, board, store, page)
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


async def _services(config: Config, parts: Parts, board: Board, store: Store, page: web.StatusSite) -> Services:
    """People look at wall and page in real time."""
    clock, onlooker, key = parts.clock, parts.onlooker, parts.root_key
    ears = collect.Collect(
        parts.scanner, parts.reader, store, key, config.collect, clock=clock, board=board, boot=parts.boot
    )
    wall = show.Show(parts.wall.display, campaign_of(config), hours_of(config), clock=onlooker, board=board)
    keeper = upkeep.Upkeep(store, config.store, config.sync.share, clock=clock, board=board, health=parts.health)
    services: Services = {
        **_sending(config, parts, board, store),
        collect.NAME: (ears.run, clock),
        show.NAME: (wall.run, onlooker),
        upkeep.NAME: (keeper.run, clock),
    }
    if parts.timekeeper is not None:
        services[keep_time.NAME] = (parts.timekeeper(store, board).run, clock)
    if parts.remedies is not None and parts.turns is not None:
        services[mend.NAME] = (mend.Mend(parts.remedies, system.MachinePower(), clock=clock, board=board).run, clock)
        services[take_turns.NAME] = (take_turns.TakeTurns(parts.turns, clock=clock, board=board).run, clock)
    if parts.network is not None:
        services |= _setting_up(config, parts, parts.network, board, page)
    if parts.wall.eye is not None:
        services[witness.NAME] = (witness.Witness(parts.wall.eye, clock=onlooker, board=board).run, onlooker)
    if parts.wall.browser is not None:
        address = partial(_wall_address, config.web, page)
        services[browse.NAME] = (browse.Browse(parts.wall.browser, address, clock=onlooker, board=board).run, onlooker)
    if config.loudspeaker.enabled:
        services[announce.NAME] = ((await _announcer(config, parts, board, store)).run, clock)
    if config.web.enabled:
        services[web.NAME] = (partial(web.run, page, clock=onlooker, board=board), onlooker)
    return services


def _setting_up(config: Config, parts: Parts, network: NetworkSource, board: Board, page: web.StatusSite) -> Services:
    """The card that stands until the box is ready, and the enrolment that kiosk.toml asked for."""
    kept, clock = FileVault(parts.folder), parts.onlooker

    def connect(url: str) -> Backend:
        own = config.sync
        return HttpBackend(own.url or url, "", Line(own.ca_file, own.pins, own.proxy))

    around = set_up.Surroundings(
        network, system.MachinePower(), kept, system.own_address, partial(_seen_at, config.web, page),
        lambda: kept.read(PIN_FILE) is not None,
    )  # fmt: skip
    return {
        set_up.NAME: (set_up.SetUp(around, clock=clock, board=board).run, clock),
        enrol.NAME: (enrol.Enrol(kept, connect, clock=clock, board=board).run, clock),
    }


def _seen_at(config: Web, page: web.StatusSite, address: str) -> str:
    """The status page's address on the network; "" while it is not open."""
    return f"{'http' if config.tls == 'off' else 'https'}://{address}:{page.port}" if page.port else ""


def _sending(config: Config, parts: Parts, board: Board, store: Store) -> Services:
    """What needs the root key: the air, and the way to the collector."""
    clock, key = parts.clock, parts.root_key
    if key is None:
        load = partial(system.load_or_create_root_key, parts.folder / system.ROOT_KEY_FILE)
        return {keyless.NAME: (keyless.Keyless(load, clock=clock, board=board).run, clock)}
    post = sync.Sync(store, key, config.sync, _means(config, parts), clock=clock, board=board)
    sender = advertise.Advertise(parts.advertiser, key, clock=clock, board=board)
    return {advertise.NAME: (sender.run, clock), sync.NAME: (post.run, clock)}


def _page(config: Config, parts: Parts, board: Board, store: Store, limit_s: float) -> web.StatusSite:
    view = View(
        board.snapshot,
        parts.wall.display.png,
        parts.clock.monotonic,
        parts.onlooker.sleep,
        parts.vital,
        limit_s,
        parts.wall.heard,
    )
    hands = Hands(
        board,
        config,
        parts.unblock,
        lambda: poster_pdf_aside(board.snapshot().campaign or campaign_of(config)),
        parts.confirm_time,
    )
    return web.StatusSite(config.web, view, _door(config.web, parts, store), hands, _tls(config.web, parts.folder))


def _door(config: Web, parts: Parts, store: Store) -> Door:
    """Who may come in. A simulation is open to everybody on this machine."""
    return Door(
        FileVault(parts.folder),
        store.journal,
        clock=parts.onlooker,
        power=system.MachinePower(),
        code=partial(read_code, code_path(config.code_file, parts.folder)),
        place=partial(system.seen_as, config.host),
        is_open=parts.simulated,
        tls=config.tls != "off",
        token=partial(read_token, Path(config.metrics_token_file) if config.metrics_token_file else None),
    )


def _means(config: Config, parts: Parts) -> sync.Means:
    """What sync needs from outside."""
    own = config.sync

    def connect(me: Enrolment) -> Backend:
        journal.redaction.know(me.token)
        return HttpBackend(own.url or me.url, me.token, Line(own.ca_file, own.pins, own.proxy))

    return sync.Means(
        FileVault(parts.folder),
        parts.connect or connect,
        SignatureProcess(),
        lambda settings: campaign_of(filled(config, settings)),
        parts.chance,
    )


def _tls(config: Web, folder: Path) -> ssl.SSLContext | None:
    match config.tls:
        case "own":
            return certificate.context_of(Path(config.certificate), Path(config.certificate_key))
        case "self-made":
            return certificate.context_of(*certificate.self_made(folder))
        case _:
            return None


async def _announcer(config: Config, parts: Parts, board: Board, store: Store) -> announce.Announce:
    """Speaks the campaign that the province had set when the kiosk started."""
    own = config.loudspeaker
    try:
        programme = programme_of(filled(config, settings_in(await store.inbox.campaign())))
    except ConfigError:
        programme = programme_of(config)
    return announce.Announce(parts.speaker, programme, own.times, own.quiet, clock=parts.clock, board=board)


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


def _wall_address(config: Web, page: web.StatusSite) -> str:
    return displays.page_for_browser(config, page.port)
