"""GattReader over one LE socket: connect, one ATT request, hang up. No service discovery, no D-Bus, never BR/EDR.

The socket (L2CAP, fixed channel 4) asks for no security, so the kernel starts no pairing. It comes from kiosk-radio
only so that the daemon may be forbidden every Bluetooth socket of its own; the kernel asks no capability for it.

While a discovery runs the kernel waits for the phone to be reported, and hears everybody meanwhile. Only then does it
stop the scan, pause our advertisement and connect, which the end of the discovery tells us: from there on the phone
has `SILENCE_S` to answer. A fresh round of discovery behind the connect has it reported at once, whatever the chip's
filter of duplicates has seen.
"""

import asyncio
import ctypes
import errno
import os
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from typing import Final

from kiosk.adapters.management import Management
from kiosk.core import att, mgmt
from kiosk.core.identity import BluezoneId
from kiosk.errors import PeerUnreachable, RadioError

SILENCE_S: Final = 1.8
"""Longest a phone may keep us deaf: 2 s with the kernel's own time to cancel. A phone that hears us answers within a
few of its advertising intervals."""
_ATT_CHANNEL: Final = 4
_TYPES: Final = {"public": 1, "random": 2}
_ADDRESS: Final = struct.Struct("<HH6sHBx")
"""struct sockaddr_l2 of <bluetooth/l2cap.h>: family, psm, address, channel, type of address."""


Dial = Callable[[socket.socket, bytes, int], None]
"""Begin to connect a socket with an address, as it is on air, of a type. Raises OSError."""


def dial_over_le(link: socket.socket, peer: bytes, kind: int) -> None:
    """The kernel's own. Python's bind and connect know neither channel nor type of address."""
    libc = ctypes.CDLL(None, use_errno=True)
    ours = _ADDRESS.pack(mgmt.BLUETOOTH, 0, bytes(6), _ATT_CHANNEL, _TYPES["public"])
    theirs = _ADDRESS.pack(mgmt.BLUETOOTH, 0, peer, _ATT_CHANNEL, kind)
    for call, address in ((libc.bind, ours), (libc.connect, theirs)):
        if call(link.fileno(), address, len(address)) and ctypes.get_errno() != errno.EINPROGRESS:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


class AttReader:
    """GattReader on one controller. `refresh` begins a round of discovery; `asked` is told whom we connect with."""

    def __init__(
        self,
        opened: Callable[[str], Awaitable[socket.socket]],
        management: Management,
        refresh: Callable[[], Awaitable[None]],
        asked: set[bytes],
        *,
        dial: Dial | None = None,
        rests: Callable[[], bool] = lambda: False,
    ) -> None:
        """`rests`: the scan rests for our advertisement's turn, and no connect silences it."""
        self._opened, self._management = opened, management
        self._refresh, self._asked, self._dial = refresh, asked, dial or dial_over_le
        self._rests = rests

    async def read_id(self, address: str, address_type: str, deadline_s: float) -> BluezoneId:
        """The id now. Raises PeerUnreachable, BadPeerValue, OtherApp."""
        with self._management.hurrying():  # each packet that waits is time without a scan
            return await self._read(address, address_type, deadline_s)

    async def _read(self, address: str, address_type: str, deadline_s: float) -> BluezoneId:
        peer, kind = mgmt.raw(address), _TYPES[address_type]
        silence = _Silence(self._rests)
        self._asked.add(peer)
        try:
            link = await self._opened("att")
            with link, self._management.watching(silence.on_event):
                async with asyncio.timeout(deadline_s), silence:
                    return await self._ask(link, peer, kind)
        except (OSError, RadioError) as error:  # TimeoutError is an OSError; its text may name the address
            raise PeerUnreachable(type(error).__name__) from None
        finally:
            await self._hang_up(peer, kind)
            self._asked.discard(peer)

    async def _ask(self, link: socket.socket, peer: bytes, kind: int) -> BluezoneId:
        loop = asyncio.get_running_loop()
        self._dial(link, peer, kind)
        await self._refresh()
        await _writable(link)
        if failed := link.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise OSError(failed, os.strerror(failed))
        await loop.sock_sendall(link, att.QUESTION)
        while pdu := await loop.sock_recv(link, 512):
            told = att.answer(pdu)
            if told is not None:
                return told
            if reply := att.refused(pdu):
                await loop.sock_sendall(link, reply)
        raise PeerUnreachable("the phone hung up")

    async def _hang_up(self, peer: bytes, kind: int) -> None:
        """The kernel would keep a closed socket's link for 2 s more."""
        with suppress(RadioError):
            await self._management.attempt(mgmt.DISCONNECT, peer + bytes((kind,)))


class _Silence:
    """Ends the body once a silence has lasted too long, as a timeout that begins later."""

    def __init__(self, rests: Callable[[], bool]) -> None:
        self._rests = rests
        self._timeout = asyncio.timeout(None)

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._timeout.__aexit__(kind, error, trace)

    def on_event(self, event: mgmt.Frame) -> None:
        """The end of a discovery: unless it was ours to restart, the connect has begun."""
        runs = mgmt.discovering(event.body) if event.event == mgmt.DISCOVERING else None
        if runs or (runs is False and self._rests()):
            self._timeout.reschedule(None)
        elif runs is False and self._timeout.when() is None:
            self._timeout.reschedule(asyncio.get_running_loop().time() + SILENCE_S)


async def _writable(link: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()
    loop.add_writer(link, _settle, done)
    try:
        await done
    finally:
        loop.remove_writer(link)


def _settle(done: asyncio.Future[None]) -> None:
    if not done.done():
        done.set_result(None)
