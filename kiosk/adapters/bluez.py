"""BlueZ: one Bluetooth controller as bluetoothd shows it on D-Bus: power, recovery, sudden ends.

bluetoothd may freeze, die, or lose its controller at any moment, and D-Bus tells nobody who does not ask. So every
call has a deadline, every error becomes a RadioError that says whose trouble it is, and whoever depends on the
controller is told of its losses. A connection to the bus that broke is opened again by the next call.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import Any, Final

from dbus_fast import BusType, Message, MessageFlag, MessageType, Variant
from dbus_fast.aio import MessageBus

from kiosk.adapters.rfkill import bluetooth_is_blocked
from kiosk.core.facts import Trouble
from kiosk.errors import RadioError

SERVICE: Final = "org.bluez"
ADAPTER: Final = "org.bluez.Adapter1"
DEVICE: Final = "org.bluez.Device1"
PROPERTIES: Final = "org.freedesktop.DBus.Properties"
OBJECTS: Final = "org.freedesktop.DBus.ObjectManager"
DOES_NOT_EXIST: Final = "org.bluez.Error.DoesNotExist"

CALL_S: Final = 5.0
"""A healthy bluetoothd answers within milliseconds, on a machine ten times slower within tenths."""
POWER_S: Final = 10.0
"""Powering a controller resets it and loads its settings: two seconds on a slow UART."""

_TROUBLES: Final = {
    "org.freedesktop.DBus.Error.ServiceUnknown": Trouble.NO_BLUETOOTHD,
    "org.freedesktop.DBus.Error.NameHasNoOwner": Trouble.NO_BLUETOOTHD,
    "org.freedesktop.DBus.Error.NoReply": Trouble.NO_BLUETOOTHD,  # it died while we waited
    "org.freedesktop.DBus.Error.UnknownObject": Trouble.NO_ADAPTER,
    "org.freedesktop.DBus.Error.UnknownInterface": Trouble.NO_ADAPTER,
    "org.freedesktop.DBus.Error.UnknownMethod": Trouble.NO_ADAPTER,
    "org.bluez.Error.Blocked": Trouble.BLOCKED,
    "org.bluez.Error.NotReady": Trouble.BLOCKED,  # switched off
}


class Loss(Enum):
    """Something that ended without our asking."""

    BUS = ("the connection to the system bus broke", Trouble.NO_BLUETOOTHD)
    BLUETOOTHD = ("bluetoothd is gone", Trouble.NO_BLUETOOTHD)
    CONTROLLER = ("the Bluetooth controller is gone", Trouble.NO_ADAPTER)
    POWER = ("the Bluetooth controller was switched off", Trouble.BLOCKED)
    SOCKET = ("the Bluetooth management socket broke", Trouble.NO_ADAPTER)
    SCAN = ("bluetoothd stopped scanning", Trouble.SILENT)

    def __init__(self, text: str, trouble: Trouble) -> None:
        self.text = text
        self.trouble = trouble

    def error(self) -> RadioError:
        return RadioError(self.text, self.trouble)


def refusal(doing: str, name: str, detail: str = "") -> RadioError:
    """A D-Bus error reply as a RadioError; `name` is the error's name on the bus."""
    return RadioError(f"{doing}: {name} {detail}".rstrip(), _TROUBLES.get(name, Trouble.REFUSED))


class Controller:
    """One controller ("hci0") and our connection to the system bus, shared by advertiser, scanner and reader."""

    def __init__(
        self, adapter: str, *, call_s: float = CALL_S, blocked: Callable[[], bool] = bluetooth_is_blocked
    ) -> None:
        self.adapter, self._blocked = adapter, blocked
        self.path = f"/{SERVICE.replace('.', '/')}/{adapter}"
        self._call_s = call_s
        self._bus: MessageBus | None = None
        self._opening = asyncio.Lock()
        self._watchers: list[Callable[[Loss], None]] = []

    # -- losses

    @contextmanager
    def watching(self, told: Callable[[Loss], None]) -> Iterator[None]:
        """Call `told` of every loss while inside."""
        self._watchers.append(told)
        try:
            yield
        finally:
            self._watchers.remove(told)

    @property
    def connected(self) -> bool:
        """Whether losses can be heard of."""
        return self._bus is not None and self._bus.connected

    def _lose(self, loss: Loss) -> None:
        for told in tuple(self._watchers):
            told(loss)

    # -- power

    async def power_on(self) -> None:
        """Switch the controller on unless it is. Raises RadioError: BLOCKED if rfkill keeps it off."""
        if not await self.get(ADAPTER, "Powered"):
            await self._power(on=True)

    async def recover(self, step: int) -> None:
        """First only switch on; from the second step on switch off and on, which clears what bluetoothd and the
        kernel believe to be in progress. Where that cannot help (no bluetoothd, no controller, rfkill, no answer)
        it is not reached: the question before it raises RadioError."""
        powered = await self.get(ADAPTER, "Powered")
        if powered and step >= 2:
            await self._power(on=False)
        if not powered or step >= 2:
            await self._power(on=True)

    async def _power(self, *, on: bool) -> None:
        body = [ADAPTER, "Powered", Variant("b", on)]
        try:
            await self.call(PROPERTIES, "Set", "ssv", body, patience_s=max(POWER_S, self._call_s))
        except RadioError as error:
            if on and error.trouble is Trouble.REFUSED and self._blocked():
                # BlueZ 5.82 says only Failed: the kernel refuses before bluetoothd hears of the switch.
                raise RadioError("rfkill keeps the Bluetooth controller off", Trouble.BLOCKED) from error
            raise

    # -- calls

    async def get(self, interface: str, name: str) -> Any:
        """A property of the controller. Raises RadioError."""
        (value,) = await self.call(PROPERTIES, "Get", "ss", [interface, name])
        return value.value

    async def call(
        self,
        interface: str,
        member: str,
        signature: str = "",
        body: Sequence[Any] = (),
        *,
        path: str = "",
        patience_s: float | None = None,
        forgive: str = "",
    ) -> list[Any]:
        """Call a method of the controller, or of the object at `path`. Raises RadioError, but not for an error reply
        named `forgive`."""
        bus = await self.bus()
        message = self._message(interface, member, signature, body, path)
        doing = f"{member} {body[1]}" if interface == PROPERTIES else member
        try:
            async with asyncio.timeout(patience_s or self._call_s):
                reply = await bus.call(message)
        except TimeoutError:
            raise RadioError(f"{doing}: bluetoothd does not answer", Trouble.NO_BLUETOOTHD) from None
        except (OSError, EOFError) as error:
            raise Loss.BUS.error() from error
        if reply.message_type is MessageType.ERROR and reply.error_name != forgive:
            raise refusal(doing, str(reply.error_name), str(reply.body[0]) if reply.body else "")
        return reply.body

    def _message(self, interface: str, member: str, signature: str, body: Sequence[Any], path: str = "") -> Message:
        return Message(
            destination=SERVICE,
            path=path or self.path,
            interface=interface,
            member=member,
            signature=signature,
            body=list(body),
            flags=MessageFlag.NO_AUTOSTART,  # say at once that bluetoothd is gone: systemd brings it back
        )

    # -- other devices

    async def connect(self, device: str, patience_s: float) -> None:
        """Have bluetoothd connect to a device. Raises RadioError."""
        await self.call(DEVICE, "Connect", path=device, patience_s=patience_s)

    def hang_up(self, device: str) -> None:
        """Have bluetoothd end a connection. Never raises and does not wait."""
        self._tell(self._message(DEVICE, "Disconnect", "", (), device))

    def forget(self, device: str) -> None:
        """Have bluetoothd hang up, if it must, and drop a device from its table. Never raises and does not wait.

        Device1.Connect makes a device permanent: without this every phone we asked would stay in bluetoothd's table
        for ever (src/device.c, dev_connect). Its next advertisement makes it anew.
        """
        self._tell(self._message(ADAPTER, "RemoveDevice", "o", [device]))

    def _tell(self, message: Message) -> None:
        if self._bus is not None and self._bus.connected:  # otherwise the next call finds the bus gone
            sent = self._bus.send(message)
            sent.add_done_callback(lambda sent: sent.cancelled() or sent.exception())

    # -- the bus

    async def bus(self) -> MessageBus:
        """Our connection to the system bus, opened if need be. Raises RadioError."""
        async with self._opening:
            if self._bus is not None and self._bus.connected:
                return self._bus
            if self._bus is not None:
                self._bus = None
                self._lose(Loss.BUS)  # what happened meanwhile nobody knows
            self._bus = await self._open()
            return self._bus

    async def _open(self) -> MessageBus:
        bus = MessageBus(bus_type=BusType.SYSTEM)
        try:
            async with asyncio.timeout(self._call_s):
                await bus.connect()
                for rule in self._rules():
                    await bus.call(_match(rule))
        except (OSError, EOFError, ValueError) as error:  # ValueError: dbus-fast's AuthError and bad addresses
            bus.disconnect()
            raise RadioError(f"no system bus: {error}", Trouble.NO_BLUETOOTHD) from error
        except BaseException:
            bus.disconnect()
            raise
        bus.add_message_handler(self._on_message)
        return bus

    def close(self) -> None:
        """Leave the bus; bluetoothd then takes back all it held for us. A later call opens it again."""
        if self._bus is not None:
            self._bus.disconnect()
            self._bus = None

    def _rules(self) -> list[str]:
        """What to be told of. Only the controller's own signals: a crowd's thousands do not reach us."""
        signal = f"type='signal',sender='{SERVICE}'"
        return [
            f"type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='{SERVICE}'",
            f"{signal},interface='{OBJECTS}',member='InterfacesRemoved',arg0path='{self.path}'",
            f"{signal},interface='{PROPERTIES}',member='PropertiesChanged',path='{self.path}',arg0='{ADAPTER}'",
        ]

    def _on_message(self, message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL:
            return
        match message.member, message.body:
            case "NameOwnerChanged", [name, old, _] if name == SERVICE and old:
                self._lose(Loss.BLUETOOTHD)
            case "InterfacesRemoved", [path, interfaces] if path == self.path and ADAPTER in interfaces:
                self._lose(Loss.CONTROLLER)
            case "PropertiesChanged", [interface, changed, _] if message.path == self.path and interface == ADAPTER:
                self._on_controller(changed)

    def _on_controller(self, changed: dict[str, Variant]) -> None:
        if "Powered" in changed and not changed["Powered"].value:
            self._lose(Loss.POWER)
        elif "Discovering" in changed and not changed["Discovering"].value:
            self._lose(Loss.SCAN)


def _match(rule: str) -> Message:
    return Message(
        destination="org.freedesktop.DBus",
        path="/org/freedesktop/DBus",
        interface="org.freedesktop.DBus",
        member="AddMatch",
        signature="s",
        body=[rule],
    )
