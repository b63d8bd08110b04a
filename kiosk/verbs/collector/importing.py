"""import-venues: a table of venues, as a spreadsheet saves it. Good rows come in, bad ones are told by line."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.core.paper.venues import BadRow, Row, WrongColumns, rows
from kiosk.errors import ConfigError
from kiosk.verbs.arguments import Verbs
from kiosk.verbs.collector.shared import LONGEST_NAME, noted, now, takes_collector, unit_path, with_books
from kiosk.verbs.printing.tables import Progress, text_of

if TYPE_CHECKING:
    from kiosk.collector.books import Books


def add(verbs: Verbs) -> None:
    """Declare the verb."""
    verb = verbs.add_parser("import-venues", help="venues from a table: venue,profile,unit; bad rows are listed")
    verb.set_defaults(act=_import)
    verb.add_argument("csv", type=Path, help="the table that also serves `kiosk print --csv`; unit: 'Tỉnh / Phường'")
    takes_collector(verb)


def _import(arguments: argparse.Namespace) -> int:
    path: Path = arguments.csv
    try:
        found = list(rows(text_of(path, str(path))))
    except WrongColumns as error:
        raise ConfigError(f"{path}: {error}") from error

    async def imported(books: "Books") -> tuple[int, list[BadRow]]:
        known = {(place.name, place.unit) for place in await books.venues.all() if place.retired_at is None}
        progress, bad, good = Progress(len(found)), [row for row in found if isinstance(row, BadRow)], 0
        for row in found:
            if isinstance(row, Row):
                fault = await _one(books, row, known)
                good += fault is None
                bad += [fault] if fault else []
            progress.step()
        await noted(books, "import-venues", f"{good} of {len(found)}")
        return good, bad

    good, bad = with_books(arguments, imported)
    for fault in sorted(bad, key=lambda row: row.line):
        print(f"{path}: {fault}", file=sys.stderr)
    print(f"{good} / {len(found)} nơi đã nhập · venues imported")
    return 1 if bad else 0


async def _one(books: "Books", row: Row, known: set[tuple[str, str]]) -> BadRow | None:
    """One venue, or why not. A second import of the same table finds every row there."""
    if len(row.venue) > LONGEST_NAME:
        return BadRow(row.line, "venue", f"{len(row.venue)} letters; at most {LONGEST_NAME}")
    try:
        unit = await books.venues.unit(unit_path(dict(row.values).get("unit", "")))
    except ConfigError as error:
        return BadRow(row.line, "unit", str(error))
    if (row.venue, unit) in known:
        return BadRow(row.line, "venue", f"'{row.venue}' is there already in this unit")
    known.add((row.venue, unit))
    await books.venues.add(row.venue, row.profile, unit, now())
    return None
