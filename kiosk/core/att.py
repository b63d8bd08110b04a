"""ATT: the one question an iPhone is asked, and what its answers mean. Pure bytes (Core Vol 3 Part F 3.4)."""

from typing import Final

from kiosk.core.adverts import ID_CHARACTERISTIC_UUID
from kiosk.core.identity import BluezoneId
from kiosk.errors import BadPeerValue, OtherApp, PeerUnreachable

ERROR, BY_TYPE_REQUEST, BY_TYPE_RESPONSE = 0x01, 0x08, 0x09
NOT_FOUND: Final = 0x0A
"""Attribute Not Found."""
MTU: Final = 23
"""What both sides take without being asked: an answer has room for 19 bytes of value, and an id has 12."""
_UUID: Final = bytes.fromhex(ID_CHARACTERISTIC_UUID.replace("-", ""))[::-1]

QUESTION: Final = bytes((BY_TYPE_REQUEST,)) + b"\x01\x00\xff\xff" + _UUID
"""Read By Type over all handles, by the characteristic's own UUID: the value without any discovery."""


def answer(pdu: bytes) -> BluezoneId | None:
    """The id in a PDU; None if it is not about our question (a notification, a request of the phone's own).

    Raises PeerUnreachable if the phone refuses, OtherApp if it has no such characteristic, BadPeerValue if what it
    tells is no id.
    """
    if pdu[:2] == bytes((ERROR, BY_TYPE_REQUEST)):
        if pdu[4:] == bytes((NOT_FOUND,)):
            raise OtherApp("no such characteristic")
        raise PeerUnreachable(f"the phone answers error 0x{pdu[4]:02x}" if len(pdu) > 4 else "the phone refuses")
    if pdu[:1] != bytes((BY_TYPE_RESPONSE,)):
        return None
    if len(pdu) < 2 or pdu[1] < 2 or len(pdu) < 2 + pdu[1]:
        raise BadPeerValue("the phone's answer is cut short")
    try:
        return BluezoneId(pdu[4 : 2 + pdu[1]])
    except ValueError as error:
        raise BadPeerValue(str(error)) from error


def refused(pdu: bytes) -> bytes | None:
    """What a request of the phone's own is told: Request Not Supported. None for what needs no answer."""
    if not pdu or pdu[0] & 0x40 or pdu[0] % 2 != 0 or pdu[0] == 0x1E:
        return None  # a command, a response or notification (odd), a confirmation
    if pdu[0] == 0x02:  # Exchange MTU: answered with the smallest, so that nothing waits for us
        return bytes((0x03,)) + MTU.to_bytes(2, "little")
    return bytes((ERROR, pdu[0], 0, 0, 0x06))
