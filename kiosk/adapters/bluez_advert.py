"""Advertiser over BlueZ: our LEAdvertisement1, rotated in place.

bluetoothd reads an advertisement's properties back from us. A new id is announced by PropertiesChanged, which puts
it on air without a gap; but a change that bluetoothd cannot carry out makes it drop the advertisement without a
word (src/advertising.c: a failing update ends the registration). So every change is watched for a moment and, if
it was lost, registered afresh. The interval is not ours: `MinInterval` is ignored by BlueZ before 5.77 unless
experimental, so main.conf sets it for all versions (systemd/bluetooth-main.conf; on a chip without extended
advertising the kernel itself sends a broadcast every 100 to 150 ms).
"""

import asyncio
from contextlib import ExitStack
from typing import Annotated, Final

from dbus_fast import PropertyAccess, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusSignature, DBusStr
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property

from kiosk.adapters.bluez import DOES_NOT_EXIST, Controller, Loss
from kiosk.core.adverts import COMPANY, SERVICE_UUID16
from kiosk.core.facts import Trouble
from kiosk.core.identity import BluezoneId
from kiosk.errors import RadioError
from kiosk.ports import Clock

MANAGER: Final = "org.bluez.LEAdvertisingManager1"
PATH: Final = "/vn/bluezone/kiosk/advertisement"
SETTLE_S: Final = 1.0
"""How long a change is watched: the kernel's answer to a new advertisement takes a few HCI commands."""
LOOK_S: Final = 0.1


class Advertisement(ServiceInterface):
    """What bluetoothd reads: service 4E56 and our company's data, no name, nothing else.

    No LocalName and no Includes: 4 + 16 bytes of AD, and 3 of Flags where the stack adds them, of 31. bluetoothd
    also tries to set `TxPower` here; it is told that there is no such property, which it does not mind.
    """

    def __init__(self, peer: BluezoneId, *, connectable: bool) -> None:
        super().__init__("org.bluez.LEAdvertisement1")
        self.peer = peer
        self.released = False
        self._type = "peripheral" if connectable else "broadcast"

    @dbus_property(access=PropertyAccess.READ)
    def Type(self) -> DBusStr:
        return self._type

    @dbus_property(access=PropertyAccess.READ)
    def ServiceUUIDs(self) -> Annotated[list[str], DBusSignature("as")]:
        return [f"{SERVICE_UUID16:04x}"]

    @dbus_property(access=PropertyAccess.READ)
    def ManufacturerData(self) -> Annotated[dict[int, Variant], DBusSignature("a{qv}")]:
        return {COMPANY: Variant("ay", self.peer.raw)}

    @dbus_method()
    def Release(self) -> None:
        self.released = True

    def rotate(self, peer: BluezoneId) -> None:
        """Announce another id."""
        self.peer = peer
        self.emit_properties_changed({"ManufacturerData": self.ManufacturerData})


class BluezAdvertiser:
    """Advertiser on one controller."""

    def __init__(self, controller: Controller, *, connectable: bool, clock: Clock, settle_s: float = SETTLE_S) -> None:
        self._controller = controller
        self._connectable = connectable
        self._clock = clock
        self._settle_s = settle_s
        self._busy = asyncio.Lock()  # one change at a time: the kernel refuses a second as "busy"
        self._bus: MessageBus | None = None
        self._advert: Advertisement | None = None
        self._watch = ExitStack()

    async def show(self, peer: BluezoneId) -> None:
        """Make this id the one on air. Raises RadioError."""
        async with self._busy:
            await self._controller.power_on()
            if not await self._rotate(peer):
                await self._register(peer)

    async def is_on_air(self) -> bool:
        """Whether bluetoothd still holds our advertisement."""
        try:
            return await self._is_held()
        except RadioError:
            return False

    async def hide(self) -> None:
        """Off air. If bluetoothd cannot be told, it drops the advertisement when we leave the bus."""
        async with self._busy:
            try:
                if self._controller.connected:  # otherwise bluetoothd holds nothing of ours
                    await self._unregister()
            except RadioError:
                pass  # it is gone, and our advertisement with it
            finally:
                self._forget()

    async def _rotate(self, peer: BluezoneId) -> bool:
        """Change the id in place; False if bluetoothd does not hold our advertisement (any more)."""
        if self._advert is None or not await self._is_held():
            return False
        if self._advert.peer == peer:
            return True
        self._advert.rotate(peer)
        until = self._clock.monotonic() + self._settle_s
        while self._clock.monotonic() < until:
            await self._clock.sleep(LOOK_S)
            if not await self._is_held():
                return False
        return True

    async def _register(self, peer: BluezoneId) -> None:
        await self._unregister()  # an earlier try that was never answered may have been heard after all
        self._forget()
        self._bus = await self._controller.bus()
        advert = Advertisement(peer, connectable=self._connectable)
        self._bus.export(PATH, advert)
        self._watch.enter_context(self._controller.watching(self._on_loss))
        self._advert = advert
        try:
            await self._controller.call(MANAGER, "RegisterAdvertisement", "oa{sv}", [PATH, {}])
            if not await self._is_held():
                raise RadioError("bluetoothd took our advertisement but does not send it", Trouble.REFUSED)
        except RadioError:
            self._forget()
            raise

    async def _unregister(self) -> None:
        await self._controller.call(MANAGER, "UnregisterAdvertisement", "o", [PATH], forgive=DOES_NOT_EXIST)

    async def _is_held(self) -> bool:
        """Nothing else on the box advertises, so one active instance is ours. The answer comes after all signals
        that were sent before it, so a loss of power or of bluetoothd has been noted by then."""
        advert = self._advert
        if advert is None or advert.released:
            return False
        return bool(await self._controller.get(MANAGER, "ActiveInstances")) and not advert.released

    def _on_loss(self, loss: Loss) -> None:
        if loss is not Loss.SCAN and self._advert is not None:
            self._advert.released = True

    def _forget(self) -> None:
        self._watch.close()
        if self._bus is not None and self._advert is not None:
            self._bus.unexport(PATH, self._advert)
        self._bus = self._advert = None
