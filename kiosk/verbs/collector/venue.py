"""venue, team: places and people whose codes are counted, each below a unit of the free tree."""

import argparse
from typing import TYPE_CHECKING

from kiosk.core.campaign import PROFILES
from kiosk.errors import NotInBooks
from kiosk.verbs.arguments import Verbs
from kiosk.verbs.collector.shared import name, noted, now, takes_collector, unit_path, with_books

if TYPE_CHECKING:
    from kiosk.collector.books import Books

UNIT_HELP = "where it belongs, from the top: 'Tỉnh Bắc Sơn / Phường Ven Sông'"


def add(verbs: Verbs) -> None:
    """Declare the verbs."""
    _venue(verbs.add_parser("venue", help="places: add, list, move, retire"))
    _team(verbs.add_parser("team", help="people who go round with a code of their own: add, list"))


def _venue(group: argparse.ArgumentParser) -> None:
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    new = verbs.add_parser("add", help="a new venue")
    new.set_defaults(act=_add_venue)
    new.add_argument("name", type=name)
    new.add_argument("--profile", choices=list(PROFILES), default="", metavar="P", help="its kind, as in [campaign]")
    _takes_place(new)
    listed = verbs.add_parser("list", help="every venue, its unit and its boxes")
    listed.set_defaults(act=_list_venues)
    takes_collector(listed)
    move = verbs.add_parser("move", help="below another unit; what was counted stays with the venue")
    move.set_defaults(act=_move)
    move.add_argument("venue")
    move.add_argument("--unit", required=True, metavar="U", help=UNIT_HELP)
    takes_collector(move)
    retire = verbs.add_parser("retire", help="no box is wanted there any more; its boxes lose their token")
    retire.set_defaults(act=_retire)
    retire.add_argument("venue")
    takes_collector(retire)


def _team(group: argparse.ArgumentParser) -> None:
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    new = verbs.add_parser("add", help="a new team")
    new.set_defaults(act=_add_team)
    new.add_argument("name", type=name)
    _takes_place(new)
    listed = verbs.add_parser("list", help="every team")
    listed.set_defaults(act=_list_teams)
    takes_collector(listed)


def _takes_place(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--unit", default="", metavar="U", help=UNIT_HELP)
    verb.add_argument("--id", type=short, metavar="ID", help="short name for links (made from the name)")
    takes_collector(verb)


def short(text: str) -> str:
    """An id as it may stand in a link. For argparse."""
    from kiosk.core.paper.venues import safe

    if text != safe(text) or len(text) > 40:
        raise argparse.ArgumentTypeError(f"expected a-z, 0-9 and -, such as '{safe(text)[:40]}'; got '{text[:60]}'")
    return text


def _add_venue(arguments: argparse.Namespace) -> int:
    async def added(books: "Books") -> str:
        unit = await books.venues.unit(unit_path(arguments.unit))
        venue = await books.venues.add(arguments.name, arguments.profile, unit, now(), arguments.id or "")
        await noted(books, "venue add", venue)
        return venue

    print(with_books(arguments, added))
    return 0


def _add_team(arguments: argparse.Namespace) -> int:
    async def added(books: "Books") -> str:
        unit = await books.venues.unit(unit_path(arguments.unit))
        team = await books.venues.add_team(arguments.name, unit, now(), arguments.id or "")
        await noted(books, "team add", team)
        return team

    print(with_books(arguments, added))
    return 0


def _list_venues(arguments: argparse.Namespace) -> int:
    from kiosk.core.fleet.units import Tree

    async def found(books: "Books") -> list[str]:
        tree = Tree(await books.venues.units())
        lines = []
        for venue in sorted(await books.fleet.venues(), key=lambda each: (each.id, each.kiosk)):
            cells = (venue.id, venue.name, tree.label(venue.unit), venue.kind, venue.kiosk, venue.standing.value)
            lines.append("\t".join(cells))
        return lines

    for line in with_books(arguments, found):
        print(line)
    return 0


def _list_teams(arguments: argparse.Namespace) -> int:
    from kiosk.core.fleet.units import Tree

    async def found(books: "Books") -> list[str]:
        tree = Tree(await books.venues.units())
        return [f"{team.id}\t{team.name}\t{tree.label(team.unit)}" for team in await books.venues.teams()]

    for line in with_books(arguments, found):
        print(line)
    return 0


def _move(arguments: argparse.Namespace) -> int:
    async def moved(books: "Books") -> None:
        await books.venues.find(arguments.venue)
        unit = await books.venues.unit(unit_path(arguments.unit))
        await books.venues.move(arguments.venue, unit)
        await noted(books, "venue move", arguments.venue)

    with_books(arguments, moved)
    return 0


def _retire(arguments: argparse.Namespace) -> int:
    async def retired(books: "Books") -> None:
        if (await books.venues.find(arguments.venue)).retired_at is not None:
            raise NotInBooks(f"venue '{arguments.venue}' is retired already")
        await noted(books, "venue retire", arguments.venue)
        await books.venues.retire(arguments.venue, now())

    with_books(arguments, retired)
    return 0
