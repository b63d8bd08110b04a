"""Signing: the collector's Ed25519 key. Only issuing notices needs its private half. The only file that knows the
library."""

from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kiosk.core import wire
from kiosk.errors import ConfigError

SEED_BYTES: Final = 32


class Signer:
    """The key, from its seed of 32 random bytes."""

    def __init__(self, seed: bytes) -> None:
        """Raises ConfigError if this is no key."""
        try:
            self._key = Ed25519PrivateKey.from_private_bytes(seed)
        except (ValueError, UnsupportedAlgorithm) as error:
            raise ConfigError(f"the signing key is damaged: expected {SEED_BYTES} bytes, got {len(seed)}") from error

    @property
    def public(self) -> str:
        """What boxes are given at enrolment, in hex."""
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    def sign(self, notice: wire.Notice) -> wire.Signed:
        """A notice as it travels."""
        content = wire.to_msgpack(notice)
        return wire.Signed(notice=content, signature=self._key.sign(content))
