"""Asks that the end of the scan breaks off: whoever may have ended it does not come first again."""

import asyncio
from dataclasses import replace
from pathlib import Path

from kiosk.config import Collect as Settings
from kiosk.core.adverts import Platform
from kiosk.core.identity import BluezoneId, DailyKey, RootKey
from kiosk.core.windows import DAY_MS, WINDOW_MS, UnixMs, window_at
from kiosk.services.collect import NAME, Collect
from kiosk.sim.clock import ManualClock
from kiosk.sim.phones import Addresses, Device, Duty, Phone
from kiosk.sim.radio import Fault, Radio, SimulatedGatt
from kiosk.sim.world import World
from kiosk.store import open_store
from kiosk.supervisor import Board, supervise

DAY = UnixMs(1_795_305_600_000 // DAY_MS * DAY_MS)
START = UnixMs(DAY + 12 * 3_600_000 + 60_000)


def iphone(number: int) -> Device:
    phone = Phone(Platform.IOS, True, DailyKey(bytes([number]) * 32), DAY)
    addresses = Addresses(bytes([number]) * 16, lasts=None)
    return Device(addresses, phone.advert, Duty(WINDOW_MS, WINDOW_MS), -60, phone)


class Jammed(SimulatedGatt):
    """A reader under which the chip vanishes for a second whenever one phone is asked."""

    def __init__(self, radio: Radio, jammer: str) -> None:
        super().__init__(radio)
        self._chip, self._jammer, self.jams = radio, jammer, 0

    async def read_id(self, address: str, address_type: str, deadline_s: float) -> BluezoneId:
        if address != self._jammer:
            return await super().read_id(address, address_type, deadline_s)
        self.jams += 1
        self._chip.break_down(Fault.CHIP_GONE, for_s=1)
        await self._chip.clock.sleep(deadline_s)
        raise AssertionError("the scan's end breaks off the ask")


async def test_a_phone_whose_ask_ends_the_scan_does_not_come_first_again(tmp_path: Path) -> None:
    """Else a phone that hangs the radio, and is near, would be asked for ever and nobody else at all."""
    clock = ManualClock(START)
    world = World(clock)
    radio, board = Radio(world, clock), Board(clock, version="test", venue="", simulated=True)
    jammer, other = replace(iphone(1), rssi=-30), iphone(2)
    for device in (jammer, other):
        world.place(device)
    reader = Jammed(radio, jammer.addresses.at(START))
    async with open_store(tmp_path) as store:
        key = RootKey(bytes(range(32)))
        service = Collect(radio.scanner, reader, store, key, Settings(), clock=clock, board=board)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(supervise(NAME, service.run, clock=clock, board=board))
            await clock.advance(30)
            rows = await store.encounters(window_at(START))
            unanswered = board.snapshot().collect.unanswered
            task.cancel()
    assert other.phone is not None
    assert [row.peer for row in rows] == [other.phone.id_at(START)]
    assert unanswered == reader.jams == 1
