"""Stages: one scene for the radio ports' real and simulated bodies, so that both play the same contract."""

from contextlib import AsyncExitStack
from types import TracebackType
from typing import Protocol, Self

from kiosk.adapters.advert_rungs import CHIP, MANAGEMENT, ChipAdvertiser, ManagementAdvertiser, RungAdvertiser
from kiosk.adapters.att_reader import AttReader
from kiosk.adapters.bleak_radio import BleakRadio
from kiosk.adapters.bluez import Controller
from kiosk.adapters.bluez_advert import BluezAdvertiser
from kiosk.adapters.management import Management
from kiosk.adapters.socket_scanner import SocketScanner
from kiosk.adapters.system import SystemClock
from kiosk.core.adverts import CarriesId, Platform, encode, read
from kiosk.core.identity import BluezoneId, DailyKey
from kiosk.core.windows import UnixMs
from kiosk.ports import Advertiser, GattReader, Scanner
from kiosk.sim.clock import ScaledClock
from kiosk.sim.phones import Manners, Phone, phone_device
from kiosk.sim.radio import Broken, Fault, Radio
from kiosk.sim.world import World
from tests.fakes.bluez import FakeBlueZ
from tests.fakes.bluez_phones import IOS_SERVICE
from tests.fakes.kernel import FakeKernel
from tests.fakes.kernel import Phone as KernelPhone

ANDROID_UUID = "00004e56-0000-1000-8000-00805f9b34fb"
START = UnixMs(1_795_000_000_000)
SPEED = 100.0
"""Simulated seconds in a real one: a read of 1.5 s takes 15 ms."""


class Stage(Protocol):
    """A radio, what is around it, and what can happen to it."""

    advertiser: Advertiser
    scanner: Scanner
    reader: GattReader

    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def on_air(self) -> BluezoneId | None:
        """What a phone could hear of us now."""
        ...

    def android(self) -> str:
        """Put an Android phone near; gives its address."""
        ...

    def iphone(self, manners: Manners = Manners.ANSWERS) -> str:
        """Put an iPhone near; gives its address."""
        ...

    async def pass_time(self) -> None:
        """Everybody near sends a packet, and it is on its way."""
        ...

    def pull_chip(self) -> None: ...
    def push_chip(self) -> None: ...
    async def restart_daemon(self) -> None: ...
    def refuse_adverts(self, *, refused: bool) -> None: ...
    def occupy(self) -> None:
        """Answer every scan with InProgress, until the second step of recovery."""
        ...


class RealStage:
    """BlueZ, bleak and our adapters, over the fake bluetoothd."""

    def __init__(self, bus: str) -> None:
        clock = SystemClock()
        self._bluez = FakeBlueZ(bus)
        self._controller = Controller("hci0")
        self.advertiser: Advertiser = BluezAdvertiser(self._controller, connectable=False, clock=clock, settle_s=0.1)
        radio = BleakRadio(self._controller, clock)
        self.scanner: Scanner = radio
        self.reader: GattReader = radio
        self._house = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._house.enter_async_context(self._bluez)
        self._house.callback(self._controller.close)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._house.__aexit__(kind, error, trace)

    def on_air(self) -> BluezoneId | None:
        verdicts = [read(ad) for ad in self._bluez.adverts.on_air]
        return next((verdict.peer for verdict in verdicts if isinstance(verdict, CarriesId)), None)

    def android(self) -> str:
        data = {0x22B5: bytes(range(12))}
        return self._bluez.phone(self._address(), uuids=(ANDROID_UUID,), manufacturers=data).address

    def iphone(self, manners: Manners = Manners.ANSWERS) -> str:
        answer = {Manners.GARBLED: b"\0", Manners.REFUSES: None}.get(manners, bytes(12))
        phone = self._bluez.phone(self._address(), uuids=(IOS_SERVICE,), answer=answer)
        phone.mute = manners is Manners.SILENT
        return phone.address

    def _address(self) -> str:
        return f"5A:00:00:00:00:{len(self._bluez.phones):02X}"

    async def pass_time(self) -> None:
        for phone in self._bluez.phones.values():
            phone.advertise()
        await self._controller.power_on()  # a round trip to bluetoothd

    def pull_chip(self) -> None:
        self._bluez.controller.unplug()

    def push_chip(self) -> None:
        self._bluez.controller.plug()

    async def restart_daemon(self) -> None:
        self._bluez.die()
        await self._bluez.come_back()

    def refuse_adverts(self, *, refused: bool) -> None:
        self._bluez.adverts.refusal = "org.bluez.Error.NotPermitted" if refused else ""

    def occupy(self) -> None:
        self._bluez.controller.busy = True


class SocketStage:
    """The kernel's sockets and our adapters, over the fake kernel; kiosk-radio's rungs put the id on air."""

    def __init__(self) -> None:
        self._kernel = FakeKernel()
        self._management = Management(self._kernel.opened, "hci0", rest_s=0)
        scanner = SocketScanner(self._management, SystemClock())
        self.scanner: Scanner = scanner
        self.reader: GattReader = AttReader(
            self._kernel.opened, self._management, scanner.refresh, scanner.asked, dial=self._kernel.dial
        )
        rungs: dict[str, Advertiser] = {
            MANAGEMENT: ManagementAdvertiser(self._kernel.ask, connectable=True),
            CHIP: ChipAdvertiser(self._kernel.ask, connectable=True),
        }
        self.advertiser: Advertiser = RungAdvertiser(rungs, lambda: True)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._management.close()
        self._kernel.close()

    def on_air(self) -> BluezoneId | None:
        ad = self._kernel.on_air or self._kernel.raw
        verdict = read(ad) if ad else None
        return verdict.peer if isinstance(verdict, CarriesId) else None

    def android(self) -> str:
        return self._place(encode(BluezoneId(bytes(range(12)))))

    def iphone(self, manners: Manners = Manners.ANSWERS) -> str:
        answer = {Manners.GARBLED: b"\0", Manners.REFUSES: None}.get(manners, bytes(12))
        uuid = bytes.fromhex(IOS_SERVICE.replace("-", ""))[::-1]
        return self._place(bytes((17, 0x07)) + uuid, answer, mute=manners is Manners.SILENT)

    def _place(self, ad: bytes, answer: bytes | None = None, *, mute: bool = False) -> str:
        address = f"5A:00:00:00:00:{len(self._kernel.phones):02X}"
        self._kernel.phones[address] = KernelPhone(address, ad, answer, mute)
        return address

    async def pass_time(self) -> None:
        self._kernel.everybody_sends()
        await SystemClock().sleep(0)

    def pull_chip(self) -> None:
        self._kernel.pull()

    def push_chip(self) -> None:
        self._kernel.push()

    async def restart_daemon(self) -> None:
        self._kernel.on_air = self._kernel.raw = None

    def refuse_adverts(self, *, refused: bool) -> None:
        self._kernel.refuses_adverts = refused

    def occupy(self) -> None:
        self._kernel.occupied = True


class SimulatedStage:
    """The simulated radio in an empty world."""

    def __init__(self) -> None:
        self._clock = ScaledClock(START, SPEED)
        self._world = World(self._clock)
        self._radio = Radio(self._world, self._clock)
        self.advertiser: Advertiser = self._radio.advertiser
        self.scanner: Scanner = self._radio.scanner
        self.reader: GattReader = self._radio.gatt
        self._broken: list[Broken] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def on_air(self) -> BluezoneId | None:
        return next((aired.peer for aired in self._world.diary.aired if aired.until is None), None)

    def android(self) -> str:
        return self._place(Platform.ANDROID, Manners.ANSWERS)

    def iphone(self, manners: Manners = Manners.ANSWERS) -> str:
        return self._place(Platform.IOS, manners)

    def _place(self, platform: Platform, manners: Manners) -> str:
        now = self._world.now()
        seed = bytes((len(self._world.diary.presences), *range(15)))
        phone = Phone(platform, True, DailyKey(seed + seed), now, manners=manners, answer_s=1.5)
        device = phone_device(phone, seed, rssi=-50)
        device.duty = device.duty._replace(phase=now)
        self._world.place(device)
        return device.addresses.at(now)

    async def pass_time(self) -> None:
        await self._clock.sleep(1)

    def pull_chip(self) -> None:
        self._broken.append(self._radio.break_down(Fault.CHIP_GONE))

    def push_chip(self) -> None:
        self._mend()

    async def restart_daemon(self) -> None:
        self._broken.append(self._radio.break_down(Fault.DAEMON_GONE))
        await self._clock.sleep(1)
        self._mend()

    def refuse_adverts(self, *, refused: bool) -> None:
        if refused:
            self._broken.append(self._radio.break_down(Fault.REFUSES_ADVERT))
        else:
            self._mend()

    def _mend(self) -> None:
        while self._broken:
            self._radio.mend(self._broken.pop())

    def occupy(self) -> None:
        self._radio.break_down(Fault.BUSY, mended_by=2)
