"""revoke, replace, move: what happens to one box. What it counted where it stood stays there."""

import argparse
from typing import TYPE_CHECKING

from kiosk.errors import NotInBooks
from kiosk.verbs.arguments import Verbs
from kiosk.verbs.collector.codes import Made, check, new_code, takes_code, tell
from kiosk.verbs.collector.shared import noted, now, takes_collector, with_books

if TYPE_CHECKING:
    from kiosk.collector.books import Books


def add(verbs: Verbs) -> None:
    """Declare the verbs."""
    revoke = verbs.add_parser("revoke", help="a box's token opens nothing from now on")
    revoke.set_defaults(act=_revoke)
    revoke.add_argument("kiosk")
    revoke.add_argument("--stolen", action="store_true", help="it was stolen: its venue shows so until it is replaced")
    takes_collector(revoke)
    replace = verbs.add_parser("replace", help="revoke a box and print a code for the one that takes its place")
    replace.set_defaults(act=_replace)
    replace.add_argument("kiosk")
    takes_code(replace)
    move = verbs.add_parser("move", help="a box stands at another venue from now on")
    move.set_defaults(act=_move)
    move.add_argument("kiosk")
    move.add_argument("venue")
    takes_collector(move)


def _revoke(arguments: argparse.Namespace) -> int:
    async def revoked(books: "Books") -> str:
        box = await books.boxes.find(arguments.kiosk)
        await noted(books, "stolen" if arguments.stolen else "revoke", box.kiosk)
        await books.boxes.revoke(box.kiosk, now(), stolen=arguments.stolen)
        return box.venue_name

    venue = with_books(arguments, revoked)
    print(f"Đã thu hồi {arguments.kiosk} ({venue or '—'}) · revoked")
    return 0


def _replace(arguments: argparse.Namespace) -> int:
    check(arguments)

    async def replaced(books: "Books") -> Made:
        box = await books.boxes.find(arguments.kiosk)
        if not box.venue:
            raise NotInBooks(f"kiosk '{box.kiosk}' stands nowhere; use: kiosk collector enroll-code VENUE")
        await noted(books, "replace", box.kiosk)
        await books.boxes.revoke(box.kiosk, now(), stolen=box.stolen)
        await books.boxes.leave(box.kiosk, now())
        return await new_code(books, box.venue, arguments.days)

    return tell(arguments, with_books(arguments, replaced))


def _move(arguments: argparse.Namespace) -> int:
    async def moved(books: "Books") -> str:
        box = await books.boxes.find(arguments.kiosk)
        place = await books.venues.find(arguments.venue)
        if box.revoked_at is not None:
            raise NotInBooks(f"kiosk '{box.kiosk}' is revoked; enrol it anew: kiosk collector enroll-code {place.id}")
        if place.retired_at is not None:
            raise NotInBooks(f"venue '{place.id}' is retired; no box is wanted there")
        await noted(books, "move", f"{box.kiosk} {place.id}")
        await books.boxes.move(box.kiosk, place.id, now())
        return f"{box.kiosk}: {box.venue_name or '—'} → {place.name}"

    print(with_books(arguments, moved))
    return 0
