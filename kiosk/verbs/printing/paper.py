"""Paper: one venue's files, or those of a table of venues with a progress bar and a list of what is wrong in it."""

import argparse
import re
import sys
from pathlib import Path

from kiosk.config import Config, campaign_of, changed
from kiosk.core.campaign import Campaign
from kiosk.core.paper.venues import BadRow, Names, Row, WrongColumns, rows, safe
from kiosk.errors import ConfigError
from kiosk.materials import batch as many
from kiosk.materials.order import Order, files
from kiosk.verbs.printing.files import folder, several, write
from kiosk.verbs.printing.tables import Progress, text_of


def single(arguments: argparse.Namespace, campaign: Campaign) -> int:
    """One venue."""
    order = _order(arguments)
    out: Path = arguments.out or Path()
    made = files(order, campaign)
    if out.suffix.lower() != f".{order.file_format}":
        out = folder(out) / f"{_stem(order, campaign)}.{order.file_format}"
    for path in several(out, made):
        print(path)
    return 0


def batch(arguments: argparse.Namespace, config: Config) -> int:
    """A table of venues: bad rows are told, good ones made; exit 1 if any was bad."""
    order = _order(arguments)
    good, bad = _sorted(arguments.csv, config, household=order.kind == "household")
    out: Path = arguments.out or Path()
    if arguments.merge:
        out = out if out.suffix.lower() == ".pdf" else folder(out) / f"{order.kind}-{order.size.lower()}.pdf"
    else:
        folder(out)
    faults = _merge(order, good, out) if arguments.merge else _one_each(order, good, out)
    bad = sorted([*bad, *faults], key=lambda row: row.line)
    for row in bad:
        print(f"{arguments.csv}: {row}", file=sys.stderr)
    print(f"{out}: {len(good) - len(faults)} of {len(good) + len(bad) - len(faults)} venues")
    return 1 if bad else 0


def _order(arguments: argparse.Namespace) -> Order:
    return Order(arguments.kind, arguments.size, arguments.lang, arguments.format)


def _stem(order: Order, campaign: Campaign) -> str:
    name = safe(campaign.venue) if campaign.venue else campaign.profile
    return "-".join(part for part in (order.kind, name, order.size.lower()) if part)


def _one_each(order: Order, good: list[tuple[Row, Campaign]], out: Path) -> list[BadRow]:
    names, bad = Names(), []
    progress = Progress(len(good))
    results = many.each(order, [campaign for _, campaign in good])
    for (row, campaign), result in zip(good, results, strict=True):
        if isinstance(result, str):
            bad.append(_bad(row, result))
        else:
            several(out / f"{names.give(campaign.venue)}.{order.file_format}", result)
        progress.step()
    return bad


def _merge(order: Order, good: list[tuple[Row, Campaign]], out: Path) -> list[BadRow]:
    bad: list[BadRow] = []
    progress = Progress(len(good))
    waiting = iter([row for row, _ in good])

    def tell(reason: str) -> None:
        row = next(waiting)
        if reason:
            bad.append(_bad(row, reason))
        progress.step()

    data = many.merged(order, [campaign for _, campaign in good], tell)
    if data:
        write(out, data)
    return bad


def _sorted(path: Path, config: Config, *, household: bool) -> tuple[list[tuple[Row, Campaign]], list[BadRow]]:
    good: list[tuple[Row, Campaign]] = []
    bad: list[BadRow] = []
    try:
        for row in rows(text_of(path, f"--csv {path}")):
            found = row if isinstance(row, BadRow) else _composed(row, config, household=household)
            if isinstance(row, Row) and isinstance(found, Campaign):
                good.append((row, found))
            elif isinstance(found, BadRow):
                bad.append(found)
    except WrongColumns as error:
        raise ConfigError(f"--csv {path}: {error}") from error
    return good, bad


def _composed(row: Row, config: Config, *, household: bool) -> Campaign | BadRow:
    """The row's cells stand in for the configuration's keys of the same name, and are checked like them."""
    own = {"profile": "household" if household else row.profile, **dict(row.values)}
    try:
        told = changed(config, {"venue": {"name": row.venue}, "campaign": own})
        return campaign_of(told, hears=row.profile != "outdoor")
    except ConfigError as error:
        return _bad(row, str(error))


def _bad(row: Row, reason: str) -> BadRow:
    """The reason begins with the key, if one key is to blame; else the row as a whole is, by its venue."""
    named = re.match(r"(?:campaign\.|venue\.)?(\w+)(?::| (?=/)) ?", reason)
    column = {"name": "venue"}.get(named[1], named[1]) if named else ""
    if named and column in {"venue", *dict(row.values)}:
        return BadRow(row.line, column, reason[named.end() :])
    return BadRow(row.line, "venue", reason)
