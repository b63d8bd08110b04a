"""Management: one trusted socket of the kernel's Bluetooth management interface, shared by scanner and reader.

kiosk-radio binds it (adapters/privileged.py), which is what makes the kernel trust it; frames are core/mgmt.py's.
bluetoothd speaks over sockets of its own to the same interface, so both see what the other causes.
"""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from kiosk.core import mgmt
from kiosk.core.facts import Trouble
from kiosk.errors import RadioError

ANSWER_S: Final = 10.0
"""A start of discovery waits in the kernel's queue behind a connect under way."""
BURST: Final = 128
"""Packets taken from the kernel in one go, so that a crowd does not keep everything else waiting."""
REST_S: Final = 0.05
"""In a crowd packets are awaited together: waking up for one costs as much as reading twenty."""
_MEMORY: Final = struct.Struct("=9I")
_TROUBLES: Final = {0x0F: Trouble.BLOCKED, mgmt.RFKILLED: Trouble.BLOCKED, 0x11: Trouble.NO_ADAPTER}
"""Not Powered and RFKilled; Invalid Index."""


class Management:
    """The management socket, opened by the first command and again after it broke."""

    def __init__(
        self,
        opened: Callable[[str], Awaitable[socket.socket]],
        adapter: str,
        *,
        answer_s: float = ANSWER_S,
        rest_s: float = REST_S,
    ) -> None:
        self._opened, self._answer_s, self._rest_s = opened, answer_s, rest_s
        self.index = int(adapter.removeprefix("hci"))
        self._link: socket.socket | None = None
        self._opening = asyncio.Lock()
        self._asking = asyncio.Lock()
        self._awaited: tuple[int, asyncio.Future[mgmt.Reply]] | None = None
        self._watchers: list[Callable[[mgmt.Frame], None]] = []
        self._found: Callable[[bytes], None] | None = None
        self._hurried = 0

    @property
    def is_open(self) -> bool:
        """Whether events can be heard of."""
        return self._link is not None

    @property
    def lost(self) -> int:
        """Packets that the kernel had no room for since the socket was opened."""
        return lost(self._link) if self._link is not None else 0

    async def command(self, opcode: int, body: bytes = b"") -> bytes:
        """One command to our controller; the reply's body. Raises RadioError."""
        status, answer = await self.attempt(opcode, body)
        if status:
            raise refusal(opcode, status)
        return answer

    async def attempt(self, opcode: int, body: bytes = b"") -> tuple[int, bytes]:
        """As `command`, with the status to be judged by the caller."""
        async with self._asking:
            link = await self._open()
            answer: asyncio.Future[mgmt.Reply] = asyncio.get_running_loop().create_future()
            self._awaited = opcode, answer
            try:
                link.send(mgmt.command(opcode, self.index, body))
                async with asyncio.timeout(self._answer_s):
                    reply = await answer
            except TimeoutError:
                raise RadioError("the kernel's Bluetooth management does not answer", Trouble.SILENT) from None
            except OSError as error:
                self.close()
                raise RadioError(f"Bluetooth management: {error.strerror or error}", Trouble.NO_ADAPTER) from error
            finally:
                self._awaited = None
            return reply.status, reply.body

    def post(self, opcode: int, body: bytes) -> None:
        """A command whose reply nobody waits for. Never raises: what did not come of it is seen by other signs."""
        if self._link is not None:
            with suppress(OSError):
                self._link.send(mgmt.command(opcode, self.index, body))

    @contextmanager
    def hurrying(self) -> Iterator[None]:
        """While inside, whatever comes is read at once."""
        self._hurried += 1
        try:
            yield
        finally:
            self._hurried -= 1

    @contextmanager
    def watching(self, told: Callable[[mgmt.Frame], None]) -> Iterator[None]:
        """Call `told` of every event of our controller but Device Found, while inside."""
        self._watchers.append(told)
        try:
            yield
        finally:
            self._watchers.remove(told)

    @contextmanager
    def hearing(self, found: Callable[[bytes], None]) -> Iterator[None]:
        """Call `found` with the body of every Device Found, while inside."""
        self._found = found
        try:
            yield
        finally:
            self._found = None

    def close(self) -> None:
        """Give the socket back; whoever waits for a reply is told. A later command opens another one."""
        if self._link is not None:
            asyncio.get_running_loop().remove_reader(self._link)
            self._link.close()
            self._link = None
        if self._awaited is not None and not self._awaited[1].done():
            self._awaited[1].set_exception(OSError("the socket was closed"))

    async def _open(self) -> socket.socket:
        async with self._opening:
            if self._link is None:
                self._link = await self._opened("control")
                asyncio.get_running_loop().add_reader(self._link, self._wake, self._link)
            return self._link

    def _wake(self, link: socket.socket) -> None:
        """The first packet after a silence. From here on the socket is looked at until nothing came."""
        asyncio.get_running_loop().remove_reader(link)
        self._look(link)

    def _look(self, link: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        taken = self._drain(link) if link is self._link else 0
        if link is not self._link:
            return  # it broke, or was closed meanwhile
        if taken == BURST:
            loop.call_soon(self._look, link)
        elif taken and not self._hurried:
            loop.call_later(self._rest_s, self._look, link)
        else:
            loop.add_reader(link, self._wake, link)

    def _drain(self, link: socket.socket) -> int:
        """Read what is there, BURST packets at most; how many it was."""
        for taken in range(BURST):
            try:
                packet = link.recv(2048)
            except BlockingIOError:
                return taken
            except OSError:
                packet = b""
            if not packet:
                self.close()
                return taken
            self._take(packet)
        return BURST

    def _take(self, packet: bytes) -> None:
        event = mgmt.frame(packet)
        if event is None or event.controller != self.index:
            return
        if event.event == mgmt.DEVICE_FOUND:  # nine in ten
            if self._found is not None:
                self._found(event.body)
            return
        reply = mgmt.reply(event)
        if reply is None:
            for told in tuple(self._watchers):
                told(event)
        elif self._awaited is not None and self._awaited[0] == reply.opcode and not self._awaited[1].done():
            self._awaited[1].set_result(reply)


def lost(link: socket.socket) -> int:
    """Packets that found no room in a socket, since it was made."""
    dropped: int
    *_, dropped = _MEMORY.unpack(link.getsockopt(socket.SOL_SOCKET, mgmt.MEMORY, _MEMORY.size))
    return dropped


def refusal(opcode: int, status: int) -> RadioError:
    """A reply that is no success, as a RadioError."""
    trouble = _TROUBLES.get(status, Trouble.REFUSED)
    return RadioError(f"the kernel's Bluetooth management refuses 0x{opcode:04x}: {mgmt.said(status)}", trouble)
