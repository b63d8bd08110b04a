"""Dating: what the services noted by time since power-on, as dates, once it is known when the power came on. Pure."""

from dataclasses import replace
from typing import Final

from kiosk.core.facts import Snapshot
from kiosk.core.windows import UnixMs
from kiosk.core.wording import YEAR_MS

NOTED: Final = {
    "collect": ("listening_since", "last_heard"),
    "show": ("drawn_at",),
    "path": ("stepped_at", "worked_at"),
    "proof": ("looked_at", "qr_seen_at", "since"),
    "upkeep": ("crowded_at",),
    "sync": ("lost_since", "heard_at"),
    "flood": ("since", "ended"),
}
"""Facts of the running process that a service notes also while nobody knows the time."""


def dated(snapshot: Snapshot, powered_on_at: UnixMs) -> Snapshot:
    """The snapshot with dates instead: without them a box would have listened, or missed its network, since 1970."""
    changed = {}
    for part, names in NOTED.items():
        facts = getattr(snapshot, part)
        found = {name: getattr(facts, name, None) for name in names}
        moved = {name: UnixMs(at + powered_on_at) for name, at in found.items() if at is not None and at < YEAR_MS}
        if moved:
            changed[part] = replace(facts, **moved)
    return replace(snapshot, **changed) if changed else snapshot
