"""Kinds: what can be printed on which paper, and what small paper gives up so that the rest stays readable."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, Literal, TypeAlias

from kiosk.core.campaign import Campaign
from kiosk.core.paper.imposing import leaflets, tent
from kiosk.core.paper.leaflet import leaflet
from kiosk.core.paper.poster import poster
from kiosk.core.paper.setter import Setter
from kiosk.core.paper.sheet import Code, DoesNotFit, Sheet, Text, TooHigh
from kiosk.core.paper.tent import face

Kind: TypeAlias = Literal["poster", "leaflet", "household", "tent"]
KINDS: Final[tuple[Kind, ...]] = ("poster", "leaflet", "household", "tent")
CAP_MM_PER_M: Final = 3.0
"""Height of a capital by the distance of the reader: the rule of the look, on paper as on the wall."""
CAP_EM: Final = 0.74
READ_FROM_M: Final[dict[Kind, dict[str, float]]] = {
    "poster": {"A3": 1.11, "A4": 1.11, "A5": 0.78, "A6": 0.55},
    "leaflet": {"A3": 0.67, "A4": 0.67, "A5": 0.67, "A6": 0.52},
    "household": {"A3": 0.67, "A4": 0.67, "A5": 0.67, "A6": 0.52},
    "tent": {"A3": 1.0, "A4": 0.67, "A5": 0.52, "A6": 0.52},
}
"""A poster hangs, smaller ones nearer: 1.11 m is the guide's 17 px of A4. A leaflet is held at arm's length, a tent
stands on a table; the smallest are in the hand: 0.52 m is an em of 2.1 mm, 6 points."""
SMALLEST_CODE_MM: Final = 18.0
"""A code is scanned from ten times its width at most: nobody holds a phone nearer than this."""
DROPS: Final = (
    "reason_en", "privacy_en", "whole_privacy", "hint", "address", "help_en", "family_en", "steps_en", "reason",
    "family", "steps",
)  # fmt: skip
"""What small paper gives up, first to last. Headline, call, code, privacy and address stay."""


def sheets(kind: Kind, campaign: Campaign, size: str, setter: Setter) -> tuple[Sheet, ...]:
    """What is printed, with as much on it as can be read. Raises DoesNotFit."""
    make, least = _MAKERS[kind], smallest_mm(kind, size)
    for count in range(len(DROPS) + 1):
        try:
            made = make(campaign, size, replace(setter, without=frozenset(DROPS[:count]), smallest=least))
        except TooHigh:
            continue
        if smallest(made) >= least - 1e-6 and smallest_code(made) >= SMALLEST_CODE_MM:
            return made
    raise DoesNotFit(f"{size} is too small for a {kind} with these texts: take a larger size, or shorten them")


def smallest_mm(kind: Kind, size: str) -> float:
    """The em of the smallest text that is printed on this paper."""
    return CAP_MM_PER_M * READ_FROM_M[kind][size] / CAP_EM


def smallest(made: tuple[Sheet, ...]) -> float:
    """The em of the smallest text."""
    return min(item.size for sheet in made for item in sheet.walk() if isinstance(item, Text))


def smallest_code(made: tuple[Sheet, ...]) -> float:
    """The side of the smallest code."""
    return min(item.side for sheet in made for item in sheet.walk() if isinstance(item, Code))


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
