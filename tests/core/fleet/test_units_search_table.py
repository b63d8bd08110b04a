"""The tree of units, the search, and rows as CSV."""

import csv as reading
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.fleet.export import exported
from kiosk.core.fleet.judging import judged
from kiosk.core.fleet.search import Wanted
from kiosk.core.fleet.table import BOM, csv, harmless
from kiosk.core.fleet.units import Tree, Unit
from kiosk.core.fleet.venues import Venue
from kiosk.core.wire import Visits
from kiosk.core.wording import folded
from tests.core.fleet.made import NOW, heartbeat, talking, venues

TREE = Tree(
    [
        Unit("bs", "Tỉnh Bắc Sơn"),
        Unit("vs", "Phường Ven Sông", "bs"),
        Unit("dt", "Xã Đồi Thông", "bs"),
        Unit("t5", "Tổ 5", "vs"),
    ]
)
ids = st.sampled_from("abcdef")


def test_a_unit_is_called_by_its_whole_path_the_nearest_first() -> None:
    assert TREE.label("t5") == "Tổ 5 · Phường Ven Sông · Tỉnh Bắc Sơn"
    assert TREE.label("nowhere") == TREE.near("nowhere") == ""
    assert (TREE.near("t5"), TREE.near("bs")) == ("Tổ 5 · Phường Ven Sông", "Tỉnh Bắc Sơn")
    assert [unit.name for unit in TREE.children("bs")] == ["Xã Đồi Thông", "Phường Ven Sông"][::-1]
    assert [(depth, unit.id) for depth, unit in TREE.walk()] == [(0, "bs"), (1, "vs"), (2, "t5"), (1, "dt")]


def test_counts_roll_up_to_every_unit_above() -> None:
    lines = [judged(talking(unit="t5"), NOW), judged(Venue(id="x", name="X", unit="dt"), NOW)]
    counts = TREE.rolled_up(lines)
    assert counts["t5"] == counts["vs"] == {"green": 1}
    assert counts["bs"] == counts[""] == {"green": 1, "starting": 1}


@given(st.lists(st.builds(Unit, ids, st.text(max_size=3), ids | st.just("")), max_size=8), st.lists(venues()))
def test_no_unit_and_no_venue_vanishes_however_wrong_the_parents_are(units: list[Unit], found: list[Venue]) -> None:
    tree = Tree(units)
    walked = [unit.id for _, unit in tree.walk()]
    assert sorted(walked) == sorted({unit.id for unit in units})
    counts = tree.rolled_up(judged(venue, NOW) for venue in found)
    assert counts[""].total() == len(found)
    for unit in walked:
        within = tree.within(unit)
        own = sum(venue.unit in within for venue in found)
        assert counts.get(unit, {}) == {} if own == 0 else counts[unit].total() == own


@pytest.mark.parametrize("typed", ["ben xe", "BẾN XE", "bến  trung", "tam ben", "ven song", "to 5", "abcdefgh", ""])
def test_a_venue_is_found_with_and_without_marks(typed: str) -> None:
    line = judged(talking(unit="t5"), NOW)
    assert Wanted(text=typed).fits_all_but_light(line, TREE.label("t5"))


@pytest.mark.parametrize("typed", ["chợ", "ben xe chợ", "xez"])
def test_every_typed_word_must_fit(typed: str) -> None:
    assert not Wanted(text=typed).fits_all_but_light(judged(talking(), NOW), "")


@given(st.text())
def test_folding_twice_changes_nothing_more_and_decomposed_text_folds_alike(text: str) -> None:
    import unicodedata

    assert folded(folded(text)) == folded(text)
    assert folded(unicodedata.normalize("NFD", text)) == folded(unicodedata.normalize("NFC", text))


def test_units_kinds_and_lights_narrow_the_list() -> None:
    line = judged(talking(unit="t5"), NOW)
    assert Wanted(units=TREE.within("bs")).fits_all_but_light(line, "")
    assert not Wanted(units=TREE.within("dt")).fits_all_but_light(line, "")
    assert not Wanted(kind="market").fits_all_but_light(line, "")
    assert not Wanted(retired=True).fits_all_but_light(line, "")
    assert Wanted(light="red").lit([line]) == []
    assert Wanted(light="green").lit([line]) == Wanted().lit([line]) == [line]


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])) | st.integers(), min_size=2), max_size=5))
def test_any_csv_reader_gets_back_every_cell(rows: list[list[str | int]]) -> None:
    told = csv(rows).decode()
    assert told.startswith(BOM)
    back = list(reading.reader(io.StringIO(told.removeprefix(BOM), newline=""), strict=True))
    assert back == [[str(cell) if isinstance(cell, int) else harmless(cell) for cell in row] for row in rows]


@given(st.sampled_from(["=", "+", "-", "@", "\t", "\r", " =", "|", "%"]), st.text())
def test_no_cell_begins_a_formula(start: str, rest: str) -> None:
    assert harmless(start + rest).startswith("'")
    assert harmless("Chợ Bến Đò") == "Chợ Bến Đò"


@given(st.lists(venues(), max_size=5), st.sampled_from([0, 1]))
def test_every_venue_is_one_row_as_wide_as_the_head(found: list[Venue], lang: int) -> None:
    head, *rows = exported([judged(venue, NOW) for venue in found], TREE, NOW, lang)
    assert [len(row) for row in rows] == [len(head)] * len(found)
    assert csv([head, *rows])


def test_a_row_tells_what_the_page_tells() -> None:
    visits = Visits(day=NOW - NOW % 86_400_000 + 17 * 3_600_000 - 86_400_000, until=NOW, count=412)
    venue = talking(heartbeat(visits=visits, waiting=2, oldest=NOW), unit="vs")
    [head, row] = exported([judged(venue, NOW)], TREE, NOW, 0)
    told = dict(zip(head, row, strict=True))
    assert told["Đơn vị"] == "Phường Ven Sông · Tỉnh Bắc Sơn"
    assert (told["Đèn"], told["Lượt hôm nay"], told["Gói chờ gửi"]) == ("green", 412, 2)
    assert told["Tin cuối"] == "2020-08-18T14:05:00+07:00"
