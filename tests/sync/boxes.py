"""Boxes known to a collector under a given id and token."""

import hashlib

from kiosk.collector.api.boxes import code_hash
from kiosk.collector.books import Books
from kiosk.core.windows import DAY_MS, UnixMs

CODE = "ABCD-EFGH-JKMN"


async def enrol(books: Books, kiosk: str, token: str, now: UnixMs, venue: str = "Chợ Bến Đò") -> str:
    """A venue with this box in it; the venue's id."""
    await books.people.set("signing_key", "0" * 64)
    where = await books.venues.add(venue, "market", "", now)
    code = code_hash(f"{CODE} {kiosk}")
    await books.boxes.add_code(code, where, now, now + DAY_MS)
    box = await books.boxes.enrol(code, hashlib.sha256(token.encode()).hexdigest(), kiosk, now)
    assert box is not None
    return where
