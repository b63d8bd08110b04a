"""Screens: what the wall shows, as values. `adapters/paint.py` turns one into pixels."""

from dataclasses import dataclass
from typing import Final

from kiosk.core import campaign, faults
from kiosk.core.campaign import Profile
from kiosk.core.facts import Snapshot
from kiosk.core.wording import Words, clock, composed


@dataclass(frozen=True, slots=True)
class Screen:
    """One picture of the wall. Texts are NFC; `headline` has one entry a line; empty texts are not shown."""

    install_url: str
    headline: tuple[str, ...]
    headline_en: str
    venue: str = ""
    clock: str = ""
    staff_note: str = ""
    reason: Words = campaign.NOTHING
    steps: tuple[Words, ...] = ()
    call: Words = campaign.CALL
    privacy: str = ""


_NOT_FOR_THE_WALL: Final = frozenset({"H1", "K1"})
"""Whoever can read the wall sees that the screen works; a part that restarts itself asks nothing of anybody."""


def screen_of(snapshot: Snapshot, install_url: str, profile: Profile = campaign.ANY_VENUE) -> Screen:
    """The wall at this moment. Visitors see the same wall whatever is broken; staff see one small code."""
    return Screen(
        install_url=install_url,
        headline=tuple(composed(line) for line in profile.headline),
        headline_en=composed(profile.headline_en),
        venue=_one_line(snapshot.venue),
        clock=clock(snapshot.at),
        staff_note=_staff_note(snapshot),
        reason=campaign.tied(profile.reason),
        steps=campaign.STEPS,
        call=campaign.CALL,
        privacy=campaign.PRIVACY,
    )


def _staff_note(snapshot: Snapshot) -> str:
    if faults.waking(snapshot):
        return ""
    codes = [fault.code for fault in faults.faults(snapshot) if fault.code not in _NOT_FOR_THE_WALL]
    return composed(campaign.staff_note(codes[0])) if codes else ""


def _one_line(text: str) -> str:
    """A name typed into a file may hold line breaks, tabs or other invisible characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in composed(text)).split())
