"""Sessions: who is signed in. A signed cookie carries the session's number and end; the signing key lies in a file.

A new key signs everyone out: shift hand-over. One session that ends before its time is noted beside the key.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from typing import Final

from kiosk.core.windows import UnixMs
from kiosk.core.wording import HOUR_MS
from kiosk.ports import Secrets

FILE: Final = "web.session"
COOKIE: Final = "kiosk_session"
LASTS_MS: Final = 12 * HOUR_MS
"""A shift, hand-over included."""
NUMBERS: Final = 1_000_000


class Sessions:
    """Begins, reads and ends sessions. All may raise SecretError."""

    def __init__(self, secret: Secrets, now: Callable[[], UnixMs]) -> None:
        self._secret, self._now = secret, now
        self._key = b""
        self._ended: dict[int, int] = {}
        """Session -> when it would have ended by itself."""

    def begin(self) -> tuple[int, str]:
        """A new session: its number and the cookie's value."""
        number = secrets.randbelow(NUMBERS - 1) + 1
        until = self._now() + LASTS_MS
        payload = f"{number}.{until}"
        return number, f"{payload}.{self._sign('session', payload)}"

    def read(self, cookie: str) -> int | None:
        """The number of a session that is genuine, not over and not ended."""
        if not cookie.isascii():
            return None
        payload, _, signature = cookie.rpartition(".")
        if not hmac.compare_digest(self._sign("session", payload).encode(), signature.encode()):
            return None
        number, _, until = payload.partition(".")
        left = int(until) - self._now()
        return int(number) if 0 < left <= LASTS_MS and int(number) not in self._ended else None

    def token(self, number: int) -> str:
        """What every form of this session must bring: no other site knows it."""
        return self._sign("form", str(number))

    def end(self, number: int) -> None:
        """Sign out one."""
        self._load()
        now = self._now()
        self._ended = {each: until for each, until in self._ended.items() if until > now}
        self._ended[number] = now + LASTS_MS
        self._save()

    def end_all(self) -> None:
        """Sign out everyone."""
        self._key, self._ended = secrets.token_bytes(32), {}
        self._save()

    def _sign(self, purpose: str, payload: str) -> str:
        self._load()
        digest = hmac.digest(self._key, f"{purpose}:{payload}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def _load(self) -> None:
        if self._key:
            return
        try:
            kept = json.loads(self._secret.read(FILE) or b"{}")
            self._key = binascii.unhexlify(kept["key"])
            self._ended = {int(number): int(until) for number, until in kept["ended"].items()}
        except (ValueError, KeyError):  # none yet, or damaged: everyone signs in again
            self.end_all()

    def _save(self) -> None:
        kept = {"key": self._key.hex(), "ended": self._ended}
        self._secret.write(FILE, json.dumps(kept).encode())
