"""print: posters, leaflets, table tents, outdoor frames and press material, for this venue or a table of venues."""

import argparse
import re
from pathlib import Path
from typing import Final

from kiosk.config import Config, campaign_of
from kiosk.core.campaign import PROFILES, Campaign
from kiosk.errors import ConfigError
from kiosk.verbs.arguments import Verbs, configured, takes_config

PAPER: Final = ("poster", "leaflet", "household", "tent")
SIZES: Final = ("A3", "A4", "A5", "A6")
LED: Final = "768x384"
SHORTEST_S: Final = 10
"""One still picture beside traffic stands this long at least."""


def add(verbs: Verbs) -> None:
    """Declare the verb."""
    verb = verbs.add_parser("print", help="posters, leaflets, table tents, outdoor frames, press material")
    verb.set_defaults(act=_print)
    verb.add_argument("--for", dest="kind", required=True, choices=[*PAPER, "outdoor", "press"], help="what to make")
    verb.add_argument("--size", metavar="S", help=f"paper: {', '.join(SIZES)} (A4); outdoor: pixels such as {LED}")
    verb.add_argument("--lang", choices=["both", "vi", "en"], default="both", help="languages (both)")
    verb.add_argument("--profile", choices=list(PROFILES), metavar="P", help="another profile than the configuration's")
    verb.add_argument("--format", choices=["pdf", "png"], help="of paper (pdf, or what the name after --out ends with)")
    verb.add_argument("--out", type=Path, metavar="F", help="a file, or a folder, which is made if missing (here)")
    verb.add_argument("--csv", type=Path, metavar="F", help="a table of venues: venue,profile,unit,... one file each")
    verb.add_argument("--merge", action="store_true", help="with --csv: all venues in one PDF")
    verb.add_argument("--seconds", type=int, metavar="N", help="outdoor: length of the slot (15)")
    takes_config(verb)


def _print(arguments: argparse.Namespace) -> int:
    _check(arguments)
    config = configured(arguments)
    if arguments.kind == "outdoor":
        from kiosk.verbs.printing.outdoor import make

        return make(arguments, _campaign(arguments, config, hears=False), _pixels(arguments.size or LED))
    if arguments.kind == "press":
        from kiosk.verbs.printing.press import make as make_for_press

        return make_for_press(arguments, _campaign(arguments, config))
    from kiosk.verbs.printing.paper import batch, single

    _paper_options(arguments)
    if arguments.csv is not None:
        return batch(arguments, config)
    return single(arguments, _campaign(arguments, config))


def _campaign(arguments: argparse.Namespace, config: Config, *, hears: bool = True) -> Campaign:
    profile = arguments.profile
    if arguments.kind in ("household", "outdoor") and profile is None:
        profile = arguments.kind
    hears = hears and (config.campaign.profile if profile is None else profile) != "outdoor"
    return campaign_of(config, profile=profile, hears=hears)


def _check(arguments: argparse.Namespace) -> None:
    """Options that do not go together."""
    paper = arguments.kind in PAPER
    for option, given, fits, where in (
        ("--csv", arguments.csv is not None, paper, "paper"),
        ("--merge", arguments.merge, arguments.csv is not None, "--csv"),
        ("--format", arguments.format is not None, paper, "paper"),
        ("--seconds", arguments.seconds is not None, arguments.kind == "outdoor", "--for outdoor"),
        ("--profile", arguments.profile is not None, arguments.csv is None, "one venue; a table has a column profile"),
        ("--size", arguments.size is not None, arguments.kind != "press", "paper and --for outdoor"),
    ):
        if given and not fits:
            raise ConfigError(f"{option} is for {where} only")
    if arguments.seconds is not None and not SHORTEST_S <= arguments.seconds <= 600:
        raise ConfigError(
            f"--seconds {arguments.seconds}: expected {SHORTEST_S} to 600; a picture beside traffic stands "
            f"{SHORTEST_S} seconds or longer"
        )


def _paper_options(arguments: argparse.Namespace) -> None:
    size = (arguments.size or "A4").upper()
    if size not in SIZES:
        raise ConfigError(f"--size {arguments.size}: expected one of {', '.join(SIZES)}")
    arguments.size = size
    ending = arguments.out.suffix.lower() if arguments.out else ""
    named = ending.removeprefix(".") if ending in (".pdf", ".png") else ""
    if named and arguments.format and named != arguments.format:
        raise ConfigError(f"--out {arguments.out} and --format {arguments.format} disagree; leave one out")
    arguments.format = arguments.format or named or "pdf"
    if arguments.merge and arguments.format == "png":
        raise ConfigError("--merge makes one PDF; leave out --format png")
    if arguments.csv is not None and named and not arguments.merge:
        raise ConfigError(f"--out {arguments.out}: with --csv expected a folder, or --merge for one file")


def _pixels(size: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{2,4})x(\d{2,4})", size.lower())
    if match is None:
        raise ConfigError(f"--size {size}: expected pixels such as {LED}, each from 10 to 9999")
    return int(match[1]), int(match[2])
