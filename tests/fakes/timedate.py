"""FakeTimedate: systemd's org.freedesktop.timedate1, as far as the doctor asks it."""

from types import TracebackType
from typing import Self

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus


class FakeTimedate:
    """`async with FakeTimedate(address, synchronised=True)`."""

    def __init__(self, address: str, *, synchronised: bool) -> None:
        self._address, self._synchronised = address, synchronised
        self._bus: MessageBus | None = None

    async def __aenter__(self) -> Self:
        self._bus = await MessageBus(bus_address=self._address).connect()
        self._bus.add_message_handler(self._on_message)
        await self._bus.request_name("org.freedesktop.timedate1")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bus is not None:
            self._bus.disconnect()

    def _on_message(self, message: Message) -> Message | bool:
        if message.message_type is not MessageType.METHOD_CALL:
            return False
        if message.body == ["org.freedesktop.timedate1", "NTPSynchronized"]:
            return Message.new_method_return(message, "v", [Variant("b", self._synchronised)])
        return Message.new_error(message, "org.freedesktop.DBus.Error.UnknownProperty", "no such property")
