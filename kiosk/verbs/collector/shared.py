"""Shared: which collector a verb is about, and its books, opened and closed around some work."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kiosk.core.fleet.units import LONGEST_NAME, names_in
from kiosk.core.wording import composed
from kiosk.errors import ConfigError

if TYPE_CHECKING:
    from kiosk.collector.books import Books
    from kiosk.config.collector import CollectorConfig, CollectorSection

T = TypeVar("T")


def takes_collector(verb: argparse.ArgumentParser) -> None:
    """Give a verb the options --db and --config."""
    verb.add_argument("--db", metavar="URL", help="sqlite:///PATH or postgresql://USER@HOST/DATABASE")
    verb.add_argument("--config", type=Path, metavar="F", help="configuration (/etc/bluezone-collector/config.toml)")


def whole(arguments: argparse.Namespace) -> "CollectorConfig":
    """The configuration this call is about. Raises ConfigError."""
    from kiosk.config.collector import load_collector

    return load_collector(arguments.config, arguments.db)


def section(arguments: argparse.Namespace) -> "CollectorSection":
    """Its section [collector]."""
    return whole(arguments).collector


def with_books(arguments: argparse.Namespace, work: "Callable[[Books], Awaitable[T]]") -> T:
    """Do some work on the books."""
    from kiosk.collector.opening import open_books

    async def done() -> T:
        async with open_books(section(arguments).db) as books:
            return await work(books)

    return asyncio.run(done())


def now() -> int:
    """The time, ms since 1970."""
    from kiosk.adapters.system import SystemClock

    return SystemClock().now()


def name(text: str) -> str:
    """A name as people typed it, on one line and in composed letters. For argparse."""
    tidy = " ".join(composed(text).split())
    if not 0 < len(tidy) <= LONGEST_NAME:
        raise argparse.ArgumentTypeError(f"expected 1 to {LONGEST_NAME} letters, got {len(tidy)}")
    return tidy


def unit_path(text: str) -> list[str]:
    """ "Tỉnh Bắc Sơn / Phường Ven Sông" as names from the top. Raises ConfigError."""
    try:
        return names_in(text)
    except ValueError as error:
        raise ConfigError(str(error)) from error


async def noted(books: "Books", what: str, subject: str) -> None:
    """A line in the audit log; who sits at the terminal is not known."""
    from kiosk.collector.books.people import Deed

    await books.people.note(Deed(now(), "", what, subject))
