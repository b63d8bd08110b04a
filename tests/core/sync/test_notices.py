"""Notices and answers: only what is signed, newer, ours and in time counts; what a request gets is what it names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.adverts import Platform
from kiosk.core.batches import LARGEST_ROWS, decoded
from kiosk.core.encounters import Encounter, Via
from kiosk.core.identity import BluezoneId
from kiosk.core.sync import answers
from kiosk.core.sync.notices import heeded, judged, kind_of
from kiosk.core.windows import DAY_MS, UnixMs, Window, window_at
from kiosk.core.wire import Answer, Campaign, Cases, Notice, Request, Signed, Watch, from_msgpack, to_msgpack

pytestmark = pytest.mark.guest

NOW = UnixMs(1_795_305_600_000)
KIOSK = "abcdefgh"
REQUEST = Request(case="F0-1", windows=(NOW - DAY_MS,))


def signed(number: int = 10, kiosk: str = KIOSK, expires: int = NOW + 1) -> Signed:
    notice = Notice(number=number, issued=1, expires=expires, kiosk=kiosk, body=REQUEST)
    return Signed(notice=to_msgpack(notice), signature=bytes(64))


def judge(notice: Signed, *, authentic: bool = True, last: int = 9) -> Notice | str:
    return judged(notice, authentic=authentic, kiosk=KIOSK, last=last, now=NOW)


@pytest.mark.parametrize("kiosk", ["", KIOSK])
def test_a_good_notice_is_read(kiosk: str) -> None:
    found = judge(signed(kiosk=kiosk))
    assert isinstance(found, Notice)
    assert (found.number, found.body) == (10, REQUEST)


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (judge(signed(), authentic=False), "signature"),
        (judge(signed(), last=10), "not above 10"),
        (judge(signed(kiosk="zzzzzzzz")), "another kiosk"),
        (judge(signed(expires=NOW)), "expired"),
        (judge(Signed(notice=b"noise", signature=bytes(64))), "Notice: "),
    ],
)
def test_a_bad_one_is_refused_with_the_reason(found: Notice | str, why: str) -> None:
    assert isinstance(found, str)
    assert why in found


def test_kinds_and_who_heeds_them() -> None:
    bodies = (REQUEST, Cases(cases=(Watch(case="a", start=0, ids=bytes(12)),)), Campaign(settings={}))
    kinds = [kind_of(Notice(number=1, issued=1, expires=2, body=body)) for body in bodies]
    assert kinds == ["request", "cases", "campaign"]
    assert [heeded(kind, "nothing") for kind in kinds] == [False, False, True]
    assert all(heeded(kind, share) for kind in kinds for share in ("matches", "encounters"))


def rows(count: int, window: Window) -> list[Encounter]:
    at = window.start
    return [
        Encounter(window, BluezoneId(n.to_bytes(12, "big")), 0, at, at, 1, -60, -60, Platform.ANDROID, Via.ADVERT)
        for n in range(count)
    ]


def test_a_request_is_ripe_when_its_last_window_is_sealed() -> None:
    window = window_at(UnixMs(REQUEST.windows[0]))
    assert not answers.ripe(REQUEST, UnixMs(window.sealed_at - 1))
    assert answers.ripe(REQUEST, window.sealed_at)


def test_times_inside_a_window_name_it_once() -> None:
    request = Request(case="a", windows=(900_001, 900_002, 0))
    assert answers.windows_of(request) == (Window(UnixMs(0)), Window(UnixMs(900_000)))


@given(st.lists(st.integers(0, 5), min_size=1, max_size=4))
def test_every_encounter_is_in_the_answer_once(counts: list[int]) -> None:
    first = window_at(UnixMs(REQUEST.windows[0]))
    days = {
        first.day + day: rows(count, Window(UnixMs(first.start + day * DAY_MS))) for day, count in enumerate(counts)
    }
    found = [(day, from_msgpack(content, Answer)) for day, content in answers.contents(3, REQUEST, days)]
    assert {answer.request for _, answer in found} == {3}
    visits = [(day, visit.peer) for day, answer in found for batch in answer.batches for visit in decoded(batch).visits]
    assert visits == [(day, row.peer) for day in days for row in days[day]]
    assert len(found) == max(1, sum(count > 0 for count in counts))


def test_a_flooded_day_takes_several_parcels() -> None:
    window = window_at(UnixMs(REQUEST.windows[0]))
    found = answers.contents(3, REQUEST, {window.day: rows(LARGEST_ROWS + 1, window)})
    assert [len(decoded(from_msgpack(content, Answer).batches[0]).visits) for _, content in found] == [LARGEST_ROWS, 1]
