"""The radio as the box has it: listens and asks over the kernel's sockets where that works, else through bleak.

What the two bodies are: socket_scanner.py with att_reader.py, and bleak_radio.py. In "auto" the sockets are taken when
kiosk-radio is there and opens one; a body that fails, or that the ladder of recovery found deaf, is left for
`AVOID_S`. A missing or blocked controller says nothing about a body.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import cache
from typing import Final, NamedTuple

from kiosk.core.adverts import Heard
from kiosk.core.facts import Trouble
from kiosk.core.identity import BluezoneId
from kiosk.errors import PeerUnreachable, RadioError
from kiosk.ports import Clock, Ears, GattReader, Scanner

AVOID_S: Final = 600.0
_NOBODYS_FAULT: Final = {Trouble.NO_ADAPTER, Trouble.BLOCKED}


class Body(NamedTuple):
    """One way to listen and ask."""

    name: str
    scanner: Scanner
    reader: GattReader


class ChosenEars:
    """Ears that can be given up, whatever the stack says of the scan."""

    def __init__(self, ears: Ears) -> None:
        self._ears = ears
        self.given_up = False

    @property
    def dropped(self) -> int:
        return self._ears.dropped

    def take(self) -> list[Heard]:
        self._judge()
        return self._ears.take()

    async def check(self) -> None:
        self._judge()
        await self._ears.check()

    def _judge(self) -> None:
        if self.given_up:
            raise RadioError("the scan was given up as deaf", Trouble.SILENT)


class ChosenRadio:
    """Scanner and GattReader. `wish` is "auto", "sockets" or "bleak"; `why_not` says what keeps the sockets from being
    tried, "" if nothing does. `bleak` is made when it is first taken, which few boxes do. `blocked`: rfkill keeps
    the controller off, which explains whatever fails."""

    def __init__(
        self,
        sockets: Body,
        bleak: Callable[[], Body],
        wish: str,
        why_not: Callable[[], str],
        clock: Clock,
        blocked: Callable[[], bool] = lambda: False,
    ) -> None:
        self._blocked = blocked
        self._sockets, self._bleak = sockets, cache(bleak)
        self._wish, self._why_not, self._clock = wish, why_not, clock
        self._body = self._bleak() if wish == "bleak" else sockets
        self._avoid_until, self._fault = float("-inf"), ""
        self._ears: ChosenEars | None = None
        self.why = ""
        """Why the body in use was taken."""

    @property
    def body(self) -> str:
        """The body in use: "sockets" or "bleak"."""
        return self._body.name

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Ears]:
        """Entering raises RadioError."""
        async with AsyncExitStack() as house:
            with self._explained():
                self._ears = ChosenEars(await self._enter(house))
            try:
                yield self._ears
            finally:
                self._ears = None

    async def recover(self, step: int) -> None:
        """By the way of the body in use. Raises RadioError."""
        with self._explained():
            await self._body.scanner.recover(step)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Staff can lift a block; that it fails in many other words besides helps nobody."""
        try:
            yield
        except RadioError as error:
            if error.trouble is not Trouble.BLOCKED and self._blocked():
                raise RadioError("rfkill keeps the Bluetooth controller off", Trouble.BLOCKED) from error
            raise

    async def read_id(self, address: str, address_type: str, deadline_s: float) -> BluezoneId:
        """By the body that heard the phone. Raises PeerUnreachable, BadPeerValue."""
        if self._ears is None:
            raise PeerUnreachable("nobody listens")
        return await self._body.reader.read_id(address, address_type, deadline_s)

    def give_up(self) -> None:
        """The scan is deaf, whatever it says of itself: it ends, and in "auto" the other body is next."""
        if self._ears is None:
            return  # whoever wants to listen tries again anyway, and nobody's way is to blame
        if self._body is self._sockets:
            self._avoid("it fell silent")
        elif self._wish == "auto":
            self._avoid_until = float("-inf")
        self._ears.given_up = True

    async def _enter(self, house: AsyncExitStack) -> Ears:
        if why_not := self._why_not_sockets():
            self._body, self.why = self._bleak(), why_not
            return await house.enter_async_context(self._body.scanner.listening())
        try:
            ears = await house.enter_async_context(self._sockets.scanner.listening())
        except RadioError as error:
            self._body, self.why = self._sockets, ""
            if self._wish == "sockets" or error.trouble in _NOBODYS_FAULT or self._blocked():
                raise
            self._avoid(str(error))
            self._body, self.why = self._bleak(), self._fault
            return await house.enter_async_context(self._body.scanner.listening())
        self._body, self.why = self._sockets, "as configured" if self._wish == "sockets" else "kiosk-radio is there"
        return ears

    def _why_not_sockets(self) -> str:
        """The reason for bleak; "" for the sockets."""
        if self._wish != "auto":
            return "as configured" if self._wish == "bleak" else ""
        if self._clock.monotonic() < self._avoid_until:
            return self._fault
        return self._why_not()

    def _avoid(self, fault: str) -> None:
        self._avoid_until, self._fault = self._clock.monotonic() + AVOID_S, fault
