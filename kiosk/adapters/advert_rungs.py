"""Advertiser with rungs: bluetoothd, the kernel's management, the chip itself: the first that takes our advertisement.

bluetoothd is asked first at every rotation, since it is what everybody tests. Current Pi kernels refuse what it asks
(bluez#2269), and it may be dead or frozen; then kiosk-radio asks the kernel in the old way, and where that is refused
too, gives the chip its commands. A box without kiosk-radio has the first rung only.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from kiosk.core.adverts import encode
from kiosk.core.identity import BluezoneId
from kiosk.core.mgmt import BROADCAST, CONNECTABLE
from kiosk.errors import RadioError
from kiosk.ports import Advertiser

BLUETOOTHD: Final = "bluetoothd"
MANAGEMENT: Final = "management"
CHIP: Final = "hci"
TURNS: Final = "turns"
"""By the kernel's management, in slices of time (adapters/turns.py)."""

Ask = Callable[..., Awaitable[str]]
"""Have kiosk-radio do a deed: Privileged.ask."""


class ManagementAdvertiser:
    """By the kernel's Add Advertising. The kernel keeps it; a bluetoothd that starts takes it away."""

    def __init__(self, ask: Ask, *, connectable: bool) -> None:
        self._ask = ask
        self._kind = CONNECTABLE if connectable else BROADCAST
        self._held = False

    async def show(self, peer: BluezoneId) -> None:
        """Add Advertising replaces an instance in place."""
        await self._ask("advertise", self._kind, encode(peer).hex())
        self._held = True

    async def is_on_air(self) -> bool:
        if not self._held:
            return False
        with suppress(RadioError):
            return await self._ask("advertising") == "yes"
        return False

    async def hide(self) -> None:
        if self._held:
            self._held = False
            with suppress(RadioError):
                await self._ask("hush")


class TurnsAdvertiser:
    """By the same while it is our turn (adapters/turns.py); meanwhile the id that is wanted is kept."""

    def __init__(self, own: ManagementAdvertiser) -> None:
        self._own = own
        self._wanted: BluezoneId | None = None
        self._is_our_turn = False

    async def show(self, peer: BluezoneId) -> None:
        self._wanted = peer
        if self._is_our_turn:
            await self._own.show(peer)

    async def is_on_air(self) -> bool:
        """Or will be, at the next turn."""
        return self._wanted is not None

    async def hide(self) -> None:
        self._wanted = None
        await self._own.hide()

    async def go_on(self) -> None:
        """Our turn. Raises RadioError."""
        self._is_our_turn = True
        if self._wanted is not None:
            await self._own.show(self._wanted)

    async def rest(self) -> None:
        """Not any more."""
        self._is_our_turn = False
        await self._own.hide()


class ChipAdvertiser:
    """By HCI commands. Nobody can ask the chip whether it still sends, so each look gives the commands once more."""

    def __init__(self, ask: Ask, *, connectable: bool) -> None:
        self._ask = ask
        self._kind = CONNECTABLE if connectable else BROADCAST
        self._shown = b""

    async def show(self, peer: BluezoneId) -> None:
        await self._ask("advertise-raw", self._kind, encode(peer).hex())
        self._shown = encode(peer)

    async def is_on_air(self) -> bool:
        if not self._shown:
            return False
        try:
            await self._ask("advertise-raw", self._kind, self._shown.hex())
        except RadioError:
            self._shown = b""
        return bool(self._shown)

    async def hide(self) -> None:
        if self._shown:
            self._shown = b""
            with suppress(RadioError):
                await self._ask("hush-raw")


class RungAdvertiser:
    """The first of `rungs` that works; `can_climb` says whether any but the first can be had."""

    def __init__(
        self, rungs: dict[str, Advertiser], can_climb: Callable[[], bool], by_turns: Callable[[], str] = lambda: ""
    ) -> None:
        """`by_turns` says why the chip cannot send all the time; empty: it can."""
        self._rungs, self._can_climb, self._by_turns = rungs, can_climb, by_turns
        self.way = ""
        """The rung that is in use; empty: off air."""
        self.why = ""
        """What the first rung said when it failed; empty while it serves."""

    async def show(self, peer: BluezoneId) -> None:
        """Raises the first rung's RadioError if none takes it."""
        first: RadioError | None = None
        for way, rung in self._rungs.items():
            if not self._counts(way):
                continue
            if first is not None and not self._can_climb():
                break
            try:
                await rung.show(peer)
            except RadioError as error:
                first = first or error
                continue
            before, self.way, self.why = self.way, way, str(first or self._by_turns())
            if before not in ("", way):
                await self._rungs[before].hide()
            return
        self.way = ""
        raise first or RadioError("there is no way to advertise")

    async def is_on_air(self) -> bool:
        return bool(self.way) and self._counts(self.way) and await self._rungs[self.way].is_on_air()

    def _counts(self, way: str) -> bool:
        """Where turns are taken they are the only rung, elsewhere none at all."""
        return (way == TURNS) == bool(self._by_turns())

    async def hide(self) -> None:
        self.way = ""
        for rung in self._rungs.values():
            await rung.hide()
