"""Keyless: a box whose root key cannot be read has no id to send. Wall and page go on; it waits for its key."""

from collections.abc import Callable
from typing import Final

from kiosk.core.facts import Trouble
from kiosk.errors import IdentityError, StoreError
from kiosk.ports import Clock
from kiosk.supervisor import Board

NAME: Final = "advertise"
"""It stands in its place."""
PERIOD_S: Final = 20.0
"""How often the key is looked for."""


class Keyless:
    """Off air, and says why. Once the key is there again the process starts anew, and everyone in it has the key."""

    def __init__(self, load: Callable[[], object], *, clock: Clock, board: Board) -> None:
        """`load` reads the key, or raises IdentityError."""
        self._load, self._clock, self._board = load, clock, board

    async def run(self) -> None:
        """Until cancelled, or StoreError: the key is back."""
        while True:
            self.turn()
            await self._clock.sleep(PERIOD_S)

    def turn(self) -> None:
        """Look for the key."""
        try:
            self._load()
        except IdentityError as error:
            self._board.troubled(NAME, Trouble.KEY, str(error))
            return
        raise StoreError("the root key can be read again: the kiosk starts anew")
