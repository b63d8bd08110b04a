"""Stage asking: who is asked next, from 10 to 500 iPhones at once, against the two queues anybody would write."""

from collections.abc import Sequence
from statistics import mean
from typing import Final, NamedTuple

from table import Line

from tests.sim.queues import (
    BLUETOOTHD,
    ONE_REQUEST,
    REFERENCE,
    FirstCome,
    Gate,
    Ours,
    Reader,
    Result,
    Serial,
    visitors,
)

PRESENT: Final = (10, 20, 50, 100, 200, 500)
SECONDS: Final = 2700.0
"""Three windows."""
SEEDS: Final = (1, 2)
MORE_SEEDS: Final = range(1, 9)
SHARE: Final = 0.5
"""[collect] ask_share, its default."""
OTHERS: Final = 200
GOAL: Final = 95.0


class Way(NamedTuple):
    name: str
    queue: type[Ours]
    reader: Reader


WAYS: Final = (
    Way("the reference's serial queue", Serial, REFERENCE),
    Way("first come, through bluetoothd", FirstCome, BLUETOOTHD),
    Way("ours, through bluetoothd", Ours, BLUETOOTHD),
    Way("first come, one request", FirstCome, ONE_REQUEST),
    Way("ours, one request", Ours, ONE_REQUEST),
)


def results(way: Way, present: int, near: int, seeds: Sequence[int] = SEEDS) -> list[Result]:
    """One a seed."""
    return [
        Gate(visitors(present, SECONDS, seed), way.queue(SHARE, near), way.reader, seed).run(SECONDS) for seed in seeds
    ]


def _line(what: str, found: list[Result]) -> Line:
    def percent(share: float) -> str:
        return f"{share * 100:.0f} %"

    note = (
        f"within 60 s {percent(mean(each.within_a_minute for each in found))}, "
        f"median wait {mean(each.wait_s for each in found):.0f} s, "
        f"phones by window {percent(mean(each.in_windows for each in found))}, "
        f"{mean(each.answers_a_minute for each in found):.0f} answers a minute, "
        f"{percent(mean(each.silence for each in found))} of the time under an ask"
    )
    return Line("asking", what, mean(each.newcomers for each in found) * 100, "%", None, note)


def run() -> list[Line]:
    """Of those who came and would answer, how many were read before they left; at the end the goal for fifty."""
    lines = [
        _line(f"{present} iPhones, {way.name}", results(way, present, present)) for present in PRESENT for way in WAYS
    ]
    for way, goal in ((WAYS[2], None), (WAYS[4], GOAL)):
        soon = mean(each.within_a_minute for each in results(way, 50, 50 + OTHERS, MORE_SEEDS)) * 100
        what = f"50 among {OTHERS} others, read within 60 s, {way.name}"
        lines.append(Line("asking", what, soon, "%", goal, at_least=True))
    return lines
