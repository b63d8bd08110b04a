"""Memory: what keeps the daemon small.

glibc is told to hand large blocks back to the kernel, or every picture painted would stay in the process. Measured
over 40 pictures of 1920x1080: 58 MB resident without, 33 MB with; 3840x2160: 118 MB and 34 MB.
"""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8
"""Parameters of mallopt(3), <malloc.h>."""
LARGE_BYTES: Final = 128 * 1024
"""Blocks from here up are mapped alone. It is glibc's own start value; setting it stops glibc from raising it to the
largest block ever freed, 8 MB after the first picture, from where on pictures would lie in the heap."""
AUTHORITIES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""Where OpenSSL is told to look for certificate authorities instead of the machine's."""


def give_back() -> bool:
    """Call once, before threads start. False where the C library is another one: then nothing changes."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    # One arena: else each worker thread that ever painted keeps its own freed blocks.
    return bool(mallopt(_M_MMAP_THRESHOLD, LARGE_BYTES)) and bool(mallopt(_M_ARENA_MAX, 1))


@contextmanager
def without_authorities() -> Iterator[None]:
    """Whoever loads the machine's certificate authorities meanwhile gets none. aiohttp does when it is imported, 2 MB
    for a default that we never use: our connections load their own (adapters/backend.py)."""
    before = {name: os.environ[name] for name in AUTHORITIES if name in os.environ}
    os.environ.update(dict.fromkeys(AUTHORITIES, os.devnull))
    try:
        yield
    finally:
        for name in AUTHORITIES:
            del os.environ[name]
        os.environ.update(before)
