"""The simulated radio: Advertiser, Scanner and GattReader on a world, with faults that can be put in and mended."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from kiosk.core.adverts import Heard, Platform
from kiosk.core.facts import Trouble
from kiosk.core.identity import BluezoneId
from kiosk.core.windows import UnixMs
from kiosk.errors import BadPeerValue, OtherApp, PeerUnreachable, RadioError
from kiosk.ports import Advertiser, Clock, Ears, GattReader, Scanner
from kiosk.sim.phones import NEVER, Manners
from kiosk.sim.world import World

REFUSAL_S: Final = 0.8
"""How long a phone takes to refuse."""


class Fault(Enum):
    """What can be wrong. Several may be wrong at once."""

    CHIP_GONE = "chip gone"
    """Every call fails, the scan reports its own end, nothing is on air."""
    DAEMON_GONE = "daemon gone"
    """As after a restart of bluetoothd: the scan falls silent without an error, the advertisement is lost."""
    BUSY = "busy"
    """Starting a scan fails with InProgress."""
    REFUSES_ADVERT = "refuses advert"
    DEAF = "deaf"
    """The scan runs by all accounts, and nothing is heard."""


@dataclass(slots=True, eq=False)
class Broken:
    """A fault from `since` on, until `until` or until a recovery step of at least `mended_by`."""

    fault: Fault
    since: UnixMs
    until: UnixMs = NEVER
    mended_by: int | None = None

    def overlaps(self, since: UnixMs, until: UnixMs) -> bool:
        """Whether it was so at some time of the closed span."""
        return self.since <= until and since < self.until


_TROUBLE: Final = {
    Fault.CHIP_GONE: Trouble.NO_ADAPTER,
    Fault.DAEMON_GONE: Trouble.NO_BLUETOOTHD,
    Fault.BUSY: Trouble.OTHER,
    Fault.REFUSES_ADVERT: Trouble.REFUSED,
}


class Radio:
    """One chip in one world. Its three faces satisfy the ports; `faults` is the list of what breaks and when."""

    def __init__(self, world: World, clock: Clock) -> None:
        self.world = world
        self.clock = clock
        self.faults: list[Broken] = []
        self.advertiser = SimulatedAdvertiser(self)
        self.scanner = SimulatedScanner(self)
        self.gatt = SimulatedGatt(self)

    def break_down(self, fault: Fault, *, for_s: float | None = None, mended_by: int | None = None) -> Broken:
        """Break something now."""
        now = self.world.now()
        until = NEVER if for_s is None else UnixMs(now + int(for_s * 1000))
        broken = Broken(fault, now, until, mended_by)
        self.faults.append(broken)
        return broken

    def mend(self, broken: Broken) -> None:
        """It works again from now on. What was lost meanwhile stays lost."""
        broken.until = min(broken.until, self.world.now())

    def demand(self, *faults: Fault) -> None:
        """RadioError if one of these is wrong now."""
        now = self.world.now()
        for fault in faults:
            if self.happened(now, fault):
                raise RadioError(f"simulated: {fault.value}", _TROUBLE[fault])

    def happened(self, since: UnixMs, *faults: Fault) -> bool:
        """Whether one of these was wrong at some time from `since` to now."""
        now = self.world.now()
        return any(broken.fault in faults and broken.overlaps(since, now) for broken in self.faults)


class SimulatedAdvertiser:
    """Notes in the world's diary which id is on air."""

    def __init__(self, radio: Radio) -> None:
        self._radio = radio
        self._peer: BluezoneId | None = None
        self._since = UnixMs(0)

    async def show(self, peer: BluezoneId) -> None:
        self._radio.demand(Fault.CHIP_GONE, Fault.DAEMON_GONE, Fault.REFUSES_ADVERT)
        if await self.is_on_air() and self._peer == peer:
            return
        self._peer, self._since = peer, self._radio.world.now()
        self._radio.world.diary.on_air(peer, self._since)

    async def is_on_air(self) -> bool:
        if self._peer is not None and self._radio.happened(self._since, Fault.CHIP_GONE, Fault.DAEMON_GONE):
            await self.hide()
        return self._peer is not None

    async def hide(self) -> None:
        self._peer = None
        self._radio.world.diary.on_air(None, self._radio.world.now())


class SimulatedEars:
    """A scan of the simulated radio."""

    def __init__(self, radio: Radio) -> None:
        self._radio = radio
        self._since = radio.world.now()
        self._open = True
        self.dropped = 0

    def take(self) -> list[Heard]:
        if not self._open or self._radio.happened(self._since, Fault.CHIP_GONE):
            raise RadioError("simulated: the scan has ended", Trouble.NO_ADAPTER)
        heard, lost = self._radio.world.hear()
        if self._radio.happened(self._since, Fault.DAEMON_GONE) or self._radio.happened(
            self._radio.world.now(), Fault.DEAF
        ):
            return []
        self.dropped += lost
        return heard

    async def check(self) -> None:
        if not self._open or self._radio.happened(self._since, Fault.CHIP_GONE, Fault.DAEMON_GONE):
            raise RadioError("simulated: the scan has ended", Trouble.SILENT)

    def close(self) -> None:
        """The scan is over."""
        self._open = False


class SimulatedScanner:
    """Listens to the world."""

    def __init__(self, radio: Radio) -> None:
        self._radio = radio

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Ears]:
        self._radio.demand(Fault.CHIP_GONE, Fault.DAEMON_GONE, Fault.BUSY)
        self._radio.world.listen_anew()
        ears = SimulatedEars(self._radio)
        try:
            yield ears
        finally:
            ears.close()

    async def recover(self, step: int) -> None:
        for broken in self._radio.faults:
            if broken.mended_by is not None and step >= broken.mended_by:
                self._radio.mend(broken)
        self._radio.demand(Fault.CHIP_GONE, Fault.DAEMON_GONE)


class SimulatedGatt:
    """Reads the world's iPhones: it takes time, and not all answer."""

    def __init__(self, radio: Radio) -> None:
        self._radio = radio
        self.asked: list[str] = []
        """Addresses asked lately, newest last."""

    async def read_id(self, address: str, address_type: str, deadline_s: float) -> BluezoneId:
        del address_type
        world = self._radio.world
        if self._radio.happened(world.now(), Fault.CHIP_GONE, Fault.DAEMON_GONE):
            raise PeerUnreachable("simulated: no radio")
        self.asked = [*self.asked[-999:], address]
        world.connect_since, world.connect_until = world.now(), NEVER
        try:
            return await self._read(address, deadline_s)
        finally:
            world.connect_until = world.now()

    async def _read(self, address: str, deadline_s: float) -> BluezoneId:
        world, clock = self._radio.world, self._radio.clock
        device = world.find(address)
        phone = device.phone if device is not None else None
        if device is None or phone is None or phone.platform is Platform.ANDROID or phone.manners is Manners.SILENT:
            await clock.sleep(deadline_s)
            raise PeerUnreachable("simulated: no answer")
        if phone.manners is Manners.REFUSES:
            await clock.sleep(min(REFUSAL_S, deadline_s))
            raise PeerUnreachable("simulated: refused")
        if phone.manners is Manners.LEAVES:
            await clock.sleep(min(phone.answer_s, deadline_s) / 2)
            raise PeerUnreachable("simulated: it hung up")
        await clock.sleep(min(phone.answer_s, deadline_s))
        if phone.answer_s >= deadline_s or not world.is_near(device):
            raise PeerUnreachable("simulated: too slow, or gone")
        if phone.manners is Manners.OTHER_APP:
            raise OtherApp("simulated: no such characteristic")
        if phone.manners is Manners.GARBLED:
            raise BadPeerValue("simulated: not 12 bytes")
        peer = phone.id_at(world.now())
        world.diary.answered(peer, clock.now())
        return peer


if TYPE_CHECKING:  # the faces satisfy the ports
    _advertiser: type[Advertiser] = SimulatedAdvertiser
    _scanner: type[Scanner] = SimulatedScanner
    _gatt: type[GattReader] = SimulatedGatt
