"""Many: random schedules on every core, with a line of progress; for scripts/exactly-once."""

import argparse
import asyncio
import logging
import os
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from tests.sync.chaos import run

AT_ONCE = 20
"""Schedules between two reports of a process."""


def some(first: int, count: int) -> tuple[Counter[str], list[str]]:
    """What happened in these seeds, and what failed."""
    logging.disable(logging.CRITICAL)
    happened: Counter[str] = Counter()
    failed = []
    for seed in range(first, first + count):
        with tempfile.TemporaryDirectory(prefix="exactly-once-") as folder:
            try:
                happened += Counter(asyncio.run(run(seed, Path(folder))))
            except AssertionError as error:
                failed.append(str(error))
    return happened, failed


def main() -> int:
    """Exit 1 if a seed failed."""
    parser = argparse.ArgumentParser(prog="scripts/exactly-once")
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    ends = options.first + options.runs
    happened: Counter[str] = Counter()
    failures: list[str] = []
    done = 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        starts = range(options.first, ends, AT_ONCE)
        for part in as_completed([pool.submit(some, first, min(AT_ONCE, ends - first)) for first in starts]):
            more, failed = part.result()
            happened, done = happened + more, done + AT_ONCE
            failures += failed
            for line in failed:
                print(f"\n{line}")
            print(
                f"\r{min(done, options.runs)} of {options.runs} schedules, {len(failures)} failed", end="", flush=True
            )
    print("\n" + ", ".join(f"{count} {what.strip('_').replace('_', ' ')}" for what, count in happened.most_common()))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
