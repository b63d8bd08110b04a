"""Kiosk-radio seen from the daemon: sockets that only it may bind, and the deeds it does (kiosk/radiod.py).

Everything works without it, over D-Bus: where its door is missing, that is said once and nothing is asked.
"""

import asyncio
import os
import socket
from pathlib import Path
from typing import Final

from kiosk.core import mgmt
from kiosk.core.facts import Trouble
from kiosk.errors import RadioError

DOOR: Final = Path("/run/kiosk-radio.socket")
PATIENCE_S: Final = 20.0
"""Its slowest deed, switching a controller off and on, has two answers of 8 s to wait for."""
KINDS: Final = {
    "control": (mgmt.BLUETOOTH, socket.SOCK_RAW, mgmt.HCI),
    "att": (mgmt.BLUETOOTH, socket.SOCK_SEQPACKET, mgmt.L2CAP),
}
"""What comes with which verb. Python would ask the kernel, which cannot name a management socket (EBADFD)."""


class Privileged:
    """One question at a time, each over a connection of its own: kiosk-radio may be started again in between."""

    def __init__(self, door: Path | None = None, *, patience_s: float = PATIENCE_S) -> None:
        self._door, self._patience_s = door or DOOR, patience_s
        self._one = asyncio.Lock()

    @property
    def installed(self) -> bool:
        """Whether there is a door at all."""
        return self._door.exists()

    async def ask(self, verb: str, *words: str) -> str:
        """Have a deed done; what was told. Raises RadioError."""
        told, opened = await self._ask(verb, *words)
        if opened is not None:
            opened.close()
        return told

    async def opened(self, verb: str) -> socket.socket:
        """Have a socket opened; it does not block. Raises RadioError."""
        _, opened = await self._ask(verb)
        if opened is None:
            raise RadioError(f"kiosk-radio, {verb}: no socket came", Trouble.OTHER)
        return opened

    async def _ask(self, verb: str, *words: str) -> tuple[str, socket.socket | None]:
        try:
            async with self._one, asyncio.timeout(self._patience_s):
                answer, descriptors = await self._exchange(" ".join((verb, *words)).encode("ascii"))
        except OSError as error:  # TimeoutError is one
            why = error.strerror or "does not answer"
            raise RadioError(f"kiosk-radio, {verb}: {why}", Trouble.OTHER) from None
        opened = [socket.socket(*KINDS[verb], fileno=each) for each in descriptors]
        word, _, told = answer.partition(" ")
        if word != "ok":
            raise RadioError(f"kiosk-radio, {verb}: {told or 'it left'}", Trouble.REFUSED)
        for each in opened:
            each.setblocking(False)
        return told, opened[0] if opened else None

    async def _exchange(self, request: bytes) -> tuple[str, list[int]]:
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as link:
            link.setblocking(False)
            await loop.sock_connect(link, os.fspath(self._door))
            await loop.sock_sendall(link, request)
            came: asyncio.Future[None] = loop.create_future()
            loop.add_reader(link, _settle, came)
            try:
                await came
            finally:
                loop.remove_reader(link)
            data, descriptors, _, _ = socket.recv_fds(link, 512, 1)
        return data.decode("ascii", "replace"), descriptors


def _settle(came: asyncio.Future[None]) -> None:
    if not came.done():
        came.set_result(None)
