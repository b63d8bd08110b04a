"""Vault: the page's small secrets, each in a 0600 file of its own in the store's folder, replaced whole."""

import os
import re
import stat
from pathlib import Path
from typing import Final

from kiosk.adapters import whole
from kiosk.adapters.credentials import credential, read_credential
from kiosk.adapters.journal import redaction
from kiosk.errors import SecretError

CODE_FILE: Final = "claim.code"
"""Name of the claim code's file in the store's folder, unless web.code_file names another."""
LARGEST: Final = 64 * 1024
SHORTEST_TOKEN: Final = 16
"""Bytes: nobody guesses so many."""


class FileVault:
    """Secrets: one folder, one file a name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str) -> bytes | None:
        """A secret, or None if there is none yet. Raises SecretError if it cannot be read, or others can read it."""
        given = credential(name)
        return read_secret(self._folder / name) if given is None else _known(read_credential(given))

    def write(self, name: str, value: bytes) -> None:
        """Keep a secret; on the disk when it returns. Raises SecretError."""
        write_secret(self._folder / name, value)


def read_secret(path: Path) -> bytes | None:
    """A secret's file, or None if there is none. Raises SecretError."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            value = file.read(LARGEST)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SecretError(f"{path}: cannot be read: {error.strerror or error}") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SecretError(f"{path}: can be read by others. Run: chmod 600 {path}")
    return _known(value)


def _known(value: bytes) -> bytes:
    redaction.know(value.strip())
    return value


def write_secret(path: Path, value: bytes) -> None:
    """A new file under a name of its own, then in the place of the old one. Raises SecretError."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        whole.put(path, value, 0o600, as_folder=True)  # written with sudo, read by the service
    except OSError as error:
        raise SecretError(f"{path}: cannot be written: {error.strerror or error}") from error


def _given_or_kept(name: str, path: Path | None) -> bytes | None:
    """systemd's credential of this name, else the file."""
    given = credential(name)
    if given is not None:
        return _known(read_credential(given))
    return None if path is None else read_secret(path)


def code_path(named: str, folder: Path) -> Path:
    """Where the claim code lies: the file that web.code_file names, or one in the store's folder."""
    return Path(named) if named else folder / CODE_FILE


def read_token(path: Path | None) -> bytes | None:
    """What a program must know to read the metrics; None if neither systemd nor a file tells. Raises SecretError."""
    value = _given_or_kept("metrics.token", path)
    if value is None:
        return None
    if len(value.strip()) < SHORTEST_TOKEN:
        raise SecretError(f"{path}: is too short a token. Run: head -c 24 /dev/urandom | base64 > {path}")
    return value.strip()


def read_code(path: Path) -> str | None:
    """The six digits of the claim code, or None if there is none yet. Raises SecretError."""
    value = _given_or_kept(CODE_FILE, path)
    if value is None:
        return None
    found = re.fullmatch(rb"\s*([0-9]{6})\s*", value)
    if found is None:
        raise SecretError(f"{path}: holds no six digits. Run: kiosk setup --new-code")
    return found[1].decode()
