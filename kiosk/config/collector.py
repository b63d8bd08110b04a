"""Collector: the configuration of the province's side, a file of its own with one section."""

import os
from pathlib import Path
from typing import Annotated, Final

from msgspec import Meta

from kiosk.config.reading import converted, text_of, values_of
from kiosk.config.sections import Days, Link, LinkOrNone, Port, Section, Text
from kiosk.core.campaign import Links

COLLECTOR_FILE: Final = Path("/etc/bluezone-collector/config.toml")
DB_VARIABLE: Final = "KIOSK_COLLECTOR_DB"
"""Environment variable that names the database, for a password that shall stand in no file others read."""

_LINKS: Final = Links()

Database = Annotated[
    str,
    Meta(
        pattern=r"^(sqlite:///.+|postgres(ql)?://.+)\Z",
        description='"sqlite:///" and a path, or "postgresql://" and user, host and database',
    ),
]
Proxies = Annotated[tuple[str, ...], Meta(description='a list of addresses in quotes, such as ["127.0.0.1"]')]


class CollectorSection(Section, frozen=True):
    """[collector]: where the books lie, which port, how long."""

    db: Database = "sqlite:///var/lib/bluezone-collector/books.db"
    host: Text = "127.0.0.1"
    port: Port = 8090
    url: LinkOrNone = ""
    signing_key: Text = "/var/lib/bluezone-collector/signing.key"
    retention_days: Days = 21
    proxies: Proxies = ("127.0.0.1", "::1")


class LinksSection(Section, frozen=True):
    """[links]: where the smart link leads, an Android phone, an iPhone, and anything else."""

    android: Link = _LINKS.android
    ios: Link = _LINKS.ios
    site: Link = _LINKS.site


class CollectorConfig(Section, frozen=True):
    """The whole file."""

    collector: CollectorSection = CollectorSection()
    links: LinksSection = LinksSection()


def load_collector(path: Path | None, db: str | None = None) -> CollectorConfig:
    """The file, or the defaults where there is none; the database also from the environment or as given."""
    here = path or (COLLECTOR_FILE if COLLECTOR_FILE.exists() else None)
    values = values_of(text_of(here), str(here)) if here else {}
    named = db or os.environ.get(DB_VARIABLE)
    section = values.setdefault("collector", {})
    if named and isinstance(section, dict):
        section["db"] = named
    return converted(values, CollectorConfig, "--db" if db else str(here) if here else "")
