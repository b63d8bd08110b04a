"""Credentials: secrets that systemd hands to the unit (LoadCredential=), in memory only and before any file of ours."""

import os
from pathlib import Path
from typing import Final

from kiosk.errors import SecretError

NAMES: Final = ("root.key", "sync.json", "claim.code", "metrics.token")
"""What may come that way. The PIN may not: staff change it on the page."""


def credential(name: str) -> Path | None:
    """Where systemd put this secret; None if it was given none of this name."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
    path = Path(folder) / name
    return path if folder and name in NAMES and path.exists() else None


def read_credential(path: Path) -> bytes:
    """Its bytes. Its mode tells nothing: systemd guards the folder, and lets our user in by an ACL, which shows as a
    right of the group. Raises SecretError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise SecretError(f"the credential {path.name} cannot be read: {error.strerror or error}") from error
