"""NetworkManager: how the Wi-Fi is, read over D-Bus, and a connection taken up by one that runs already. [dbus_fast]

A wrong password is told once, by a signal, and then the device is merely disconnected: no property keeps the reason. So
the signals are listened to and the last failure is remembered until the box is let in; and what failed before anybody
listened, at power-on, is tried once more.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from dbus_fast import BusType, Message, MessageFlag, MessageType, Variant
from dbus_fast.aio import MessageBus

from kiosk.core.firstboot.facts import NetworkFacts, Wifi

SERVICE: Final = "org.freedesktop.NetworkManager"
ROOT: Final = "/org/freedesktop/NetworkManager"
DEVICE: Final = f"{SERVICE}.Device"
WIRELESS: Final = f"{DEVICE}.Wireless"
ACCESS_POINT: Final = f"{SERVICE}.AccessPoint"
SETTINGS: Final = f"{SERVICE}.Settings"
KEEPERS: Final = f"{SERVICE}.AgentManager"
"""Where keepers of passwords come and go."""
KEEPER: Final = "bluezone-kiosk"
PROPERTIES: Final = "org.freedesktop.DBus.Properties"
ANSWER_S: Final = 10.0
SETTLES_S: Final = 25.0
"""A device that rests for less may be about to try."""
WIFI_DEVICE: Final = 2
DISCONNECTED, NEED_AUTH, IP_CONFIG, ACTIVATED, FAILED = 30, 60, 70, 100, 120
"""NMDeviceState."""
_LEFT: Final = 8
"""NM_DEVICE_STATE_REASON_SUPPLICANT_DISCONNECT: after it NetworkManager asks for another password."""
_REASONS: Final = {
    7: Wifi.WRONG_PASSWORD, _LEFT: Wifi.REFUSED, 9: Wifi.REFUSED, 10: Wifi.REFUSED, 11: Wifi.REFUSED,
    53: Wifi.NOT_FOUND, 5: Wifi.NO_ADDRESS, 15: Wifi.NO_ADDRESS, 16: Wifi.NO_ADDRESS, 17: Wifi.NO_ADDRESS,
}  # fmt: skip
"""NMDeviceStateReason: no secrets (it asked for another password and nobody has one), trouble of the supplicant, the
network not found, no address."""


class NoAnswer(Exception):
    """NetworkManager is not there, or does not do this."""


class NetworkManager:
    """NetworkSource. The bus is opened when first asked, and anew if lost."""

    def __init__(self, monotonic: Callable[[], float], *, bus_address: str | None = None) -> None:
        self._monotonic, self._bus_address = monotonic, bus_address
        self._bus: MessageBus | None = None
        self._asked = ""
        self._tried_again = False
        self._failure: Wifi | None = None
        self._rests_since: float | None = None

    async def look(self, ssid: str) -> NetworkFacts:
        """How the Wi-Fi named is, or whichever there is. Never raises."""
        if ssid != self._asked:  # another network's failure says nothing of this one
            self._asked, self._failure, self._rests_since, self._tried_again = ssid, None, None, False
        with suppress(NoAnswer, TimeoutError, OSError, EOFError):
            async with asyncio.timeout(ANSWER_S):
                return await self._look(ssid)
        return NetworkFacts(Wifi.UNKNOWN if ssid else Wifi.NONE, ssid)

    def close(self) -> None:
        if self._bus is not None:
            self._bus.disconnect()
            self._bus = None

    async def _look(self, ssid: str) -> NetworkFacts:
        bus = await self._open()
        devices = await self._wireless(bus)
        if not devices:
            return NetworkFacts(Wifi.NO_DEVICE if ssid else Wifi.NONE, ssid)
        manager = await _properties(bus, ROOT, SERVICE)
        if not (manager["WirelessEnabled"] and manager["WirelessHardwareEnabled"]):
            return NetworkFacts(Wifi.OFF if ssid else Wifi.NONE, ssid)
        for path, device in devices.items():
            if device["State"] == ACTIVATED:
                joined = await self._joined(bus, path)
                if not ssid or joined == ssid:
                    self._failure = self._rests_since = None
                    return NetworkFacts(Wifi.CONNECTED, joined)
        if not ssid:
            return NetworkFacts()
        path, device = max(devices.items(), key=lambda each: int(each[1]["State"]))
        return NetworkFacts(self._failure or await self._unjoined(bus, path, device["State"], ssid), ssid)

    async def _unjoined(self, bus: MessageBus, path: str, state: int, ssid: str) -> Wifi:
        """Of a network that the box is not in, without a failure told: on its way, or resting for good."""
        if DISCONNECTED < state < FAILED:
            self._rests_since = None
            return Wifi.JOINING
        if not self._tried_again:
            self._tried_again = True
            await _try_again(bus)
        now = self._monotonic()
        if self._rests_since is None:
            self._rests_since = now
        if now - self._rests_since < SETTLES_S:
            return Wifi.JOINING
        if state < DISCONNECTED:
            return Wifi.OFF
        return Wifi.REFUSED if ssid in await self._heard(bus, path) else Wifi.NOT_FOUND

    async def _wireless(self, bus: MessageBus) -> dict[str, dict[str, Any]]:
        (paths,) = await _call(bus, ROOT, SERVICE, "GetDevices")
        found = {path: await _properties(bus, path, DEVICE) for path in paths}
        return {path: device for path, device in found.items() if device["DeviceType"] == WIFI_DEVICE}

    async def _joined(self, bus: MessageBus, path: str) -> str:
        """The name of the network a device is in."""
        point = (await _properties(bus, path, WIRELESS))["ActiveAccessPoint"]
        return "" if point == "/" else _name(await _properties(bus, point, ACCESS_POINT))

    async def _heard(self, bus: MessageBus, path: str) -> set[str]:
        points = (await _properties(bus, path, WIRELESS))["AccessPoints"]
        return {_name(await _properties(bus, point, ACCESS_POINT)) for point in points}

    async def _open(self) -> MessageBus:
        if self._bus is None or not self._bus.connected:
            bus = await MessageBus(bus_address=self._bus_address, bus_type=BusType.SYSTEM).connect()
            bus.add_message_handler(self._on_message)
            rule = f"type='signal',sender='{SERVICE}',interface='{DEVICE}',member='StateChanged'"
            await _call(bus, "/org/freedesktop/DBus", "org.freedesktop.DBus", "AddMatch", "s", [rule])
            self._bus = bus
        return self._bus

    def _on_message(self, message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL or message.member != "StateChanged":
            return
        new, _, reason = message.body
        if new == FAILED:
            self._failure = _REASONS.get(reason, self._failure)
        elif new == NEED_AUTH and reason == _LEFT:
            self._failure = Wifi.WRONG_PASSWORD
        elif new in (IP_CONFIG, ACTIVATED):
            self._failure = None


async def take_up(connection: str, *, bus_address: str | None = None) -> bool:
    """Have a NetworkManager that runs already read its connections anew, switch Wi-Fi on and try this one (by uuid).
    False if it does not run: then it will read them when it starts."""
    with suppress(NoAnswer, TimeoutError, OSError, EOFError):
        async with asyncio.timeout(ANSWER_S):
            bus = await MessageBus(bus_address=bus_address, bus_type=BusType.SYSTEM).connect()
            try:
                settings = f"{ROOT}/Settings"
                await _call(bus, settings, SETTINGS, "ReloadConnections")
                on = [SERVICE, "WirelessEnabled", Variant("b", True)]
                await _call(bus, ROOT, PROPERTIES, "Set", "ssv", on)
                (path,) = await _call(bus, settings, SETTINGS, "GetConnectionByUuid", "s", [connection])
                with suppress(NoAnswer):  # no device yet: it tries by itself later
                    await _call(bus, ROOT, SERVICE, "ActivateConnection", "ooo", [path, "/", "/"])
            finally:
                bus.disconnect()
            return True
    return False


async def _try_again(bus: MessageBus) -> None:
    """Have what stopped for want of a right password tried once more. It needs no privilege: a keeper of passwords who
    comes may have one, so NetworkManager begins again (nm-policy.c, secret_agent_registered). Ours has none and goes.
    """
    with suppress(NoAnswer):
        await _call(bus, f"{ROOT}/AgentManager", KEEPERS, "Register", "s", [KEEPER])
        await _call(bus, f"{ROOT}/AgentManager", KEEPERS, "Unregister")


async def _properties(bus: MessageBus, path: str, interface: str) -> dict[str, Any]:
    (values,) = await _call(bus, path, PROPERTIES, "GetAll", "s", [interface])
    return {name: value.value for name, value in values.items()}


async def _call(
    bus: MessageBus, path: str, interface: str, member: str, signature: str = "", body: Sequence[Any] = ()
) -> list[Any]:
    """Raises NoAnswer. Never starts NetworkManager: who asks may be what it waits for."""
    reply = await bus.call(
        Message(
            destination=interface if interface == "org.freedesktop.DBus" else SERVICE,
            path=path,
            interface=interface,
            member=member,
            signature=signature,
            body=list(body),
            flags=MessageFlag.NO_AUTOSTART,
        )
    )
    if reply.message_type is not MessageType.METHOD_RETURN:
        raise NoAnswer(member)
    answer: list[Any] = reply.body
    return answer


def _name(point: dict[str, Any]) -> str:
    return bytes(point["Ssid"]).decode("utf-8", "replace")
