"""Decoding: a file as a Windows, Mac or Linux editor saved it becomes text; and which file is meant at all."""

import codecs
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kiosk.core.firstboot.slips import FILE, Slip
from kiosk.core.wording import Words

NAME: Final = "kiosk.toml"
NAMES: Final = (NAME, "kiosk.toml.txt", "kiosk.txt")
"""Windows hides the end of a name: whoever types kiosk.toml there may get the second."""
LARGEST: Final = 64 * 1024
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_OFFICE: Final = (b"{\\rtf", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of word processors begin."""
_SAVE: Final = Words("Mở bằng Notepad, chọn Save as, Encoding: UTF-8.", "Open it in Notepad, Save as, Encoding: UTF-8.")


@dataclass(frozen=True, slots=True)
class Decoded:
    """`text` as it stands in the file after its `mark`; encoded again it is the same bytes."""

    text: str
    encoding: str = "utf-8"
    mark: bytes = b""

    def place(self, characters: int) -> int:
        """Where in the file so many characters end."""
        return len(self.mark) + len(self.text[:characters].encode(self.encoding))

    def __repr__(self) -> str:
        return f"Decoded({len(self.text)} characters, {self.encoding})"  # it may hold a password


def chosen(names: Iterable[str]) -> str | None:
    """Which of a folder's files is kiosk.toml, whatever the case of its letters; None if none is."""
    found = {name.lower(): name for name in sorted(names, reverse=True)}
    return next((found[name] for name in NAMES if name in found), None)


def decoded(data: bytes) -> Decoded | Slip:
    """The text of a file, or why there is none."""
    if len(data) > LARGEST:
        return _slip(Words("tệp quá lớn", "the file is too large"))
    if data.startswith(_OFFICE):
        return _slip(Words("đây là tệp Word, không phải văn bản thường", "a word processor's file, not plain text"))
    mark, encoding = next((each for each in _MARKS if data.startswith(each[0])), (b"", _guessed(data)))
    try:
        return Decoded(data[len(mark) :].decode(encoding), encoding, mark)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1 if encoding == "utf-8" else 0
        return Slip(FILE, line, Words("chữ không phải UTF-8", "letters that are not UTF-8"), _SAVE)


def _guessed(data: bytes) -> str:
    """Without a mark every other byte of UTF-16 is zero, since keys are ASCII."""
    start = data[:64]
    if start[1::2].count(0) > len(start) // 4:
        return "utf-16-le"
    return "utf-16-be" if start[::2].count(0) > len(start) // 4 else "utf-8"


def _slip(what: Words) -> Slip:
    return Slip(FILE, 0, what, _SAVE)
