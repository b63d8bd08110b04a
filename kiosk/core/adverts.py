"""Advertisements: ours encoded, theirs read from raw AD bytes.

`read` decides as Android 8.1+ does (SPEC 4; the column `android_native_checked` of vectors/adverts.json), with one
difference on purpose: the Apple overflow bit counts even when other bits of the map are set, since a phone may run
several background apps. Field layout: Bluetooth Core Specification Supplement, part A.
"""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from kiosk.core.identity import ID_BYTES, BluezoneId
from kiosk.core.windows import UnixMs

COMPANY: Final = 0x22B5
"""8885, on air B5 22. SPEC 1: AppConstants.java:75."""
SERVICE_UUID16: Final = 0x4E56
"""Android role, on air 56 4E. SPEC 1: AppConstants.java:74,77; AppConstant.swift:17-18."""
IOS_SERVICE_UUID: Final = "00004e56-73f5-4bc4-a12f-17d1ad07a667"
"""iOS role. SPEC 1: AppConstants.java:76; AppConstant.swift:19."""
ID_CHARACTERISTIC_UUID: Final = "00004e56-73f5-4bc4-a12f-17d1ad07a689"
"""Read-only, 12 bytes: the phone's id now. SPEC 1: AppConstants.java:78; AppConstant.swift:20."""
APPLE: Final = 0x004C
OVERFLOW_BYTES: Final = 17
"""Apple overflow area: type 01 and a 128-bit map. SPEC 1 and 3: AppConstants.java:79,81."""
OVERFLOW_BIT: Final = 0x08
"""Our UUID's bit, in the first byte of the map. SPEC 3."""
RSSI_UNKNOWN: Final = -127
"""What stands for 'not available' (HCI 127; Core Vol 4 Part E 7.7.65.2): weaker than any real reading."""

CLOSELY_KEPT: Final = 1024
"""Phones' own advertisements whose reading is remembered: each is repeated for 15 minutes, some ten times a second."""

_ON_AIR_UUID16 = SERVICE_UUID16.to_bytes(2, "little")
_OURS = frozenset(
    (
        _ON_AIR_UUID16,
        SERVICE_UUID16.to_bytes(4, "little"),
        bytes.fromhex("FB349B5F8000008000100000") + SERVICE_UUID16.to_bytes(4, "little"),  # Bluetooth base UUID
    )
)
"""The 16-, 32- and 128-bit forms are equal (SPEC 4)."""
_IOS_UUID128 = bytes.fromhex(IOS_SERVICE_UUID.replace("-", ""))[::-1]
_APPLE_OVERFLOW_MARK = APPLE.to_bytes(2, "little") + b"\x01"
_LAST_OF_UUID16 = _ON_AIR_UUID16[-1]
_FIRST_OF_APPLE = _APPLE_OVERFLOW_MARK[0]
_OUR_COMPANY = COMPANY.to_bytes(2, "little")
_MANUFACTURER = 0xFF
_UUID_BYTES = {0x02: 2, 0x03: 2, 0x04: 4, 0x05: 4, 0x06: 16, 0x07: 16}
"""AD types of service UUID lists, incomplete and complete, and the size of their members."""


class Heard(NamedTuple):
    """One advertisement as a radio reports it. `ad`: AD structures, scan response appended; `rssi` in dBm.

    `address` and `address_type` ("public" or "random") live in memory only: nothing may store or log them.
    """

    address: str
    address_type: str
    at: UnixMs
    rssi: int
    ad: bytes


class Platform(Enum):
    """Which app a phone runs, as its way of telling its id shows."""

    ANDROID = "android"
    IOS = "ios"


class Kind(Enum):
    """What a stranger's advertisement looks like, by its first manufacturer."""

    APPLE = "apple"
    SAMSUNG = "samsung"
    GOOGLE = "google"
    MICROSOFT = "microsoft"
    OTHER = "other"
    UNSIGNED = "unsigned"


@dataclass(frozen=True, slots=True)
class CarriesId:
    """An Android phone's advertisement: the id is in it."""

    peer: BluezoneId


@dataclass(frozen=True, slots=True)
class Ask:
    """An iPhone that must be asked over GATT. `likely`: only the overflow bit says so, another app may share it."""

    likely: bool


@dataclass(frozen=True, slots=True)
class Stranger:
    """A well-formed advertisement of something else: normal, not an error."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Damaged:
    """An advertisement that Android 8.1+ would drop, or ours without a usable id."""

    why: str


Verdict: TypeAlias = CarriesId | Ask | Stranger | Damaged

_SURE, _LIKELY = Ask(likely=False), Ask(likely=True)
_KINDS = {
    APPLE: Stranger(Kind.APPLE),
    0x0075: Stranger(Kind.SAMSUNG),
    0x00E0: Stranger(Kind.GOOGLE),
    0x0006: Stranger(Kind.MICROSOFT),
}
_OTHER, _UNSIGNED = Stranger(Kind.OTHER), Stranger(Kind.UNSIGNED)
_CUT_OFF = Damaged("an AD structure is longer than the packet")
_AFTER_END = Damaged("bytes follow the end of the AD structures")


def encode(peer: BluezoneId) -> bytes:
    """Our advertisement's AD structures without Flags, which the stack adds: 20 of 31 bytes.

    Only the Android style is sent: an iPhone-style GATT peer on a fixed address would be read wrongly from the
    Android app's cache (SPEC 4).
    """
    return structure(0x03, _ON_AIR_UUID16) + structure(_MANUFACTURER, _OUR_COMPANY + peer.raw)


def structure(kind: int, data: bytes) -> bytes:
    """One AD structure: length, type, data."""
    return bytes((len(data) + 1, kind)) + data


def read(ad: bytes) -> Verdict:
    """Say what an advertisement is. Order and Flags do not matter; the last entry of our company wins (SPEC 4)."""
    # Every form of our UUIDs holds the two bytes of the short one. Looking for one byte first is five times faster.
    if (_LAST_OF_UUID16 in ad and _ON_AIR_UUID16 in ad) or (_FIRST_OF_APPLE in ad and _APPLE_OVERFLOW_MARK in ad):
        return _read_closely(ad)
    return _read_stranger(ad)


def _read_stranger(ad: bytes) -> Verdict:
    """The common case, nine in ten: check the structure, name the first manufacturer."""
    verdict = _UNSIGNED
    at, size = 0, len(ad)
    while at < size:
        length = ad[at]
        if not length:
            return _AFTER_END if any(ad[at:]) else verdict
        end = at + 1 + length
        if end > size:
            return _CUT_OFF
        if verdict is _UNSIGNED and ad[at + 1] == _MANUFACTURER and length > 2:
            verdict = _KINDS.get(ad[at + 2] | ad[at + 3] << 8, _OTHER)
        at = end
    return verdict


@lru_cache(maxsize=CLOSELY_KEPT)
def _read_closely(ad: bytes) -> Verdict:
    stranger = _read_stranger(ad)
    if isinstance(stranger, Damaged):
        return stranger
    ours = apple = False
    overflow = False
    ours_data: bytes | None = None
    for kind, data in structures(ad):
        if kind == _MANUFACTURER:
            if data[:2] == _OUR_COMPANY:
                ours_data = data[2:]
            overflow = overflow or _has_overflow_bit(data)
        elif kind in _UUID_BYTES:
            members = _members(data, _UUID_BYTES[kind])
            ours = ours or not members.isdisjoint(_OURS)
            apple = apple or _IOS_UUID128 in members
    if ours:
        return _carried(ours_data)
    if apple:
        return _SURE
    return _LIKELY if overflow else stranger


def structures(ad: bytes) -> list[tuple[int, bytes]]:
    """AD structures as (type, data), up to the first that is empty or cut off."""
    found = []
    at = 0
    while at < len(ad) and ad[at] and at + 1 + ad[at] <= len(ad):
        end = at + 1 + ad[at]
        found.append((ad[at + 1], ad[at + 2 : end]))
        at = end
    return found


def _members(data: bytes, size: int) -> set[bytes]:
    if len(data) == size:
        return {data}
    return {data[at : at + size] for at in range(0, len(data) - size + 1, size)}


def _has_overflow_bit(data: bytes) -> bool:
    return data.startswith(_APPLE_OVERFLOW_MARK) and len(data) >= 2 + OVERFLOW_BYTES and bool(data[3] & OVERFLOW_BIT)


def _carried(data: bytes | None) -> CarriesId | Damaged:
    if data is None:
        return Damaged("service 4E56 without manufacturer data of company 0x22B5")
    if len(data) != ID_BYTES:
        return Damaged(f"manufacturer data of company 0x22B5 has {len(data)} bytes, not {ID_BYTES}")
    return CarriesId(BluezoneId(data))
