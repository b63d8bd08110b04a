"""PostgreSQL: the books of a whole province, for any number of collectors. The only file that knows asyncpg.

Encounters come in by COPY, straight into the partition of their day. A box is locked while one of its parcels is
written: parcels of one box wait for each other, those of others do not.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib import resources
from typing import Final, TypeVar

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from kiosk.collector.database import SCHEMA, Parcel, Statements, Taken, Value, Verdict, typed
from kiosk.core.batches import Row
from kiosk.core.parcels import Kind
from kiosk.errors import ConfigError, StoreError, StoreUnavailable

T = TypeVar("T")
Connection = asyncpg.Connection | PoolConnectionProxy
STATEMENT_S: Final = 30.0
CONNECT_S: Final = 5.0
MOST_CONNECTIONS: Final = 10
_SCHEMA_LOCK: Final = 0x6B696F736B
"""Advisory locks: one for migrations and partitions, shared by all collectors of a database."""
_ORDER: Final = "slot, part, first_s, id, last_s, receptions, rssi_mean, platform, via"
_COPIED: Final = ("slot", "part", "first_s", "id", "last_s", "receptions", "rssi_mean", "platform", "via")

_TAKE: Final = "SELECT verdict, highest, several FROM take($1, $2, $3, $4, $5, $6, $7, $8)"
"""migrations/collector/postgres/0003_take.sql"""
_PASSING: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
    asyncpg.UndefinedTableError,  # a day's partition that retention dropped in this moment
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InterfaceError,
    OSError,
    TimeoutError,
)


class _Transaction:
    def __init__(self, db: Connection) -> None:
        self._db = db

    async def rows(self, of: type[T], sql: str, *values: Value) -> list[T]:
        return typed(of, [tuple(row) for row in await self._db.fetch(sql, *values)])

    async def run(self, sql: str, *values: Value) -> int:
        told = await self._db.execute(sql, *values)
        return int(told.rpartition(" ")[2])


class PostgresDatabase:
    """Database. Open one with `open_postgres`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._days: set[int] = set()

    async def rows(self, of: type[T], sql: str, *values: Value) -> list[T]:
        async with self._connection() as db:
            return await _Transaction(db).rows(of, sql, *values)

    async def run(self, sql: str, *values: Value) -> int:
        async with self._connection() as db:
            return await _Transaction(db).run(sql, *values)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Statements]:
        async with self._connection() as db, db.transaction():
            yield _Transaction(db)

    async def take(self, parcel: Parcel) -> Taken:
        async with self._connection() as db:
            if parcel.kind is Kind.ENCOUNTERS and parcel.day not in self._days:
                await self._make_day(db, parcel.day)
            try:
                async with db.transaction():
                    return await _taken(db, parcel)
            except asyncpg.UndefinedTableError:
                self._days.discard(parcel.day)
                raise

    async def encounters(self, kiosk: str, day: int) -> list[Row]:
        sql = f"SELECT {_ORDER} FROM encounter WHERE day = $1 AND kiosk = $2 ORDER BY {_ORDER}"
        async with self._connection() as db:
            return [tuple(row) for row in await db.fetch(sql, day, kiosk)]

    async def forget(self, before_day: int) -> int:
        """Partitions are dropped, the rest deleted. Any collector may do it; a second one at the same time waits."""
        days = await self.rows(int, "SELECT DISTINCT day FROM batch WHERE day < $1 ORDER BY day", before_day)
        for day in days:
            async with self._connection() as db, db.transaction():
                await db.execute("SET LOCAL lock_timeout = '5s'")  # or parcels would queue behind us
                await db.execute("SELECT pg_advisory_xact_lock($1)", _SCHEMA_LOCK)
                await db.execute(f"DROP TABLE IF EXISTS {_partition(day)}")
                await db.execute("DELETE FROM day_key WHERE day = $1", day)
                gone = "SELECT kiosk, sha256 FROM batch WHERE day = $1"
                for table in ("report", "answer"):
                    await db.execute(f"DELETE FROM {table} WHERE (kiosk, sha256) IN ({gone})", day)
                await db.execute("DELETE FROM batch WHERE day = $1", day)
            self._days.discard(day)
        return len(days)

    async def close(self) -> None:
        try:
            async with asyncio.timeout(CONNECT_S):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        with _translated():
            async with self._pool.acquire(timeout=CONNECT_S) as db:
                yield db

    async def _make_day(self, db: Connection, day: int) -> None:
        """The day's partition, attached so that parcels of other days go on meanwhile."""
        name = _partition(day)
        async with db.transaction():
            await db.execute("SELECT pg_advisory_xact_lock($1)", _SCHEMA_LOCK)
            if await db.fetchval("SELECT to_regclass($1)", name) is None:
                await db.execute(f"CREATE TABLE {name} (LIKE encounter INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
                await db.execute(
                    f"ALTER TABLE encounter ATTACH PARTITION {name} FOR VALUES FROM ({day}) TO ({day + 1})"
                )
        self._days.add(day)


async def open_postgres(url: str) -> PostgresDatabase:
    """Connect and bring the schema up to date. Raises ConfigError (no such database), StoreUnavailable (it is away)."""
    try:
        with _translated():
            pool = await asyncpg.create_pool(
                url, min_size=1, max_size=MOST_CONNECTIONS, command_timeout=STATEMENT_S, timeout=CONNECT_S,
                reset=_as_it_is, server_settings={"application_name": "kiosk-collector", "jit": "off"},
            )  # fmt: skip
    except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError, ValueError) as error:
        raise ConfigError(f"{without_password(url)}: {error}") from error
    try:
        with _translated():
            async with pool.acquire() as db:
                await _migrate(db)
    except BaseException:
        await pool.close()
        raise
    return PostgresDatabase(pool)


async def _as_it_is(_db: Connection) -> None:
    """Nothing that we do to a connection outlives a transaction: resetting it is a journey for nothing."""


def without_password(url: str) -> str:
    """An address for logs and errors."""
    scheme, mark, rest = url.partition("://")
    who, at, where = rest.rpartition("@")
    return f"{scheme}{mark}{who.partition(':')[0]}{at}{where}"


async def _migrate(db: Connection) -> None:
    """Apply what lies above the table schema_step, each step in one transaction. Forward only."""
    folder = resources.files("kiosk") / SCHEMA / "postgres"
    steps = sorted((item for item in folder.iterdir() if item.name.endswith(".sql")), key=lambda item: item.name)
    async with db.transaction():
        await db.execute("SELECT pg_advisory_xact_lock($1)", _SCHEMA_LOCK)
        await db.execute("CREATE TABLE IF NOT EXISTS schema_step (number INTEGER PRIMARY KEY)")
        version = await db.fetchval("SELECT coalesce(max(number), 0) FROM schema_step")
        if version > len(steps):
            raise StoreError(f"written by a newer collector (schema {version}, this one knows {len(steps)})")
        for number, step in enumerate(steps[version:], version + 1):
            await db.execute(step.read_text(encoding="utf-8"))
            await db.execute("INSERT INTO schema_step VALUES ($1)", number)


async def _taken(db: Connection, parcel: Parcel) -> Taken:
    of = (parcel.kiosk, parcel.store, parcel.n, parcel.kind.value, parcel.sha256, parcel.day, parcel.row_count)
    [(verdict, last, several)] = await db.fetch(_TAKE, *of, parcel.received_at)
    taken = Taken(Verdict(verdict), last)
    if taken.verdict is Verdict.NEW:
        await _write(db, parcel, several=several)
    return taken


async def _write(db: Connection, parcel: Parcel, *, several: bool) -> None:
    """What is inside. What is here already came under another store of the same box."""
    kiosk, at = parcel.kiosk, parcel.received_at
    match parcel.kind:
        case Kind.ENCOUNTERS:
            await (_compare if several else _copy)(db, parcel)
        case Kind.REPORT:
            row = (kiosk, parcel.sha256, parcel.case_id, parcel.notice, at, parcel.content)
            await db.execute("INSERT INTO report VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING", *row)
        case Kind.ANSWER:
            told = (kiosk, parcel.sha256, parcel.case_id, parcel.notice, parcel.row_count, at, parcel.content)
            await db.execute("INSERT INTO answer VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING", *told)
        case Kind.DAY_KEY:
            own = (kiosk, parcel.day, parcel.content)
            await db.execute("INSERT INTO day_key VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", *own)


async def _copy(db: Connection, parcel: Parcel) -> None:
    """All that a box has ever sent came under this store, and in it no row is twice."""
    own = (parcel.kiosk, parcel.day)
    await db.copy_records_to_table(
        _partition(parcel.day),
        records=[row + own for row in parcel.rows],
        columns=(*_COPIED, "kiosk", "day"),
    )


async def _compare(db: Connection, parcel: Parcel) -> None:
    """The box has another store: rows that are here already in every column came under that one."""
    columns = list(zip(*parcel.rows, strict=True)) or [()] * len(_COPIED)
    await db.execute(
        f"""INSERT INTO {_partition(parcel.day)} ({_ORDER}, kiosk, day)
        SELECT *, $10::text, $11::integer FROM (
          SELECT * FROM unnest($1::smallint[], $2::smallint[], $3::smallint[], $4::bytea[], $5::smallint[],
            $6::integer[], $7::smallint[], $8::smallint[], $9::smallint[])
          EXCEPT SELECT {_ORDER} FROM {_partition(parcel.day)} WHERE kiosk = $10 AND slot = ANY($1)
        ) AS incoming""",
        *columns, parcel.kiosk, parcel.day,
    )  # fmt: skip


def _partition(day: int) -> str:
    return f"encounter_{day:d}"


@contextmanager
def _translated() -> Iterator[None]:
    """asyncpg's errors in our words: what may pass, and what may not."""
    try:
        yield
    except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError):
        raise
    except _PASSING as error:
        raise StoreUnavailable(f"PostgreSQL: {type(error).__name__}: {error}") from error
    except asyncpg.PostgresError as error:
        raise StoreError(f"PostgreSQL: {type(error).__name__}: {error}") from error
