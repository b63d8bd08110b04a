"""The benchmarks' front: `scripts/bench [STAGE ...]` runs the stages named (all without names) and prints one table."""

import argparse
import os
import platform
import sys
from collections.abc import Callable

import adverts
import asking
import collector
import day
import fleet
import flood
import gate
import guest
import memory
import page
import paper
import passer_by
import radio
import soak
import start
import sync
import wall
import wear
from table import Line, show

STAGES: dict[str, Callable[[], list[Line]]] = {
    "adverts": adverts.run,
    "asking": asking.run,
    "passer-by": passer_by.run,
    "day": day.run,
    "soak": soak.run,
    "flood": flood.run,
    "start": start.run,
    "paper": paper.run,
    "wall": wall.run,
    "memory": memory.run,
    "page": page.run,
    "fleet": fleet.run,
    "collector": collector.run,
    "sync": sync.run,
    "wear": wear.run,
    "guest": guest.run,
    "radio": radio.run,
    "gate": gate.run,
}


def main() -> int:
    """Exit 1 if a goal is missed, so that a person looks; nothing is written anywhere."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("stages", nargs="*", metavar="STAGE", help=f"of {', '.join(STAGES)}; all without")
    names: list[str] = parser.parse_args().stages or list(STAGES)
    unknown = [name for name in names if name not in STAGES]
    if unknown:
        parser.error(f"unknown stage {unknown[0]!r}; known are: {', '.join(STAGES)}")
    print(
        f"{platform.machine()}, Python {platform.python_version()}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}"
    )
    lines: list[Line] = []
    for name in names:
        print(f"... {name}", file=sys.stderr, flush=True)
        lines += STAGES[name]()
    print(show(lines))
    return 1 if any(line.met is False for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
