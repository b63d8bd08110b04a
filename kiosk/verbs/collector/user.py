"""user: who may sign in to the fleet page. A password is asked for, never an option, which others could read."""

import argparse
import getpass
import secrets
import sys
from typing import TYPE_CHECKING

from kiosk.errors import ConfigError, NotInBooks
from kiosk.verbs.arguments import Verbs
from kiosk.verbs.collector.shared import name, noted, now, takes_collector, with_books

if TYPE_CHECKING:
    from kiosk.collector.books import Books

ROLES = ("viewer", "officer", "admin")
SHORTEST = 10


def add(verbs: Verbs) -> None:
    """Declare the verb."""
    group = verbs.add_parser("user", help="who may sign in to the fleet page: add, passwd, list").add_subparsers(
        dest="verb", required=True, metavar="VERB"
    )
    new = group.add_parser("add", help="somebody new; asks for the password, or reads it from a pipe")
    new.set_defaults(act=_add)
    new.add_argument("name", type=name)
    new.add_argument("--role", choices=ROLES, default=ROLES[0], help="what they may do (viewer: look)")
    takes_collector(new)
    passwd = group.add_parser("passwd", help="another password, or role; signs them out everywhere")
    passwd.set_defaults(act=_passwd)
    passwd.add_argument("name", type=name)
    passwd.add_argument("--role", choices=ROLES, help="another role")
    takes_collector(passwd)
    listed = group.add_parser("list", help="everybody and their role")
    listed.set_defaults(act=_list)
    takes_collector(listed)


def _add(arguments: argparse.Namespace) -> int:
    from kiosk.collector.books.people import Person

    kept = _hashed(_password())

    async def added(books: "Books") -> None:
        await books.people.add(Person(arguments.name, arguments.role, kept), now())
        await noted(books, "user add", arguments.name)

    with_books(arguments, added)
    return 0


def _passwd(arguments: argparse.Namespace) -> int:
    kept = _hashed(_password())

    async def changed(books: "Books") -> None:
        person = await books.people.find(arguments.name)
        if person is None:
            raise NotInBooks(f"user '{arguments.name}' is unknown; `kiosk collector user list` shows all")
        await books.people.change(person._replace(password=kept, role=arguments.role or person.role))
        await noted(books, "user passwd", arguments.name)

    with_books(arguments, changed)
    return 0


def _list(arguments: argparse.Namespace) -> int:
    async def found(books: "Books") -> list[str]:
        return [f"{person.name}\t{person.role}" for person in await books.people.all()]

    for line in with_books(arguments, found):
        print(line)
    return 0


def _password() -> str:
    """Twice from a terminal, once from a pipe. Raises ConfigError."""
    if sys.stdin.isatty():
        told = getpass.getpass("Mật khẩu · password: ")
        if getpass.getpass("Gõ lại · again: ") != told:
            raise ConfigError("the two passwords differ; nothing was changed")
    else:
        told = sys.stdin.readline().rstrip("\n")
    if not SHORTEST <= len(told) <= 200:
        raise ConfigError(f"a password has {SHORTEST} to 200 letters; four words that do not belong together are good")
    return told


def _hashed(password: str) -> str:
    from kiosk.core import pins

    return pins.hashed(password, secrets.token_bytes(16)).decode()
