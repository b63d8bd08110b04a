"""Table: rows as CSV that Excel in Vietnam opens rightly and that can hide no formula (RFC 4180, UTF-8 with BOM)."""

from collections.abc import Iterable, Sequence
from typing import Final

BOM: Final = "\ufeff"
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
"""What a spreadsheet may take for the beginning of a formula or of an old macro."""

Cell = str | int | None


def csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    """The file's bytes. None is an empty cell."""
    return (BOM + "".join(",".join(map(_cell, row)) + "\r\n" for row in rows)).encode()


def harmless(text: str) -> str:
    """Text that no spreadsheet runs: a formula's beginning gets an apostrophe, which cells do not show."""
    return f"'{text}" if text.lstrip(" \u00a0").startswith(FORMULA) or text.startswith(FORMULA) else text


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    text = harmless(value)
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\r\n') else text
