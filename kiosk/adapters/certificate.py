"""Certificate: TLS for the page, with the venue's own certificate or one made here by the `openssl` program.

A self-made one encrypts but proves nothing: browsers warn once. It lasts ten years, for nobody renews it.
"""

import os
import ssl
import stat
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Final

from kiosk.errors import ConfigError

CERTIFICATE_FILE: Final = "web.crt"
KEY_FILE: Final = "web.key"
DAYS: Final = 3650
MAKE_S: Final = 60.0


def context_of(certificate: Path, key: Path) -> ssl.SSLContext:
    """What the page serves with. ConfigError names the file that is wrong."""
    with suppress(OSError):  # a file that is not there is told of below
        if key.stat().st_mode & stat.S_IRWXO:
            raise ConfigError(f"{key}: the key of web.certificate can be read by everybody. Run: chmod o= {key}")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # an Android of 2015 has no newer
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            f"{certificate} with {key}: no certificate and key of one another in PEM: {error.strerror or error}. "
            "Mend web.certificate and web.certificate_key, or set web.tls."
        ) from error
    return context


def self_made(folder: Path) -> tuple[Path, Path]:
    """The self-made certificate and its key in this folder, made on first use. Raises ConfigError."""
    certificate, key = folder / CERTIFICATE_FILE, folder / KEY_FILE
    if certificate.exists() and key.exists():
        return certificate, key
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = key.with_name(f"{KEY_FILE}.{os.getpid()}")
    os.close(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))  # its mode before its content
    command = [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-sha256",
        "-days", str(DAYS), "-subj", "/CN=bluezone-kiosk", "-keyout", str(new), "-out", str(certificate),
    ]  # fmt: skip
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=MAKE_S)
        new.replace(key)
    except FileNotFoundError:
        raise ConfigError('web.tls = "self-made" needs openssl: apt-get install openssl') from None
    except (OSError, subprocess.SubprocessError) as error:
        raise ConfigError(f"{certificate}: openssl could not make a certificate: {error}") from error
    finally:
        new.unlink(missing_ok=True)
    return certificate, key
