"""PINs: which ones are too easy to guess, and how one is kept: as a scrypt hash with its own salt and cost. Pure."""

import hashlib
import hmac
from itertools import pairwise
from typing import Final

from kiosk.core.wording import Words

SHORTEST: Final = 6
LONGEST: Final = 12
COMMON: Final = frozenset({"123654", "147258", "159753", "159357", "741852", "789456", "456789", "112233", "332211"})
"""Popular though not caught by the rules below: paths on the keypad, and pairs."""
COST: Final = (2**14, 8, 5)
"""n, r, p: OWASP's choice for 16 MB of memory; about a second on the smallest Pi."""

DIGITS_ONLY: Final = Words("Mã PIN gồm 6 đến 12 chữ số.", "A PIN has 6 to 12 digits.")
TOO_EASY: Final = Words(
    "Mã PIN này dễ đoán quá. Mời bạn chọn mã khác.", "That PIN is too easy to guess. Choose another one."
)


def is_pin(text: str) -> bool:
    """Whether this can be a PIN at all; to scrypt, digits with zero bytes behind them are the digits."""
    return SHORTEST <= len(text) <= LONGEST and text.isascii() and text.isdigit()


def weakness(pin: str) -> Words | None:
    """What is wrong with a wanted PIN, or None."""
    if not is_pin(pin):
        return DIGITS_ONLY
    steps = {(int(right) - int(left)) % 10 for left, right in pairwise(pin)}
    halves = any(pin == (pin[:size] * len(pin))[: len(pin)] for size in range(1, len(pin) // 2 + 1))
    easy = len(set(pin)) < 3 or len(steps) == 1 or halves or pin == pin[::-1] or pin[:6] in COMMON
    return TOO_EASY if easy else None


def hashed(pin: str, salt: bytes, cost: tuple[int, int, int] = COST) -> bytes:
    """What is written down instead of the PIN; takes a second and 16 MB."""
    n, r, p = cost
    digest = hashlib.scrypt(pin.encode(), salt=salt, n=n, r=r, p=p, maxmem=64 * 2**20, dklen=32)
    return f"scrypt {n} {r} {p} {salt.hex()} {digest.hex()}\n".encode()


def matches(pin: str, kept: bytes) -> bool:
    """Whether this is the PIN of that hash; as slow as `hashed`, and equally slow for right and wrong."""
    _, n, r, p, salt, _ = kept.decode("ascii").split()
    again = hashed(pin, bytes.fromhex(salt), (int(n), int(r), int(p)))
    return hmac.compare_digest(again, kept)
