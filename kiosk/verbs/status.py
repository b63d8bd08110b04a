"""status: how the running kiosk is, once or until Ctrl-C."""

import argparse
import asyncio
import json
import sys

from kiosk.config import Config
from kiosk.errors import Transient
from kiosk.ports import Clock
from kiosk.verbs.arguments import FETCH_S, Verbs, configured, takes_config

EVERY_S = 3.0
"""How often --watch looks."""
CLEAR = "\x1b[H\x1b[J"
"""Cursor home, then clear what is below: less flicker than clearing first."""


def add(verbs: Verbs) -> None:
    """Declare the verb."""
    status = verbs.add_parser("status", help="how the running kiosk is")
    status.set_defaults(act=_status)
    status.add_argument("--json", action="store_true", help="the facts as one JSON object")
    status.add_argument("--watch", action="store_true", help="look again every few seconds, until Ctrl-C")
    takes_config(status)


def _status(arguments: argparse.Namespace) -> int:
    from kiosk.adapters.system import SystemClock

    config = configured(arguments)
    if not arguments.watch:
        print(_told(config, as_json=arguments.json, whole=True))
        return 0
    try:
        asyncio.run(watch(config, SystemClock(), as_json=arguments.json))
    except KeyboardInterrupt:
        print()
    return 0


async def watch(config: Config, clock: Clock, *, as_json: bool) -> None:
    """Redraw for ever on a terminal; elsewhere one plain line a look. A kiosk that is away may come back."""
    screen = sys.stdout.isatty() and not as_json
    while True:
        try:
            told = _told(config, as_json=as_json, whole=screen)
        except Transient as error:
            told = json.dumps({"error": str(error)}, ensure_ascii=False) if as_json else f"? {error}"
        print(f"{CLEAR if screen else ''}{told}", flush=True)
        await clock.sleep(EVERY_S)


def _told(config: Config, *, as_json: bool, whole: bool) -> str:
    """The document as JSON (one line of it in a watch), as all lines, or as its verdict alone. Raises Transient."""
    from kiosk.core.report import MARKS, lines
    from kiosk.web import client

    status = client.fetch_status(client.address(config.web), FETCH_S)
    if as_json:
        return json.dumps(status, ensure_ascii=False, indent=2 if whole else None)
    if whole:
        return "\n".join(lines(status))
    return f"{status['clock']} {MARKS[status['light']]} {status['title']['vi']} · {status['title']['en']}"
