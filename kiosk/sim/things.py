"""Things that advertise and do not run the app: other phones, headphones, televisions, in their makers' formats."""

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Final

from kiosk.core.adverts import APPLE, structure
from kiosk.core.windows import UnixMs
from kiosk.sim.phones import COMPLETE_16, FLAGS, INCOMPLETE_16, MANUFACTURER, NAME, Addresses, Device

SAMSUNG, GOOGLE, MICROSOFT, SONY = 0x0075, 0x00E0, 0x0006, 0x012D
"""Company identifiers of the Bluetooth SIG's assigned numbers."""
SERVICE_DATA: Final = 0x16


def _maker(company: int, data: bytes) -> bytes:
    return structure(MANUFACTURER, company.to_bytes(2, "little") + data)


def iphone(random: Random) -> bytes:
    """Apple 'nearby info' (type 10) after Flags and TX power, as every unlocked iPhone sends it."""
    return structure(FLAGS, b"\x1a") + structure(0x0A, b"\x0c") + _maker(APPLE, b"\x10\x05" + random.randbytes(5))


def earpods(random: Random) -> bytes:
    """Apple 'proximity pairing' (type 07), 27 bytes of data."""
    return _maker(APPLE, b"\x07\x19\x01" + random.randbytes(24))


def samsung_phone(random: Random) -> bytes:
    return structure(FLAGS, b"\x18") + _maker(SAMSUNG, b"\x42\x09\x81\x02" + random.randbytes(18))


def television(random: Random) -> bytes:
    return structure(FLAGS, b"\x18") + _maker(SAMSUNG, b"\x42\x04\x01\x20" + random.randbytes(20))


def android_phone(random: Random) -> bytes:
    """Fast Pair (service FE2C) without manufacturer data: an unsigned one."""
    return structure(COMPLETE_16, b"\x2c\xfe") + structure(SERVICE_DATA, b"\x2c\xfe" + random.randbytes(8))


def google_box(random: Random) -> bytes:
    return structure(FLAGS, b"\x06") + _maker(GOOGLE, random.randbytes(10))


def laptop(random: Random) -> bytes:
    """Microsoft's connected devices beacon: scenario 1, then device type and a hash."""
    return _maker(MICROSOFT, b"\x01\x09\x20\x02" + random.randbytes(23))


def headphones(random: Random) -> bytes:
    data = structure(FLAGS, b"\x06") + _maker(SONY, b"\x04\x00" + random.randbytes(6))
    return data + structure(INCOMPLETE_16, b"\x0a\x18") + structure(NAME, b"WH-1000")


CARRIED: Final[tuple[tuple[Callable[[Random], bytes], int | None, float], ...]] = (
    (iphone, 900_000, 0.30),
    (android_phone, 900_000, 0.22),
    (samsung_phone, 900_000, 0.20),
    (earpods, 900_000, 0.12),
    (headphones, None, 0.12),
    (laptop, 900_000, 0.04),
)
"""What people carry: AD bytes, how long an address lasts (ms), share."""


def carried(random: Random, rssi: int) -> Device:
    """One thing that a passer-by carries."""
    (make, lasts, _) = random.choices(CARRIED, [share for _, _, share in CARRIED])[0]
    return _device(random, make, rssi, lasts)


def fixtures(random: Random) -> list[Device]:
    """What stands there day and night: a television, a speaker, the ticket office's computer."""
    return [
        _device(random, television, -74, None, "public"),
        _device(random, google_box, -81, None, "public"),
        _device(random, laptop, -88, 900_000),
    ]


def _device(
    random: Random, make: Callable[[Random], bytes], rssi: int, lasts: int | None, address_type: str = "random"
) -> Device:
    return Device(Addresses(random.randbytes(16), address_type, lasts=lasts), partial(_same, make(random)), rssi=rssi)


def _same(ad: bytes, began: UnixMs) -> bytes:
    """Such things send the same bytes whenever they are on air."""
    del began
    return ad
