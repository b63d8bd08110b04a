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

    def __init__(self, rungs: dict[str, Advertiser], can_climb: Callable[[], bool]) -> None:
        self._rungs, self._can_climb = rungs, can_climb
        self.way = ""
        """The rung that is in use; empty: off air."""
        self.why = ""
        """What the first rung said when it failed; empty while it serves."""

    async def show(self, peer: BluezoneId) -> None:
        """Raises the first rung's RadioError if none takes it."""
        first: RadioError | None = None
        for way, rung in self._rungs.items():
            if first is not None and not self._can_climb():
                break
            try:
                await rung.show(peer)
            except RadioError as error:
                first = first or error
                continue
            before, self.way, self.why = self.way, way, str(first or "")
            if before not in ("", way):
                await self._rungs[before].hide()
            return
        self.way = ""
        raise first or RadioError("there is no way to advertise")

    async def is_on_air(self) -> bool:
        return bool(self.way) and await self._rungs[self.way].is_on_air()

    async def hide(self) -> None:
        self.way = ""
        for rung in self._rungs.values():
            await rung.hide()
