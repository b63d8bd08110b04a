"""Lines: where each statement of a TOML text stands, so that one can be changed and all others stay as written."""

import re
import tomllib
from collections.abc import Iterator
from typing import Final, NamedTuple

_HEADER: Final = re.compile(r"[ \t]*\[[ \t]*([\w-]+)[ \t]*\][ \t]*(#.*)?\Z")
_KEY: Final = re.compile(r"[ \t]*\"?([\w-]+)\"?[ \t]*=[ \t]*")


class Statement(NamedTuple):
    """A header (`key` is "") or a key with its value. `line` counts from 1; `start` and `end` are places in the text,
    the line break left out; `value` is where the value begins."""

    section: str
    key: str
    line: int
    start: int
    value: int
    end: int


def statements(text: str) -> Iterator[Statement]:
    """Every header and key, names in lower case. What is neither is left out."""
    lines = text.split("\n")
    section, index, start = "", 0, 0
    while index < len(lines):
        line, taken = lines[index].removesuffix("\r"), 1
        if header := _HEADER.match(line):
            section = header[1].lower()
            yield Statement(section, "", index + 1, start, start, start + len(line))
        elif begun := _KEY.match(line):
            taken = _taken(lines, index, begun.end())
            whole = "\n".join(lines[index : index + taken]).removesuffix("\r")
            yield Statement(section, begun[1].lower(), index + 1, start, start + begun.end(), start + len(whole))
        start += sum(len(each) + 1 for each in lines[index : index + taken])
        index += taken


def line_of(text: str, section: str, key: str = "") -> int:
    """The line of a key, else that of its section, else 0."""
    found = {(each.section, each.key): each.line for each in statements(text)}
    return found.get((section, key)) or found.get((section, ""), 0)


def _taken(lines: list[str], index: int, begins: int) -> int:
    """Over how many lines a value goes: until it can be read; one if it never can."""
    for taken in range(1, len(lines) - index + 1):
        value = "\n".join([lines[index][begins:], *lines[index + 1 : index + taken]])
        try:
            tomllib.loads(f"x = {value}".replace("\r", ""))
        except tomllib.TOMLDecodeError:
            if not re.match(r"\[|\"\"\"|'''|\{", value):
                return 1
            continue
        return taken
    return 1
