"""Kinds: what can be printed on which paper, and what small paper gives up so that the rest stays readable."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, Literal, TypeAlias

from kiosk.core.campaign import Campaign
from kiosk.core.paper.imposing import leaflets, tent
from kiosk.core.paper.leaflet import leaflet
from kiosk.core.paper.poster import poster
from kiosk.core.paper.setter import Setter
from kiosk.core.paper.sheet import DoesNotFit, Sheet, Text
from kiosk.core.paper.tent import face

Kind: TypeAlias = Literal["poster", "leaflet", "household", "tent"]
KINDS: Final[tuple[Kind, ...]] = ("poster", "leaflet", "household", "tent")
SMALLEST_MM: Final = 2.1
"""The em of 6 points: smaller print nobody reads in the hand."""
DROPS: Final = (
    "reason_en", "privacy_en", "whole_privacy", "hint", "address", "help_en", "family_en", "steps_en", "reason",
    "family", "steps",
)  # fmt: skip
"""What small paper gives up, first to last. Headline, call, code, privacy and address stay."""


def sheets(kind: Kind, campaign: Campaign, size: str, setter: Setter) -> tuple[Sheet, ...]:
    """What is printed, with as much on it as can be read. Raises DoesNotFit."""
    make = _MAKERS[kind]
    for count in range(len(DROPS) + 1):
        made = make(campaign, size, replace(setter, without=frozenset(DROPS[:count])))
        if smallest(made) >= SMALLEST_MM:
            return made
    raise DoesNotFit(f"{size} is too small for a {kind} with these texts: take a larger size, or shorten them")


def smallest(made: tuple[Sheet, ...]) -> float:
    """The em of the smallest text."""
    return min(item.size for sheet in made for item in sheet.walk() if isinstance(item, Text))


def _leaflet(campaign: Campaign, size: str, setter: Setter) -> tuple[Sheet, ...]:
    return (leaflets(lambda wide, high: leaflet(campaign, wide, high, setter), size),)


def _tent(campaign: Campaign, size: str, setter: Setter) -> tuple[Sheet, ...]:
    return (tent(lambda wide, high: face(campaign, wide, high, setter), size, setter),)


_MAKERS: Final[dict[Kind, Callable[[Campaign, str, Setter], tuple[Sheet, ...]]]] = {
    "poster": poster,
    "leaflet": _leaflet,
    "household": _leaflet,
    "tent": _tent,
}
