"""Parts: what a box is made of, real or simulated, and what is put together from it: its services and its page."""

import random
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kiosk import displays
from kiosk.adapters import certificate, journal, system
from kiosk.adapters.backend import HttpBackend, Line
from kiosk.adapters.rfkill import unblock_bluetooth
from kiosk.adapters.signatures import SignatureProcess
from kiosk.adapters.vault import FileVault, code_path, read_code, read_token
from kiosk.config import Config, Web, campaign_of, filled, hours_of, programme_of
from kiosk.core.identity import RootKey
from kiosk.core.sync.enrolment import Enrolment
from kiosk.core.sync.notices import settings_in
from kiosk.errors import ConfigError
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
from kiosk.store import Store
from kiosk.supervisor import Board
from kiosk.web import site as web
from kiosk.web.actions import ConfirmTime, Hands
from kiosk.web.claim import PIN_FILE
from kiosk.web.door import Door
from kiosk.web.view import View

VITAL = (advertise.NAME, collect.NAME, upkeep.NAME, keep_time.NAME)
"""Without one of these the box is dead, and systemd may restart it. A screen or page that fails is no reason."""


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


async def services_of(config: Config, parts: Parts, board: Board, store: Store, page: web.StatusSite) -> Services:
    """Every service of this box. People look at wall and page in real time."""
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


def page_of(config: Config, parts: Parts, board: Board, store: Store, limit_s: float) -> web.StatusSite:
    """The status page, not yet open."""
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


def _wall_address(config: Web, page: web.StatusSite) -> str:
    return displays.page_for_browser(config, page.port)
