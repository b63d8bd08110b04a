"""Wording: numbers and times as people in Vietnam say them."""

import pytest

from kiosk.core.windows import UnixMs
from kiosk.core.wording import clock, composed, day, gigabytes, iso, lasted, moment, number, since

TUESDAY = UnixMs(1_597_734_300_000)  # 2020-08-18 07:05 UTC, 14:05 in Vietnam
HOUR = 3_600_000


def before(hours: float) -> UnixMs:
    return UnixMs(round(TUESDAY - hours * HOUR))


def test_times_are_vietnamese_whatever_zone_the_box_is_set_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    assert clock(TUESDAY) == "14:05"
    assert iso(TUESDAY) == "2020-08-18T14:05:00+07:00"
    assert iso(None) is None


def test_a_day_begins_at_vietnamese_midnight() -> None:
    midnight = UnixMs(1_597_683_600_000)  # 17:00 UTC the day before
    assert day(midnight) == ("thứ Ba 18/8", "Tue 18 Aug")
    assert day(UnixMs(midnight - 1)) == ("thứ Hai 17/8", "Mon 17 Aug")


@pytest.mark.parametrize(
    ("hours", "vi", "en"),
    [
        (1, "13:05", "13:05"),
        (14, "00:05", "00:05"),
        (15, "23:05 hôm qua", "23:05 yesterday"),
        (38, "00:05 hôm qua", "00:05 yesterday"),
        (39, "23:05 ngày 16/8", "23:05 on 16 Aug"),
        (-1, "15:05", "15:05"),
    ],
)
def test_a_past_time_names_its_day_only_when_it_is_not_today(hours: float, vi: str, en: str) -> None:
    assert moment(before(hours), TUESDAY) == (vi, en)


@pytest.mark.parametrize(
    ("hours", "vi"),
    [
        (14, "00:05 hôm nay"),
        (9, "05:05 sáng nay"),
        (3, "11:05 trưa nay"),
        (1, "13:05 chiều nay"),
        (-5, "19:05 tối nay"),
        (15, "23:05 hôm qua"),
    ],
)
def test_since_names_the_part_of_today(hours: float, vi: str) -> None:
    assert since(before(hours), TUESDAY).vi == vi


def test_numbers_carry_the_marks_of_their_language() -> None:
    assert number(1284) == ("1.284", "1,284")
    assert number(999) == ("999", "999")
    assert gigabytes(12_340_000_000) == ("12,3 GB", "12.3 GB")


def test_a_duration_shows_its_largest_unit() -> None:
    assert lasted(26 * HOUR) == ("1 ngày", "1 d")
    assert lasted(9 * HOUR + 8 * 60_000) == ("9 giờ", "9 h")
    assert lasted(HOUR - 1) == ("59 phút", "59 min")
    assert lasted(59_999) == ("0 phút", "0 min")
    assert lasted(-5) == ("0 phút", "0 min")


def test_letters_typed_in_pieces_are_composed() -> None:
    assert composed("Be\u0302\u0301n xe") == "Bến xe"
