"""Stage paper: A4 posters for 500 venues, as a province would order them: a file each, and all in one."""

import csv
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Final

from table import Line

from kiosk.core.campaign import PROFILES

VENUES: Final = 500
GOAL_S: Final = 60.0
WAYS: Final = {"PDF, a file each": (), "PDF, merged": ("--merge",), "PNG, 300 dots an inch": ("--format", "png")}


def run() -> list[Line]:
    """On two cores at most, whatever the machine has."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table = folder / "venues.csv"
        with table.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["venue", "profile", "unit"])
            kinds = list(PROFILES)
            writer.writerows([f"Nơi số {n}, phường Hòa Bình", kinds[n % len(kinds)], "Sở Y tế"] for n in range(VENUES))
        return [_timed(f"{VENUES} A4 posters, {what}", table, folder / str(n), extra)
                for n, (what, extra) in enumerate(WAYS.items())]  # fmt: skip


def _timed(what: str, table: Path, out: Path, extra: tuple[str, ...]) -> Line:
    cores = sorted(os.sched_getaffinity(0))[:2]
    command = [
        sys.executable,
        "-m",
        "kiosk",
        "print",
        "--for",
        "poster",
        "--csv",
        str(table),
        "--out",
        str(out),
        *extra,
    ]
    began = perf_counter()
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, preexec_fn=lambda: os.sched_setaffinity(0, cores)
    )
    spent = perf_counter() - began
    if done.returncode:
        return Line("paper", what, None, "s", note=done.stderr[-200:])
    size = sum(path.stat().st_size for path in out.iterdir()) / 1e6
    return Line(
        "paper", what, spent, "s", GOAL_S, f"{len(cores)} cores, {len(list(out.iterdir()))} files, {size:.0f} MB"
    )
