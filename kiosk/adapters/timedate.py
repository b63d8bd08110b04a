"""Timedate: what systemd and the kernel say of this machine's clock. [dbus_fast]"""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Final

from dbus_fast import BusType, Message, MessageType
from dbus_fast.aio import MessageBus

from kiosk.core.windows import UnixMs

TIMEDATE: Final = "org.freedesktop.timedate1"
ANSWER_S: Final = 10.0
"""systemd starts timedated when it is asked."""
HALF_A_SECOND_MS: Final = 500
"""A chip counts whole seconds; on average so much of one has passed."""
CLOCK_CHIPS: Final = Path("/sys/class/rtc")


class Timedate:
    """TimeSource: what this machine says of its clock. The bus is opened when first asked, and anew if lost."""

    def __init__(self, clock_chips: Path = CLOCK_CHIPS, *, bus_address: str | None = None) -> None:
        self._clock_chips = clock_chips
        self._bus_address = bus_address
        self._bus: MessageBus | None = None

    def battery(self) -> UnixMs | None:
        """The clock chip from which the kernel set the time at power-on, read anew: the wall clock may have been set
        since. Whether its battery lives, the time must show: a chip without one starts in 1970 or at its own birth."""
        with suppress(OSError, ValueError):
            for chip in self._clock_chips.iterdir():
                if (chip / "hctosys").read_text(encoding="ascii").strip() == "1":
                    seconds = int((chip / "since_epoch").read_text(encoding="ascii"))
                    return UnixMs(seconds * 1000 + HALF_A_SECOND_MS)
        return None

    async def synchronised(self) -> bool | None:
        with suppress(TimeoutError, OSError, EOFError):
            async with asyncio.timeout(ANSWER_S):
                if self._bus is None or not self._bus.connected:
                    self._bus = await MessageBus(bus_address=self._bus_address, bus_type=BusType.SYSTEM).connect()
                return await is_synchronised(self._bus)
        return None

    def close(self) -> None:
        if self._bus is not None:
            self._bus.disconnect()
            self._bus = None


async def is_synchronised(bus: MessageBus) -> bool | None:
    """The kernel's clock as systemd-timedated reads it, whichever program keeps it: timesyncd, chrony, ntpd. Asked by
    D-Bus and not of adjtimex, which ProtectClock= takes away. None: nobody answers."""
    question = Message(
        destination=TIMEDATE,
        path="/org/freedesktop/timedate1",
        interface="org.freedesktop.DBus.Properties",
        member="Get",
        signature="ss",
        body=[TIMEDATE, "NTPSynchronized"],
    )
    with suppress(TimeoutError, OSError, EOFError):
        async with asyncio.timeout(ANSWER_S):
            reply = await bus.call(question)
        if reply.message_type is MessageType.METHOD_RETURN:
            return bool(reply.body[0].value)
    return None
