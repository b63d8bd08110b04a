"""Three days of an invented bus station: all is well, the card is nearly full, the radio has gone silent."""

from dataclasses import replace
from math import exp
from typing import Final

from kiosk.core.buttons import POSTER, RADIO, REDRAW
from kiosk.core.facts import (
    ClockFacts,
    CollectFacts,
    Contact,
    HealthFacts,
    ProofFacts,
    Snapshot,
    SyncFacts,
    TallyFacts,
    Trouble,
    Verdict,
)
from kiosk.core.timekeeping import Source
from kiosk.core.windows import DAY_MS, WINDOW_MS, UnixMs
from tests.web.conftest import NOW, STARTED, TALLY, WELL, troubled

CROWDS: Final = ((7.6, 2.1, 108), (12.6, 2.0, 96), (17.2, 1.5, 124))
"""Buses in the morning, at noon and in the evening: hour, spread in hours, phones per window."""
ROUGH: Final = (3, -5, 7, 0, -8, 4, 9, -2, -6, 5, 1, -4, 8)
WEEKDAYS: Final = (0.92, 0.95, 1.0, 1.22, 1.15, 0.97, 1.0)
"""The seven days up to today, a Tuesday."""


def visits() -> tuple[int, ...]:
    """A week of windows, up to the last finished one of today."""
    told = []
    for place in range(6 * 96 + 56):
        day, slot = divmod(place, 96)
        crowd = sum(peak * exp(-(((slot / 4 - hour) / spread) ** 2)) for hour, spread, peak in CROWDS)
        rough = ROUGH[(place * 7 + day) % len(ROUGH)] / 40
        told.append(max(0, round(crowd * WEEKDAYS[day] * (1 + rough))))
    return tuple(told)


GREEN = replace(
    WELL,
    contact=Contact("chị Hạnh", "0912 345 678", "0912 345 678"),
    tally=TallyFacts(UnixMs(TALLY.since - 6 * DAY_MS), visits(), TALLY.heard),
    proof=ProofFacts(Verdict.SEEN, looked_at=NOW, qr_seen_at=NOW, since=UnixMs(STARTED + 40_000)),
    clock=ClockFacts(trusted=True, source=Source.NETWORK),
    sync=SyncFacts(acknowledged_at=UnixMs(NOW - 6 * 60_000), heard_at=UnixMs(NOW - 60_000)),
    health=HealthFacts(celsius=52.0, memory_free_bytes=231_000_000, load=0.2, card_used=0.1),
    buttons=frozenset({POSTER, RADIO, REDRAW}),
)
AMBER = replace(GREEN, upkeep=replace(GREEN.upkeep, free_bytes=180_000_000))
SILENT_SINCE: Final = UnixMs(NOW - 25 * 60_000)
RED: Snapshot = replace(
    troubled(AMBER, "collect", Trouble.SILENT),
    collect=CollectFacts(last_heard=SILENT_SINCE),
    tally=TallyFacts(UnixMs(TALLY.since - 6 * DAY_MS), (*visits()[:-1], 0), TALLY.heard),
)
assert WINDOW_MS < NOW - SILENT_SINCE, "the last bar is the silence"
SCENES: Final = {"green": GREEN, "amber": AMBER, "red": RED}
