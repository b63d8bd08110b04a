"""Importing: rows of a table become venues, one by one; the terminal and the fleet page show how far it is."""

from collections.abc import AsyncGenerator, Iterable

from kiosk.collector.books import Books
from kiosk.core.fleet.units import LONGEST_NAME, names_in
from kiosk.core.paper.venues import BadRow, Row


async def import_venues(books: Books, found: Iterable[Row | BadRow], now: int) -> AsyncGenerator[BadRow | None]:
    """Enters each row as it is asked for: None where that went well, else why not. Good rows stay, whatever follows."""
    known = {(place.name, place.unit) for place in await books.venues.all() if place.retired_at is None}
    for row in found:
        yield row if isinstance(row, BadRow) else await _entered(books, row, known, now)


async def _entered(books: Books, row: Row, known: set[tuple[str, str]], now: int) -> BadRow | None:
    """One venue, or why not. A second import of the same table finds every row there."""
    if len(row.venue) > LONGEST_NAME:
        en = f"{len(row.venue)} letters; at most {LONGEST_NAME}"
        return BadRow(row.line, "venue", en, f"dài {len(row.venue)} chữ; nhiều nhất {LONGEST_NAME}")
    try:
        unit = await books.venues.unit(names_in(dict(row.values).get("unit", "")))
    except ValueError as error:
        vi = f"tên đơn vị dài từ 1 đến {LONGEST_NAME} chữ, cách nhau bằng dấu /"
        return BadRow(row.line, "unit", str(error), vi)
    if (row.venue, unit) in known:
        en = f"'{row.venue}' is there already in this unit"
        return BadRow(row.line, "venue", en, f"'{row.venue}' đã có trong đơn vị này")
    known.add((row.venue, unit))
    await books.venues.add(row.venue, row.profile, unit, now)
    return None
