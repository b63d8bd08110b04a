"""Meters: what this process did since it started, for a scraper. No id of a box, no venue."""

from collections import Counter
from typing import Final

from kiosk.core.metrics import Family, Sample

ABOUT: Final = {
    "parcels": "Parcels answered, by kind and verdict.",
    "encounters": "Encounters written, as parcels count them.",
    "answers": "Answers to boxes, by status.",
}


class Meters:
    """Counters."""

    def __init__(self, version: str) -> None:
        self._version = version
        self.parcels: Counter[tuple[str, str]] = Counter()
        self.answers: Counter[int] = Counter()
        self.encounters = 0

    def text(self) -> str:
        """In Prometheus' own format."""
        families = (
            Family(
                "collector_build_info", "Version of the collector; always 1.", (Sample(1, {"version": self._version}),)
            ),
            Family(
                "collector_parcels_total",
                ABOUT["parcels"],
                tuple(Sample(count, {"kind": of[0], "verdict": of[1]}) for of, count in sorted(self.parcels.items())),
            ),
            Family("collector_encounters_total", ABOUT["encounters"], (Sample(self.encounters),)),
            Family(
                "collector_answers_total",
                ABOUT["answers"],
                tuple(Sample(count, {"status": str(status)}) for status, count in sorted(self.answers.items())),
            ),
        )
        return "".join(f"{line}\n" for family in families for line in family.lines())
