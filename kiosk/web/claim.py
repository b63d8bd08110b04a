"""Claim: how a box gets its first PIN, and a new one when the old is lost: by who stands before it.

It takes the claim code on the screen (a random link) and six digits that came with the box. The link holds while the
box is unclaimed, and for ten minutes after each power-on; five wrong codes end it until the next power-on, whatever
is started again meanwhile.
"""

import asyncio
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from typing import Final

from kiosk.core import pins
from kiosk.errors import SecretError
from kiosk.ports import Power, Secrets

PIN_FILE: Final = "web.pin"
CLAIM_FILE: Final = "web.claim"
AFTER_POWER_ON_S: Final = 600.0
TRIES: Final = 5


class Pin:
    """The PIN's hash. Hashing costs a second and 16 MB: off the loop, one at a time."""

    def __init__(self, secret: Secrets) -> None:
        self._secret = secret
        self._kept: bytes | None = None
        self._one = asyncio.Lock()

    def is_set(self) -> bool:
        """Whether the box is claimed. Raises SecretError."""
        self._kept = self._kept or self._secret.read(PIN_FILE)
        return self._kept is not None

    def key(self, purpose: str) -> bytes:
        """A key that is another one with each new PIN: the salt in what is kept makes it. Raises SecretError."""
        if not self.is_set() or self._kept is None:
            raise SecretError(f"{PIN_FILE}: there is no PIN yet")
        return hmac.digest(self._kept, purpose.encode(), hashlib.sha256)

    async def choose(self, pin: str) -> None:
        """A new PIN, which `pins.weakness` has nothing against."""
        async with self._one:
            kept = await asyncio.to_thread(pins.hashed, pin, secrets.token_bytes(16))
            await asyncio.to_thread(self._secret.write, PIN_FILE, kept)
            self._kept = kept

    async def is_right(self, pin: str) -> bool:
        """Whether this is the PIN."""
        if not self.is_set() or self._kept is None or not pins.is_pin(pin):
            return False
        async with self._one:
            try:
                return await asyncio.to_thread(pins.matches, pin, self._kept)
            except ValueError as error:
                raise SecretError(f"{PIN_FILE}: damaged. Remove it and claim the kiosk anew.") from error


class Claim:
    """The way in for who stands before the box."""

    def __init__(self, secret: Secrets, power: Power, code: Callable[[], str | None], pin: Pin) -> None:
        self._secret, self._power, self._code, self._pin = secret, power, code, pin
        self._one = asyncio.Lock()
        self._token = secrets.token_urlsafe(12)

    @property
    def token(self) -> str:
        """The random part of the link; another one after each claim."""
        return self._token

    def is_open(self) -> bool:
        """Whether the link stands on the screen and holds. Raises SecretError."""
        in_time = not self._pin.is_set() or self._power.up_s() < AFTER_POWER_ON_S
        return in_time and self.left() > 0 and self._code() is not None

    def holds(self, token: str) -> bool:
        """Whether this is the link that stands on the screen now."""
        return hmac.compare_digest(token.encode(errors="replace"), self._token.encode()) and self.is_open()

    def left(self) -> int:
        """Codes that may still be tried until the next power-on."""
        try:
            kept = json.loads(self._secret.read(CLAIM_FILE) or b"{}")
            wrong = int(kept["wrong"]) if kept.get("boot") == self._power.boot() else 0
        except (ValueError, KeyError, AttributeError):
            wrong = TRIES  # damaged: closed rather than open
        return max(0, TRIES - wrong)

    async def enter(self, code: str, pin: str) -> bool:
        """Set the PIN if the code is right. A try is on the disk before it is judged."""
        async with self._one:
            right, left = self._code(), self.left()
            if right is None or left == 0:
                return False
            await self._note(TRIES - left + 1)
            if not hmac.compare_digest(code.strip().encode(errors="replace"), right.encode()):
                return False
            await self._pin.choose(pin)
            await self._note(0)
            self._token = secrets.token_urlsafe(12)
            return True

    async def _note(self, wrong: int) -> None:
        kept = json.dumps({"boot": self._power.boot(), "wrong": wrong}).encode()
        await asyncio.to_thread(self._secret.write, CLAIM_FILE, kept)
