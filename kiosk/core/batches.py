"""Batches: sealed encounters as the content of a parcel, and back again. Shared by box and collector.

The content is a MessagePack list of columns. Columns compress far better than rows, and what the collector does not
need stays on the box: times go in whole seconds, signal strength as the mean. The same encounters always give the same
bytes, so their SHA-256 names them: whoever holds it in a receipt can forget the rows.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Annotated, Final, NamedTuple

import msgspec
from msgspec import Meta

from kiosk.core.adverts import Platform
from kiosk.core.encounters import Encounter, Via
from kiosk.core.identity import ID_BYTES, BluezoneId
from kiosk.core.windows import WINDOW_MS, WINDOWS_PER_DAY
from kiosk.errors import BadBatch

VERSION: Final = 1
LARGEST_ROWS: Final = 20_000
"""Rows of one batch: a flood of forged ids is cut into several."""

_WINDOW_S: Final = WINDOW_MS // 1000
_PLATFORMS: Final = (Platform.ANDROID, Platform.IOS)
_VIAS: Final = (Via.ADVERT, Via.GATT)

Day = Annotated[int, Meta(ge=0, le=100_000)]
Number = Annotated[int, Meta(ge=0, le=2**40)]
Small = Annotated[int, Meta(ge=0, le=2**32)]
Dbm = Annotated[int, Meta(ge=-128, le=127)]


class Visit(NamedTuple):
    """One encounter as the collector knows it: times in seconds after the window's start, mean RSSI in dBm."""

    slot: int
    part: int
    peer: BluezoneId
    first_s: int
    last_s: int
    receptions: int
    rssi_mean: int
    platform: Platform
    via: Via


class _Columns(msgspec.Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    """The wire format. `runs` is (slot, part, how many rows); the others have one entry a row, in the same order."""

    version: int
    day: Day
    runs: list[tuple[Small, Small, Small]]
    ids: bytes
    first_s: list[Small]
    """Seconds since the row before it (the first of a run: since the window's start)."""
    stay_s: list[Small]
    receptions: list[Small]
    rssi_mean: list[Dbm]
    kinds: bytes
    """platform + 2 * via."""


class Batch(NamedTuple):
    """Visits of one UTC day (days since 1970-01-01), ordered by slot, part, first_s and id."""

    day: int
    visits: tuple[Visit, ...]


def batch_of(day: int, encounters: Sequence[Encounter]) -> Batch:
    """Encounters of one day as a batch. Milliseconds and single receptions stay on the box."""
    return Batch(day, tuple(sorted(map(_visit, encounters), key=_order)))


def encoded(batch: Batch) -> bytes:
    """The content of its parcel; the same for the same batch, always. At most LARGEST_ROWS visits."""
    if len(batch.visits) > LARGEST_ROWS:
        raise ValueError(f"{len(batch.visits)} visits; a batch holds at most {LARGEST_ROWS}")
    runs = list(_runs(batch.visits))
    columns = _Columns(
        version=VERSION,
        day=batch.day,
        runs=[(slot, part, len(visits)) for slot, part, visits in runs],
        ids=b"".join(visit.peer.raw for visit in batch.visits),
        first_s=[step for _, _, visits in runs for step in _steps([visit.first_s for visit in visits])],
        stay_s=[visit.last_s - visit.first_s for visit in batch.visits],
        receptions=[visit.receptions for visit in batch.visits],
        rssi_mean=[visit.rssi_mean for visit in batch.visits],
        kinds=bytes(_PLATFORMS.index(visit.platform) + 2 * _VIAS.index(visit.via) for visit in batch.visits),
    )
    return msgspec.msgpack.encode(columns)


def decoded(content: bytes) -> Batch:
    """The batch in a parcel from the network. Raises BadBatch, whatever the bytes are."""
    try:
        columns = msgspec.msgpack.decode(content, type=_Columns)
    except msgspec.MsgspecError as error:
        raise BadBatch(f"not a batch of version {VERSION}: {error}") from error
    if columns.version != VERSION:
        raise BadBatch(f"version {columns.version}; known is {VERSION}")
    count = len(columns.kinds)
    lengths = {len(columns.first_s), len(columns.stay_s), len(columns.receptions), len(columns.rssi_mean)}
    if lengths != {count} or len(columns.ids) != ID_BYTES * count or sum(run[2] for run in columns.runs) != count:
        raise BadBatch("columns differ in length")
    if count > LARGEST_ROWS:
        raise BadBatch(f"{count} visits; a batch holds at most {LARGEST_ROWS}")
    batch = Batch(columns.day, tuple(_visits(columns)))
    if any(_order(before) >= _order(after) for before, after in pairwise(batch.visits)):
        raise BadBatch("visits are not in order, or one is there twice")
    return batch


def _visit(row: Encounter) -> Visit:
    first_s, last_s = (row.first - row.window.start) // 1000, (row.last - row.window.start) // 1000
    mean = round(row.rssi_sum / row.receptions)
    return Visit(
        row.window.slot, row.part, row.peer, first_s, last_s, row.receptions, max(-128, min(127, mean)),
        row.platform, row.via,
    )  # fmt: skip


def _order(visit: Visit) -> tuple[int, int, int, bytes]:
    return visit.slot, visit.part, visit.first_s, visit.peer.raw


def _runs(visits: Sequence[Visit]) -> Iterator[tuple[int, int, list[Visit]]]:
    """Visits of one (slot, part) at a time; they come ordered."""
    run: list[Visit] = []
    for visit in visits:
        if run and (run[0].slot, run[0].part) != (visit.slot, visit.part):
            yield run[0].slot, run[0].part, run
            run = []
        run.append(visit)
    if run:
        yield run[0].slot, run[0].part, run


def _steps(times: Sequence[int]) -> list[int]:
    return [after - before for before, after in pairwise([0, *times])]


def _visits(columns: _Columns) -> Iterator[Visit]:
    """Rows again, each checked for what its columns cannot say."""
    at = 0
    for slot, part, count in columns.runs:
        if slot >= WINDOWS_PER_DAY:
            raise BadBatch(f"slot {slot}; a day has {WINDOWS_PER_DAY}")
        for first_s in accumulate(columns.first_s[at : at + count]):
            last_s = first_s + columns.stay_s[at]
            if last_s >= _WINDOW_S or columns.receptions[at] < 1 or columns.kinds[at] > 3:
                raise BadBatch(f"visit {at}: outside its window, never received, or of an unknown kind")
            platform, via = _PLATFORMS[columns.kinds[at] & 1], _VIAS[columns.kinds[at] >> 1]
            peer = BluezoneId(columns.ids[at * ID_BYTES : (at + 1) * ID_BYTES])
            yield Visit(slot, part, peer, first_s, last_s, columns.receptions[at], columns.rssi_mean[at], platform, via)
            at += 1
