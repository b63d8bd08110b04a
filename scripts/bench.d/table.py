"""The table of results: one line a figure, with its goal and how far from it."""

from collections.abc import Iterable
from typing import NamedTuple


class Line(NamedTuple):
    """One figure. `value` None: could not be measured, `what` says why."""

    stage: str
    what: str
    value: float | None
    unit: str
    goal: float | None = None
    note: str = ""
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the goal is met, None without one."""
        if self.value is None or self.goal is None:
            return None
        return self.value >= self.goal if self.at_least else self.value <= self.goal


_WORDS = {True: "met", False: "MISSED", None: ""}


def show(lines: Iterable[Line]) -> str:
    """The lines under one another; the ratio is value to goal."""
    rows = [("stage", "what", "value", "goal", "ratio", "", "note")]
    for line in lines:
        value = "not measured" if line.value is None else f"{line.value:,.2f} {line.unit}"
        goal = "" if line.goal is None else f"{'>=' if line.at_least else '<='} {line.goal:g} {line.unit}"
        ratio = "" if line.value is None or not line.goal else f"{line.value / line.goal:.2f}"
        rows.append((line.stage, line.what, value, goal, ratio, _WORDS[line.met], line.note))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.rjust(width) if 2 <= column <= 4 else cell.ljust(width)
                  for column, (cell, width) in enumerate(zip(row, widths, strict=True))).rstrip()
        for row in rows
    )  # fmt: skip
