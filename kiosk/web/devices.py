"""Devices: phones that have signed in before. Whoever locks the form for strangers does not lock it for them.

OWASP's device cookie: a random number, signed with what is kept of the PIN. So it holds as long as that PIN does, and
it outlives a session and "sign out everyone". It lets nobody in: it only has its tries counted apart.
"""

import base64
import hashlib
import hmac
import secrets
from typing import Final

from kiosk.web.claim import Pin

COOKIE: Final = "kiosk_device"
LASTS_S: Final = 400 * 86_400
"""The longest that browsers keep a cookie; each sign-in begins it anew."""
NUMBER_BYTES: Final = 12


class Devices:
    """Marks and recognises phones. Both may raise SecretError."""

    def __init__(self, pin: Pin) -> None:
        self._pin = pin

    def mark(self, cookie: str) -> str:
        """The cookie for a phone that has just signed in: under its old number if it had one."""
        number = self.read(cookie) or secrets.token_hex(NUMBER_BYTES)
        return f"{number}.{self._signed(number)}"

    def read(self, cookie: str) -> str | None:
        """The number of a phone that signed in while this PIN was in force."""
        number, _, signature = cookie.partition(".")
        if not (number and cookie.isascii() and self._pin.is_set()):
            return None
        return number if hmac.compare_digest(self._signed(number), signature) else None

    def _signed(self, number: str) -> str:
        digest = hmac.digest(self._pin.key("device"), number.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")
