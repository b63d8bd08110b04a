"""Aside: a poster from a short-lived process of its own, `python -m kiosk.materials.aside`.

So the daemon never holds what sets type. The campaign goes in pickled, the PDF comes out; what a person must mend
comes out as a line, with exit code 2.
"""

import asyncio
import pickle
import sys
from asyncio.subprocess import PIPE
from contextlib import suppress
from typing import Final

from kiosk.core.campaign import Campaign
from kiosk.errors import ConfigError, Transient

MODULE: Final = "kiosk.materials.aside"


async def poster_pdf_aside(campaign: Campaign) -> bytes:
    """materials.poster.poster_pdf in that process; raises what it raises, and Transient where it dies."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", MODULE, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    try:
        made, said = await process.communicate(pickle.dumps(campaign))
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    if process.returncode == ConfigError.exit_code:
        raise ConfigError(said.decode().strip())
    if process.returncode:
        raise Transient(f"the poster's process ended with {process.returncode}: {said.decode().strip()[-500:]}")
    return made


def main() -> int:
    """One poster, from stdin to stdout."""
    from kiosk.materials.poster import poster_pdf

    campaign: Campaign = pickle.load(sys.stdin.buffer)
    try:
        sys.stdout.buffer.write(poster_pdf(campaign))
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
