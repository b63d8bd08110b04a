"""Evidence: what the doctor finds out about this box. Loaded by that verb alone."""

import argparse
import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Final

from kiosk.adapters import bus_checkup, link_check
from kiosk.adapters.backend import HttpBackend, Line
from kiosk.adapters.machine import Machine
from kiosk.adapters.system import SystemClock
from kiosk.adapters.vault import FileVault
from kiosk.config import Config, Loudspeaker, Show, Sync, links_of
from kiosk.core.checkup.evidence import Centre, Evidence
from kiosk.core.links import LinkReport
from kiosk.core.status import Airtime, Document
from kiosk.core.sync import enrolment, verdicts
from kiosk.core.sync.exchange import Ask, notices_path
from kiosk.core.windows import DAY_MS
from kiosk.errors import BackendUnavailable, ConfigError, SecretError, Transient
from kiosk.verbs.arguments import CONFIG_FILE, FETCH_S, configured, look_at_logo
from kiosk.web import client

LAST_NOTICE: Final = 10**15 - 1
"""The highest number a notice can have: there is none after it."""


def gather(arguments: argparse.Namespace) -> Evidence:
    """Everything; what cannot be found out is part of it."""
    config, wrong = Config(), ""
    try:
        config = configured(arguments)
        look_at_logo(config)
    except ConfigError as error:
        wrong = str(error)
    machine = Machine(arguments.root)
    status, silence = _status(config)
    return Evidence(
        adapter=config.radio.adapter,
        listener=config.radio.scanner,
        door=machine.door(),
        airtime=_airtime(status),
        by_turns=_takes_turns(status),
        config_file=str(arguments.config or (CONFIG_FILE if CONFIG_FILE.exists() else "")),
        config_error=wrong,
        light=status["light"] if status else "",
        silence=silence,
        clock_source=_clock_source(status),
        chips=machine.chips(),
        daemon=machine.daemon(),
        bus=asyncio.run(bus_checkup.look(config.radio.adapter)),
        screen=machine.screen(config.show.surface, config.show.framebuffer, _needed(config.show)),
        unit=machine.unit(),
        speech=machine.lacking(_spoken(config.loudspeaker)) if config.loudspeaker.enabled else None,
        name=machine.name(),
        scheme="http" if config.web.tls == "off" else "https",
        port=config.web.port if config.web.enabled else None,
        centre=_centre(config, status),
        links=None if wrong else _links(config),
        folder=config.store.folder,
        damaged=machine.damaged(Path(config.store.folder)),
        free_bytes=machine.free_bytes(Path(config.store.folder)),
        pip=machine.pip(),
    )


def _needed(show: Show) -> tuple[str, ...]:
    """Programs of a browser's command, or the driver of an e-paper."""
    match show.surface:
        case "browser":
            return tuple(word for word in show.browser if word.isalpha())
        case "epaper":
            return (show.epaper.partition(".")[0],)
        case _:
            return ()


def _spoken(loudspeaker: Loudspeaker) -> tuple[str, ...]:
    """Programs that speak its language and play."""
    model = loudspeaker.piper_model_en if loudspeaker.language == "en" else loudspeaker.piper_model
    return "piper" if model else "espeak-ng", "aplay"


def _links(config: Config) -> tuple[LinkReport, ...]:
    known = link_check.read_known(Path(config.store.folder) / link_check.KNOWN_FILE)
    return tuple(asyncio.run(link_check.check_links(links_of(config.campaign), known)))


def _status(config: Config) -> tuple[Document | None, str]:
    """What the running kiosk says of itself, or why it does not; nothing at all where its page is off."""
    if not config.web.enabled:
        return None, ""
    try:
        return client.fetch_status(client.address(config.web), FETCH_S), ""
    except Transient as error:
        return None, str(error)


def _clock_source(status: Document | None) -> str:
    trust = status.get("clock_trust") if status else None  # absent where an older kiosk still runs
    return (trust["source"] if trust else None) or ""


def _takes_turns(status: Document | None) -> bool:
    radio = status["radio"] if status else None
    return radio is not None and radio["air"] == "turns"


def _airtime(status: Document | None) -> Airtime | None:
    radio = status["radio"] if status else None
    return radio.get("airtime") if radio else None  # absent where an older kiosk still runs


def _centre(config: Config, status: Document | None) -> Centre:
    """The collector, asked with the box's own token for notices that do not exist."""
    try:
        me = enrolment.read(FileVault(Path(config.store.folder)).read(enrolment.ENROLMENT))
    except SecretError as error:
        return Centre(unreadable=str(error))
    if me is None:
        return Centre()
    sent = status["sync"] if status else None
    found = Centre(address=config.sync.url or me.url, waiting=sent["waiting"] if sent else None)
    return asyncio.run(_asked(me, found, config.sync))


async def _asked(me: enrolment.Enrolment, found: Centre, settings: Sync) -> Centre:
    backend = HttpBackend(found.address, me.token, Line(settings.ca_file, settings.pins, settings.proxy))
    try:
        refusal = verdicts.refusal(await backend.ask(Ask("GET", notices_path(me.kiosk, LAST_NOTICE))))
    except (BackendUnavailable, ConfigError) as error:
        return replace(found, obstacle=str(error))
    finally:
        ends = backend.certificate_ends()
        await backend.close()
    left = None if ends is None else (ends - SystemClock().now()) // DAY_MS
    if isinstance(refusal, verdicts.Rejected):
        return replace(found, refusal=refusal.reason)
    return replace(found, obstacle=refusal.reason if refusal else "", days_left=left)
