"""Stage collector: bytes per encounter, and how fast encounters come in beside the databases' own bulk ways.

The same rows go into fresh books: by the collector (parcel in, receipt out: gunzip, SHA-256, check, one transaction),
by raw COPY into the same table of the same PostgreSQL, and by raw executemany into the same table of SQLite. A batch is
a window of 500, each committed on its own, as boxes send them, and eight come at once. fsync is on.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from time import perf_counter, process_time
from typing import Final, NamedTuple

import asyncpg
from table import Line

from kiosk.collector.api.boxes import code_hash
from kiosk.collector.api.unpacking import unpacked
from kiosk.collector.books import Books
from kiosk.collector.database import Verdict
from kiosk.collector.opening import open_books
from kiosk.collector.sqlite import connect
from kiosk.core.batches import Row
from kiosk.core.parcels import Kind, wrapped
from kiosk.core.windows import DAY_MS, UnixMs
from tests.collector.made import rows
from tests.collector.served import content_of
from tests.collector.servers import POSTGRES, postgres_programs, running_postgres

PHONES: Final = 500
BOXES: Final = 20
WINDOWS: Final = 16
AT_ONCE: Final = 8
RUNS: Final = 5
"""The best of so many counts: other programs only ever make it slower."""
GOAL_BYTES: Final = 20.0
GOAL_RATIO: Final = 0.5
DAY: Final = 20_780
NOW: Final = UnixMs(DAY * DAY_MS + DAY_MS - 1)
STORE: Final = "a" * 16
COLUMNS: Final = ("slot", "part", "first_s", "id", "last_s", "receptions", "rssi_mean", "platform", "via")


class Sent(NamedTuple):
    """A parcel as it comes, and the rows in it."""

    kiosk: str
    n: int
    body: bytes
    rows: list[Row]


def everything() -> list[Sent]:
    """What the boxes send, window by window."""
    sent = []
    for slot in range(WINDOWS):
        for box in range(BOXES):
            content = rows(PHONES, seed=slot * BOXES + box, slot=slot)
            sent.append(Sent(f"box{chr(97 + box)}aaaa", slot + 1, wrapped(content_of(content, DAY)), content))
    return sent


async def spread(sent: list[Sent], work: Callable[[list[Sent]], Awaitable[None]]) -> float:
    """Rows a second: so many workers at once, each with the parcels of its own boxes in order."""
    boxes = sorted({each.kiosk for each in sent})
    shares = [[each for each in sent if boxes.index(each.kiosk) % AT_ONCE == number] for number in range(AT_ONCE)]
    began = perf_counter()
    async with asyncio.TaskGroup() as group:
        for share in shares:
            group.create_task(_awaited(work(share)))
    return PHONES * len(sent) / (perf_counter() - began)


async def _awaited(work: Awaitable[None]) -> None:
    await work


async def ours(address: str, sent: list[Sent]) -> float:
    """By the collector."""
    async with open_books(address) as books:
        await enrolled(books, {each.kiosk for each in sent})

        async def taken(share: list[Sent]) -> None:
            for each in share:
                parcel = await asyncio.to_thread(
                    unpacked, each.kiosk, STORE, each.n, Kind.ENCOUNTERS, each.body, NOW, 21
                )
                if (await books.database.take(parcel)).verdict is not Verdict.NEW:
                    raise SystemExit("collector: a parcel was not new")

        return await spread(sent, taken)


async def enrolled(books: Books, kiosks: set[str]) -> None:
    """Boxes that may send."""
    venue = await books.venues.add("Chợ", "market", "", NOW)
    for kiosk in kiosks:
        await books.boxes.add_code(code_hash(kiosk), venue, NOW, NOW + DAY_MS)
        await books.boxes.enrol(code_hash(kiosk), f"token of {kiosk}", kiosk, NOW)


async def raw_copy(address: str, sent: list[Sent]) -> float:
    """By COPY, a transaction a batch, the rows being ready as asyncpg wants them."""
    async with open_books(address):
        pass  # the schema
    pool = await asyncpg.create_pool(address, min_size=AT_ONCE, max_size=AT_ONCE)
    table = f"encounter_{DAY}"
    await pool.execute(f"CREATE TABLE {table} PARTITION OF encounter FOR VALUES FROM ({DAY}) TO ({DAY + 1})")
    ready = {id(each): [(*row, each.kiosk, DAY) for row in each.rows] for each in sent}

    async def copied(share: list[Sent]) -> None:
        async with pool.acquire() as db:
            for each in share:
                await db.copy_records_to_table(table, records=ready[id(each)], columns=(*COLUMNS, "kiosk", "day"))

    try:
        return await spread(sent, copied)
    finally:
        await pool.close()


async def raw_executemany(path: Path, sent: list[Sent]) -> float:
    """By executemany, a transaction a batch, in one thread and nothing else."""
    async with open_books(f"sqlite://{path}"):
        pass  # the schema
    ready = [[(DAY, each.kiosk, *row) for row in each.rows] for each in sent]
    with closing(connect(path)) as db:
        began = perf_counter()
        for batch in ready:
            db.execute("BEGIN IMMEDIATE")
            db.executemany("INSERT INTO encounter VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", batch)
            db.execute("COMMIT")
        return PHONES * len(sent) / (perf_counter() - began)


def run() -> list[Line]:
    """Both databases, each way in fresh books, in turns."""
    sent = everything()
    size = sum(len(each.body) for each in sent) / (PHONES * len(sent))
    lines = [Line("collector", f"bytes per encounter on the wire, {PHONES} a window", size, "B", GOAL_BYTES)]
    return [*lines, *on_sqlite(sent), *on_postgres(sent)]


def on_sqlite(sent: list[Sent]) -> list[Line]:
    """Beside raw executemany."""
    mine, raw = 0.0, 0.0
    with tempfile.TemporaryDirectory(prefix="kiosk-books-") as folder:
        for number in range(RUNS):
            mine = max(mine, asyncio.run(ours(f"sqlite://{folder}/mine{number}.db", sent)))
            raw = max(raw, asyncio.run(raw_executemany(Path(folder, f"raw{number}.db"), sent)))
        size = Path(folder, "mine0.db").stat().st_size / (PHONES * len(sent))
    kept = Line("collector", "bytes per encounter on disk, SQLite", size, "B")
    return [*_compared("SQLite", mine, "executemany", raw), kept]


def on_postgres(sent: list[Sent]) -> list[Line]:
    """Beside raw COPY."""
    programs = postgres_programs()
    if programs is None:
        return [Line("collector", f"PostgreSQL: {POSTGRES}", None, "")]
    mine, raw, spent = 0.0, 0.0, [0.0, 0.0]
    with running_postgres(programs, durable=True) as server:
        for number in range(RUNS):
            before = process_time() + server.processor_s()
            mine = max(mine, asyncio.run(ours(server.create(f"mine{number}"), sent)))
            between = process_time() + server.processor_s()
            raw = max(raw, asyncio.run(raw_copy(server.create(f"raw{number}"), sent)))
            spent = [spent[0] + between - before, spent[1] + process_time() + server.processor_s() - between]
        size = asyncio.run(on_disk(server.url("mine0"))) / (PHONES * len(sent))
    rate = [PHONES * len(sent) * RUNS / each for each in spent]
    note = f"{rate[0]:,.0f} rows per second of processor, ours and the server's; raw COPY {rate[1]:,.0f}"
    processor = Line("collector", "the same by processor time", rate[0] / rate[1], "", GOAL_RATIO, note, at_least=True)
    kept = Line("collector", "bytes per encounter on disk, PostgreSQL, index included", size, "B")
    return [*_compared("PostgreSQL", mine, "COPY", raw), processor, kept]


async def on_disk(address: str) -> int:
    """The partition of the day with its index."""
    db = await asyncpg.connect(address)
    try:
        return int(await db.fetchval(f"SELECT pg_total_relation_size('encounter_{DAY}')"))
    finally:
        await db.close()


def _compared(name: str, mine: float, way: str, raw: float) -> list[Line]:
    note = f"{mine:,.0f} rows/s, raw {way} {raw:,.0f}"
    return [Line("collector", f"ingest on {name} beside raw {way}", mine / raw, "", GOAL_RATIO, note, at_least=True)]
