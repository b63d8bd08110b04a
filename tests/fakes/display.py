"""A display that remembers, and can be unplugged. It passes the same suite as the real ones (tests/contract)."""

from kiosk.core.screens import Screen
from kiosk.errors import DisplayError


class RememberingDisplay:
    """Keeps every screen drawn; `unplugged` makes it fail as a missing panel does."""

    def __init__(self) -> None:
        self.screens: list[Screen] = []
        self.unplugged = False

    async def draw(self, screen: Screen) -> None:
        if self.unplugged:
            raise DisplayError("no panel here")
        self.screens.append(screen)

    def surface(self) -> tuple[str, int, int]:
        return ("memory", 0, 0) if self.unplugged else ("memory", 800, 480)
