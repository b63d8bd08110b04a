"""The daybook: what is remembered of an address for one day, in memory, under a hash whose salt dies with the day."""

import hashlib
from typing import Final

from kiosk.core.windows import UnixMs, vietnam_day_start

ANSWERS_A_DAY: Final = 3
"""An address that keeps its place for hours stands for somebody who works here: three of its windows are enough."""
CAPACITY: Final = 8192
HASH_BYTES: Final = 8
SALT_BYTES: Final = 16


class Daybook:
    """How often each address answered today, and which of them belong to another app."""

    def __init__(self, salt: bytes = bytes(SALT_BYTES), *, capacity: int = CAPACITY) -> None:
        self._salt = salt
        self._capacity = capacity
        self._day: UnixMs | None = None
        self._answers: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._answers)

    def is_done(self, address: str, at: UnixMs) -> bool:
        """Whether this address is to be left alone until midnight in Vietnam."""
        self._turn(at)
        return bool(self._answers) and self._answers.get(self._hash(address), 0) >= ANSWERS_A_DAY

    def answered(self, address: str, at: UnixMs) -> None:
        """It told its id."""
        self._note(address, at, 1)

    def is_other_app(self, address: str, at: UnixMs) -> None:
        """It has the bit, or the service, and not the id."""
        self._note(address, at, ANSWERS_A_DAY)

    def _note(self, address: str, at: UnixMs, answers: int) -> None:
        self._turn(at)
        key = self._hash(address)
        self._answers[key] = self._answers.pop(key, 0) + answers
        if len(self._answers) > self._capacity:
            del self._answers[next(iter(self._answers))]

    def _turn(self, at: UnixMs) -> None:
        """A new day, forward or back, knows nothing of the last; the salt runs forward only, as a chain of hashes."""
        day = vietnam_day_start(at)
        if day != self._day:
            if self._day is not None:
                self._salt = hashlib.blake2b(self._salt, digest_size=SALT_BYTES).digest()
            self._day = day
            self._answers.clear()

    def _hash(self, address: str) -> int:
        return int.from_bytes(hashlib.blake2b(address.encode(), key=self._salt, digest_size=HASH_BYTES).digest(), "big")
