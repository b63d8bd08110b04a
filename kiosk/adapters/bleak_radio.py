"""Scanner and GattReader over bleak: hears every advertisement, reads one iPhone's id at a time.

bleak hands out what bluetoothd made of the packets, so `Heard.ad` is put back together from dictionaries. Lost on
the way, each harmless to core.adverts:

- Flags, names, appearance, URIs, flags of BR/EDR, and any AD type bluetoothd does not know;
- the order of AD structures, and how they were split between advertisement and scan response;
- whether a list of UUIDs was complete, and its 16-, 32- or 128-bit form (Bluetooth's own UUIDs come back short);
- two entries of one company (or one service) in a packet: the last is kept, as Android keeps it (SPEC 4);
- damage: a structure cut off ends the packet for bluetoothd, and nobody is told;
- time: what a phone sent earlier stays until bluetoothd forgets the phone (30 s after its last packet), so an
  entry may be older than the packet it comes with;
- and one thing is added: a phone that we asked counts once more at the moment it is let go.

What bleak hears also shows who is connected: a central that nobody asked in is sent away, since it could keep the
connectable advertisement off air and the radio busy.

A scan dies silently when bluetoothd, the controller or its power goes; `Controller` says so, and `take` raises.
"""

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import lru_cache
from typing import Any, Final

from bleak import BleakClient, BleakScanner
from bleak.backends.bluezdbus import manager as bleak_manager
from bleak.backends.bluezdbus.version import BlueZFeatures
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakDBusError, BleakError

from kiosk.adapters.bluez import ADAPTER, Controller, Loss, refusal
from kiosk.core.adverts import ID_CHARACTERISTIC_UUID, RSSI_UNKNOWN, Heard, structure
from kiosk.core.facts import Trouble
from kiosk.core.identity import BluezoneId
from kiosk.errors import BadPeerValue, PeerUnreachable, RadioError
from kiosk.ports import Clock, Ears

QUEUE: Final = 10_000
"""Packets kept for `take`: two seconds of the densest crowd measured (4,700 reports a second)."""
KNOWN: Final = 1024
"""Phones that can be asked: the last ones heard."""
START_S: Final = 15.0
"""bleak first reads bluetoothd's whole table: a second in a crowd, ten on a slow machine."""
STOP_S: Final = 3.0
AGAIN_S: Final = 0.5
"""Between two tries to start the scan anew."""
IN_PROGRESS: Final = "org.bluez.Error.InProgress"
LET_GO_S: Final = 1.5
"""Part of an ask's deadline kept for giving up: while the kernel tries to connect it starts no scan."""
HANG_UP_S: Final = 0.5
"""bluetoothd waits 2 s before it hangs up (src/device.c, DISCONNECT_TIMER); nobody needs to watch it."""
BASE_UUID: Final = "-0000-1000-8000-00805f9b34fb"

_BLEAK_RAISES: Final = (BleakError, OSError, EOFError, ValueError, AssertionError, AttributeError)
"""bleak lets through whatever a bus that dies under it provokes: OSError and ValueError from a closed socket,
EOFError from dbus-fast, AssertionError and AttributeError where it reckoned with a bus or a reply."""

# bleak's warnings name devices by address, which nothing may log.
logging.getLogger("bleak").setLevel(logging.CRITICAL)

# bleak runs `bluetoothctl --version` once. A deadline that strikes just then would leave its event unset and every
# later connect waiting for it; and our unit asks for a BlueZ far newer than the 5.55 it looks for.
BlueZFeatures.checked_bluez_version = True


class BleakRadio:
    """Scanner and GattReader on one controller."""

    def __init__(self, controller: Controller, clock: Clock) -> None:
        self._controller = controller
        self._clock = clock
        self._known: OrderedDict[str, BLEDevice] = OrderedDict()
        self._scan: _Scan | None = None
        self._asked: set[str] = set()
        """Devices we are connected with, by path."""

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Ears]:
        """Scan actively and hear every packet, duplicates too. Entering raises RadioError."""
        ears = _Scan(self._controller, self._clock, self._known, self._on_connected)
        try:
            await _start(ears.scanner)
            await ears.check()  # also a barrier: news of an earlier scan's end has come by now
            for device in _connected(self._controller.path):  # by us, too, before a crash
                self._on_connected(device)
            with self._controller.watching(ears.lose):
                self._scan = ears
                yield ears
        finally:
            self._scan = None
            await ears.end()

    async def recover(self, step: int) -> None:
        """Power the controller on, then power-cycle it. Raises RadioError."""
        await self._controller.recover(step)

    async def read_id(self, address: str, address_type: str, deadline_s: float) -> BluezoneId:
        """Connect, read one characteristic, hang up. Never pairs: that takes an agent, and there is none.

        While a scan runs, Linux starts a wanted connection only when the phone is reported, and a chip with the
        duplicate filter on reports an unchanged advertisement once per 10.4 s round: longer than the deadline. So
        discovery is stopped and started behind the Connect: the filter is empty then, and the next advertisement is
        reported. Meanwhile we hear everybody, and a phone that has left costs no silence.
        """
        device = self._known.pop(address, None)
        if device is None:
            raise PeerUnreachable("the phone was not heard lately")
        path = device.details["path"]
        self._asked.add(path)
        try:
            async with asyncio.timeout(deadline_s):  # also ends a hang-up that bluetoothd does not answer
                raw = await self._ask(device, max(deadline_s - LET_GO_S, deadline_s / 2))
        except _BLEAK_RAISES as error:  # TimeoutError is an OSError
            why = error.dbus_error if isinstance(error, BleakDBusError) else type(error).__name__
            raise PeerUnreachable(why) from None  # its message and traceback would name the address
        finally:
            self._asked.discard(path)
            self._controller.forget(path)
        try:
            return BluezoneId(bytes(raw))
        except ValueError as error:
            raise BadPeerValue(str(error)) from error

    async def _ask(self, device: BLEDevice, ask_s: float) -> bytearray:
        """The Connect goes out first, then the scan starts anew, in its own time: neither may break off the other."""
        if self._scan is not None:
            self._scan.restart()
        return await self._read(device, ask_s)

    async def _read(self, device: BLEDevice, ask_s: float) -> bytearray:
        client = BleakClient(device, timeout=ask_s)
        path = device.details["path"]
        try:
            async with asyncio.timeout(ask_s):
                with suppress(RadioError):  # often just a link that broke at once: bleak tries again, or says why not
                    await self._controller.connect(path, ask_s)
                await client.connect()
                return await client.read_gatt_char(ID_CHARACTERISTIC_UUID)
        finally:
            self._controller.hang_up(path)  # also ends a Connect under way
            with suppress(*_BLEAK_RAISES):
                async with asyncio.timeout(HANG_UP_S):
                    await client.disconnect()

    def _on_connected(self, device: str) -> None:
        if device not in self._asked:
            self._controller.hang_up(device)


class _Scan:
    """Ears on a running scan."""

    def __init__(
        self,
        controller: Controller,
        clock: Clock,
        known: OrderedDict[str, BLEDevice],
        on_connected: Callable[[str], None],
    ) -> None:
        self._controller, self._clock, self._known = controller, clock, known
        self._on_connected = on_connected
        self.scanner = BleakScanner(
            self.hear,
            scanning_mode="active",
            bluez={"adapter": controller.adapter, "filters": {"DuplicateData": True}},
        )
        self._anew: asyncio.Future[None] | None = None
        """A restart of the scan under way."""
        self._queue: deque[Heard] = deque()
        self._dropped = 0
        self._rssi_seen = False
        self._loss: Loss | None = None

    @property
    def dropped(self) -> int:
        return self._dropped

    def take(self) -> list[Heard]:
        if self._loss is None and not self._controller.connected:
            self._loss = Loss.BUS
        if self._loss is not None:
            raise self._loss.error()
        heards = list(self._queue)
        self._queue.clear()
        return heards

    async def check(self) -> None:
        if not await self._controller.get(ADAPTER, "Discovering") and not self._is_restarting:
            raise Loss.SCAN.error()

    @property
    def _is_restarting(self) -> bool:
        return self._anew is not None and not self._anew.done()

    def restart(self) -> None:
        """Stop and start discovery, once whoever calls waits for something. A scan that does not come back is lost."""
        if not self._is_restarting:
            self._anew = asyncio.ensure_future(self._restart())

    async def end(self) -> None:
        """Never raises, never hangs."""
        if self._anew is not None:
            self._anew.cancel()
            await asyncio.wait([self._anew])
        await _stop(self.scanner)

    async def _restart(self) -> None:
        """While the kernel connects to a phone it starts no discovery, and a bluetoothd that asks is told Busy."""
        came_back = False
        try:
            async with asyncio.timeout(START_S):
                await self.scanner.stop()
                while not await self._has_started():
                    await self._clock.sleep(AGAIN_S)
                came_back = await self._controller.get(ADAPTER, "Discovering")  # comes after the news of the stop
        except (*_BLEAK_RAISES, RadioError):
            pass
        finally:
            self._anew = None
            if not came_back:
                self.lose(Loss.SCAN)

    async def _has_started(self) -> bool:
        try:
            await self.scanner.start()
        except BleakDBusError as error:
            if error.dbus_error != IN_PROGRESS:
                raise
            return False
        return True

    def lose(self, loss: Loss) -> None:
        if loss is not Loss.SCAN or not self._is_restarting:
            self._loss = self._loss or loss

    def hear(self, device: BLEDevice, data: AdvertisementData) -> None:
        """bleak reports every change of a device; keep those that a packet made."""
        path, properties = data.platform_data
        if properties.get("Connected", False):
            self._on_connected(path)
            return  # it changes without sending: services found, ...
        if not self._is_packet(properties):
            return
        if len(self._queue) >= QUEUE:
            self._dropped += 1
            return
        self._known[device.address] = device
        self._known.move_to_end(device.address)
        if len(self._known) > KNOWN:
            self._known.popitem(last=False)
        rssi = properties.get("RSSI", RSSI_UNKNOWN)
        self._queue.append(Heard(device.address, properties["AddressType"], self._clock.now(), rssi, put_back(data)))

    def _is_packet(self, properties: Any) -> bool:
        """Without RSSI, where the controller measures it, it is bluetoothd taking old values back: scanning ended."""
        if "RSSI" in properties:
            self._rssi_seen = True
        return "RSSI" in properties or not self._rssi_seen


def put_back(data: AdvertisementData) -> bytes:
    """AD structures from bleak's dictionaries: UUIDs, service data, TX power, manufacturer data."""
    parts = []
    for uuid in data.service_uuids:
        size, raw = _short(uuid)
        parts.append(structure(_UUID_LIST[size], raw))
    for uuid, value in data.service_data.items():
        size, raw = _short(uuid)
        parts.append(structure(_SERVICE_DATA[size], raw + value))
    if data.tx_power is not None:
        parts.append(structure(0x0A, data.tx_power.to_bytes(1, "little", signed=True)))
    for company, value in data.manufacturer_data.items():
        parts.append(structure(0xFF, company.to_bytes(2, "little") + value))
    return b"".join(parts)


_UUID_LIST: Final = {2: 0x03, 4: 0x05, 16: 0x07}
_SERVICE_DATA: Final = {2: 0x16, 4: 0x20, 16: 0x21}
"""AD types by the size of a UUID."""


@lru_cache(maxsize=1024)
def _short(uuid: str) -> tuple[int, bytes]:
    """Size and on-air bytes of a UUID in its shortest form."""
    raw = bytes.fromhex(uuid.replace("-", ""))[::-1]
    if uuid.endswith(BASE_UUID):
        raw = raw[12:14] if raw[14:] == b"\0\0" else raw[12:]
    return len(raw), raw


async def _start(scanner: BleakScanner) -> None:
    try:
        async with asyncio.timeout(START_S):
            await scanner.start()
    except TimeoutError:
        raise RadioError("StartDiscovery: bluetoothd does not answer", Trouble.NO_BLUETOOTHD) from None
    except BleakDBusError as error:
        raise refusal("StartDiscovery", error.dbus_error, error.dbus_error_details or "") from error
    except BleakError as error:  # "adapter 'hci0' not found"
        raise RadioError(str(error), Trouble.NO_ADAPTER) from error
    except _BLEAK_RAISES as error:
        raise RadioError(f"no system bus: {type(error).__name__}", Trouble.NO_BLUETOOTHD) from error


async def _stop(scanner: BleakScanner) -> None:
    """Never raises, never hangs. What bluetoothd was not told, it learns from our leaving the bus."""
    try:
        with suppress(*_BLEAK_RAISES):
            async with asyncio.timeout(STOP_S):
                await scanner.stop()
    finally:
        _leave_bus()


def _connected(controller: str) -> list[str]:
    """Paths of the controller's connected devices, from bleak's fresh copy of bluetoothd's table."""
    manager = bleak_manager._global_instances[asyncio.get_running_loop()]
    devices = manager._iter_device_props()
    return [path for path, properties in devices if properties["Adapter"] == controller and properties["Connected"]]


def _leave_bus() -> None:
    """Have bleak open a new bus, with a fresh copy of bluetoothd's table, when it is next needed.

    bleak keeps both for ever and does not notice a new bluetoothd: phones of the old one would stay "connected" in
    its copy, and a scan whose start was never answered would stay ours and refuse the next one as InProgress.
    bleak 3.1 offers no way to say this, but knows how to go on (`BlueZManager.async_init`).
    """
    manager = bleak_manager._global_instances.get(asyncio.get_running_loop())
    if manager is not None and manager._bus is not None:
        manager._bus.disconnect()
