"""show: what the wall shows, in words or as a picture."""

import argparse
from pathlib import Path

from kiosk import __version__
from kiosk.adapters.system import SystemClock
from kiosk.config import Config, campaign_of, hours_of
from kiosk.core.facts import Snapshot
from kiosk.core.look import Ink
from kiosk.core.screens import Screen, screen_of
from kiosk.errors import ConfigError, Transient
from kiosk.verbs.arguments import FETCH_S, Verbs, configured, look_at_logo, takes_config


def add(verbs: Verbs) -> None:
    """Declare the verb."""
    show = verbs.add_parser("show", help="what the wall shows")
    show.set_defaults(act=_show)
    show.add_argument("--png", type=Path, metavar="F", help="write the picture to this file")
    takes_config(show)


def _show(arguments: argparse.Namespace) -> int:
    config = configured(arguments)
    look_at_logo(config)
    picture, source = _picture(config)
    if arguments.png is None:
        screen = _screen(config)
        page = screen.page
        codes = [f"QR {card.number}: {card.url}" for card in screen.cards]
        print("\n".join((source, *page.headline, page.headline_en, *codes)))
        return 0
    try:
        arguments.png.write_bytes(picture)
    except OSError as error:
        raise ConfigError(f"--png {arguments.png}: cannot be written: {error.strerror}") from error
    print(f"{arguments.png}: {source}")
    return 0


def _picture(config: Config) -> tuple[bytes, str]:
    """The wall as PNG, and where it comes from: the running kiosk, or else the configuration."""
    from kiosk.adapters.paint import png
    from kiosk.web import client

    try:
        return client.fetch_picture(client.address(config.web), FETCH_S), "what the running kiosk shows"
    except Transient as error:
        size = (config.show.width or 1920, config.show.height or 1080)
        return png(_screen(config), *size, Ink(config.show.ink)), f"what the configuration would show ({error})"


def _screen(config: Config) -> Screen:
    now = SystemClock().now()
    snapshot = Snapshot(now, now, __version__, config.venue.name, simulated=False)
    return screen_of(snapshot, campaign_of(config), hours_of(config))
