"""Tables: what people save from a spreadsheet, read whatever its encoding, and a bar while its rows are worked off."""

import sys
from pathlib import Path
from typing import Final

from kiosk.errors import ConfigError

BAR: Final = 30
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


def text_of(path: Path, named: str) -> str:
    """UTF-8 with or without its mark; UTF-16 with it, as Excel's 'Unicode text'. ConfigError begins with `named`."""
    try:
        data: bytes = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{named}: cannot be read: {error.strerror or error}") from error
    try:
        return data.decode("utf-16" if data.startswith(_UTF16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            f"{named}: line {line} is not UTF-8. In a spreadsheet choose 'CSV UTF-8' when saving"
        ) from error


class Progress:
    """A bar on a terminal, nothing elsewhere."""

    def __init__(self, whole: int) -> None:
        self._whole, self._done = whole, 0
        self._shown = sys.stderr.isatty() and whole > 1

    def step(self) -> None:
        """One more is done."""
        self._done += 1
        if self._shown:
            filled = BAR * self._done // self._whole
            end = "\n" if self._done == self._whole else ""
            bar = "█" * filled + "░" * (BAR - filled)
            print(f"\r{bar} {self._done}/{self._whole}", end=end, file=sys.stderr, flush=True)
