"""The `kiosk` command: one verb a file in verbs/. Exit 0: done, 1: failed, 2: a person must mend it."""

import argparse
import sys
from collections.abc import Sequence

from kiosk import __version__
from kiosk.adapters.journal import complaint
from kiosk.errors import Fatal, KioskError
from kiosk.verbs import announce, collector, decode, doctor, enroll, links, own_id, paper, run, setup, show, status


def parser() -> argparse.ArgumentParser:
    """Every verb and option; docs are tested against it."""
    top = argparse.ArgumentParser(
        prog="kiosk",
        description="Bluezone kiosk: broadcasts, listens, shows the install QR code, tells staff how it is.",
    )
    top.add_argument("--version", action="version", version=f"kiosk {__version__}")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb in (run, setup, enroll, status, doctor, show, links, announce, paper, own_id, decode, collector):
        verb.add(verbs)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Parse, act, and turn errors into one line and an exit code."""
    arguments = parser().parse_args(argv)
    try:
        code: int = arguments.act(arguments)
    except Fatal as error:
        return _fail(error, error.exit_code)
    except KioskError as error:
        return _fail(error, 1)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 1
    return code


def _fail(error: KioskError, code: int) -> int:
    print(complaint(f"kiosk: {error}"), file=sys.stderr)
    return code
