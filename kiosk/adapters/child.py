"""Child: a short-lived process of our own for what a daemon should not hold; bytes go in, bytes come out."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import suppress
from typing import Final

from kiosk.errors import Transient

DEADLINE_S: Final = 60.0
"""A small Pi that is busy needs seconds to load a library."""


async def told_by(module: str, *words: str, given: bytes) -> bytes:
    """What `python -m module words` prints. Raises Transient where it cannot be started, dies or takes too long."""
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, *words, stdin=PIPE, stdout=PIPE, stderr=DEVNULL
        )
    except OSError as error:
        raise Transient(f"{module} cannot be started: {error.strerror}") from error
    try:
        async with asyncio.timeout(DEADLINE_S):
            told, _ = await process.communicate(given)
    except TimeoutError:
        raise Transient(f"{module} was not ready within {DEADLINE_S:g} s") from None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    if process.returncode != 0:
        raise Transient(f"{module} ended with {process.returncode}: is its library whole?")
    return told
