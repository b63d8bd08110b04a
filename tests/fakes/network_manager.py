"""FakeNetworkManager: as much of NetworkManager as the kiosk asks, one Wi-Fi device, on a real bus.

States and reasons are those of its D-Bus reference (NMDeviceState, NMDeviceStateReason).
"""

from collections.abc import Sequence
from types import TracebackType
from typing import Final, Self

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

NM: Final = "org.freedesktop.NetworkManager"
ROOT: Final = "/org/freedesktop/NetworkManager"
WIFI: Final = f"{ROOT}/Devices/2"
CABLE: Final = f"{ROOT}/Devices/1"
CONNECTION: Final = f"{ROOT}/Settings/7"
Reply = tuple[str, list[object]]
NOTHING: Final[Reply] = ("", [])


class FakeNetworkManager:
    """`async with FakeNetworkManager(address)`; `device` False: a machine without Wi-Fi."""

    def __init__(self, address: str, *, heard: Sequence[str] = ("Nhà Văn Hóa",), device: bool = True) -> None:
        self._address, self.heard, self.device = address, list(heard), device
        self.state, self.joined, self.enabled = 30, "", True
        self.calls: list[tuple[str, list[object]]] = []
        self.known: set[str] = set()
        """Connections by uuid."""
        self.stopped: Sequence[tuple[int, int]] = ()
        """What a connection that wants a password goes through once somebody comes who may have it."""
        self._bus: MessageBus | None = None

    async def __aenter__(self) -> Self:
        self._bus = await MessageBus(bus_address=self._address).connect()
        self._bus.add_message_handler(self._on_message)
        await self._bus.request_name(NM)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bus is not None:
            self._bus.disconnect()

    async def goes(self, *states: tuple[int, int]) -> None:
        """The Wi-Fi goes through states for reasons, telling each; returned once the bus has them."""
        self._go(states)
        assert self._bus is not None
        await self._bus.call(Message("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetId"))

    def _go(self, states: Sequence[tuple[int, int]]) -> None:
        assert self._bus is not None
        for state, reason in states:
            old, self.state = self.state, state
            told = Message.new_signal(WIFI, f"{NM}.Device", "StateChanged", "uuu", [state, old, reason])
            self._bus.send(told)

    def _on_message(self, message: Message) -> Message | bool:
        if message.message_type is not MessageType.METHOD_CALL:
            return False
        self.calls.append((str(message.member), message.body))
        answer = self._answer(message)
        if answer is None:
            return Message.new_error(message, f"{NM}.Error", "no such thing")
        return Message.new_method_return(message, *answer)

    def _answer(self, message: Message) -> Reply | None:
        """The signature and values of the reply; None: an error."""
        match message.member:
            case "GetDevices":
                return "ao", [[CABLE, *([WIFI] if self.device else [])]]
            case "GetAll":
                return "a{sv}", [self._properties(str(message.path), message.body[0])]
            case "Set":
                self.enabled = message.body[2].value
                return NOTHING
            case "Register":
                self._go(self.stopped)
                self.stopped = ()
                return NOTHING
            case _:
                return self._told(message)

    def _told(self, message: Message) -> Reply | None:
        """The same of what changes nothing here."""
        there: dict[str | None, Reply | None] = {
            "Unregister": NOTHING,
            "ReloadConnections": ("b", [True]),
            "GetConnectionByUuid": ("o", [CONNECTION]) if self.known.intersection(map(str, message.body)) else None,
            "ActivateConnection": ("o", [f"{ROOT}/ActiveConnection/1"]) if self.device else None,
        }
        return there.get(message.member)

    def _properties(self, path: str, interface: str) -> dict[str, Variant]:
        points = [f"{ROOT}/AccessPoint/{number}" for number in range(len(self.heard))]
        if path.startswith(f"{ROOT}/AccessPoint/"):
            return {"Ssid": Variant("ay", self.heard[int(path.rpartition("/")[2])].encode())}
        if path == ROOT:
            return {"WirelessEnabled": Variant("b", self.enabled), "WirelessHardwareEnabled": Variant("b", True)}
        if interface == f"{NM}.Device.Wireless":
            active = points[self.heard.index(self.joined)] if self.joined else "/"
            return {"AccessPoints": Variant("ao", points), "ActiveAccessPoint": Variant("o", active)}
        kind, state = (2, self.state) if path == WIFI else (1, 100)
        return {"DeviceType": Variant("u", kind), "State": Variant("u", state)}
