"""The `kiosk` command where kiosk-radio's door is the file named by the first argument."""

import sys
from pathlib import Path

from kiosk.adapters import privileged
from kiosk.cli import main

vars(privileged)["DOOR"] = Path(sys.argv.pop(1))

if __name__ == "__main__":
    raise SystemExit(main())
