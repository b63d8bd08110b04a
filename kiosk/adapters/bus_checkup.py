"""Bus checkup: what bluetoothd and systemd answer on D-Bus. For `kiosk doctor`; never raises, never hangs."""

import asyncio
from contextlib import suppress
from typing import Any, Final

from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

from kiosk.adapters.bluez import ADAPTER, CALL_S, PROPERTIES, Controller
from kiosk.core.checkup.evidence import Bus
from kiosk.errors import RadioError

TIMEDATE: Final = "org.freedesktop.timedate1"
CLOCK_S: Final = 10.0
"""systemd starts timedated when it is asked."""


async def look(adapter: str) -> Bus:
    """Everything on the bus."""
    controller = Controller(adapter, call_s=CALL_S)
    try:
        bus = await controller.bus()
    except RadioError as error:
        return Bus(unreachable=str(error))
    try:
        synchronised = await _synchronised(bus)
        return await _bluetoothd(controller, synchronised)
    finally:
        controller.close()


async def _bluetoothd(controller: Controller, synchronised: bool | None) -> Bus:
    try:
        powered, pairable, discoverable = [
            bool(await controller.get(ADAPTER, name)) for name in ("Powered", "Pairable", "Discoverable")
        ]
    except RadioError as error:
        trouble: Any = error.trouble
        return Bus(refusal=str(error), trouble=trouble, synchronised=synchronised)
    return Bus(powered=powered, pairable=pairable, discoverable=discoverable, synchronised=synchronised)


async def _synchronised(bus: MessageBus) -> bool | None:
    """The kernel's clock as systemd-timedated reads it, whichever program keeps it: timesyncd, chrony, ntpd."""
    question = Message(
        destination=TIMEDATE,
        path="/org/freedesktop/timedate1",
        interface=PROPERTIES,
        member="Get",
        signature="ss",
        body=[TIMEDATE, "NTPSynchronized"],
    )
    with suppress(TimeoutError, OSError, EOFError):
        async with asyncio.timeout(CLOCK_S):
            reply = await bus.call(question)
        if reply.message_type is MessageType.METHOD_RETURN:
            return bool(reply.body[0].value)
    return None
