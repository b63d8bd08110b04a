"""Stage memory: what a kiosk process holds after an hour of crowd, simulator and bluetoothd not counted.

The kiosk runs as a process of its own against the fake BlueZ, through bleak, which holds more, and once more with
kiosk-radio's sockets, as a box is installed. The hour is compressed by handing over its packets as fast as the process
takes them: same devices, addresses, ids and number of packets, and bluetoothd forgets silent devices after 30 s of the
hour, so every table and cache meets what an hour would bring. Only the process's clock does not run along: the ids of
four windows all lie in the present one, which no real hour would ask of the ledger.
"""

import asyncio
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Final, Protocol

from dbus_fast import Message
from door import Reports, door
from house import Kiosk, kiosk, missing
from table import Line

from kiosk.core.adverts import Heard, structures
from kiosk.core.windows import UnixMs
from kiosk.sim.phones import COMPLETE_16, COMPLETE_128, INCOMPLETE_16, MANUFACTURER, NEVER
from kiosk.sim.radio import Radio
from kiosk.sim.street import Street
from kiosk.sim.things import SERVICE_DATA
from kiosk.sim.world import World
from kiosk.web.client import fetch_status
from tests.fakes.bluez_phones import Phone
from tests.fakes.kernel import FakeKernel

PEOPLE: Final = 1200
"""An hour, as many as the rush hour of a large bus station; with their things some 400 devices at a time."""
HOUR_S: Final = 3600
STEP_S: Final = 5
TEMPORARY_S: Final = 30
"""bluetoothd forgets a device that was silent this long (main.conf TemporaryTimeout)."""
PER_SECOND: Final = 1500
"""Packets handed over a real second: below what the process takes, so that none is lost."""
BURST: Final = 50
"""Signals at a time: a socket holds some 400."""
START: Final = UnixMs(1_795_000_000_000)
PAGES: Final = (
    "/", "/settings", "/display", "/display.png?w=640&h=360", "/api/v1/status", "/api/v1/openapi.json", "/metrics",
)  # fmt: skip
"""What staff, browsers and programs ask for, so that all that answers them is loaded."""
GOAL_RSS_MB, GOAL_PEAK_MB = 60.0, 100.0


class HandClock:
    """The street's clock, set by hand; nobody sleeps on it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> UnixMs:
        return UnixMs(START + int(self.seconds * 1000))

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds


class Teller(Protocol):
    """Tells a kiosk of the street."""

    packets: int
    addresses: set[str]

    async def tell(self, heard: Heard, answer: bytes | None) -> None:
        """One packet, and what its phone answers."""
        ...

    async def forget(self, limit: UnixMs) -> None:
        """What was silent since then is forgotten."""
        ...


class Crowd:
    """Turns what the simulated street sends into what bluetoothd tells."""

    def __init__(self, house: Kiosk) -> None:
        self._bluez = house.bluez
        self._last: dict[str, UnixMs] = {}
        self._signals = 0
        self.packets = 0
        self.addresses: set[str] = set()

    async def tell(self, heard: Heard, answer: bytes | None) -> None:
        """One packet, from a phone that the fake knows or learns."""
        phone = self._bluez.phones.get(heard.address)
        if phone is None:
            phone = self._bluez.phone(heard.address, address_type=heard.address_type)
        phone.rssi, phone.answer = heard.rssi, answer
        dress(phone, heard.ad)
        phone.advertise()
        self._last[heard.address] = heard.at
        self.addresses.add(heard.address)
        self.packets += 1
        await self._let_it_drain()

    async def forget(self, limit: UnixMs) -> None:
        """What was silent since then leaves bluetoothd's table."""
        for address in [address for address, at in self._last.items() if at < limit]:
            if not self._bluez.phones[address].connected:
                self._bluez.phones.pop(address).age()
                del self._last[address]
                await self._let_it_drain()

    async def _let_it_drain(self) -> None:
        """Signals are sent without waiting: now and then a question shows that the bus took them all."""
        self._signals += 1
        if self._signals % BURST == 0:
            assert self._bluez.bus is not None
            place = "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus"
            await self._bluez.bus.call(Message(*place, "GetId"))


def dress(phone: Phone, ad: bytes) -> None:
    """bluetoothd's dictionaries of some AD bytes."""
    manufacturers, services, uuids = {}, {}, list[str]()
    for kind, data in structures(ad):
        if kind == MANUFACTURER:
            manufacturers[int.from_bytes(data[:2], "little")] = data[2:]
        elif kind in (COMPLETE_16, INCOMPLETE_16):
            uuids.append(_uuid(data[1::-1].hex()))
        elif kind == COMPLETE_128:
            text = data[::-1].hex()
            uuids.append("-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:])))
        elif kind == SERVICE_DATA:
            services[_uuid(data[1::-1].hex())] = data[2:]
    phone.manufacturers, phone.service_data, phone.uuids = manufacturers, services, tuple(uuids)


def _uuid(short: str) -> str:
    return f"0000{short}-0000-1000-8000-00805f9b34fb"


async def _hour(crowd: Teller) -> None:
    clock = HandClock()
    world = World(clock, Street(PEOPLE, hours=(1.0,) * 24))
    ears = Radio(world, clock).scanner.listening()
    async with ears as street:
        for second in range(0, HOUR_S, STEP_S):
            clock.seconds = second
            began = perf_counter()
            heards = street.take()
            for heard in heards:
                device = world.find(heard.address)
                phone = device.phone if device is not None else None
                await crowd.tell(heard, phone.id_at(world.now()).raw if phone is not None else None)
            await crowd.forget(UnixMs(clock.now() - TEMPORARY_S * 1000))
            await asyncio.sleep(max(0.0, len(heards) / PER_SECOND - (perf_counter() - began)))


def _visit(house: Kiosk) -> None:
    for page in PAGES:
        assert house.visit(page) == 200, page


def _told(house: Kiosk) -> str:
    """What the kiosk says it took in: the figure means nothing if it did not hear the crowd."""
    collect = fetch_status(f"unix:{house.folder}/web.sock", 10.0)["collect"]
    told = {name: collect[name] for name in ("packets", "dropped", "answered", "unanswered")}
    return ", ".join(f"{name} {value}" for name, value in told.items())


async def _measure() -> list[Line]:
    """Through bleak: there is no kiosk-radio."""
    async with kiosk() as house:
        await house.bluez.until(lambda: house.bluez.controller.discovering)
        crowd = Crowd(house)
        lines = await _weighed(house, crowd, "")
        await crowd.forget(NEVER)
        return lines


async def _measure_sockets() -> list[Line]:
    """Over kiosk-radio's sockets."""
    kernel = FakeKernel()
    with tempfile.TemporaryDirectory(prefix="kiosk-door-") as folder:
        path = Path(folder) / "door"
        async with door(kernel, path), kiosk(door=path) as house:
            lines = await _weighed(house, Reports(kernel), "over sockets: ")
            assert kernel.discovering
            return lines


async def _weighed(house: Kiosk, crowd: Teller, way: str) -> list[Line]:
    """The process before and after the crowd's hour."""
    await asyncio.sleep(20)  # the first look at the wall is over
    await asyncio.to_thread(_visit, house)
    before = house.memory_mb("VmRSS")
    await _hour(crowd)
    await asyncio.to_thread(_visit, house)
    await asyncio.sleep(10)
    told = await asyncio.to_thread(_told, house)
    note = f"{crowd.packets} packets of {len(crowd.addresses)} addresses; it says: {told}"
    after, anonymous, peak = (house.memory_mb(field) for field in ("VmRSS", "RssAnon", "VmHWM"))
    return [
        Line("memory", f"{way}RSS before the crowd", before, "MB"),
        Line("memory", f"{way}RSS after an hour of crowd", after, "MB", GOAL_RSS_MB, note),
        Line("memory", f"{way}its own of that, not mapped from files", anonymous, "MB"),
        Line("memory", f"{way}most ever, pictures painted", peak, "MB", GOAL_PEAK_MB),
    ]


def run() -> list[Line]:
    """One hour by each way of listening."""
    lack = missing()
    if lack is not None:
        return [Line("memory", lack, None, "MB")]
    return asyncio.run(_measure()) + asyncio.run(_measure_sockets())
