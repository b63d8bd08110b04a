"""import-venues: a table of venues, as a spreadsheet saves it. Good rows come in, bad ones are told by line."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.core.paper.venues import BadRow, WrongColumns, rows
from kiosk.errors import ConfigError
from kiosk.verbs.arguments import Verbs
from kiosk.verbs.collector.shared import noted, now, takes_collector, with_books
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

    async def imported(books: "Books") -> list[BadRow]:
        from kiosk.collector.importing import import_venues

        progress, bad = Progress(len(found)), []
        async for fault in import_venues(books, found, now()):
            bad += [fault] if fault else []
            progress.step()
        await noted(books, "import-venues", f"{len(found) - len(bad)} of {len(found)}")
        return bad

    bad = with_books(arguments, imported)
    for fault in bad:
        print(f"{path}: {fault}", file=sys.stderr)
    print(f"{len(found) - len(bad)} / {len(found)} nơi đã nhập · venues imported")
    return 1 if bad else 0
