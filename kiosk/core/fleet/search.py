"""Search: finding a venue by what people type, with or without marks: "ben xe" finds Bến xe."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kiosk.core.fleet.judging import Line
from kiosk.core.status import Light
from kiosk.core.wording import folded

LONGEST: Final = 80
"""Letters of a search that are read."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; an empty part narrows nothing. Of the text, each word begins one of the venue's."""

    text: str = ""
    light: Light | None = None
    kind: str = ""
    units: frozenset[str] | None = None
    retired: bool = False

    def fits_all_but_light(self, line: Line, label: str) -> bool:
        """Whether a venue is meant, whatever its light: the tiles count these. `label` is its unit's name."""
        venue = line.venue
        if line.retired != self.retired or (self.units is not None and venue.unit not in self.units):
            return False
        if self.kind and venue.kind != self.kind:
            return False
        words = folded(self.text[:LONGEST]).split()
        if not words:
            return True
        text = f" {folded(f'{venue.name} {label} {venue.id} {venue.kiosk}')}"
        return all(f" {word}" in text for word in words)

    def lit(self, lines: Iterable[Line]) -> list[Line]:
        """Those of the wanted light."""
        return [line for line in lines if self.light is None or line.light == self.light]
