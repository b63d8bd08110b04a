"""Signatures: Ed25519, checked in a short-lived process of its own (signature_check.py).

The library takes 9 MB that a daemon would keep for a check that is due a few times a day (docs/decisions.md).
"""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from kiosk.core.wire import Notices, Signed, to_json
from kiosk.errors import Transient

DEADLINE_S: Final = 60.0
"""A small Pi that is busy needs seconds to load the library."""


class SignatureProcess:
    """Signatures: one process for each list."""

    async def authentic(self, key: str, notices: Sequence[Signed]) -> list[bool]:
        """See kiosk.ports.Signatures."""
        if not notices:
            return []
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "kiosk.adapters.signature_check", key, stdin=PIPE, stdout=PIPE, stderr=DEVNULL
        )  # fmt: skip
        try:
            async with asyncio.timeout(DEADLINE_S):
                told, _ = await process.communicate(to_json(Notices(notices=tuple(notices))))
        except TimeoutError:
            raise Transient(f"signatures could not be checked within {DEADLINE_S:g} s") from None
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if process.returncode != 0 or len(told.strip()) != len(notices):
            raise Transient("signatures could not be checked: is the library cryptography whole?")
        return [mark == ord("1") for mark in told.strip()]
