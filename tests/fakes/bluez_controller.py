"""The fake's Adapter1, with what bluetoothd 5.66 (src/adapter.c) does about it:

- one discovery session a client: a second StartDiscovery is InProgress; without power it is NotReady;
- StopDiscovery without a session is Failed "No discovery started"; a client's leaving ends its session;
- Discovering is true while any client has a session; its end takes back every device's RSSI;
- power off ends discovery without asking anybody; Powered cannot be set under rfkill:
  Blocked, or only Failed (seen with 5.82);
- the start of discovery waits while the kernel tries to connect to a phone (one HCI command queue);
- its start and its stop let the kernel hear a phone that it wants to connect to (a fresh duplicate filter, or a
  passive scan for that phone alone), which a running discovery may report only after 10 s;
- RemoveDevice hangs up and drops the device; DoesNotExist if there is none.
"""

import asyncio
from typing import TYPE_CHECKING

from dbus_fast import Variant
from dbus_fast.errors import DBusError

if TYPE_CHECKING:
    from tests.fakes.bluez import Answer, FakeBlueZ

PATH = "/org/bluez/hci0"
ADAPTER = "org.bluez.Adapter1"
ADVERTISING = "org.bluez.LEAdvertisingManager1"
DEVICE = "org.bluez.Device1"


class Controller:
    """hci0."""

    def __init__(self, bluez: "FakeBlueZ") -> None:
        self._bluez = bluez
        self._plugged = True
        self._powered = True
        self._blocked = False
        self.says_blocked = True
        self.sessions: dict[str, dict[str, object]] = {}
        """Client -> its discovery filter."""
        self.filters: dict[str, dict[str, object]] = {}
        self.busy = False
        """Answer StartDiscovery with InProgress until the next power cycle."""
        self.power_cycles = 0
        self.slow = asyncio.Event()
        """Cleared: StartDiscovery is answered (and carried out) only once it is set again."""
        self.slow.set()

    # -- what a test does to it

    def unplug(self) -> None:
        self._plugged = False
        self._bluez.adverts.release()
        for path in [path for path in self._bluez.objects if path != PATH]:
            self._bluez.remove(path)
        self._bluez.remove(PATH)
        self.forget()

    def plug(self) -> None:
        self._plugged = True
        self.start()

    def block(self) -> None:
        """rfkill block bluetooth."""
        self._blocked = True
        self._switch(on=False)

    def unblock(self) -> None:
        """rfkill unblock bluetooth: the controller stays off until someone powers it."""
        self._blocked = False

    def switch_off(self) -> None:
        """Somebody else powers it off."""
        self._switch(on=False)

    @property
    def discovering(self) -> bool:
        return bool(self._bluez.value(PATH, ADAPTER, "Discovering"))

    @property
    def powered(self) -> bool:
        return bool(self._bluez.value(PATH, ADAPTER, "Powered"))

    def end_discovery(self) -> None:
        """Every session ends, though no client asked."""
        self.sessions.clear()
        self._show_discovering()

    # -- what bluetoothd does

    def start(self) -> None:
        """bluetoothd came up or the controller came back: a new object. Power is the kernel's to remember."""
        if self._plugged:
            adapter = {
                "Address": Variant("s", "00:11:22:33:44:55"),
                "Powered": Variant("b", self._powered),
                "Discovering": Variant("b", False),
                "Discoverable": Variant("b", False),
                "Pairable": Variant("b", False),
                "Roles": Variant("as", ["central", "peripheral"]),
                "UUIDs": Variant("as", []),
            }
            self._bluez.add(PATH, {ADAPTER: adapter, ADVERTISING: self._bluez.adverts.properties()})

    def forget(self) -> None:
        self.sessions.clear()
        self.filters.clear()

    def client_left(self, client: str) -> None:
        self.filters.pop(client, None)
        if self.sessions.pop(client, None) is not None:
            self._show_discovering()

    def set_powered(self, *, on: bool) -> None:
        if on and self._blocked:
            if self.says_blocked:
                raise DBusError("org.bluez.Error.Blocked", "Blocked through rfkill")
            raise DBusError("org.bluez.Error.Failed", "Failed")
        if on and not self._powered:
            self.power_cycles += 1
            self.busy = False
        self._switch(on=on)

    def _switch(self, *, on: bool) -> None:
        self._powered = on
        if self.powered != on:
            self._bluez.change(PATH, ADAPTER, {"Powered": Variant("b", on)})
        if not on:
            self.end_discovery()

    def _show_discovering(self) -> None:
        on = bool(self.sessions)
        if self.discovering == on or PATH not in self._bluez.objects:
            return
        self._bluez.change(PATH, ADAPTER, {"Discovering": Variant("b", on)})
        for phone in self._bluez.phones.values():
            phone.be_reported()
        if not on:
            self._bluez.take_back_rssi()

    async def on_SetDiscoveryFilter(self, client: str, wanted: dict[str, Variant]) -> "Answer":
        self.filters[client] = {name: value.value for name, value in wanted.items()}
        return "", []

    async def on_StartDiscovery(self, client: str) -> "Answer":
        await self.slow.wait()
        for phone in self._bluez.phones.values():
            await phone.stop_jamming()
        if not self.powered:
            raise DBusError("org.bluez.Error.NotReady", "Resource Not Ready")
        if self.busy or client in self.sessions:
            raise DBusError("org.bluez.Error.InProgress", "Operation already in progress")
        self.sessions[client] = self.filters.get(client, {})
        self._show_discovering()
        return "", []

    async def on_StopDiscovery(self, client: str) -> "Answer":
        if self.sessions.pop(client, None) is None:
            raise DBusError("org.bluez.Error.Failed", "No discovery started")
        self._show_discovering()
        return "", []

    async def on_RemoveDevice(self, client: str, path: str) -> "Answer":
        for phone in self._bluez.phones.values():
            if phone.path == path and path in self._bluez.objects:
                await phone.be_removed()
                return "", []
        raise DBusError("org.bluez.Error.DoesNotExist", "Does Not Exist")
