"""Phones and other things that advertise, as pure functions of time: which address, which bytes, which id, when."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, NamedTuple

from kiosk.core.adverts import APPLE, COMPANY, IOS_SERVICE_UUID, SERVICE_UUID16, Platform, structure
from kiosk.core.identity import BluezoneId, DailyKey
from kiosk.core.windows import DAY_MS, UnixMs, day_start, window_at

FLAGS, INCOMPLETE_16, COMPLETE_16, COMPLETE_128, NAME, MANUFACTURER = 0x01, 0x02, 0x03, 0x07, 0x09, 0xFF
"""AD types, Core Specification Supplement part A."""
NEVER: Final = UnixMs(1 << 62)
ROTATION_MS: Final = 900_000
"""How long a private address lasts (Core Vol 3 Part C, table A.1, TGAP(private_addr_int): 15 minutes)."""


class Duty(NamedTuple):
    """On air for the first `on` ms of every `cycle` ms, counted from `phase`."""

    cycle: int
    on: int
    phase: int = 0

    def began(self, at: UnixMs) -> UnixMs:
        """When the cycle that holds a time began."""
        return UnixMs(at - (at - self.phase) % self.cycle)

    def speaks(self, at: UnixMs) -> bool:
        return at - self.began(at) < self.on


ALWAYS: Final = Duty(NEVER, NEVER)
ANDROID_BEHIND: Final = Duty(30_000, 15_000)
"""App in the background: 15 s on, 15 s off. SPEC 6: AppConstants.java:37-38."""
ANDROID_IN_FRONT: Final = Duty(155_000, 150_000)
"""App open: 150 s on, 5 s off. SPEC 6: AppConstants.java:43-44."""


class Addresses:
    """A device's Bluetooth address: `lasts` ms each if it is private, else one for ever."""

    def __init__(self, seed: bytes, address_type: str = "random", *, lasts: int | None = ROTATION_MS) -> None:
        self.address_type = address_type
        self._seed = seed
        self._lasts = lasts
        self._phase = int.from_bytes(seed[:4], "big")
        self._turn: int | None = None
        self._address = ""

    def at(self, at: UnixMs) -> str:
        turn = 0 if self._lasts is None else (at + self._phase) // self._lasts
        if turn != self._turn:
            self._turn, self._address = turn, self._make(turn)
        return self._address

    def changes(self, at: UnixMs) -> UnixMs:
        """When the address of a time gives way to the next."""
        return NEVER if self._lasts is None else UnixMs(at + self._lasts - (at + self._phase) % self._lasts)

    def _make(self, turn: int) -> str:
        raw = bytearray(hashlib.blake2b(turn.to_bytes(8, "big"), key=self._seed, digest_size=6).digest())
        if self.address_type == "random":  # two top bits: 01 resolvable private, 11 static (Core Vol 6 Part B 1.3.2)
            raw[0] = raw[0] & 0x3F | (0xC0 if self._lasts is None else 0x40)
        return raw.hex(":").upper()


class Manners(Enum):
    """How an iPhone meets a GATT read."""

    ANSWERS = "answers"
    REFUSES = "refuses"
    SILENT = "silent"
    GARBLED = "garbled"
    """It answers, but not with 12 bytes."""
    LEAVES = "leaves"
    """It hangs up midway."""
    OTHER_APP = "other app"
    """It answers, and has no such characteristic."""


@dataclass(eq=False)
class Phone:
    """A phone with the app: its chain of ids by its own clock, `clock_ms` off the true time."""

    platform: Platform
    in_front: bool
    base_key: DailyKey = field(repr=False)
    base_time: UnixMs
    clock_ms: int = 0
    manners: Manners = Manners.ANSWERS
    answer_s: float = 1.5
    """How long a GATT read takes: connect, discover, read."""
    map_bits: int = 0x08
    """First byte of the overflow map in the background; other apps of the phone set other bits."""
    _day: int | None = None
    _ids: tuple[BluezoneId, ...] = ()

    def id_at(self, at: UnixMs) -> BluezoneId:
        """The id by the reference chain (SPEC 2): from the base day on one SHA-256 step a day."""
        own = UnixMs(at + self.clock_ms)
        day = window_at(own).day
        if day != self._day:
            key = self.base_key
            for _ in range((day_start(own) - day_start(self.base_time)) // DAY_MS):
                key = key.next
            self._day, self._ids = day, key.ids()
        return self._ids[window_at(own).slot]

    def advert(self, began: UnixMs) -> bytes:
        """What it sends. `began`: when this spell on air began; an Android phone reads its id only then (SPEC 3)."""
        if self.platform is Platform.ANDROID:
            return android_advert(self.id_at(began))
        return IPHONE_IN_FRONT if self.in_front else iphone_behind(self.map_bits)


def android_advert(peer: BluezoneId) -> bytes:
    """Android 8 and later: Flags, manufacturer data, service UUID. SPEC 3."""
    return (
        structure(FLAGS, b"\x02")
        + structure(MANUFACTURER, COMPANY.to_bytes(2, "little") + peer.raw)
        + structure(COMPLETE_16, SERVICE_UUID16.to_bytes(2, "little"))
    )


IPHONE_IN_FRONT: Final = (
    structure(FLAGS, b"\x1a")
    + structure(COMPLETE_128, bytes.fromhex(IOS_SERVICE_UUID.replace("-", ""))[::-1])
    + structure(NAME, b"Bluezone")
)
"""SPEC 3: 128-bit UUID and local name, 31 bytes with Flags."""


def iphone_behind(map_bits: int = 0x08) -> bytes:
    """In the background iOS moves the UUID to the overflow area: type 01 and a 128-bit map. SPEC 3."""
    overflow = APPLE.to_bytes(2, "little") + b"\x01" + bytes((map_bits,)) + bytes(15)
    return structure(FLAGS, b"\x1a") + structure(MANUFACTURER, overflow)


@dataclass(eq=False, slots=True)
class Device:
    """Anything that advertises. `advert` gives the AD bytes of a spell on air that began at a time."""

    addresses: Addresses
    advert: Callable[[UnixMs], bytes]
    duty: Duty = ALWAYS
    rssi: int = -70
    """Mean RSSI at the kiosk, dBm."""
    phone: Phone | None = None

    def next_change(self, at: UnixMs) -> UnixMs:
        """When a new spell on air or a new address next begins."""
        return UnixMs(min(self.duty.began(at) + self.duty.cycle, self.addresses.changes(at)))

    def differs(self, one: UnixMs, other: UnixMs) -> bool:
        """Whether address or bytes of two times differ: only that is news to a chip that filters duplicates."""
        if self.addresses.at(one) != self.addresses.at(other):
            return True
        return self.advert(self.duty.began(one)) != self.advert(self.duty.began(other))


def phone_device(phone: Phone, seed: bytes, rssi: int = -70) -> Device:
    """A phone that runs the app, on air with its platform's duty cycle at a phase of its own."""
    duty = ALWAYS
    if phone.platform is Platform.ANDROID:
        duty = ANDROID_IN_FRONT if phone.in_front else ANDROID_BEHIND
        duty = duty._replace(phase=int.from_bytes(seed[4:8], "big") % duty.cycle)
    return Device(Addresses(seed), phone.advert, duty, rssi, phone)
