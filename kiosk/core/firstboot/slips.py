"""Slips: what people get wrong in a file that they type by hand: the line, what it is, and how to mend it."""

import re
from dataclasses import dataclass
from typing import Final

from kiosk.core.wording import Words

FILE, SETTINGS, WIFI, ENROLL = "file", "settings", "wifi", "enroll"
"""What a slip spoils. One in the file itself spoils everything."""
SECRET: Final = frozenset({"password", "code"})
"""Keys whose values no screen and no journal shows."""
_SHOWN: Final = frozenset({"ssid", "country", "url", "name", "profile"})
"""The only keys whose values are: a misspelt name may stand before a password."""
DOUBLE: Final = '"“”„‟″«»＂'
SINGLE: Final = "'‘’‚‛′"
_KEY: Final = r"[\w-]+"


@dataclass(frozen=True, slots=True)
class Slip:
    """`line` counts from 1; 0: the file as a whole, or what is missing in it."""

    piece: str
    line: int
    what: Words
    fix: Words

    @property
    def title(self) -> Words:
        """What is wrong, and where."""
        if not self.line:
            return self.what
        vi, en = (text[0].lower() + text[1:] if text[1:2].islower() else text for text in self.what)
        return Words(f"Dòng {self.line}: {vi}", f"Line {self.line}: {en}")


def straightened(text: str) -> str:
    """With the quotation marks and blanks of a word processor made plain where they stand around a value, character for
    character, so that every place stays where it was."""
    return "\n".join(_straight(line) for line in text.split("\n"))


def _straight(line: str) -> str:
    plain = line.translate({0xA0: " ", 0x202F: " ", 0x3000: " "})
    found = re.match(rf"(\s*{_KEY}\s*[=＝]\s*)([{DOUBLE}])([^{DOUBLE}]*)([{DOUBLE}])(\s*(?:#.*)?)\Z", plain)
    found = found or re.match(rf"(\s*{_KEY}\s*[=＝]\s*)([{SINGLE}])([^{SINGLE}]*)([{SINGLE}])(\s*(?:#.*)?)\Z", plain)
    if found is None:
        return line if DOUBLE[0] in line or "'" in line else plain.replace("＝", "=")
    mark = DOUBLE[0] if found[2] in DOUBLE else "'"
    begins = len(found[1])
    inner = line[begins + 1 : begins + 1 + len(found[3])]  # blanks inside the value are the person's own
    return f"{found[1].replace('＝', '=')}{mark}{inner}{mark}{found[5]}"


def diagnosed(line: str, number: int, reason: str) -> Slip:
    """Why TOML cannot read a line. `reason` is the parser's own, told where nothing better is known."""
    if "overwrite" in reason or "twice" in reason:
        return Slip(
            FILE, number, Words("dòng này có hai lần", "this stands there twice"),
            Words("Xóa bớt một dòng.", "Remove one of the two."),
        )  # fmt: skip
    text = line.strip()
    for pattern, explain in _KINDS:
        if found := re.match(pattern, text):
            what, fix = explain(found)
            return Slip(FILE, number, what, fix)
    return Slip(
        FILE, number, Words("trạm không đọc được", "cannot be read"),
        Words('Viết theo mẫu: tên = "giá trị".', 'Write it like this: name = "value".'),
    )  # fmt: skip


def unquoted(key: str, shown: str, number: int, piece: str) -> Slip:
    """A text without its quotation marks."""
    value = shown.strip().strip(DOUBLE + SINGLE) if key in _SHOWN else "..."
    return Slip(
        piece, number, Words("thiếu dấu ngoặc kép", "quotation marks are missing"),
        Words(f'Viết: {key} = "{value}"', f'Write: {key} = "{value}"'),
    )  # fmt: skip


def _quotes(found: re.Match[str]) -> tuple[Words, Words]:
    slip = unquoted(found["key"].lower(), found["value"].partition(" #")[0], 0, FILE)
    return slip.what, slip.fix


def _backslash(found: re.Match[str]) -> tuple[Words, Words]:
    return Words("dấu \\ trong ngoặc kép", "a backslash in quotation marks"), _single(found)


def _inner(found: re.Match[str]) -> tuple[Words, Words]:
    return Words('dấu " ở giữa', 'a mark " inside'), _single(found)


def _single(found: re.Match[str]) -> Words:
    key = found["key"].lower()
    return Words(f"Dùng dấu nháy đơn: {key} = '...'", f"Use single marks: {key} = '...'")


def _colon(found: re.Match[str]) -> tuple[Words, Words]:
    key = found["key"].lower()
    return (
        Words("thiếu dấu bằng", "the equals sign is missing"),
        Words(f'Viết: {key} = "..."', f'Write: {key} = "..."'),
    )


def _bracket(found: re.Match[str]) -> tuple[Words, Words]:
    name = found["name"].lower()
    return (
        Words("thiếu dấu ngoặc vuông", "a square bracket is missing"),
        Words(f"Viết: [{name}]", f"Write: [{name}]"),
    )


_KINDS: Final = (
    (r"\[\s*(?P<name>[\w-]+)\s*(#.*)?\Z", _bracket),
    (r"(?P<name>(?i:wifi|enroll|venue|campaign|web|show|sync|clock|loudspeaker))\s*\]?\s*(#.*)?\Z", _bracket),
    (rf"(?P<key>{_KEY})\s*=\s*\"[^\"]*\\[^\"]*\"\s*(#.*)?\Z", _backslash),
    (rf"(?P<key>{_KEY})\s*=\s*\"[^\"]*\"[^#]*\"\s*(#.*)?\Z", _inner),
    (rf"(?P<key>{_KEY})\s*=\s*(?P<value>[^\[{{]*)\Z", _quotes),
    (rf"(?P<key>{_KEY})\s*(?::|\s)\s*\S", _colon),
)  # fmt: skip
