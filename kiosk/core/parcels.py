"""Parcels: what leaves a box exactly once, whatever is inside. Shared by box and collector.

A parcel is a MessagePack value under gzip. Its name is the SHA-256 of what is inside, not of the wrapping: another
version of zlib may wrap differently, and a box that packs the same rows again must get the same name.
"""

import gzip
import hashlib
import zlib
from enum import Enum
from typing import Final

from kiosk.errors import BadBatch

LARGEST_PACKED: Final = 1_000_000
LARGEST_UNPACKED: Final = 4_000_000
"""Bytes of a parcel on the wire and opened: both lie far above a full one, and bound what a bomb may cost."""


class Kind(Enum):
    """What a parcel holds; the value is in its media type and in both databases."""

    ENCOUNTERS = "encounters"
    """core/batches.py: sealed encounters of one UTC day."""
    REPORT = "report"
    """core/wire.py, Report: a confirmed case was here, when, and how many others."""
    ANSWER = "answer"
    """core/wire.py, Answer: the encounters that a signed request named."""
    DAY_KEY = "day-key"
    """core/wire.py, OwnDay: the box's own key of a day that is over."""

    @property
    def media_type(self) -> str:
        """Content-Type of the PUT. No Content-Encoding: gzip is part of the parcel, nobody may unwrap it on the way."""
        return f"application/vnd.bluezone-kiosk.{self.value}"


BY_MEDIA_TYPE: Final = {kind.media_type: kind for kind in Kind}


def wrapped(content: bytes) -> bytes:
    """A parcel of some MessagePack bytes."""
    return gzip.compress(content, compresslevel=9, mtime=0)


def digest(content: bytes) -> str:
    """What a receipt must carry: SHA-256 of the content, in hex."""
    return hashlib.sha256(content).hexdigest()


def opened(parcel: bytes) -> bytes:
    """The content of some bytes from the network. Raises BadBatch; never makes more than LARGEST_UNPACKED bytes."""
    if len(parcel) > LARGEST_PACKED:
        raise BadBatch(f"{len(parcel)} bytes; a parcel has at most {LARGEST_PACKED}")
    opener = zlib.decompressobj(wbits=31)  # gzip's header and checksum
    try:
        content = opener.decompress(parcel, LARGEST_UNPACKED)
    except zlib.error as error:
        raise BadBatch(f"not gzip: {error}") from error
    if not opener.eof:
        full = len(content) >= LARGEST_UNPACKED
        raise BadBatch(f"opens to more than {LARGEST_UNPACKED} bytes" if full else "cut short")
    if opener.unused_data:
        raise BadBatch("something follows the end of the gzip data")
    return content
