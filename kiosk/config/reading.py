"""Reading: a TOML file becomes a Config; whatever is wrong in it is told in the user's words."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias, TypeVar, get_type_hints

import msgspec
from msgspec import Meta

from kiosk.config.campaign import faults_of
from kiosk.config.loudspeaker import loudspeaker_faults
from kiosk.config.sections import Config, Section
from kiosk.config.sync import sync_faults
from kiosk.errors import ConfigError

S = TypeVar("S", bound=Section)
W = TypeVar("W", bound=msgspec.Struct)
TOML_REMEDY: Final = 'A text stands in quotes on one line: name = "Bến xe"; a mark " in it is written \\"'
Sections: TypeAlias = dict[str, type[Section]]


def load(path: Path) -> Config:
    """Read a TOML file. ConfigError names file, key, what was expected and the nearest key."""
    return parse(text_of(path), str(path))


def text_of(path: Path) -> str:
    """A configuration file's text. ConfigError says why it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}. Give the file with --config.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 at byte {error.start}{_near(error)}. Save it as UTF-8.") from error
    return text.removeprefix("\ufeff")  # the mark some Windows editors write


def parse(text: str, source: str) -> Config:
    """Read TOML text; `source` is named in errors."""
    return _converted(values_of(text, source), source)


def values_of(text: str, source: str) -> dict[str, object]:
    """What TOML text holds."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{source}: not valid TOML: {error}{_near(error, text)}. {TOML_REMEDY}") from error


def _near(error: UnicodeDecodeError | tomllib.TOMLDecodeError, text: str = "") -> str:
    """The key at which a text cannot be read: the last one that was begun before."""
    if isinstance(error, UnicodeDecodeError):
        before = error.object[: error.start].decode("utf-8", "replace").splitlines()
    else:
        line = re.search(r"at line (\d+)", str(error))
        before = text.splitlines()[: int(line[1]) if line else None]
    section = key = ""
    for each in before:
        if header := re.match(r"\s*\[(\w+)\]", each):
            section, key = f"{header[1]}.", ""
        elif begun := re.match(r"\s*(\w+)\s*=", each):
            key = begun[1]
    return f", near {section}{key}" if key else ""


def changed(config: Config, changes: dict[str, dict[str, str]]) -> Config:
    """The configuration with other values in some keys, checked as if they stood in the file; errors name the key."""
    values: dict[str, object] = {
        name: {**of, **changes.get(name, {})} for name, of in msgspec.to_builtins(config).items()
    }
    return _converted(values, "")


def filled(config: Config, settings: Mapping[str, str]) -> Config:
    """With the province's settings in those keys of [campaign] that the box's own file leaves as delivered. Keys that
    this version does not know, and the logo, which is a file on the box, are left out. Raises ConfigError."""
    own, usual = config.campaign, Config().campaign
    free = {key for key in own.__struct_fields__ if key != "logo" and getattr(own, key) == getattr(usual, key)}
    return changed(config, {"campaign": {key: value for key, value in settings.items() if key in free}})


def _converted(values: dict[str, object], source: str) -> Config:
    config = converted(values, Config, source)
    for fault in _beyond_types(config):
        raise ConfigError(f"{source}: {fault}" if source else fault)
    return config


def converted(values: dict[str, object], of: type[W], source: str) -> W:
    """Values as a configuration of this type, whose fields are sections."""
    try:
        return msgspec.convert(values, of)
    except msgspec.ValidationError as error:
        told = _explain(str(error), values, sections(of))
        raise ConfigError(f"{source}: {told}" if source else told) from error


def _beyond_types(config: Config) -> Iterator[str]:
    """What no single key's type can tell."""
    if config.show.surface == "png" and not config.show.png:
        yield 'show.png: expected a path in quotes, since show.surface is "png"; it is ""'
    yield from faults_of(config.campaign)
    yield from loudspeaker_faults(config.loudspeaker)
    yield from sync_faults(config.sync)


def replace(section: S, **changes: object) -> S:
    """A section, or the whole configuration, with some keys changed."""
    return msgspec.structs.replace(section, **changes)


def keys() -> dict[str, type[Section]]:
    """Every section of a kiosk's configuration by name."""
    return sections(Config)


def sections(of: type[msgspec.Struct]) -> dict[str, type[Section]]:
    """Every section of a configuration by name."""
    return {field.name: field.type for field in msgspec.structs.fields(of)}


def _explain(message: str, values: dict[str, object], known: Sections) -> str:
    """msgspec's message in the user's words: 'web.port: expected a whole number from 0 to 65535; it is "8080"'."""
    where = re.search(r" - at `\$\.(\w+)\.?(\w*)[^`]*`\Z", message)
    section, key = where.groups() if where else ("", "")
    if unknown := re.match(r"Object contains unknown field `(.*?)`(?: - at `\$\.\w+`)?\Z", message, re.DOTALL):
        return _unknown_key(section, unknown[1], known) if section else _unknown_section(unknown[1], known)
    found = values[section]
    if key and isinstance(found, dict):
        return f"{section}.{key}: expected {_expected(known[section], key)}; it is {_shown(found[key])}"
    return f"{section}: expected a section: a line [{section}] and its keys below; it is {_shown(found)}"


def _unknown_key(section: str, name: str, known: Sections) -> str:
    return f"{section}.{name}: unknown key; {_hint(name, list(known[section].__struct_fields__), section, known)}"


def _unknown_section(name: str, known: Sections) -> str:
    return f"{name}: unknown section; {_hint(name, list(known), '', known)}"


def _hint(name: str, names: list[str], section: str, known: Sections) -> str:
    """The same key of another section, or the nearest name here, or all names."""
    if homes := [f"[{home}]" for home, of in known.items() if home != section and name in of.__struct_fields__]:
        return f"'{name}' belongs in section {' or '.join(homes)}"
    import difflib  # for this one sentence

    if near := difflib.get_close_matches(name, names, 1, 0.5):
        return f"did you mean '{near[0]}'?"
    return f"known are: {', '.join(names)}"


def _expected(section: type[Section], key: str) -> str:
    hint = get_type_hints(section, include_extras=True)[key]
    return next(meta.description for meta in hint.__metadata__ if isinstance(meta, Meta) and meta.description)


def _shown(value: object) -> str:
    """A value much as the file has it, on one line and not too long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:59] + "…"
