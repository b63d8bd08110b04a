"""status: how the running kiosk is."""

import argparse
import json

from kiosk.verbs.arguments import FETCH_S, Verbs, configured, takes_config


def add(verbs: Verbs) -> None:
    """Declare the verb."""
    status = verbs.add_parser("status", help="how the running kiosk is")
    status.set_defaults(act=_status)
    status.add_argument("--json", action="store_true", help="the facts as one JSON object")
    takes_config(status)


def _status(arguments: argparse.Namespace) -> int:
    from kiosk.core.report import lines
    from kiosk.web import client

    document = client.fetch_status(client.address(configured(arguments).web), FETCH_S)
    print(json.dumps(document, ensure_ascii=False, indent=2) if arguments.json else "\n".join(lines(document)))
    return 0
