"""enroll-code: a one-time code for a venue, in the terminal and on a sheet that goes with the box."""

import argparse
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kiosk.core.windows import DAY_MS, UnixMs
from kiosk.errors import ConfigError, NotInBooks
from kiosk.verbs.arguments import Verbs
from kiosk.verbs.collector.shared import noted, now, section, takes_collector, with_books

if TYPE_CHECKING:
    from kiosk.collector.books import Books
    from kiosk.core.paper.enrolment import Invitation
    from kiosk.core.paper.sheet import Matrix

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""None that is mistaken for another, on paper or on the telephone."""
GROUPS = 3
"""Of four: 58 bits, that nobody guesses at ten tries and then one in ten seconds."""
DAYS = 7
QUIET = 2
"""Modules of white around a code in a terminal, where a line is two of them."""


class Made(NamedTuple):
    """A code and whose it is."""

    code: str
    venue_name: str
    until: UnixMs
    others: tuple[str, ...]
    """Boxes that stand there already."""


def add(verbs: Verbs) -> None:
    """Declare the verb."""
    code = verbs.add_parser("enroll-code", help="a one-time code for a venue")
    code.set_defaults(act=_code)
    code.add_argument("venue")
    takes_code(code)


def takes_code(verb: argparse.ArgumentParser) -> None:
    """Give a verb the options of a code."""
    verb.add_argument("--days", type=int, default=DAYS, metavar="N", help=f"how long it may be used ({DAYS})")
    verb.add_argument("--out", type=Path, metavar="F", help="also as a sheet to print: a .pdf or .png")
    takes_collector(verb)


def _code(arguments: argparse.Namespace) -> int:
    check(arguments)

    async def made(books: "Books") -> Made:
        return await new_code(books, arguments.venue, arguments.days)

    return tell(arguments, with_books(arguments, made))


def check(arguments: argparse.Namespace) -> None:
    """Options are right before anything is written."""
    if not 1 <= arguments.days <= 60:
        raise ConfigError(f"--days {arguments.days}: expected 1 to 60")
    if arguments.out is not None and arguments.out.suffix.lower() not in (".pdf", ".png"):
        raise ConfigError(f"--out {arguments.out}: expected a name that ends in .pdf or .png")


async def new_code(books: "Books", venue: str, days: int) -> Made:
    """A code that no box has used."""
    from kiosk.collector.api.boxes import code_hash

    place = await books.venues.find(venue)
    if place.retired_at is not None:
        raise NotInBooks(f"venue '{venue}' is retired; no box is wanted there")
    code = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(GROUPS))
    at = now()
    until = UnixMs(at + days * DAY_MS)
    await books.boxes.add_code(code_hash(code), venue, at, until)
    await noted(books, "enroll-code", venue)
    others = tuple(stay.kiosk for stay in await books.boxes.stays(venue) if stay.until is None)
    return Made(code, place.name, until, others)


def tell(arguments: argparse.Namespace, made: Made) -> int:
    """Print the code, and the sheet if one is wanted."""
    from kiosk.core.paper.enrolment import Invitation
    from kiosk.core.wording import Words, clock, day
    from kiosk.shapes.codes import encode

    url, at, last = section(arguments).url, clock(made.until), day(made.until)
    until = Words(f"{at} {last.vi}", f"{at} {last.en}")
    told = Invitation(made.venue_name, made.code, url, until)
    if url:
        print(in_terminal(encode(told.scanned), colour=sys.stdout.isatty()))
    print(
        f"{made.venue_name}\n"
        f"Mã ghi danh · enrolment code: {made.code}\n"
        f"Trên trạm · on the kiosk: kiosk enroll {url or 'ADDRESS'} {made.code}\n"
        f"Dùng một lần, đến {until.vi} · once, until {until.en}"
    )
    if not url:
        print("Chưa có mã QR: hãy đặt collector.url · no QR code: set collector.url", file=sys.stderr)
    if made.others:
        named = ", ".join(made.others)
        print(
            f"Nơi này đã có trạm {named}. Nếu thay trạm: kiosk collector replace TRẠM\n"
            f"This venue has kiosk {named} already. To replace it: kiosk collector replace KIOSK",
            file=sys.stderr,
        )
    if arguments.out is not None:
        _print(arguments.out, told)
    return 0


def in_terminal(matrix: "Matrix", *, colour: bool) -> str:
    """A code in half blocks, two rows a line: dark on light, whatever colours the terminal has."""
    width = len(matrix) + 2 * QUIET
    light = (False,) * width
    rows = [light] * QUIET + [(False,) * QUIET + row + (False,) * QUIET for row in matrix] + [light] * (QUIET + 1)
    lines = []
    for upper, lower in zip(rows[::2], rows[1::2], strict=False):
        blocks = "".join(" ▄▀█"[2 * (not top) + (not foot)] for top, foot in zip(upper, lower, strict=True))
        lines.append(f"\x1b[40;97m{blocks}\x1b[0m" if colour else blocks)
    return "\n".join(lines)


def _print(path: Path, told: "Invitation") -> None:
    from kiosk.core.paper.enrolment import invitation
    from kiosk.core.paper.sheet import DoesNotFit
    from kiosk.materials.picture import png
    from kiosk.materials.poster import setter
    from kiosk.verbs.printing.files import write

    try:
        sheet = invitation(told, setter())
    except DoesNotFit as error:
        raise ConfigError(str(error)) from error
    if path.suffix.lower() == ".png":
        write(path, png(sheet))
    else:
        from kiosk.materials.pdf import pdf

        write(path, pdf([sheet], told.venue))
    path.chmod(0o600)
    print(path)
