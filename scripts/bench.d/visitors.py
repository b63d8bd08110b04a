"""Visitors of the page, as a process of their own: N connections, each asking again as soon as it has its answer.

    python visitors.py PORT PATH COOKIE CLIENTS SECONDS   prints one JSON object: milliseconds of every answer

The client is as cheap as can be made, since it shares the machine with what it measures.
"""

import asyncio
import json
import sys
from time import perf_counter


class Visitor(asyncio.Protocol):
    """One browser's connection. Answers carry a Content-Length."""

    def __init__(self, request: bytes, until: float, spent: list[float], over: asyncio.Future[None]) -> None:
        self._request, self._until, self._spent, self._over = request, until, spent, over
        self._transport: asyncio.Transport | None = None
        self._answer, self._wanted, self._asked = bytearray(), 0, 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._answer += data
        if not self._wanted:
            head, end, _ = self._answer.partition(b"\r\n\r\n")
            if not end:
                return
            if not head.startswith(b"HTTP/1.1 200 "):
                self._end(RuntimeError(head.decode(errors="replace").splitlines()[0]))
                return
            length = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
            self._wanted = len(head) + 4 + int(length)
        if len(self._answer) >= self._wanted:
            self._spent.append(1000 * (perf_counter() - self._asked))
            self._ask()

    def connection_lost(self, error: Exception | None) -> None:
        self._end(error or RuntimeError("the kiosk hung up"))

    def _ask(self) -> None:
        if perf_counter() >= self._until or self._transport is None:
            self._end(None)
            return
        self._answer.clear()
        self._wanted, self._asked = 0, perf_counter()
        self._transport.write(self._request)

    def _end(self, error: Exception | None) -> None:
        if self._over.done():
            return
        if error is None:
            self._over.set_result(None)
        else:
            self._over.set_exception(error)
        if self._transport is not None:
            self._transport.close()


async def main(port: int, path: str, cookie: str, clients: int, seconds: float) -> None:
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n"
        "Accept: text/html\r\nAccept-Encoding: identity\r\n\r\n"
    ).encode()
    loop = asyncio.get_running_loop()
    spent: list[float] = []
    overs = [loop.create_future() for _ in range(clients)]
    until = perf_counter() + seconds
    for over in overs:
        await loop.create_connection(lambda over=over: Visitor(request, until, spent, over), "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*overs)
    print(json.dumps(spent))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), float(sys.argv[5])))
