"""Signatures: Ed25519, checked in a short-lived process of its own (signature_check.py).

The library takes 9 MB that a daemon would keep for a check that is due a few times a day (docs/decisions.md).
"""

from collections.abc import Sequence

from kiosk.adapters.child import told_by
from kiosk.core.wire import Notices, Signed, to_json
from kiosk.errors import Transient


class SignatureProcess:
    """Signatures: one process for each list."""

    async def authentic(self, key: str, notices: Sequence[Signed]) -> list[bool]:
        """See kiosk.ports.Signatures."""
        if not notices:
            return []
        given = to_json(Notices(notices=tuple(notices)))
        try:
            marks = (await told_by("kiosk.adapters.signature_check", key, given=given)).strip()
        except Transient as error:
            raise Transient(f"signatures could not be checked: {error}") from error
        if len(marks) != len(notices):
            raise Transient("signatures could not be checked: is the library cryptography whole?")
        return [mark == ord("1") for mark in marks]
