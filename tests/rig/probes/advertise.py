"""In the guest: register one LEAdvertisement1 and hold it. advertise.py TYPE ID... (a line on stdin: the next id)."""

import asyncio
import sys
from typing import Annotated

from dbus_fast import BusType, PropertyAccess, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusSignature, DBusStr
from dbus_fast.service import ServiceInterface, dbus_property


class Advertisement(ServiceInterface):
    def __init__(self, kind: str, peer: bytes) -> None:
        super().__init__("org.bluez.LEAdvertisement1")
        self.kind, self.peer = kind, peer

    @dbus_property(access=PropertyAccess.READ)
    def Type(self) -> DBusStr:
        return self.kind

    @dbus_property(access=PropertyAccess.READ)
    def ServiceUUIDs(self) -> Annotated[list[str], DBusSignature("as")]:
        return ["4e56"]

    @dbus_property(access=PropertyAccess.READ)
    def ManufacturerData(self) -> Annotated[dict[int, Variant], DBusSignature("a{qv}")]:
        return {0x22B5: Variant("ay", self.peer)}


async def main(kind: str, *peers: str) -> None:
    bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    advert = Advertisement(kind, bytes.fromhex(peers[0]))
    bus.export("/advert", advert)
    node = await bus.introspect("org.bluez", "/org/bluez/hci0")
    manager = bus.get_proxy_object("org.bluez", "/org/bluez/hci0", node).get_interface(
        "org.bluez.LEAdvertisingManager1"
    )
    await manager.call_register_advertisement("/advert", {})  # type: ignore[attr-defined]
    for peer in peers[1:]:
        await asyncio.to_thread(sys.stdin.readline)
        advert.peer = bytes.fromhex(peer)
        advert.emit_properties_changed({"ManufacturerData": advert.ManufacturerData})
    await asyncio.Event().wait()


asyncio.run(main(*sys.argv[1:]))
