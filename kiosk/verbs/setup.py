"""setup: makes the six digits that set the first PIN, and prints them."""

import argparse
import secrets
from pathlib import Path

from kiosk.verbs.arguments import Verbs, configured, takes_config


def add(verbs: Verbs) -> None:
    """Declare the verb."""
    setup = verbs.add_parser("setup", help="make and print the 6-digit code that sets the PIN")
    setup.set_defaults(act=_setup)
    setup.add_argument("--new-code", action="store_true", help="make another code; the old one is void")
    takes_config(setup)


def _setup(arguments: argparse.Namespace) -> int:
    from kiosk.adapters.vault import code_path, read_code, write_secret

    config = configured(arguments)
    path = code_path(config.web.code_file, Path(config.store.folder))
    code = None if arguments.new_code else read_code(path)
    if code is None:
        code = f"{secrets.randbelow(10**6):06}"
        write_secret(path, f"{code}\n".encode())
    print(
        f"Mã 6 số của trạm · the kiosk's 6-digit code: {code}\n"
        f"({path})\n"
        "Quét mã dành cho nhân viên trên màn hình trạm, nhập mã này, rồi chọn mã PIN.\n"
        "Scan the code for staff on the kiosk's screen, enter these digits, then choose a PIN."
    )
    return 0
