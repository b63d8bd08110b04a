"""Scans: how often a smart link was opened, by venue or team, day and target. No address, no user agent."""

from collections.abc import Mapping
from typing import NamedTuple

from kiosk.collector.database import Database
from kiosk.core.smart import Key


class ScanDay(NamedTuple):
    """Scans of a Vietnamese day; `source` is a venue or a team, `target` android, ios or page."""

    source: str
    day_at: int
    target: str
    scans: int


class Scans:
    """Counts only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, counts: Mapping[Key, int]) -> None:
        """Many at once: all of them or none."""
        async with self._database.transaction() as books:
            for key, scans in counts.items():
                await books.run(
                    """INSERT INTO scan (source, day_at, target, scans) VALUES ($1, $2, $3, $4)
                    ON CONFLICT (source, day_at, target) DO UPDATE SET scans = scan.scans + excluded.scans""",
                    key.source, key.day_at, key.target.value, scans,
                )  # fmt: skip

    async def since(self, day_at: int, source: str = "") -> list[ScanDay]:
        """Counts from a day on, of all or of one source, by source, day and target."""
        one = "AND source = $2" if source else ""
        sql = f"SELECT source, day_at, target, scans FROM scan WHERE day_at >= $1 {one} ORDER BY source, day_at, target"
        return await self._database.rows(ScanDay, sql, day_at, *([source] if source else []))
