"""Books: everything the collector knows, a subject a file, each a few verbs on the same database."""

from kiosk.collector.books.boxes import Boxes
from kiosk.collector.books.fleet import Fleet
from kiosk.collector.books.notices import Notices
from kiosk.collector.books.people import People
from kiosk.collector.books.scans import Scans
from kiosk.collector.books.turns import Turns
from kiosk.collector.books.venues import Venues
from kiosk.collector.database import Database


class Books:
    """All subjects over one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.venues = Venues(database)
        self.boxes = Boxes(database)
        self.fleet = Fleet(database)
        self.notices = Notices(database)
        self.scans = Scans(database)
        self.people = People(database)
        self.turns = Turns(database)

    async def close(self) -> None:
        """Let go of the database."""
        await self.database.close()


__all__ = ["Books", "Boxes", "Fleet", "Notices", "People", "Scans", "Turns", "Venues"]
