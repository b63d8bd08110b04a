"""Identity: root key -> day key -> the id of a window, and the reference chain phones use.

Facts from SPEC sections 1 and 2, with the reference's own source lines.
"""

import hashlib
import hmac
from dataclasses import dataclass, field

from kiosk.core.windows import DAY_MS, WINDOWS_PER_DAY, UnixMs, Window, day_start, window_at

KEY_BYTES = 32
"""Base id and daily key. SPEC 1: BluezoneIdConstants.java:22."""
ID_BYTES = 12
"""SPEC 1: BluezoneIdConstants.java:19; BluezoneIdConstants.swift:21."""
SALT = b"bluzonesubkey"
"""Spelled without the first "e". SPEC 1: BluezoneIdConstants.java:28; BluezoneIdConstants.swift:30."""
ID_PICK = (0, 4, 8, 12, 16, 18, 20, 22, 24, 26, 28, 30)
"""Which bytes of a sub key make the id. SPEC 2: BluezoneIdGenerator.java:240-258; swift:162-179."""


@dataclass(frozen=True, slots=True, order=True)
class BluezoneId:
    """A rotating id: 12 opaque bytes. `repr` shows two of them, so that no whole id reaches a log."""

    raw: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.raw) != ID_BYTES:
            raise ValueError(f"an id has {ID_BYTES} bytes, not {len(self.raw)}")

    def __repr__(self) -> str:
        return f"BluezoneId({self.raw[:2].hex()}…)"

    @property
    def hex(self) -> str:
        """24 upper-case hex digits, as the reference prints ids."""
        return self.raw.hex().upper()


@dataclass(frozen=True, slots=True)
class DailyKey:
    """32 bytes from which all ids of one UTC day follow."""

    raw: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.raw) != KEY_BYTES:
            raise ValueError(f"a daily key has {KEY_BYTES} bytes, not {len(self.raw)}")

    @property
    def next(self) -> "DailyKey":
        """Next UTC day's key of a phone: D_n = SHA256(D_{n-1}). SPEC 2: BluezoneIdGenerator.java:130-147."""
        return DailyKey(hashlib.sha256(self.raw).digest())

    def ids(self) -> tuple[BluezoneId, ...]:
        """The day's 96 ids: k_0 = SHA256(D || salt), k_i = SHA256(k_{i-1}), id = picked bytes of k_i."""
        ids = []
        sub_key = self.raw + SALT
        for _ in range(WINDOWS_PER_DAY):
            sub_key = hashlib.sha256(sub_key).digest()
            ids.append(BluezoneId(bytes(sub_key[i] for i in ID_PICK)))
        return tuple(ids)


@dataclass(frozen=True, slots=True)
class RootKey:
    """The box's own secret, 32 random bytes, made once.

    Unlike a phone's chain, the box's day keys are independent: HMAC-SHA256(root key, UTC day).
    Whoever learns one day's key learns nothing of any other day.
    """

    raw: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.raw) != KEY_BYTES:
            raise ValueError(f"a root key has {KEY_BYTES} bytes, not {len(self.raw)}")

    def daily_key(self, day: int) -> DailyKey:
        """The key of a UTC day, given as days since 1970-01-01 (signed 8 bytes, big-endian, in the HMAC)."""
        return DailyKey(hmac.digest(self.raw, day.to_bytes(8, "big", signed=True), "sha256"))

    def id_in(self, window: Window) -> BluezoneId:
        """The id this box sends throughout a window."""
        return self.daily_key(window.day).ids()[window.slot]


def reference_id(base_key: DailyKey, base_time: UnixMs, at: UnixMs) -> BluezoneId:
    """A phone's id at a time, from its base id (the first day's daily key) and when that was made.

    Before the base day no hashing is done, as in the reference (times <= 0, BluezoneIdGenerator.java:130-147).
    """
    key = base_key
    for _ in range((day_start(at) - day_start(base_time)) // DAY_MS):
        key = key.next
    return key.ids()[window_at(at).slot]
