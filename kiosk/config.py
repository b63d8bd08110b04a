"""Configuration: one TOML file, one frozen section per service. Every key and its default live here, nowhere else."""

import difflib
import json
import re
import tomllib
from pathlib import Path
from typing import Annotated, TypeVar, get_type_hints

import msgspec
from msgspec import Meta

from kiosk.errors import ConfigError

# Each type's `description` is what an error says was expected.
YesNo = Annotated[bool, Meta(description="true or false")]
Name = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]{0,80}\Z", description="one line of at most 80 characters")]
Text = Annotated[str, Meta(min_length=1, description="text in quotes, not empty")]
PathOrNone = Annotated[str, Meta(description='a path in quotes, or ""')]
Adapter = Annotated[str, Meta(pattern=r"^hci[0-9]+\Z", description='"hci" and a number, such as "hci0"')]
Share = Annotated[float, Meta(gt=0, le=1, description="a number above 0, at most 1")]
CoolDown = Annotated[int, Meta(ge=1, le=900, description="a whole number of seconds from 1 to 900")]
Days = Annotated[int, Meta(ge=1, le=60, description="a whole number of days from 1 to 60")]
Surface = Annotated[
    str, Meta(pattern=r"^(auto|framebuffer|png|none)\Z", description='one of "auto", "framebuffer", "png", "none"')
]
Pixels = Annotated[int, Meta(ge=0, le=7680, description="a whole number of pixels from 0 to 7680")]
Link = Annotated[
    str,
    Meta(
        pattern=r"^https?://[!-~]+\Z", max_length=200, description="an http or https link, at most 200 ASCII characters"
    ),
]
Port = Annotated[int, Meta(ge=0, le=65535, description="a whole number from 0 to 65535")]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A section: frozen, and an unknown key in it is an error."""


class Venue(Section, frozen=True):
    """[venue]: where the box stands. `name` is printed on wall and page ("" shows none)."""

    name: Name = ""


class Radio(Section, frozen=True):
    """[radio]: which Bluetooth controller."""

    adapter: Adapter = "hci0"


class Advertise(Section, frozen=True):
    """[advertise]: connectable from the controller's own address, or not, from a random one (docs/decisions.md)."""

    connectable: YesNo = True


class Collect(Section, frozen=True):
    """[collect]: `ask` reads iPhones over GATT; `ask_share` is the part of the time asks may silence the radio."""

    ask: YesNo = True
    ask_share: Share = 0.5
    cool_down_seconds: CoolDown = 30


class StoreSection(Section, frozen=True):
    """[store]: where encounters are kept and for how many days."""

    folder: Text = "/var/lib/bluezone-kiosk"
    retention_days: Days = 14


class Show(Section, frozen=True):
    """[show]: `surface` is auto, framebuffer, png or none; width and height 0 mean the surface's own (1920x1080)."""

    surface: Surface = "auto"
    framebuffer: Text = "/dev/fb0"
    png: PathOrNone = ""
    width: Pixels = 0
    height: Pixels = 0
    install_url: Link = "https://www.bluezone.gov.vn"


class Web(Section, frozen=True):
    """[web]: the status page. `port` 0 picks a free one."""

    enabled: YesNo = True
    host: Text = "127.0.0.1"
    port: Port = 8080


class Config(Section, frozen=True):
    """The whole file."""

    venue: Venue = Venue()
    radio: Radio = Radio()
    advertise: Advertise = Advertise()
    collect: Collect = Collect()
    store: StoreSection = StoreSection()
    show: Show = Show()
    web: Web = Web()


def load(path: Path) -> Config:
    """Read a TOML file. ConfigError names file, key, what was expected and the nearest key."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}. Give the file with --config.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 at byte {error.start}. Save it as UTF-8.") from error
    return parse(text.removeprefix("\ufeff"), str(path))  # the mark some Windows editors write


def parse(text: str, source: str) -> Config:
    """Read TOML text; `source` is named in errors."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{source}: not valid TOML: {error}") from error
    try:
        config = msgspec.convert(values, Config)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{source}: {_explain(str(error), values)}") from error
    if config.show.surface == "png" and not config.show.png:
        raise ConfigError(f'{source}: show.png: expected a path in quotes, since show.surface is "png"; it is ""')
    return config


S = TypeVar("S", bound=Section)


def replace(section: S, **changes: object) -> S:
    """A section, or the whole configuration, with some keys changed."""
    return msgspec.structs.replace(section, **changes)


def keys() -> dict[str, type[Section]]:
    """Every section by name."""
    return {field.name: field.type for field in msgspec.structs.fields(Config)}


def _explain(message: str, values: dict[str, object]) -> str:
    """msgspec's message in the user's words: 'web.port: expected a whole number from 0 to 65535; it is "8080"'."""
    where = re.search(r" - at `\$\.(\w+)\.?(\w*)`\Z", message)
    section, key = where.groups() if where else ("", "")
    if unknown := re.match(r"Object contains unknown field `(.*?)`(?: - at `\$\.\w+`)?\Z", message, re.DOTALL):
        return _unknown_key(section, unknown[1]) if section else _unknown_section(unknown[1])
    found = values[section]
    if key and isinstance(found, dict):
        return f"{section}.{key}: expected {_expected(keys()[section], key)}; it is {_shown(found[key])}"
    return f"{section}: expected a section: a line [{section}] and its keys below; it is {_shown(found)}"


def _unknown_key(section: str, name: str) -> str:
    return f"{section}.{name}: unknown key; {_hint(name, list(keys()[section].__struct_fields__), section)}"


def _unknown_section(name: str) -> str:
    return f"{name}: unknown section; {_hint(name, list(keys()), '')}"


def _hint(name: str, known: list[str], section: str) -> str:
    """The same key of another section, or the nearest name here, or all names."""
    if homes := [f"[{home}]" for home, of in keys().items() if home != section and name in of.__struct_fields__]:
        return f"'{name}' belongs in section {' or '.join(homes)}"
    if near := difflib.get_close_matches(name, known, 1, 0.5):
        return f"did you mean '{near[0]}'?"
    return f"known are: {', '.join(known)}"


def _expected(section: type[Section], key: str) -> str:
    hint = get_type_hints(section, include_extras=True)[key]
    return next(meta.description for meta in hint.__metadata__ if isinstance(meta, Meta) and meta.description)


def _shown(value: object) -> str:
    """A value much as the file has it, on one line and not too long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:59] + "…"
