"""Campaign: every word that visitors read or hear is decided here, Vietnamese first, English beside it.

`compose` makes one Campaign out of a venue's profile, its own texts and its links; wall, paper, press and loudspeaker
all show that one.
"""

from kiosk.core.campaign.compose import compose
from kiosk.core.campaign.model import Campaign, Card, Declaration, Links, Mode, Profile
from kiosk.core.campaign.phrases import (
    CALL,
    CALL_ON_PAPER,
    NOTHING,
    PRIVACY,
    STEPS,
    staff_note,
)
from kiosk.core.campaign.profiles import ANY_VENUE, PROFILES
from kiosk.core.campaign.texts import LONGEST_LINE, MOST_LINES, TEXT_KEYS, plain, text_fault, tied

__all__ = [
    "ANY_VENUE",
    "CALL",
    "CALL_ON_PAPER",
    "LONGEST_LINE",
    "MOST_LINES",
    "NOTHING",
    "PRIVACY",
    "PROFILES",
    "STEPS",
    "TEXT_KEYS",
    "Campaign",
    "Card",
    "Declaration",
    "Links",
    "Mode",
    "Profile",
    "compose",
    "plain",
    "staff_note",
    "text_fault",
    "tied",
]
