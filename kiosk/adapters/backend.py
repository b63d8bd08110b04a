"""Backend: the way to the collector over HTTPS. What comes back is handed on as it is; core/sync judges it.

The certificate is always verified, by the machine's authorities or by those of sync.ca_file. Pins are compared within
the handshake, before a byte of ours is sent. No redirect is followed and no more than a message is read.
"""

import asyncio
import hashlib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
from aiohttp import hdrs

from kiosk import __version__
from kiosk.core.sync.exchange import Ask, Obstacle, Reply
from kiosk.core.windows import UnixMs
from kiosk.core.wire import LARGEST_MESSAGE, MARK
from kiosk.errors import BackendUnavailable, ConfigError

CONNECT_S: Final = 20.0
ANSWER_S: Final = 30.0
SLOWEST_BYTES_S: Final = 4000.0
"""A line slower than this is as none."""
_CHUNK: Final = 65536
_WRONG_TIME: Final = frozenset({9, 10})
"""OpenSSL's codes for a certificate that is not valid yet, and one that has expired."""


@dataclass(frozen=True, slots=True)
class Line:
    """How to get to the collector: files and addresses from [sync], "" where there is none."""

    ca_file: str = ""
    pins: Sequence[str] = ()
    """SHA-256 of certificates (DER, hex): the one in use and its spare."""
    proxy: str = ""


class PinMismatch(ssl.SSLError):
    """The certificate is none of the pinned ones."""


class _Context(ssl.SSLContext):
    """A client's context that remembers the last certificate it was shown."""

    pins: frozenset[str] = frozenset()
    ends: UnixMs | None = None

    def shown(self, der: bytes, ends: str) -> None:
        """Raises PinMismatch."""
        self.ends = UnixMs(ssl.cert_time_to_seconds(ends) * 1000)
        if self.pins and hashlib.sha256(der).hexdigest() not in self.pins:
            raise PinMismatch("the certificate is none of sync.pins")


class _Handshake(ssl.SSLObject):
    def do_handshake(self) -> None:
        super().do_handshake()
        context, der, told = self.context, self.getpeercert(True), self.getpeercert()
        assert isinstance(context, _Context)
        assert der is not None
        assert told is not None
        context.shown(der, str(told["notAfter"]))


def context_of(line: Line) -> _Context:
    """What connections are made with. ConfigError names a file that is wrong."""
    context = _Context(ssl.PROTOCOL_TLS_CLIENT)  # verifies certificate and name; nothing here switches that off
    context.sslobject_class = _Handshake
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.pins = frozenset(pin.lower().replace(":", "") for pin in line.pins)
    if not line.ca_file:
        context.load_default_certs()
        return context
    try:
        context.load_verify_locations(line.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            f"{line.ca_file}: no certificates in PEM: {error.strerror or error}. Mend sync.ca_file."
        ) from error
    return context


class HttpBackend:
    """Backend: one session, one connection, one token ("" before enrolment)."""

    def __init__(self, url: str, token: str, line: Line, *, answer_s: float = ANSWER_S) -> None:
        self._url, self._line, self._answer_s = url, line, answer_s
        self._headers = {
            hdrs.USER_AGENT: f"bluezone-kiosk/{__version__}",
            hdrs.ACCEPT_ENCODING: "identity",
            **({hdrs.AUTHORIZATION: f"Bearer {token}"} if token else {}),
        }
        self._session: aiohttp.ClientSession | None = None
        self._context: _Context | None = None

    async def ask(self, ask: Ask) -> Reply:
        """One exchange."""
        session = self._session or await self._open()
        headers = {hdrs.CONTENT_TYPE: ask.content_type} if ask.body else {}
        if ask.etag:
            headers[hdrs.IF_NONE_MATCH] = ask.etag
        limit_s = CONNECT_S + self._answer_s + len(ask.body) / SLOWEST_BYTES_S
        try:
            async with session.request(
                ask.method,
                self._url + ask.path,
                data=ask.body or None,
                headers=headers,
                allow_redirects=False,
                proxy=self._line.proxy or None,
                timeout=aiohttp.ClientTimeout(total=limit_s, sock_connect=CONNECT_S, sock_read=self._answer_s),
            ) as answer:
                return await _reply(answer)
        except (aiohttp.ClientError, ValueError, OSError) as error:  # TimeoutError is an OSError
            obstacle = _obstacle(error)
            raise BackendUnavailable(f"{obstacle.value} ({type(error).__name__})", obstacle) from error

    def certificate_ends(self) -> UnixMs | None:
        return self._context.ends if self._context else None

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _open(self) -> aiohttp.ClientSession:
        if self._context is None and any(each.startswith("https:") for each in (self._url, self._line.proxy)):
            self._context = await asyncio.to_thread(context_of, self._line)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=1, ssl=self._context or True),
            headers=self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )
        return self._session


async def _reply(answer: aiohttp.ClientResponse) -> Reply:
    """All of it, unless it is longer than any message is."""
    body = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > LARGEST_MESSAGE:
            raise aiohttp.ClientPayloadError(f"more than {LARGEST_MESSAGE} bytes")
    return Reply(
        status=answer.status,
        body=bytes(body),
        media_type=answer.content_type,
        marked=answer.headers.get(MARK) == "1",
        retry_after=answer.headers.get(hdrs.RETRY_AFTER, ""),
        etag=answer.headers.get(hdrs.ETAG, ""),
    )


def _obstacle(error: Exception) -> Obstacle:
    """What stood in the way. The order matters: aiohttp's errors are one another's children."""
    causes = _below(error)
    if any(isinstance(cause, PinMismatch) for cause in causes):
        return Obstacle.PIN
    if any(getattr(cause, "verify_code", None) in _WRONG_TIME for cause in causes):
        return Obstacle.CLOCK
    kinds: tuple[tuple[Any, Obstacle], ...] = (
        (aiohttp.ClientHttpProxyError, Obstacle.PROXY),
        (aiohttp.ClientProxyConnectionError, Obstacle.PROXY),
        (aiohttp.ClientConnectorDNSError, Obstacle.NAME),
        ((aiohttp.ClientSSLError, ssl.SSLError), Obstacle.TLS),
        (TimeoutError, Obstacle.TIMEOUT),
        (aiohttp.ClientConnectorError, Obstacle.CONNECTION),
        ((aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError, aiohttp.ClientResponseError), Obstacle.CUT),
        (ConnectionError, Obstacle.CUT),
    )
    return next((obstacle for kind, obstacle in kinds if isinstance(error, kind)), Obstacle.CONNECTION)


def _below(error: BaseException | None) -> list[BaseException]:
    """What caused it, and what caused that: aiohttp keeps the TLS library's error in one of two fields."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error.__cause__
    return found
