"""Tables of venues as spreadsheets save them, and names for files."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.paper.venues import BadRow, Names, Row, WrongColumns, rows, safe


def both(text: str) -> tuple[list[Row], list[str]]:
    found = list(rows(text))
    return [row for row in found if isinstance(row, Row)], [str(row) for row in found if isinstance(row, BadRow)]


@pytest.mark.parametrize(
    "text",
    [
        "venue,profile,unit\nChợ Bến Đò,market,UBND phường\n",
        "\ufeffvenue;profile;unit\r\nChợ Bến Đò;market;UBND phường\r\n",
        "sep=;\nvenue;profile;unit\nChợ Bến Đò;market;UBND phường",
        "venue\tprofile\tunit\nChợ Bến Đò\tmarket\tUBND phường\n",
        ' Venue , PROFILE,unit,\n"Chợ  Bến Đò",Market, UBND phường ,\n\n',
        unicodedata.normalize("NFD", "venue,profile,unit\nChợ Bến Đò,market,UBND phường\n"),
    ],
)
def test_every_way_a_spreadsheet_saves_it_reads_the_same(text: str) -> None:
    good, bad = both(text)
    assert bad == []
    assert [(row.venue, row.profile, row.values) for row in good] == [
        ("Chợ Bến Đò", "market", (("unit", "UBND phường"),))
    ]


def test_bad_rows_are_told_by_line_and_column_and_good_ones_stay() -> None:
    good, bad = both(
        'venue,profile,unit\nA,market\nB,supermarket,\n,market,x\nC,,\n"D\nE",market\nF,school,a,b\nG,mall\n'
    )
    assert [(row.line, row.venue) for row in good] == [(2, "A"), (6, "D E"), (9, "G")]
    assert bad == [
        "line 3, column profile: 'supermarket' is unknown; did you mean 'market'?",
        "line 4, column venue: is empty",
        "line 5, column profile: is empty",
        "line 8, column 4: 4 cells, but the first line names 3 columns; quote a text that holds a comma",
    ]


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ("", "is empty; expected a first line such as venue,profile,unit"),
        ("venue,unit", "column 'profile' is missing; its first line has venue, unit"),
        ("venue,profil", "column 'profil' is unknown; did you mean 'profile'?"),
        ("venue,profile,unit,unit", "column 'unit' stands there twice; delete one"),
        ("Chợ Bến Đò,market", "column 'chợ bến đò' is unknown; known are: venue, profile, unit, "),
    ],
)
def test_a_table_with_wrong_columns_says_which_and_what_is_known(head: str, why: str) -> None:
    with pytest.raises(WrongColumns) as told:
        list(rows(head))
    assert str(told.value).startswith(why)


@given(st.lists(st.text(max_size=90), max_size=30))
def test_no_two_venues_get_one_name_and_every_name_suits_any_disk(venues: list[str]) -> None:
    names = Names()
    given = [names.give(venue) for venue in venues]
    assert len(set(given)) == len(given)
    assert all(name.isascii() and name.replace("-", "").isalnum() and name == name.lower() for name in given)


def test_names_keep_the_letters_without_their_marks() -> None:
    assert safe("Chợ Bến Đò, phường 7") == "cho-ben-do-phuong-7"
    assert safe("../../etc/passwd") == "etc-passwd"
    assert safe("...") == "venue"


def test_a_number_never_meets_a_name_that_already_has_it() -> None:
    names = Names()
    assert [names.give(name) for name in ("A-2", "A", "A", "a")] == ["a-2", "a", "a-3", "a-4"]
