"""Unpacking: bytes from the network become a parcel ready to be written, or an error with its reason.

Runs in a thread, since a full parcel takes some milliseconds. Memory is bounded by core/parcels.py and core/batches.py.
"""

from typing import Final

from kiosk.collector.database import Parcel
from kiosk.core import batches, parcels, wire
from kiosk.core.parcels import Kind
from kiosk.core.windows import DAY_MS, UnixMs
from kiosk.errors import BadBatch, BadContent, BadMessage

AHEAD_DAYS: Final = 1
"""A box's clock may be ahead; a day that is further off is nonsense, and would have a partition made for it."""


def unpacked(kiosk: str, store: str, n: int, kind: Kind, body: bytes, now: UnixMs, retention_days: int) -> Parcel:
    """The parcel in a body. Raises BadBatch (it cannot be read) or BadContent (it contradicts itself, or the time)."""
    content = parcels.opened(body)
    today = now // DAY_MS
    empty = Parcel(kiosk, store, n, kind, parcels.digest(content), now, today)
    try:
        parcel = _filled(empty, content)
    except BadMessage as error:
        raise BadBatch(str(error)) from error
    if not today - retention_days <= parcel.day <= today + AHEAD_DAYS:
        raise BadContent(f"day {parcel.day}; today is {today}, and {retention_days} days are kept here")
    return parcel


def _filled(empty: Parcel, content: bytes) -> Parcel:
    match empty.kind:
        case Kind.ENCOUNTERS:
            day, rows = batches.rows(content)
            return empty._replace(day=day, rows=rows, row_count=len(rows))
        case Kind.REPORT:
            report = wire.from_msgpack(content, wire.Report)
            return empty._replace(content=content, case_id=report.case, notice=report.notice)
        case Kind.ANSWER:
            answer = wire.from_msgpack(content, wire.Answer)
            count = sum(len(batches.rows(batch)[1]) for batch in answer.batches)
            return empty._replace(content=content, case_id=answer.case, notice=answer.request, row_count=count)
        case Kind.DAY_KEY:
            own = wire.from_msgpack(content, wire.OwnDay)
            if own.day >= empty.day:
                raise BadContent(f"the key of day {own.day}, which is not over yet")
            return empty._replace(day=own.day, content=own.key)
