"""A crowd for the benchmarks: raw advertisements of distinct addresses, made outside the measured time."""

from collections.abc import Iterator
from random import Random
from typing import Final, NamedTuple

from kiosk.core.identity import ID_BYTES, BluezoneId
from kiosk.sim import things
from kiosk.sim.phones import IPHONE_IN_FRONT, android_advert, iphone_behind

ANDROID_SHARE: Final = 0.05
IPHONE_SHARE: Final = 0.05
MAKES: Final = tuple(make for make, _, _ in things.CARRIED)


class Raw(NamedTuple):
    """What a radio library hands over before anything is typed."""

    address: str
    rssi: int
    ad: bytes


def crowd(count: int, seed: int, known: int = 0) -> Iterator[Raw]:
    """`count` adverts, each from an address of its own: 90 % strangers, 5 % Android ids, 5 % iPhones.

    Every second Android advert carries one of the `known` ids, the others an id never heard before.
    """
    random = Random(seed)
    for number in range(count):
        kind = random.random()
        if kind < ANDROID_SHARE:
            ad = android_advert(an_id(number % known if known and number % 2 else (seed << 40) + number))
        elif kind < ANDROID_SHARE + IPHONE_SHARE:
            ad = IPHONE_IN_FRONT if number % 2 else iphone_behind()
        else:
            ad = MAKES[number % len(MAKES)](random)
        yield Raw(random.randbytes(6).hex(":").upper(), random.randrange(-100, -40), ad)


def an_id(number: int) -> BluezoneId:
    """An id that stands for a number."""
    return BluezoneId(number.to_bytes(ID_BYTES, "big"))


def hci_report(raw: Raw) -> bytes:
    """The same advertisement as an HCI LE Advertising Report event (Core Vol 4 Part E 7.7.65.2)."""
    address = bytes.fromhex(raw.address.replace(":", ""))[::-1]
    body = b"\x02\x01\x00\x01" + address + bytes((len(raw.ad),)) + raw.ad + bytes((raw.rssi & 0xFF,))
    return b"\x04\x3e" + bytes((len(body),)) + body
