"""A real HTTP server in front of the simulated collector, and certificates for it."""

import datetime
import ipaddress
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import hdrs, web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk.core.sync.exchange import Ask, Reply
from kiosk.core.wire import MARK
from kiosk.sim.backend import SimulatedCollector

Handler = Callable[[web.Request], "web.StreamResponse | None"]


def response(reply: Reply) -> web.Response:
    """A Reply as HTTP."""
    headers = {MARK: "1"} if reply.marked else {}
    headers |= {hdrs.ETAG: reply.etag} if reply.etag else {}
    headers |= {hdrs.RETRY_AFTER: reply.retry_after} if reply.retry_after else {}
    headers |= {hdrs.CONTENT_TYPE: reply.media_type} if reply.media_type else {}
    return web.Response(body=reply.body, status=reply.status, headers=headers)


@asynccontextmanager
async def served(collector: SimulatedCollector, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """The collector over HTTP; gives its address."""

    async def answer(request: web.Request) -> web.Response:
        etag = request.headers.get(hdrs.IF_NONE_MATCH, "")
        ask = Ask(request.method, request.path_qs, await request.read(), request.content_type, etag)
        token = request.headers.get(hdrs.AUTHORIZATION, "").removeprefix("Bearer ")
        return response(collector.answer(ask, token))

    async with listening(answer, tls) as address:
        yield address


@asynccontextmanager
async def listening(answer: object, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Any handler on a free port of this machine."""
    app = web.Application(client_max_size=2_000_000)
    app.router.add_route("*", "/{path:.*}", answer)  # type: ignore[arg-type]  # the tests' handlers are plain
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield f"https://localhost:{port}" if tls else f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


@dataclass(frozen=True)
class Certified:
    """A server's certificate: its files, and its SHA-256 pin."""

    certificate: Path
    key: Path
    pin: str
    ends: datetime.datetime

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


class Authority:
    """A private certificate authority."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tests")])
        now = datetime.datetime.now(datetime.UTC)  # noqa: TID251 - certificates live in the machine's time
        builder = _builder(self._name, self._name, self._key.public_key(), now, now + datetime.timedelta(days=3650))
        own = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.file = folder / "ca.pem"
        self.file.write_bytes(own.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def certify(self, name: str = "localhost", *, begins_in_days: float = -1, ends_in_days: float = 300) -> Certified:
        """A certificate for a name, good for some days."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.datetime.now(datetime.UTC)  # noqa: TID251 - certificates live in the machine's time
        begins, ends = (now + datetime.timedelta(days=days) for days in (begins_in_days, ends_in_days))
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        names: list[x509.GeneralName] = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        builder = _builder(subject, self._name, key.public_key(), begins, ends)
        made = builder.add_extension(x509.SubjectAlternativeName(names[: 2 if name == "localhost" else 1]), False).sign(
            self._key, hashes.SHA256()
        )
        stem = f"{name}-{made.serial_number}"
        files = self._folder / f"{stem}.pem", self._folder / f"{stem}.key"
        files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
        files[1].write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return Certified(*files, made.fingerprint(hashes.SHA256()).hex(), made.not_valid_after_utc)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    begins: datetime.datetime,
    ends: datetime.datetime,
) -> x509.CertificateBuilder:
    return x509.CertificateBuilder(
        subject_name=subject,
        issuer_name=issuer,
        public_key=key,
        serial_number=x509.random_serial_number(),
        not_valid_before=begins,
        not_valid_after=ends,
    )
