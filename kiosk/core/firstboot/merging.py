"""Merging: other values in some keys of a configuration file, whose comments and order stay as its owner wrote them."""

import json
import re
import tomllib
from collections.abc import Mapping
from typing import TypeAlias

from kiosk.core.firstboot.lines import statements

Settings: TypeAlias = Mapping[str, Mapping[str, object]]
"""Section -> key -> value."""


def merged(text: str, settings: Settings) -> str:
    """The text with these values in it. A text that is no TOML, or is written in a way that cannot be changed line by
    line, gives way to the bare values."""
    try:
        old = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return written(settings)
    wanted: dict[str, object] = {**old, **{name: {**_table(old, name), **keys} for name, keys in settings.items()}}
    new = text
    for section, keys in settings.items():
        for key, value in keys.items():
            new = _changed(new, section, key, f"{key} = {toml(value)}")
    try:
        if tomllib.loads(new) == wanted:
            return new
    except tomllib.TOMLDecodeError:
        pass
    return written({name: keys for name, keys in wanted.items() if isinstance(keys, dict)})


def written(settings: Settings) -> str:
    """A whole file of these values."""
    return "\n".join(
        "\n".join([f"[{name}]", *(f"{key} = {toml(value)}" for key, value in keys.items()), ""])
        for name, keys in settings.items()
    )


def toml(value: object) -> str:
    """A value as TOML has it: what configurations hold, texts, numbers, yes and no, and lists of these."""
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(toml(each) for each in value)}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _table(values: Mapping[str, object], name: str) -> Mapping[str, object]:
    table = values.get(name, {})
    return table if isinstance(table, dict) else {}


def _changed(text: str, section: str, key: str, line: str) -> str:
    """In the key's own place, else behind the section's last key, else in a new section at the end."""
    here = [each for each in statements(text) if each.section == section]
    for each in here:
        if each.key == key:
            return text[: each.start] + line + _remark(text[each.value : each.end]) + text[each.end :]
    if here:
        end = max(each.end for each in here)
        return f"{text[:end]}\n{line}{text[end:]}"
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    return f"{text}{gap}[{section}]\n{line}\n"


def _remark(value: str) -> str:
    """The comment behind a value, with the blanks before it."""
    for found in re.finditer("[ \t]*#", value):
        try:
            tomllib.loads(f"x = {value[: found.start()]}".replace("\r", ""))
        except tomllib.TOMLDecodeError:
            continue
        return value[found.start() :]
    return ""
