"""Redaction: a text without what could be an address, an id, a key or a token. Pure: the last line of defence of every
log, behind the rule that nobody writes such a thing in the first place."""

import re
from base64 import b64encode, urlsafe_b64encode
from contextlib import suppress
from itertools import pairwise
from typing import Final

HIDDEN: Final = "…"
SHORTEST: Final = 6
"""Characters or bytes: what is shorter is no secret and may be a word."""
RANDOM_SHARE: Final = 0.3
"""So often at least a run of base64 changes between small, capital and digit; identifiers and paths seldom do."""
_LOOKS: Final = re.compile(
    r"""
      b(?:'(?:[^'\\]|\\.){6,}'|"(?:[^"\\]|\\.){6,}")                      # bytes, as Python shows them
    | (?<![0-9A-Za-z])[0-9A-Fa-f]{2}(?:[:_-][0-9A-Fa-f]{2}){5,}(?![0-9A-Za-z])  # addresses, ids with colons
    | [0-9A-Fa-f]{12,}                                                    # ids, keys, addresses as bare hex
    | (?<![0-9])(?:[0-9]{1,3},[ ]?){5,}[0-9]{1,3}(?![0-9])                # bytes as a list of numbers
    """,
    re.VERBOSE,
)
_RUN: Final = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")


class Redaction:
    """Hides what looks like a secret, and what is known to be one."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def know(self, secret: bytes | str) -> None:
        """Hide this secret from now on, however it is spelt."""
        if len(secret) >= SHORTEST:
            self._known |= {secret} if isinstance(secret, str) else spellings(secret)

    def __call__(self, text: str) -> str:
        for secret in self._known:
            text = text.replace(secret, HIDDEN)
        return redacted(text)


def redacted(text: str) -> str:
    """A text with dots in the place of whatever looks like a secret."""
    return _RUN.sub(lambda run: HIDDEN if _is_random(run[0]) else run[0], _LOOKS.sub(HIDDEN, text))


def spellings(secret: bytes) -> set[str]:
    """How bytes may stand in a text."""
    plain = secret.hex()
    pairs = [secret.hex(sign) for sign in ":_-"]
    coded = [code(secret).decode().rstrip("=") for code in (b64encode, urlsafe_b64encode)]
    told = {plain, *pairs, *coded, repr(secret)[2:-1], ", ".join(map(str, secret)), ",".join(map(str, secret))}
    with suppress(UnicodeDecodeError):
        told.add(secret.decode("ascii").strip())  # a token's file
    return {each for each in told | {each.upper() for each in (plain, *pairs)} if len(each) >= SHORTEST}


def _is_random(run: str) -> bool:
    letters = [character for character in run if character.isalnum()]
    changes = sum(_kind(before) != _kind(after) for before, after in pairwise(letters))
    return changes >= RANDOM_SHARE * len(letters)


def _kind(character: str) -> int:
    return 0 if character.isdigit() else 1 if character.isupper() else 2
