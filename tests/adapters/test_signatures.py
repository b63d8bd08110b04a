"""Signatures: a real key, a real process; one changed bit is enough."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.adapters.signatures import SignatureProcess
from kiosk.core.wire import Signed
from kiosk.errors import Transient

pytestmark = pytest.mark.guest

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw().hex()


def signed(notice: bytes) -> Signed:
    return Signed(notice=notice, signature=KEY.sign(notice))


async def test_each_of_a_list_is_judged_alone() -> None:
    good, large = signed(b"notice"), signed(bytes(500_000))
    changed = Signed(notice=b"notica", signature=good.signature)
    forged = Signed(notice=b"notice", signature=bytes(64))
    check = SignatureProcess()
    assert await check.authentic(PUBLIC, [good, changed, forged, large]) == [True, False, False, True]
    assert await check.authentic("0" * 64, [good]) == [False]
    assert await check.authentic(PUBLIC, []) == []


async def test_a_check_that_cannot_be_made_is_an_error_and_no_verdict() -> None:
    with pytest.raises(Transient, match="could not be checked"):
        await SignatureProcess().authentic("no hex", [signed(b"notice")])


def test_rfc_8032_test_2() -> None:
    from kiosk.adapters.signature_check import check

    key = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert check(key, Signed(notice=b"\x72", signature=signature))
    assert not check(key, Signed(notice=b"\x73", signature=signature))
