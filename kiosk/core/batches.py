"""Batches: sealed encounters as the content of a parcel, and back again. Shared by box and collector.

The content is a MessagePack list of columns. Columns compress far better than rows, and what the collector does not
need stays on the box: times go in whole seconds, signal strength as the mean. The same encounters always give the same
bytes, so their SHA-256 names them: whoever holds it in a receipt can forget the rows.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, islice, pairwise, repeat
from operator import add, ge
from typing import Annotated, Final, NamedTuple, TypeAlias

import msgspec
from msgspec import Meta

from kiosk.core.adverts import Platform
from kiosk.core.encounters import Encounter, Via
from kiosk.core.identity import ID_BYTES, BluezoneId
from kiosk.core.windows import WINDOW_MS, WINDOWS_PER_DAY
from kiosk.errors import BadBatch, BadContent

VERSION: Final = 1
LARGEST_ROWS: Final = 20_000
"""Rows of one batch: a flood of forged ids is cut into several."""

_WINDOW_S: Final = WINDOW_MS // 1000
_PLATFORMS: Final = (Platform.ANDROID, Platform.IOS)
_VIAS: Final = (Via.ADVERT, Via.GATT)
_PLATFORM_OF: Final = bytes(kind & 1 for kind in range(256))
_VIA_OF: Final = bytes(kind >> 1 & 1 for kind in range(256))
"""What a kind says, as bytes.translate wants it."""

Day = Annotated[int, Meta(ge=0, le=100_000)]
Slot = Annotated[int, Meta(ge=0, lt=WINDOWS_PER_DAY)]
Part = Annotated[int, Meta(ge=0, le=4095)]
Seconds = Annotated[int, Meta(ge=0, lt=WINDOW_MS // 1000)]
Receptions = Annotated[int, Meta(ge=1, lt=2**31)]
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


Row: TypeAlias = tuple[int, int, int, bytes, int, int, int, int, int]
"""A visit as databases keep it: slot, part, first_s, id, last_s, receptions, rssi_mean, platform (0 Android, 1 iOS),
via (0 in the advertisement, 1 asked over GATT). Rows in order are visits in order."""


class _Columns(msgspec.Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    """The wire format. `runs` is (slot, part, how many rows); the others have one entry a row, in the same order."""

    version: int
    day: Day
    runs: list[tuple[Slot, Part, Annotated[int, Meta(ge=0, le=LARGEST_ROWS)]]]
    ids: bytes
    first_s: list[Seconds]
    """Seconds since the row before it (the first of a run: since the window's start)."""
    stay_s: list[Seconds]
    receptions: list[Receptions]
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
    day, found = rows(content)
    return Batch(
        day,
        tuple(
            Visit(slot, part, BluezoneId(peer), first_s, last_s, receptions, mean, _PLATFORMS[platform], _VIAS[via])
            for slot, part, first_s, peer, last_s, receptions, mean, platform, via in found
        ),
    )


def rows(content: bytes) -> tuple[int, list[Row]]:
    """The same, day and rows, with nothing made of them: a collector takes in a hundred thousand a second."""
    columns = _columns(content)
    slots = list(chain.from_iterable(repeat(slot, count) for slot, _, count in columns.runs))
    parts = chain.from_iterable(repeat(part, count) for _, part, count in columns.runs)
    firsts = _firsts(columns)
    lasts = list(map(add, firsts, columns.stay_s))
    if slots and (max(lasts) >= _WINDOW_S or max(columns.kinds) > 3):
        raise BadContent("a visit lies outside its window, or is of an unknown kind")
    ids = [columns.ids[at : at + ID_BYTES] for at in range(0, len(columns.ids), ID_BYTES)]
    keys = list(zip(slots, parts, firsts, ids, strict=True))
    if any(map(ge, keys, islice(keys, 1, None))):
        raise BadContent("visits are not in order, or one is there twice")
    platforms, vias = columns.kinds.translate(_PLATFORM_OF), columns.kinds.translate(_VIA_OF)
    rest = zip(lasts, columns.receptions, columns.rssi_mean, platforms, vias, strict=True)
    return columns.day, list(map(add, keys, rest))


def _columns(content: bytes) -> _Columns:
    """Columns that belong together. Raises BadBatch."""
    try:
        columns = msgspec.msgpack.decode(content, type=_Columns)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise BadBatch(f"not a batch of version {VERSION}: {error}") from error
    if columns.version != VERSION:
        raise BadBatch(f"version {columns.version}; known is {VERSION}")
    count = len(columns.kinds)
    lengths = {len(columns.first_s), len(columns.stay_s), len(columns.receptions), len(columns.rssi_mean)}
    if lengths != {count} or len(columns.ids) != ID_BYTES * count or sum(run[2] for run in columns.runs) != count:
        raise BadContent("columns differ in length")
    if count > LARGEST_ROWS:
        raise BadContent(f"{count} visits; a batch holds at most {LARGEST_ROWS}")
    return columns


def _firsts(columns: _Columns) -> list[int]:
    firsts: list[int] = []
    for _, _, count in columns.runs:
        at = len(firsts)
        firsts += accumulate(columns.first_s[at : at + count])
    return firsts


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
