"""Stage flood: ten minutes of forged ids, 50,000 a second, over 150 true phones; what is kept, and what it costs."""

from time import process_time
from typing import Final

from table import Line

from tests.sim.flood import Attack, Venue

SECONDS: Final = 600.0
PRESENT: Final = 150
QUEUE: Final = 10_000
"""Adverts between two turns of collect: adapters/bleak_radio.py."""
EVERY_S: Final = 1.0
"""How often a true phone's advert gets through while it sends: each tenth of those it sends."""
SEED: Final = 1
GOAL: Final = 95.0
ATTACKS: Final = {
    "each id once": Attack(),
    "each id three times in a row": Attack(copies=3),
    "all as iPhones": Attack(iphones=1.0),
}


def run() -> list[Line]:
    """One line a kind of flood, then its caps and its price."""
    lines = []
    for name, attack in ATTACKS.items():
        venue = Venue(present=PRESENT, seconds=SECONDS, every_s=EVERY_S, queue=QUEUE, seed=SEED)
        began = process_time()
        found = venue.run(attack)
        spent = (process_time() - began) / SECONDS
        note = (
            f"iPhones read {found.asked * 100:.0f} %; alarm after {found.alarm_s} s; at most {found.rows:,} rows and "
            f"{found.addresses:,} addresses, {found.forged:,} of them forged; {spent:.2f} s of processor a second, "
            "the forger's work included"
        )
        kept = found.kept * 100
        lines.append(Line("flood", f"true Android phones kept, {name}", kept, "%", GOAL, note, at_least=True))
    return lines
