"""Turns: a chip that cannot listen and send at once, and the changing over between the two (core/slices.py).

Only the kernel's own interfaces change over fast enough: the scan by the management socket, the advertisement by
kiosk-radio. Through bluetoothd such a chip does the one that it was asked first.
"""

from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from kiosk.core.slices import TRY_S, does_both
from kiosk.errors import RadioError
from kiosk.ports import Clock

SAYS_SO: Final = "the chip says that it cannot listen and send at once"
REFUSES_TO_LISTEN: Final = "the chip refuses to listen while it sends"
REFUSES_TO_SEND: Final = "the chip refuses to send while it listens"
TOO_OFTEN: Final = 3
"""A connect of ours may be under way at a change over, and is ended first: two refusals in a row mean nothing."""


class OneAtATime:
    """Whether this chip can only do one thing at a time, why that is believed, and whose turn it is."""

    def __init__(self, clock: Clock, states: Callable[[], Awaitable[str]], *, connectable: bool) -> None:
        """`states` asks the chip for its supported states, as hex digits."""
        self._clock, self._states, self._connectable = clock, states, connectable
        self._why, self._until = "", float("-inf")
        self.sends = False
        """It is the advertisement's turn."""

    @property
    def why(self) -> str:
        """Empty: it can do both, as far as anybody knows."""
        return self._why if self._clock.monotonic() < self._until else ""

    async def learn(self) -> None:
        """What the chip says of itself. Never raises: a kiosk-radio that cannot ask it leaves us to find out."""
        try:
            both = does_both(bytes.fromhex(await self._states()), connectable=self._connectable)
        except (RadioError, ValueError):
            return
        if not both:
            self._why, self._until = SAYS_SO, float("inf")
        elif self._why == SAYS_SO:
            self._why = ""  # another chip now

    def suspect(self, why: str) -> None:
        """Take turns for a while."""
        if not self.why:
            self._why, self._until = why, self._clock.monotonic() + TRY_S

    def acquit(self) -> None:
        """By turns it goes no better; what the chip says of itself stands."""
        if self._until < float("inf"):
            self._until = float("-inf")


class Turned(Protocol):
    """Something that rests while it is not its turn."""

    async def go_on(self) -> None: ...
    async def rest(self) -> None: ...


class BoxTurns:
    """The changing over. `can` says whether the ears in use can take turns at all."""

    def __init__(self, chip: OneAtATime, ears: Turned, air: Turned, can: Callable[[], bool]) -> None:
        self._chip, self._ears, self._air, self._can = chip, ears, air, can
        self._refused = {False: 0, True: 0}
        """Refusals in a row, of listening and of sending."""

    def why(self) -> str:
        """Why turns are taken; empty: they are not."""
        return self._chip.why if self._can() else ""

    def suspect(self) -> None:
        """The air is refused while the ears hear."""
        self._chip.suspect(REFUSES_TO_SEND)

    async def listen(self) -> None:
        """The ears' turn. Raises RadioError."""
        self._chip.sends = False
        await self._change(self._air, self._ears)

    async def send(self) -> None:
        """The advertisement's turn. Raises RadioError."""
        self._chip.sends = True
        await self._change(self._ears, self._air)

    async def _change(self, before: Turned, after: Turned) -> None:
        sends = self._chip.sends
        await before.rest()
        try:
            await after.go_on()
        except RadioError:
            self._refused[sends] += 1
            if self._refused[sends] < TOO_OFTEN:
                return
            self._chip.acquit()
            raise
        self._refused[sends] = 0
