"""Configuration: one TOML file, one frozen section per service. Every key and its default live here, nowhere else."""

import difflib
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from kiosk.errors import ConfigError

Port = Annotated[int, Meta(ge=0, le=65535)]
Milliseconds = Annotated[int, Meta(ge=20, le=10_240)]
Pixels = Annotated[int, Meta(ge=0, le=7680)]
Seconds = Annotated[float, Meta(gt=0, le=3600)]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A section: frozen, and an unknown key in it is an error."""


class Venue(Section, frozen=True):
    """[venue]: where the box stands. `name` is printed on wall and page ("" shows none)."""

    name: str = ""


class Radio(Section, frozen=True):
    """[radio]: which Bluetooth controller."""

    adapter: Annotated[str, Meta(pattern=r"^hci\d+$")] = "hci0"


class Advertise(Section, frozen=True):
    """[advertise]: `connectable` is what phones see; neither app needs it (docs/decisions.md)."""

    connectable: bool = False


class Collect(Section, frozen=True):
    """[collect]: `ask` reads iPhones over GATT; `ask_share` is the part of the time asks may silence the radio."""

    ask: bool = True
    ask_share: Annotated[float, Meta(gt=0, le=1)] = 0.5
    cool_down_seconds: Annotated[int, Meta(ge=1, le=900)] = 30


class StoreSection(Section, frozen=True):
    """[store]: where encounters are kept and for how many days."""

    folder: str = "/var/lib/bluezone-kiosk"
    retention_days: Annotated[int, Meta(ge=1, le=60)] = 14


class Show(Section, frozen=True):
    """[show]: `surface` is auto, framebuffer, png or none; width and height 0 mean the surface's own (1920x1080)."""

    surface: Annotated[str, Meta(pattern=r"^(auto|framebuffer|png|none)$")] = "auto"
    framebuffer: str = "/dev/fb0"
    png: str = ""
    width: Pixels = 0
    height: Pixels = 0
    install_url: Annotated[str, Meta(pattern=r"^https?://[^\s]+$", max_length=200)] = "https://www.bluezone.gov.vn"


class Web(Section, frozen=True):
    """[web]: the status page. `port` 0 picks a free one."""

    enabled: bool = True
    host: str = "127.0.0.1"
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
    return parse(text, str(path))


def parse(text: str, source: str) -> Config:
    """Read TOML text; `source` is named in errors."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{source}: not valid TOML: {error}") from error
    try:
        return msgspec.convert(values, Config)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{source}: {_explain(str(error), values)}") from error


def keys() -> dict[str, type[Section]]:
    """Every section by name."""
    return {field.name: field.type for field in msgspec.structs.fields(Config)}


def _explain(message: str, values: dict[str, Any]) -> str:
    """msgspec's message in the user's words: 'web.port: expected `int`, got `str` (it is "x")'."""
    text, _, where = message.partition(" - at ")
    path = where.strip("`").removeprefix("$").strip(".")
    unknown = re.search(r"unknown field `(.*)`", text)
    if unknown is None:
        value = _value(values, path)
        shown = "" if value is None else f" (it is {value!r})"
        return f"{path or 'the file'}: {text[0].lower()}{text[1:]}{shown}"
    name = unknown[1]
    known = [field.name for field in msgspec.structs.fields(keys()[path])] if path else list(keys())
    near = difflib.get_close_matches(name, known, 1, 0.5)
    hint = f"did you mean '{near[0]}'?" if near else f"known are: {', '.join(known)}"
    return f"{path + '.' if path else ''}{name}: unknown {'key' if path else 'section'}; {hint}"


def _value(values: Any, path: str) -> object:
    for part in path.split("."):
        if not isinstance(values, dict):
            return None
        values = values.get(part)
    found: object = values
    return found
