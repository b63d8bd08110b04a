"""The fake's LEAdvertisingManager1, with what bluetoothd 5.66 and 5.82 (src/advertising.c) do about it:

- it reads every property back from the client, and makes AD structures of them: UUIDs first, then manufacturers;
- more than 31 bytes are refused at registration, but drop the advertisement without a word in a later update;
- PropertiesChanged of the client updates the instance in place;
- a path registered twice is AlreadyExists, an unknown one DoesNotExist, more than SupportedInstances NotPermitted;
- after registration it sets TxPower on the client and does not mind an error;
- while the controller is off or a central is connected nothing is on air, though the instance stays;
- a broadcast is refused while a scan runs: it needs a new random address, which a controller that scans disallows
  (Core Vol 4 Part E 7.8.4; seen on the virtual Pi with a chip that obeys);
- a connectable advertisement lets anyone connect, a broadcast nobody.
"""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dbus_fast import Message, MessageType, Variant
from dbus_fast.errors import DBusError

from tests.fakes.bluez_controller import ADVERTISING, PATH

if TYPE_CHECKING:
    from tests.fakes.bluez import Answer, FakeBlueZ, Values

LEGACY_BYTES = 31
INSTANCES = 5
ADVERTISEMENT = "org.bluez.LEAdvertisement1"
PROPERTIES = "org.freedesktop.DBus.Properties"


@dataclass
class Instance:
    """One registered advertisement."""

    client: str
    path: str
    values: "Values"

    @property
    def connectable(self) -> bool:
        return bool(self.values["Type"].value == "peripheral")

    def ad(self) -> bytes:
        """AD structures; Flags are left out as for a controller that is dual-mode and not discoverable."""
        out = b""
        for uuid in self.values["ServiceUUIDs"].value if "ServiceUUIDs" in self.values else ():
            out += _structure(0x03, int(uuid[4:8] if len(uuid) > 8 else uuid, 16).to_bytes(2, "little"))
        manufacturers = self.values["ManufacturerData"].value if "ManufacturerData" in self.values else {}
        for company, data in manufacturers.items():
            out += _structure(0xFF, company.to_bytes(2, "little") + bytes(data.value))
        if "LocalName" in self.values:
            out += _structure(0x09, self.values["LocalName"].value.encode())
        return out


class Adverts:
    """hci0's advertisements."""

    def __init__(self, bluez: "FakeBlueZ") -> None:
        self._bluez = bluez
        self._instances: list[Instance] = []
        self.refusal = ""
        """Answer RegisterAdvertisement with this error, e.g. "org.bluez.Error.NotPermitted"."""
        self.fails_updates = False
        """The kernel refuses the next update: the advertisement is dropped, nobody is told."""
        self.registrations = 0
        self.emptied = 0
        """How often an advertisement left the air by itself."""
        self.slow = asyncio.Event()
        """Cleared: a registration is answered (and carried out) only once it is set again."""
        self.slow.set()

    # -- what a test sees and does

    @property
    def on_air(self) -> list[bytes]:
        """What a phone could hear now."""
        occupied = any(phone.is_central for phone in self._bluez.phones.values())
        if occupied or not self._bluez.controller.powered:
            return []
        return [instance.ad() for instance in self._instances]

    @property
    def connectable(self) -> bool:
        return any(instance.connectable for instance in self._instances)

    @property
    def values(self) -> "Values":
        """What the one advertiser's properties are."""
        (instance,) = self._instances
        return instance.values

    def release(self) -> None:
        """The controller goes: each client is told."""
        assert self._bluez.bus is not None
        for each in self._instances:
            self._bluez.bus.send(Message(each.client, each.path, ADVERTISEMENT, "Release"))
        self._instances.clear()

    def drop(self) -> None:
        """Lose them without a word."""
        self._instances.clear()
        self._tell()

    # -- what bluetoothd does

    def properties(self) -> "Values":
        used = len(self._instances)
        return {
            "ActiveInstances": Variant("y", used),
            "SupportedInstances": Variant("y", INSTANCES - used),
            "SupportedIncludes": Variant("as", ["tx-power", "appearance", "local-name"]),
        }

    def forget(self) -> None:
        self._instances.clear()

    def client_left(self, client: str) -> None:
        self._instances = [each for each in self._instances if each.client != client]
        self._tell()

    def on_change(self, client: str, path: str, interface: str, changed: "Values", _: list[str]) -> None:
        for each in [each for each in self._instances if (each.client, each.path) == (client, path)]:
            each.values.update(changed)
            if self.fails_updates or len(each.ad()) > LEGACY_BYTES:
                self.fails_updates = False
                self._instances.remove(each)
                self.emptied += 1
                self._tell()
        self._bluez.note()

    async def on_RegisterAdvertisement(self, client: str, path: str, options: object) -> "Answer":
        self.registrations += 1
        await self.slow.wait()
        if self.refusal:
            raise DBusError(self.refusal, "Maximum advertisements reached")
        if any((each.client, each.path) == (client, path) for each in self._instances):
            raise DBusError("org.bluez.Error.AlreadyExists", "Already Exists")
        if len(self._instances) >= INSTANCES:
            raise DBusError("org.bluez.Error.NotPermitted", "Maximum advertisements reached")
        values = await self._read(client, path)
        instance = Instance(client, path, values)
        disallowed = self._bluez.controller.discovering and not instance.connectable
        if disallowed or len(instance.ad()) > LEGACY_BYTES or not self._bluez.controller.powered:
            raise DBusError("org.bluez.Error.Failed", "Failed to register advertisement")
        self._instances.append(instance)
        self._tell()
        self._set_tx_power(client, path)
        return "", []

    async def on_UnregisterAdvertisement(self, client: str, path: str) -> "Answer":
        kept = [each for each in self._instances if (each.client, each.path) != (client, path)]
        if len(kept) == len(self._instances):
            raise DBusError("org.bluez.Error.DoesNotExist", "Does Not Exist")
        self._instances = kept
        self._tell()
        return "", []

    async def _read(self, client: str, path: str) -> "Values":
        assert self._bluez.bus is not None
        question = Message(client, path, PROPERTIES, "GetAll", signature="s", body=[ADVERTISEMENT])
        reply: Message | None = await self._bluez.bus.call(question)
        if reply is None or reply.message_type is MessageType.ERROR or "Type" not in reply.body[0]:
            raise DBusError("org.bluez.Error.Failed", "Failed to parse advertisement")
        values: Values = reply.body[0]
        return values

    def _set_tx_power(self, client: str, path: str) -> None:
        assert self._bluez.bus is not None
        body = [ADVERTISEMENT, "TxPower", Variant("n", 7)]
        self._bluez.bus.send(Message(client, path, PROPERTIES, "Set", signature="ssv", body=body))

    def _tell(self) -> None:
        if PATH in self._bluez.objects:
            self._bluez.change(PATH, ADVERTISING, self.properties())
        self._bluez.note()


def _structure(kind: int, data: bytes) -> bytes:
    return bytes((len(data) + 1, kind)) + data
