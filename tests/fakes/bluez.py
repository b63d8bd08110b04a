"""FakeBlueZ: org.bluez on a private bus, for unmodified bleak and our own adapters. No radio, real marshalling.

It copies what bluetoothd 5.66 and 5.82 were seen to do (source and the virtual Pi):

- the object table is read by GetManagedObjects and told by InterfacesAdded, InterfacesRemoved, PropertiesChanged;
  a signal that a call provoked is sent before the call's answer (gdbus flushes before it replies);
- a call to an object that is not there is answered UnknownObject, as libdbus does;
- a client that leaves the bus takes its scan session and its advertisements with it;
- dying, it says nothing: only the bus tells (NameOwnerChanged), and unanswered calls end in NoReply;
- frozen (SIGSTOP), it answers nothing, and once awake it works through all that piled up, in order;
- without its controller it stays, the objects are gone (InterfacesRemoved), advertisements are told Release.

The rest is said where it is done: bluez_controller (Adapter1), bluez_adverts (LEAdvertisingManager1), bluez_phones
(Device1 and GATT). Not copied: BR/EDR, pairing, storage, timing.
"""

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self, TypeAlias, Unpack

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusError

from tests.fakes.bluez_adverts import Adverts
from tests.fakes.bluez_controller import ADAPTER, DEVICE, PATH, Controller
from tests.fakes.bluez_phones import About, Phone

PROPERTIES = "org.freedesktop.DBus.Properties"
OBJECTS = "org.freedesktop.DBus.ObjectManager"
Answer: TypeAlias = tuple[str, list[object]]
Values: TypeAlias = dict[str, Variant]


class FakeBlueZ:
    """One bluetoothd. `async with FakeBlueZ(address)`; afterwards it is gone."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.bus: MessageBus | None = None
        self.objects: dict[str, dict[str, Values]] = {}
        self.controller = Controller(self)
        self.adverts = Adverts(self)
        self.phones: dict[str, Phone] = {}
        self.calls: list[str] = []
        """Members called, oldest first, those of the standard interfaces left out."""
        self._frozen: list[Message] | None = None
        self._tasks = asyncio.TaskGroup()
        self._over = False
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        await self.come_back()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over = True
        self.die()
        await self._tasks.__aexit__(kind, error, trace)

    # -- what a test does to it

    async def until(self, true: Callable[[], object], within_s: float = 20.0) -> None:
        """Wait until something here is so."""
        async with asyncio.timeout(within_s):
            while not true():
                self._changed.clear()
                await self._changed.wait()

    def freeze(self) -> None:
        """SIGSTOP."""
        self._frozen = []

    @property
    def piled(self) -> int:
        """Messages that wait for a frozen bluetoothd."""
        return len(self._frozen or [])

    def thaw(self) -> None:
        """SIGCONT."""
        piled, self._frozen = self._frozen or [], None
        for message in piled:
            self._on_message(message)

    def die(self) -> None:
        """SIGKILL."""
        if self.bus is not None:
            self.bus.disconnect()
            self.bus = None
        self._frozen = None
        self.adverts.slow.set()
        self.controller.slow.set()
        for phone in self.phones.values():
            phone.end()
        self.objects.clear()
        self.controller.forget()
        self.adverts.forget()

    async def come_back(self) -> None:
        """A fresh bluetoothd, with the controller if it is plugged in."""
        self.bus = await MessageBus(bus_address=self._address).connect()
        self.bus.add_message_handler(self._on_message)
        await self._match("member='NameOwnerChanged',sender='org.freedesktop.DBus'")
        await self._match(f"member='PropertiesChanged',interface='{PROPERTIES}'")
        self.controller.start()
        await self.bus.request_name("org.bluez")

    def phone(self, address: str, **about: Unpack[About]) -> Phone:
        """A phone near the box; it is known to bluetoothd once it advertised."""
        self.phones[address] = Phone(self, address, **about)
        return self.phones[address]

    def take_back_rssi(self) -> None:
        """What bluetoothd does to every device when discovery ends."""
        for path, interfaces in self.objects.items():
            if "RSSI" in interfaces.get(DEVICE, {}):
                self.change(path, DEVICE, {}, ["RSSI"])

    # -- the object table

    def note(self) -> None:
        """Something changed: wake who waits for it."""
        self._changed.set()

    def add(self, path: str, interfaces: dict[str, Values]) -> None:
        self.objects[path] = interfaces
        self._signal("/", OBJECTS, "InterfacesAdded", "oa{sa{sv}}", [path, interfaces])

    def remove(self, path: str) -> None:
        if interfaces := self.objects.pop(path, None):
            self._signal("/", OBJECTS, "InterfacesRemoved", "oas", [path, list(interfaces)])

    def change(self, path: str, interface: str, changed: Values, invalidated: list[str] | None = None) -> None:
        values = self.objects[path][interface]
        values.update(changed)
        for name in invalidated or ():
            values.pop(name, None)
        self._signal(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", [interface, changed, invalidated or []])

    def value(self, path: str, interface: str, name: str) -> object:
        found = self.objects.get(path, {}).get(interface, {}).get(name)
        value: object = None if found is None else found.value
        return value

    def _signal(self, path: str, interface: str, member: str, signature: str, body: list[object]) -> None:
        if self.bus is not None:
            self.bus.send(Message.new_signal(path, interface, member, signature, body))
        self.note()

    # -- messages

    async def _match(self, rule: str) -> None:
        assert self.bus is not None
        place = "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus"
        await self.bus.call(Message(*place, "AddMatch", signature="s", body=[f"type='signal',{rule}"]))

    def _on_message(self, message: Message) -> bool:
        if message.sender == "org.freedesktop.DBus" and message.member != "NameOwnerChanged":
            return False
        if message.message_type not in (MessageType.SIGNAL, MessageType.METHOD_CALL):
            return False
        if self._frozen is not None:
            self._frozen.append(message)
            self.note()
        elif self._over:
            return True  # it came too late to be answered
        elif message.message_type is MessageType.METHOD_CALL:
            self._tasks.create_task(self._answer(message))
        elif message.member == "NameOwnerChanged":
            self._on_owner(*message.body)
        else:
            self.adverts.on_change(str(message.sender), str(message.path), *message.body)
        return True

    def _on_owner(self, name: str, old: str, new: str) -> None:
        if name == old and not new:
            self.controller.client_left(name)
            self.adverts.client_left(name)

    async def _answer(self, message: Message) -> None:
        bus = self.bus
        try:
            signature, body = await self._dispatch(message)
            reply = Message.new_method_return(message, signature, body)
        except DBusError as error:
            reply = Message.new_error(message, str(error.type), error.text)
        if bus is not None and bus.connected:
            await bus.send(reply)
        self.note()

    async def _dispatch(self, message: Message) -> Answer:
        path, interface, member = str(message.path), str(message.interface), str(message.member)
        if interface == OBJECTS:
            return "a{oa{sa{sv}}}", [self.objects]
        if path not in self.objects:
            raise DBusError("org.freedesktop.DBus.Error.UnknownObject", f"no such object {path}")
        if interface == PROPERTIES:
            return self._property(path, member, message.body)
        self.calls.append(member)
        self.note()
        method = self._method(path, interface, member)
        return await method(str(message.sender), *message.body)

    def _method(self, path: str, interface: str, member: str) -> Callable[..., Awaitable[Answer]]:
        owner: object = None
        if interface in self.objects[path]:
            owner = self._owner(path, interface)
        method = getattr(owner, f"on_{member}", None)
        if method is None:
            raise DBusError("org.freedesktop.DBus.Error.UnknownMethod", f"{interface}.{member}")
        found: Callable[..., Awaitable[Answer]] = method
        return found

    def _owner(self, path: str, interface: str) -> object:
        if path == PATH:
            return self.controller if interface == ADAPTER else self.adverts
        return next(phone for phone in self.phones.values() if path.startswith(phone.path))

    def _property(self, path: str, member: str, body: list[object]) -> Answer:
        match member, body:
            case "GetAll", [str(interface)] if interface in self.objects[path]:
                return "a{sv}", [self.objects[path][interface]]
            case "Get", [str(interface), str(name)] if name in self.objects[path].get(interface, {}):
                return "v", [self.objects[path][interface][name]]
            case "Set", [str(interface), "Powered", Variant() as value] if interface == ADAPTER:
                self.controller.set_powered(on=value.value)
                return "", []
        raise DBusError("org.freedesktop.DBus.Error.InvalidArgs", f"No such property: {body}")
