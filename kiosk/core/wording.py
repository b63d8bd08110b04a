"""Wording: numbers, times and days as people in Vietnam say them, with English beside them."""

import unicodedata
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Final, NamedTuple

from kiosk.core.windows import VIETNAM_MS, UnixMs, vietnam_day_start

VIETNAM: Final = timezone(timedelta(milliseconds=VIETNAM_MS), "Asia/Ho_Chi_Minh")
"""UTC+7 all year since 1975: a fixed offset is exact and needs no tzdata, which a slim Debian lacks."""

DAYS_VI: Final = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
DAYS_EN: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS
YEAR_MS: Final = 365 * DAY_MS
"""What is earlier than 1971 is no date: the box counted from power-on, since it did not know the time."""


class Words(NamedTuple):
    """One sentence in both languages; neither is a word-for-word copy of the other."""

    vi: str
    en: str


def clock(at: UnixMs) -> str:
    """14:05, or dashes for a moment before the box knew the time."""
    return "--:--" if at < YEAR_MS else f"{_local(at):%H:%M}"


def day(at: UnixMs) -> Words:
    """thứ Ba 18/8 · Tue 18 Aug"""
    local = _local(at)
    vi = f"{DAYS_VI[local.weekday()]} {local.day}/{local.month}"
    return Words(vi, f"{DAYS_EN[local.weekday()]} {local.day} {MONTHS_EN[local.month - 1]}")


def weekday(at: UnixMs) -> Words:
    """T3 · Tue, as a calendar's head has it."""
    which = _local(at).weekday()
    return Words("CN" if which == 6 else f"T{which + 2}", DAYS_EN[which])


def date(at: UnixMs) -> Words:
    """18/8 · 18 Aug"""
    return Words(f"{_local(at).day}/{_local(at).month}", day(at).en[4:])


def moment(at: UnixMs, now: UnixMs) -> Words:
    """A past time: 04:58, then 04:58 hôm qua · 04:58 yesterday, then with the date. Before the box knew the time:
    how long after power-on."""
    if at < YEAR_MS:
        after = lasted(at)
        return Words(f"{after.vi} sau khi bật máy", f"{after.en} after power-on")
    local, days = _local(at), (vietnam_day_start(now) - vietnam_day_start(at)) // DAY_MS
    if days <= 0:
        return Words(clock(at), clock(at))
    if days == 1:
        return Words(f"{clock(at)} hôm qua", f"{clock(at)} yesterday")
    return Words(f"{clock(at)} ngày {local.day}/{local.month}", f"{clock(at)} on {day(at).en[4:]}")


def since(at: UnixMs, now: UnixMs) -> Words:
    """A past time said more warmly while it is today's: 04:58 sáng nay · 04:58."""
    told = moment(at, now)
    return told._replace(vi=f"{told.vi} {_part_of_day(_local(at).hour)}") if told.vi == clock(at) else told


def lasted(milliseconds: int) -> Words:
    """9 giờ · 9 h: the largest unit, whole; nobody at the door needs the minutes."""
    for unit, vi, en in ((DAY_MS, "ngày", "d"), (HOUR_MS, "giờ", "h")):
        if milliseconds >= unit:
            return Words(f"{milliseconds // unit} {vi}", f"{milliseconds // unit} {en}")
    minutes = max(0, milliseconds) // MINUTE_MS
    return Words(f"{minutes} phút", f"{minutes} min")


def number(value: int) -> Words:
    """1.284 · 1,284"""
    en = f"{value:,}"
    return Words(en.replace(",", "."), en)


def percent(share: float) -> Words:
    """31% · 31%, whole: the estimate is not finer than that."""
    return Words(f"{share:.0%}", f"{share:.0%}")


def gigabytes(size: int) -> Words:
    """12,3 GB · 12.3 GB, in powers of ten as memory cards are sold."""
    en = f"{size / 1e9:.1f} GB"
    return Words(en.replace(".", ","), en)


def iso(at: UnixMs | None) -> str | None:
    """2026-08-18T14:05:00+07:00, or None."""
    return None if at is None else _local(at).isoformat(timespec="seconds")


def composed(text: str) -> str:
    """NFC: a venue's name may have been typed on a machine that writes ệ as three characters."""
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=32_768)
def folded(text: str) -> str:
    """Without marks and case, to search and to sort by: Đồi Thông → doi thong."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _part_of_day(hour: int) -> str:
    """Which part of today an hour is; nobody agrees on a name for the small hours."""
    for end, words in ((4, "hôm nay"), (11, "sáng nay"), (13, "trưa nay"), (18, "chiều nay")):
        if hour < end:
            return words
    return "tối nay"


def _local(at: UnixMs) -> datetime:
    return datetime.fromtimestamp(at // 1000, VIETNAM)
