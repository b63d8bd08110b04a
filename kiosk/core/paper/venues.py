"""Venues: a table of venues, as a spreadsheet saves it, becomes rows; what is wrong is told by line and column."""

import csv
import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from kiosk.core.campaign import PROFILES, TEXT_KEYS
from kiosk.core.wording import composed

NEEDED: Final = ("venue", "profile")
COLUMNS: Final = (*NEEDED, "unit", "hotline", "logo", "declaration", *TEXT_KEYS)
"""What a table may hold; an empty cell is what the configuration says."""
LONGEST_NAME: Final = 60


class WrongColumns(ValueError):
    """The head of the table cannot be used; `vi` says the same in Vietnamese."""

    def __init__(self, text: str, vi: str) -> None:
        super().__init__(text)
        self.vi = vi


@dataclass(frozen=True, slots=True)
class Row:
    """One venue; `line` is where it begins in the file, `values` what its cells hold, without the empty ones."""

    line: int
    venue: str
    profile: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that makes no sheet; `vi` is the reason in Vietnamese, where a page may have to tell it."""

    line: int
    column: str
    reason: str
    vi: str = ""

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.reason}"


def rows(text: str) -> Iterator[Row | BadRow]:
    """Every row that is not empty. Raises WrongColumns."""
    lines = text.removeprefix("\ufeff").splitlines(keepends=True)
    first = 0
    if lines and re.match(r"sep=.\s*$", lines[0], re.IGNORECASE):  # Excel's own hint
        first = 1
    while first < len(lines) and not lines[first].strip():
        first += 1
    if first == len(lines):
        head = ",".join(COLUMNS[:3])
        raise WrongColumns(
            f"is empty; expected a first line such as {head}", f"Bảng trống. Dòng đầu cần có các cột, ví dụ: {head}"
        )
    delimiter = max(";\t,", key=lines[first].count)
    reader = csv.reader(lines[first:], delimiter=delimiter, skipinitialspace=True)
    columns = _columns(next(reader))
    before = reader.line_num
    for cells in reader:
        line, before = first + before + 1, reader.line_num
        if any(cell.strip() for cell in cells):
            yield _row(line, columns, cells)


def _columns(cells: Iterable[str]) -> tuple[str, ...]:
    found = tuple(composed(cell).strip().lower() for cell in cells)
    while found and not found[-1]:
        found = found[:-1]
    for name in found:
        if name not in COLUMNS:
            near = difflib.get_close_matches(name, COLUMNS, 1, 0.6)
            hint = f"did you mean '{near[0]}'?" if near else f"known are: {', '.join(COLUMNS)}"
            known = f"phải chăng là '{near[0]}'?" if near else f"các cột dùng được: {', '.join(COLUMNS)}"
            raise WrongColumns(f"column '{name}' is unknown; {hint}", f"Không có cột '{name}'; {known}")
        if found.count(name) > 1:
            raise WrongColumns(
                f"column '{name}' stands there twice; delete one", f"Cột '{name}' có hai lần; bạn xóa bớt một"
            )
    for name in NEEDED:
        if name not in found:
            had = ", ".join(found)
            raise WrongColumns(
                f"column '{name}' is missing; its first line has {had}: add it there",
                f"Thiếu cột '{name}'; dòng đầu đang là {had}: bạn thêm cột ấy vào",
            )
    return found


def _row(line: int, columns: tuple[str, ...], cells: list[str]) -> Row | BadRow:
    while len(cells) > len(columns) and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) > len(columns):
        reason = f"{len(cells)} cells, but the first line names {len(columns)} columns; quote a text that holds a comma"
        vi = f"có {len(cells)} ô mà dòng đầu chỉ có {len(columns)} cột; chữ có dấu phẩy thì đặt trong ngoặc kép"
        return BadRow(line, str(len(columns) + 1), reason, vi)
    values = {
        name: " ".join(composed(cell).split()) for name, cell in zip(columns, cells, strict=False) if cell.strip()
    }
    for name in NEEDED:
        if name not in values:
            return BadRow(line, name, "is empty", "còn trống")
    profile = values["profile"].lower()
    if profile not in PROFILES:
        near = difflib.get_close_matches(profile, PROFILES, 1, 0.5)
        hint = f"did you mean '{near[0]}'?" if near else f"known are: {', '.join(PROFILES)}"
        vi = f"phải chăng là '{near[0]}'?" if near else f"dùng được: {', '.join(PROFILES)}"
        return BadRow(
            line, "profile", f"'{values['profile']}' is unknown; {hint}", f"không có loại '{values['profile']}'; {vi}"
        )
    rest = tuple((name, value) for name, value in values.items() if name not in NEEDED)
    return Row(line, values["venue"], profile, rest)


class Names:
    """File names without marks, spaces or anything a disk dislikes; no two the same."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def give(self, text: str) -> str:
        """A name for a text; a number tells it from one given before."""
        plain = safe(text)
        name, number = plain, 1
        while name in self._given:
            number += 1
            name = f"{plain}-{number}"
        self._given.add(name)
        return name


def safe(text: str) -> str:
    """cho-ben-do"""
    letters = unicodedata.normalize("NFD", text.lower().replace("đ", "d").replace("Đ", "d"))
    words = re.findall(r"[a-z0-9]+", "".join(c for c in letters if not unicodedata.combining(c)))
    return "-".join(words)[:LONGEST_NAME].strip("-") or "venue"
