"""doctor: what is wrong with this box, and the exact command that mends it. Exit 1 if anything must be mended."""

import argparse
import json
from pathlib import Path

from kiosk.verbs.arguments import Verbs, takes_config


def add(verbs: Verbs) -> None:
    """Declare the verb."""
    doctor = verbs.add_parser("doctor", help="what is wrong with this box, and the command that mends it")
    doctor.set_defaults(act=_doctor, root=Path("/"))
    doctor.add_argument("--json", action="store_true", help="every check as one JSON object")
    takes_config(doctor)


def _doctor(arguments: argparse.Namespace) -> int:
    from kiosk.core import checkup
    from kiosk.core.checkup import said
    from kiosk.verbs.evidence import gather

    checks = checkup.examine(gather(arguments))
    healthy = checkup.healthy(checks)
    if arguments.json:
        print(json.dumps(said.document(checks, healthy=healthy), ensure_ascii=False, indent=2))
    else:
        print("\n".join(said.lines(checks)))
    return 0 if healthy else 1
