"""TLS: a self-made certificate that really serves, and words for files that do not belong together."""

import shutil
import ssl
import stat
from pathlib import Path

import aiohttp
import pytest

from kiosk.adapters.certificate import context_of, self_made
from kiosk.config import Web
from kiosk.errors import ConfigError
from tests.web.conftest import Kiosk

needs_openssl = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl is not here: apt-get install openssl"
)


@pytest.fixture
def kiosk() -> Kiosk:
    """A kiosk on a good day."""
    return Kiosk()


@needs_openssl
async def test_a_self_made_certificate_serves_the_page_and_is_made_once(kiosk: Kiosk, tmp_path: Path) -> None:
    certificate, key = self_made(tmp_path)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert self_made(tmp_path) == (certificate, key)
    before = certificate.read_bytes()
    kiosk.tls = context_of(*self_made(tmp_path))
    assert certificate.read_bytes() == before
    kiosk.door = kiosk.lock()
    trust = ssl.create_default_context(cafile=str(certificate))
    trust.check_hostname = False  # it names no address: the box does not know what it will have
    async with kiosk.site(Web(port=0)) as site, aiohttp.ClientSession(f"https://127.0.0.1:{site.port}") as session:
        async with session.get("/healthz", ssl=trust) as answer:
            assert answer.status == 200
        path = f"/claim/{kiosk.door.claim.token}"
        form = {"code": "246813", "new": "480317", "again": "480317"}
        async with session.post(path, data=form, ssl=trust, allow_redirects=False) as answer:
            assert "Secure" in answer.headers["Set-Cookie"]


@needs_openssl
def test_a_certificate_without_its_key_is_named(tmp_path: Path) -> None:
    certificate, _ = self_made(tmp_path / "one")
    _, other = self_made(tmp_path / "two")
    for key in (other, tmp_path / "nowhere"):
        with pytest.raises(ConfigError, match=r"web\.certificate_key"):
            context_of(certificate, key)


def test_without_openssl_the_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match="apt-get install openssl"):
        self_made(tmp_path)
    assert list(tmp_path.iterdir()) == []
