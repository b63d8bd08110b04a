"""doctor: what is wrong with this box, and the exact command that mends it. Exit 1 if anything must be mended."""

import argparse
import asyncio
import json
from pathlib import Path

from kiosk.config import Config, Loudspeaker, Show, links_of
from kiosk.core.checkup.evidence import Evidence
from kiosk.core.links import LinkReport
from kiosk.errors import ConfigError, Transient
from kiosk.verbs.arguments import CONFIG_FILE, FETCH_S, Verbs, configured, look_at_logo, takes_config


def add(verbs: Verbs) -> None:
    """Declare the verb."""
    doctor = verbs.add_parser("doctor", help="what is wrong with this box, and the command that mends it")
    doctor.set_defaults(act=_doctor, root=Path("/"))
    doctor.add_argument("--json", action="store_true", help="every check as one JSON object")
    takes_config(doctor)


def _doctor(arguments: argparse.Namespace) -> int:
    from kiosk.core import checkup
    from kiosk.core.checkup import said

    checks = checkup.examine(_evidence(arguments))
    healthy = checkup.healthy(checks)
    if arguments.json:
        print(json.dumps(said.document(checks, healthy=healthy), ensure_ascii=False, indent=2))
    else:
        print("\n".join(said.lines(checks)))
    return 0 if healthy else 1


def _evidence(arguments: argparse.Namespace) -> Evidence:
    from kiosk.adapters import bus_checkup
    from kiosk.adapters.machine import Machine

    config, wrong = Config(), ""
    try:
        config = configured(arguments)
        look_at_logo(config)
    except ConfigError as error:
        wrong = str(error)
    machine = Machine(arguments.root)
    light, silence = _light(config)
    return Evidence(
        adapter=config.radio.adapter,
        config_file=str(arguments.config or (CONFIG_FILE if CONFIG_FILE.exists() else "")),
        config_error=wrong,
        light=light,
        silence=silence,
        chips=machine.chips(),
        daemon=machine.daemon(),
        bus=asyncio.run(bus_checkup.look(config.radio.adapter)),
        screen=machine.screen(config.show.surface, config.show.framebuffer, _needed(config.show)),
        unit=machine.unit(),
        speech=machine.lacking(_spoken(config.loudspeaker)) if config.loudspeaker.enabled else None,
        name=machine.name(),
        scheme="http" if config.web.tls == "off" else "https",
        port=config.web.port if config.web.enabled else None,
        links=None if wrong else _links(config),
        folder=config.store.folder,
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
    from kiosk.adapters import link_check

    known = link_check.read_known(Path(config.store.folder) / link_check.KNOWN_FILE)
    return tuple(asyncio.run(link_check.check_links(links_of(config.campaign), known)))


def _light(config: Config) -> tuple[str, str]:
    """The running kiosk's traffic light, or why there is none; two empty texts where its page is off."""
    from kiosk.web import client

    if not config.web.enabled:
        return "", ""
    try:
        return client.fetch_status(client.address(config.web), FETCH_S)["light"], ""
    except Transient as error:
        return "", str(error)
