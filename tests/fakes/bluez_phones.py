"""The fake's Device1 and GATT objects, with what bluetoothd 5.66 (src/device.c, src/gatt-client.c) does about them:

- a device appears with its first packet while a scan runs, and every packet after it changes RSSI and data; with
  the filter's DuplicateData off an unchanged packet is swallowed; entries of earlier packets stay;
- while discovery runs, Connect waits for the device's next report: a packet after the call, or discovery anew;
- Connect makes it permanent, and finds services after it answered; UUIDs then hold the services found, too;
- Disconnect cancels a Connect under way ("br-connection-canceled") and answers once the link is down; `lingers`
  stands for the 2 s bluetoothd waits first;
- a device that went silent is dropped after TemporaryTimeout (`age`), unless it was connected once.
"""

import asyncio
from typing import TYPE_CHECKING, TypedDict, Unpack

from dbus_fast import Variant
from dbus_fast.errors import DBusError

from tests.fakes.bluez_controller import DEVICE, PATH

if TYPE_CHECKING:
    from tests.fakes.bluez import Answer, FakeBlueZ, Values

SERVICE = "org.bluez.GattService1"
CHARACTERISTIC = "org.bluez.GattCharacteristic1"
IOS_SERVICE = "00004e56-73f5-4bc4-a12f-17d1ad07a667"
IOS_CHARACTERISTIC = "00004e56-73f5-4bc4-a12f-17d1ad07a689"


class About(TypedDict, total=False):
    """What it sends, and what it answers to a read of the id characteristic (None: it has none)."""

    uuids: tuple[str, ...]
    manufacturers: dict[int, bytes]
    service_data: dict[str, bytes]
    rssi: int | None
    address_type: str
    tx_power: int | None
    answer: bytes | None


class Phone:
    """Something that advertises; with `answer` it serves the id characteristic."""

    def __init__(self, bluez: "FakeBlueZ", address: str, **about: Unpack[About]) -> None:
        self._bluez = bluez
        self.address = address
        self.path = f"{PATH}/dev_{address.replace(':', '_')}"
        self.uuids = about.get("uuids", ())
        self.manufacturers = about.get("manufacturers", {})
        self.service_data = about.get("service_data", {})
        self.rssi = about.get("rssi", -60)
        self.address_type = about.get("address_type", "random")
        self.answer = about.get("answer")
        self.tx_power = about.get("tx_power")
        self.mute = False
        """It is out of reach: never reported, so no connection begins."""
        self.jams = False
        """It advertises and never takes a connection: the kernel tries on and on."""
        self.stalls = False
        """It takes a connection and then never answers a read."""
        self.lingers = False
        self.clings = False
        """bluetoothd fails to hang up on it."""
        self.is_central = False
        self.error = ""
        """Refuse Connect with this error."""
        self._gave_up = asyncio.Event()
        self._reported = asyncio.Event()
        self._jamming = False
        self._over = asyncio.Event()

    @property
    def known(self) -> bool:
        return self.path in self._bluez.objects

    @property
    def connected(self) -> bool:
        return bool(self._bluez.value(self.path, DEVICE, "Connected"))

    # -- what a phone does

    def advertise(self) -> None:
        """Send one packet. Unheard while nobody scans."""
        self.be_reported()
        if not self._bluez.controller.discovering:
            return
        values = self._heard()
        if not self.known:
            self._bluez.add(self.path, {DEVICE: {**self._fixed(), **values}})
            return
        duplicates = any(wanted.get("DuplicateData", True) for wanted in self._bluez.controller.sessions.values())
        old = self._bluez.objects[self.path][DEVICE]
        changed = {name: value for name, value in values.items() if duplicates or old.get(name) != value}
        if changed:
            self._bluez.change(self.path, DEVICE, changed)

    def connect(self) -> bool:
        """Connect to the box, uninvited. False if our advertisement does not let it."""
        if not self._bluez.adverts.connectable:
            return False
        self.is_central = True
        if self.known:
            self._bluez.change(self.path, DEVICE, {"Connected": Variant("b", True)})
        else:
            self._bluez.add(self.path, {DEVICE: {**self._fixed(), "Connected": Variant("b", True)}})
        return True

    def rename(self, name: str) -> None:
        """bluetoothd learns its name by itself, from no packet."""
        self._bluez.change(self.path, DEVICE, {"Name": Variant("s", name)})

    def age(self) -> None:
        """Silent for too long: bluetoothd drops the device."""
        self._bluez.remove(self.path)

    def answer_now(self) -> None:
        """Stall no longer."""
        self._gave_up.set()

    def be_reported(self) -> None:
        """The kernel hears it."""
        self._reported.set()

    async def stop_jamming(self) -> None:
        """Until the kernel no longer tries to connect to it."""
        if self._jamming:
            await self._gave_up.wait()

    def end(self) -> None:
        """bluetoothd is gone: end every wait."""
        self._reported.set()
        self._gave_up.set()
        self._over.set()

    # -- what bluetoothd makes of it

    def as_object(self) -> dict[str, "Values"]:
        """The device as bluetoothd knows it from an earlier scan."""
        return {DEVICE: self._fixed()}

    def _fixed(self) -> "Values":
        return {
            "Address": Variant("s", self.address),
            "AddressType": Variant("s", self.address_type),
            "Alias": Variant("s", self.address.replace(":", "-")),
            "Adapter": Variant("o", PATH),
            "Connected": Variant("b", False),
            "ServicesResolved": Variant("b", False),
            "Paired": Variant("b", False),
            "UUIDs": Variant("as", []),
        }

    def _heard(self) -> "Values":
        old = self._bluez.objects.get(self.path, {}).get(DEVICE, {})
        values: Values = {}
        if self.rssi is not None:
            values["RSSI"] = Variant("n", self.rssi)
        if self.tx_power is not None:
            values["TxPower"] = Variant("n", self.tx_power)
        if self.uuids:
            known = old["UUIDs"].value if old else []
            values["UUIDs"] = Variant("as", sorted({*known, *self.uuids}))
        if self.manufacturers:
            entries = dict(old["ManufacturerData"].value) if "ManufacturerData" in old else {}
            entries.update({company: Variant("ay", data) for company, data in self.manufacturers.items()})
            values["ManufacturerData"] = Variant("a{qv}", entries)
        if self.service_data:
            data = {uuid: Variant("ay", data) for uuid, data in self.service_data.items()}
            values["ServiceData"] = Variant("a{sv}", data)
        return values

    async def on_Connect(self, client: str) -> "Answer":
        if self.error:
            raise DBusError(self.error, "le-connection-timeout")
        self._gave_up.clear()
        self._reported.clear()
        if self._bluez.controller.discovering:
            await self._reported.wait()
        if self.mute or self.jams:
            self._jamming = self.jams
            await self._gave_up.wait()
            self._jamming = False
            raise DBusError("org.bluez.Error.Failed", "br-connection-canceled")
        self.link_up()
        return "", []

    def link_up(self) -> None:
        """Connected by us, services found."""
        self._bluez.change(self.path, DEVICE, {"Connected": Variant("b", True)})
        service = f"{self.path}/service0010"
        if self.answer is not None:
            about = {
                "UUID": Variant("s", IOS_SERVICE),
                "Device": Variant("o", self.path),
                "Primary": Variant("b", True),
            }
            self._bluez.add(service, {SERVICE: about})
            about = {
                "UUID": Variant("s", IOS_CHARACTERISTIC),
                "Service": Variant("o", service),
                "Flags": Variant("as", ["read"]),
            }
            self._bluez.add(f"{service}/char0011", {CHARACTERISTIC: about})
            self._bluez.change(self.path, DEVICE, {"UUIDs": Variant("as", sorted({*self.uuids, IOS_SERVICE}))})
        self._bluez.change(self.path, DEVICE, {"ServicesResolved": Variant("b", True)})

    async def on_ReadValue(self, client: str, options: object) -> "Answer":
        if self.stalls:
            await self._gave_up.wait()
        if not self.connected or self.answer is None:
            raise DBusError("org.bluez.Error.Failed", "Not connected")
        return "ay", [self.answer]

    async def on_Disconnect(self, client: str) -> "Answer":
        self._gave_up.set()
        if self.clings:
            raise DBusError("org.bluez.Error.Failed", "Operation failed")
        if self.lingers and self.connected:
            await self._over.wait()
        self._hang_up()
        return "", []

    async def be_removed(self) -> None:
        self._gave_up.set()
        if self.lingers and self.connected:
            await self._over.wait()
        self._hang_up()
        self._bluez.remove(self.path)

    def _hang_up(self) -> None:
        self.is_central = False
        for path in [path for path in self._bluez.objects if path.startswith(f"{self.path}/")]:
            self._bluez.remove(path)
        if self.known and self.connected:
            off = Variant("b", False)
            self._bluez.change(self.path, DEVICE, {"Connected": off, "ServicesResolved": off})
