"""Units: wards, communes, sectors, whatever the province has, as a free tree.

Provinces merged and districts went in 2025, and may again: no level is fixed. A unit whose parent is unknown, or that
would be its own ancestor, stands at the top, so that nothing imported wrongly vanishes.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from kiosk.core.fleet.judging import Line
from kiosk.core.wording import composed, folded

LONGEST_NAME: Final = 80
"""Letters of a unit's or a venue's name."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One node of the tree; `parent` "" is the top."""

    id: str
    name: str
    parent: str = ""


def names_in(path: str) -> list[str]:
    """ "Tỉnh Bắc Sơn / Phường Ven Sông" as names from the top; "" is none. Raises ValueError."""
    names = [" ".join(composed(part).split()) for part in path.split("/")] if path.strip() else []
    if any(not 0 < len(each) <= LONGEST_NAME for each in names):
        raise ValueError(f"unit '{path[:80]}': expected names of 1 to {LONGEST_NAME} letters, / between them")
    return names


class Tree:
    """Units by id, each below its parent, children by name."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._units = {unit.id: unit for unit in units}
        self._parents = {unit: self._parent(unit) for unit in self._units}
        self._children: dict[str, list[Unit]] = {}
        for unit in sorted(self._units.values(), key=lambda unit: (folded(unit.name), unit.id)):
            self._children.setdefault(self._parents[unit.id], []).append(unit)

    def __contains__(self, unit: str) -> bool:
        return unit in self._units

    def children(self, unit: str = "") -> list[Unit]:
        """The units right below one, or the topmost."""
        return self._children.get(unit, [])

    def path(self, unit: str) -> list[Unit]:
        """From the top down to a unit, itself the last; nothing for a unit that nobody knows."""
        found = []
        while unit in self._units:
            found.append(self._units[unit])
            unit = self._parents[unit]
        return found[::-1]

    def label(self, unit: str) -> str:
        """Phường Ven Sông · Bắc Sơn: the unit first, as people say it."""
        return " · ".join(each.name for each in reversed(self.path(unit)))

    def near(self, unit: str) -> str:
        """The same without the one unit at the top, which everybody who looks is in."""
        path = self.path(unit)
        if len(path) > 1 and len(self.children()) == 1:
            path = path[1:]
        return " · ".join(each.name for each in reversed(path))

    def walk(self, unit: str = "", depth: int = 0) -> Iterator[tuple[int, Unit]]:
        """Every unit below one with its depth, parents before children."""
        for child in self.children(unit):
            yield depth, child
            yield from self.walk(child.id, depth + 1)

    def within(self, unit: str) -> frozenset[str]:
        """A unit and all below it."""
        return frozenset({unit, *(each.id for _, each in self.walk(unit))})

    def rolled_up(self, lines: Iterable[Line]) -> Mapping[str, Counter[str]]:
        """Lights per unit, those of all units below included; under "" those of everything."""
        counts: dict[str, Counter[str]] = {"": Counter()}
        for line in lines:
            for unit in ("", *(each.id for each in self.path(line.venue.unit))):
                counts.setdefault(unit, Counter())[line.light] += 1
        return counts

    def _parent(self, unit: str) -> str:
        """The parent it really hangs below: "" where following it never reaches the top."""
        parent, seen = self._units[unit].parent, {unit}
        while parent in self._units:
            if parent in seen:
                return ""
            seen.add(parent)
            parent = self._units[parent].parent
        return self._units[unit].parent if self._units[unit].parent in self._units else ""
