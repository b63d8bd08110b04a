"""Fleet: what there is to tell of all venues at once."""

from typing import Final, NamedTuple

from kiosk.collector.database import Database
from kiosk.core import wire
from kiosk.core.fleet.venues import Standing, Venue
from kiosk.core.windows import UnixMs


class VisitDay(NamedTuple):
    """Visits of a Vietnamese day at a venue, as its box tells them. The day of a move counts where the box stood
    when it last told: what lies between two counts may be a number too small to tell."""

    venue: str
    day_at: int
    visits: int


class Conflict(NamedTuple):
    """Parcels refused because another one has their number."""

    kiosk: str
    store: str
    n: int
    at: int
    times: int


class Reported(NamedTuple):
    """A case that was at a venue; `content` is core/wire.py, Report, in MessagePack."""

    kiosk: str
    venue: str
    case_id: str
    received_at: int
    content: bytes


class _Line(NamedTuple):
    id: str
    name: str
    profile: str
    unit: str
    retired_at: int | None
    kiosk: str
    since: int | None
    revoked_at: int | None
    stolen: bool
    heard_at: int | None
    said: str
    turned_at: int | None


_LOOK: Final = """SELECT venue.id, venue.name, profile, coalesce(unit, ''), retired_at, coalesce(placement.kiosk, ''),
  since, revoked_at, coalesce(stolen, 0), received_at, coalesce(said, ''),
  (SELECT max(at) FROM turn WHERE turn.kiosk = placement.kiosk)
FROM venue LEFT JOIN placement ON placement.venue = venue.id AND until IS NULL
LEFT JOIN kiosk ON kiosk.kiosk = placement.kiosk LEFT JOIN heartbeat ON heartbeat.kiosk = placement.kiosk"""


class Fleet:
    """Reads only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def venues(self) -> list[Venue]:
        """Every venue with its box; a line a box where there are several. In no order: who shows them judges first."""
        return [_venue(line) for line in await self._database.rows(_Line, _LOOK)]

    async def venue(self, venue: str) -> list[Venue]:
        """The same of one venue; empty if there is none."""
        return [_venue(line) for line in await self._database.rows(_Line, f"{_LOOK} WHERE venue.id = $1", venue)]

    async def visits(self, since: int, venue: str = "") -> list[VisitDay]:
        """Visits of each venue (or of one) and day from one on, by venue and day."""
        one = "AND venue = $2" if venue else ""
        return await self._database.rows(
            VisitDay,
            f"""SELECT venue, day_at, CAST(sum(visits) AS BIGINT) FROM visit_day
            WHERE day_at >= $1 {one} GROUP BY venue, day_at ORDER BY venue, day_at""",
            since, *([venue] if venue else []),
        )  # fmt: skip

    async def conflicts(self, since: int) -> list[Conflict]:
        """Alarms, newest first."""
        sql = "SELECT kiosk, store, n, at, times FROM conflict WHERE at >= $1 ORDER BY at DESC, kiosk, store, n"
        return await self._database.rows(Conflict, sql, since)

    async def reports(self, since: int) -> list[Reported]:
        """Cases that were at a venue, newest first; the venue is where the box stood when it told."""
        return await self._database.rows(
            Reported,
            """SELECT report.kiosk, venue, case_id, received_at, content FROM report
            JOIN placement ON placement.kiosk = report.kiosk
              AND since <= received_at AND (until IS NULL OR received_at < until)
            WHERE received_at >= $1 ORDER BY received_at DESC, report.kiosk, sha256""",
            since,
        )


def _venue(line: _Line) -> Venue:
    standing, since = _standing(line)
    return Venue(
        id=line.id,
        name=line.name,
        kind=line.profile,
        unit=line.unit,
        standing=standing,
        kiosk=line.kiosk,
        heard_at=None if line.heard_at is None else UnixMs(line.heard_at),
        heartbeat=wire.from_json(line.said.encode(), wire.Heartbeat) if line.said else None,
        since=None if since is None else UnixMs(since),
        stolen=line.stolen,
        turned_at=None if line.turned_at is None else UnixMs(line.turned_at),
    )


def _standing(line: _Line) -> tuple[Standing, int | None]:
    if line.retired_at is not None:
        return Standing.RETIRED, line.retired_at
    if not line.kiosk:
        return Standing.WAITING, None
    if line.revoked_at is not None:
        return Standing.REVOKED, line.revoked_at
    return Standing.ACTIVE, line.since
