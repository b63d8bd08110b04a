"""kiosk-radio's door, with a fake kernel behind it: what a kiosk in a process of its own hears over its sockets."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from kiosk.adapters.privileged import KINDS
from kiosk.core import mgmt
from kiosk.core.adverts import Heard
from tests.fakes.kernel import FakeKernel

RANDOM, PUBLIC = 2, 1
"""Address types of a report."""
ROUND_MS: Final = 10_240
"""A discovery ends by itself after so long."""
BURST: Final = 20
QUEUED_BYTES: Final = 50_000
"""So much lies in the kiosk's socket at most before more is sent: a quarter of what fits."""
BREATH_S: Final = 0.002


@asynccontextmanager
async def door(kernel: FakeKernel, path: Path) -> AsyncIterator[None]:
    """Answers as kiosk/radiod.py does, one question a connection."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as entrance:
        entrance.bind(str(path))
        entrance.listen()
        entrance.setblocking(False)
        answering = asyncio.create_task(_answer(kernel, entrance))
        try:
            yield
        finally:
            answering.cancel()
            with suppress(asyncio.CancelledError):
                await answering
            kernel.close()


async def _answer(kernel: FakeKernel, entrance: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    while True:
        link, _ = await loop.sock_accept(entrance)
        with link:
            verb, *words = (await loop.sock_recv(link, 512)).decode("ascii").split()
            if verb in KINDS:
                with await kernel.opened(verb) as theirs:
                    socket.send_fds(link, [b"ok"], [theirs.fileno()])
            else:
                link.send(f"ok {await kernel.ask(verb, *words)}".encode("ascii"))


class Reports:
    """Turns what the simulated street sends into what the kernel tells. A question of ours finds no phone."""

    def __init__(self, kernel: FakeKernel) -> None:
        self._kernel = kernel
        self._round_ms = 0
        self.packets = 0
        self.addresses: set[str] = set()

    async def tell(self, heard: Heard, answer: bytes | None) -> None:
        """One packet."""
        del answer
        kind = RANDOM if heard.address_type == "random" else PUBLIC
        head = struct.pack("<6sBbIH", mgmt.raw(heard.address), kind, heard.rssi, 0, len(heard.ad))
        self._kernel.flood(head + heard.ad, 1)
        self.packets += 1
        self.addresses.add(heard.address)
        if self.packets % BURST == 0:
            await self._let_it_drain()

    async def forget(self, limit: int) -> None:
        """The kernel keeps no table; but its rounds end."""
        if limit - self._round_ms >= ROUND_MS:
            self._round_ms = limit
            self._kernel.end_round()
            await self._let_it_drain()

    async def _let_it_drain(self) -> None:
        """Nothing may be lost, least of all the answer to a command."""
        await asyncio.sleep(0)
        while self._kernel.unread() > QUEUED_BYTES:  # noqa: ASYNC110 - it is another process that reads
            await asyncio.sleep(BREATH_S)
