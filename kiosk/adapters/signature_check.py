"""Signature check, as a process: a public key as argument, Notices in JSON on stdin; prints 1 or 0 for each."""

import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.core.wire import LARGEST_MESSAGE, Notices, Signed, from_json


def check(key: str, signed: Signed) -> bool:
    """Whether a notice is signed by this key."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signed.signature, signed.notice)
    except InvalidSignature:
        return False
    return True


def main() -> None:
    notices = from_json(sys.stdin.buffer.read(2 * LARGEST_MESSAGE), Notices)
    sys.stdout.write("".join("1" if check(sys.argv[1], each) else "0" for each in notices.notices))


if __name__ == "__main__":
    main()
