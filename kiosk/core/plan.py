"""Plan: one picture as values, complete: its ground, cards with codes, and everything written on it."""

from dataclasses import dataclass, replace

from kiosk.core.board import Placed
from kiosk.core.items import Item, shift
from kiosk.core.look import Colour, Ink, Palette


@dataclass(frozen=True, slots=True)
class Plan:
    """`rings` are radii around the first code's middle with their tones, the largest first. `cards` is empty where
    the panel holds no code or the wall is closed; `declared` says so, and what else is left out."""

    width: int
    height: int
    ink: Ink
    palette: Palette
    cards: tuple[Placed, ...]
    rings: tuple[tuple[float, Colour], ...]
    items: tuple[Item, ...]
    page: str
    declared: tuple[str, ...] = ()

    @property
    def card(self) -> Placed:
        """The install code's card."""
        return self.cards[0]

    @property
    def centre(self) -> tuple[float, float]:
        """Middle of the first code, where the rings spread from."""
        return self.card.code_x + self.card.code_size / 2, self.card.code_y + self.card.code_size / 2

    def moved(self, dx: int, dy: int) -> "Plan":
        """Everything stands aside by so many pixels."""
        if (dx, dy) == (0, 0):
            return self
        return replace(
            self,
            cards=tuple(card.moved(dx, dy) for card in self.cards),
            items=tuple(shift(item, dx, dy) for item in self.items),
        )
