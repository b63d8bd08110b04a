"""collector: the province's side of the same package. One group of verbs a file.

A kiosk loads nothing of it: the groups are declared only when somebody asks for this verb, and what is heavy is
imported inside the function that needs it.
"""

import argparse

from kiosk.verbs.arguments import Verbs


def add(verbs: Verbs) -> None:
    """Declare the verb; what is below it when it is called."""
    collector = verbs.add_parser("collector", help="the province's side: takes in what boxes send", add_help=False)
    collector.set_defaults(act=_act)
    collector.add_argument("-h", "--help", action="store_true", help="show this help message and exit")
    collector.add_argument("rest", nargs=argparse.REMAINDER)


def parser() -> argparse.ArgumentParser:
    """Every verb and option below `kiosk collector`; docs are tested against it."""
    from kiosk.verbs.collector import backup, boxes, codes, importing, notice, serve, setup, user, venue

    top = argparse.ArgumentParser(prog="kiosk collector", description="The province's side (docs/collector.md).")
    groups = top.add_subparsers(dest="group", required=True, metavar="WHAT")
    for group in (setup, serve, venue, codes, importing, boxes, notice, user, backup):
        group.add(groups)
    return top


def _act(arguments: argparse.Namespace) -> int:
    asked = parser().parse_args(["--help"] if arguments.help or not arguments.rest else arguments.rest)
    code: int = asked.act(asked)
    return code
