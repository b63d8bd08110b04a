"""Arguments: what several verbs share: the configuration to use, and hex on the command line."""

import argparse
from pathlib import Path
from typing import Final, TypeAlias

from kiosk.config import Config, load

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
CONFIG_FILE: Final = Path("/etc/bluezone-kiosk/config.toml")
FETCH_S: Final = 10.0
"""How long the terminal waits for the running kiosk: a small Pi may be busy."""


def takes_config(verb: argparse.ArgumentParser) -> None:
    """Give a verb the option --config."""
    verb.add_argument("--config", type=Path, metavar="F", help=f"configuration (default {CONFIG_FILE}, if it exists)")


def configured(arguments: argparse.Namespace) -> Config:
    """The configuration this call is about. Raises ConfigError."""
    path: Path | None = arguments.config
    if path is not None:
        return load(path)
    return load(CONFIG_FILE) if CONFIG_FILE.exists() else Config()


def look_at_logo(config: Config) -> None:
    """Read the logo as the painters will; the configuration itself only knows that it begins like a picture.

    A running kiosk does not stop for it: it goes on without. Raises ConfigError."""
    from kiosk.shapes import logos

    if config.campaign.logo:
        logos.shape(config.campaign.logo)


def packet(text: str) -> bytes:
    """Hex digits in pairs, for argparse."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected hex digits in pairs, got '{text[:80]}'") from None
