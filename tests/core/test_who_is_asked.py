"""Who goes first, and who has told enough for today: one property for each rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.asking import ENDING_MS, FAILURE_DB, PASSING_MS, SILENT_DB_PER_S, URGENT_DB, Asking
from kiosk.core.daybook import ANSWERS_A_DAY
from kiosk.core.windows import WINDOW_MS, UnixMs, vietnam_day_start
from tests.core.strategies import NOON, WINDOW, advert_of, an_id, asked, heard

pytestmark = pytest.mark.guest

PAIR = st.lists(st.integers(-95, -50), min_size=2, max_size=2)
STAYED = WINDOW.start - 3 * PASSING_MS
"""Long before the window: whoever was heard then stays."""
MIDDLE = NOON + WINDOW_MS // 2


def met(asking: Asking, *phones: tuple[str, int, int], now: int) -> None:
    """Phones first heard at a time, and again now with a strength."""
    for address, first, _ in phones:
        heard(asking, (address, first, -100))
    for address, _, rssi in phones:
        heard(asking, (address, now, rssi))


@given(st.integers(0, 400_000), st.permutations(range(-95, -50, 5)))
def test_of_those_who_came_together_the_nearest_is_asked_first(ago: int, strengths: list[int]) -> None:
    asking = Asking()
    met(asking, *((str(rssi), MIDDLE - ago, rssi) for rssi in strengths), now=MIDDLE)
    assert asked(asking, MIDDLE) == "-55"


@given(st.integers(-90, -50), st.lists(st.integers(0, 119_000), min_size=2, max_size=6, unique_by=lambda ms: ms // 500))
def test_of_equals_that_may_be_passing_the_newest_is_asked_first(rssi: int, ago: list[int]) -> None:
    asking = Asking()
    met(asking, *((str(each), MIDDLE - each, rssi) for each in ago), now=MIDDLE)
    assert asked(asking, MIDDLE) == str(min(ago))


@given(st.integers(-90, -50), st.lists(st.integers(121, 440), min_size=2, max_size=6, unique=True))
def test_of_equals_that_stay_the_one_that_waits_longest_is_asked_first(rssi: int, ago: list[int]) -> None:
    asking = Asking()
    met(asking, *((str(each), MIDDLE - each * 1000, rssi) for each in ago), now=MIDDLE)
    assert asked(asking, MIDDLE) == str(max(ago))


@given(PAIR, st.integers(0, 10_000))
def test_who_has_just_come_is_asked_before_who_stays_however_near(strengths: list[int], ago: int) -> None:
    asking = Asking()
    near, far = max(strengths), min(strengths)
    at = WINDOW.start + 10_000
    met(asking, ("stays", STAYED, near), ("new", at - ago, far), now=at)
    assert asked(asking, at) == ("new" if near - far < URGENT_DB * (1 - ago / PASSING_MS) - 0.5 else "stays")


@given(st.integers(0, ENDING_MS // 1000 - 1))
def test_near_the_windows_end_who_stays_is_as_urgent_as_who_came_a_while_ago(before_end: int) -> None:
    came = int(PASSING_MS * 0.9)
    at = WINDOW.end - before_end * 1000 - 1
    asking = Asking()
    met(asking, ("stays", WINDOW.end - ENDING_MS - PASSING_MS - 1, -60), ("new", at - came, -60), now=at)
    assert asked(asking, at) == "stays"


@given(st.integers(1, 6))
def test_each_failure_costs_a_phone_some_nearness(failures: int) -> None:
    asking = Asking(cool_down_ms=1)
    met(asking, ("A", STAYED, -50), ("B", STAYED, -50 - int(FAILURE_DB * failures) + 1), now=NOON)
    for _ in range(failures):
        assert asked(asking, NOON) == "A"
        asking.failed("A", UnixMs(NOON - 1000))
    met(asking, ("B", STAYED, -49 - int(FAILURE_DB * failures)), now=NOON)
    assert asked(asking, NOON) == "B"


@given(st.integers(1, 20))
def test_who_was_not_heard_for_a_while_has_probably_left(seconds: int) -> None:
    asking = Asking()
    heard(asking, *2 * [("left", NOON, -55)], *2 * [("here", NOON, -55)])
    heard(asking, ("here", NOON + seconds * 1000, -55 - int(SILENT_DB_PER_S * seconds) + 1))
    assert asked(asking, NOON + seconds * 1000) == "here"


def test_addresses_heard_once_however_near_and_new_do_not_keep_a_phone_from_being_asked() -> None:
    asking = Asking()
    met(asking, ("phone", STAYED, -95), now=NOON)
    heard(asking, ("phone", NOON, -95), *((f"forged {number}", NOON, -60) for number in range(100)))
    assert asked(asking, NOON) == "phone"
    asking.answered("phone", an_id(1), NOON)
    turn = asked(asking, NOON)
    assert turn is not None
    assert turn.startswith("forged")


@given(st.lists(st.tuples(st.integers(-95, -50), st.integers(1, 300)), min_size=1, max_size=12))
def test_nobody_who_stays_is_passed_over_in_a_whole_window(phones: list[tuple[int, int]]) -> None:
    """However near the others are, as long as there is time for everybody."""
    asking = Asking()
    told = set()
    for at in range(NOON, WINDOW.end, 5000):
        met(asking, *((str(n), NOON - ago * 1000, rssi) for n, (rssi, ago) in enumerate(phones)), now=at)
        turn = asked(asking, at)
        if turn is not None:
            told.add(turn)
            asking.answered(turn, an_id(int(turn)), UnixMs(at))
    assert told == {str(n) for n in range(len(phones))}


def answer_windows(asking: Asking, count: int, first: int = NOON, address: str = "A") -> list[int]:
    """The windows of `count` in which this address was asked; it answers each time."""
    found = []
    for number in range(count):
        at = first + number * WINDOW_MS
        heard(asking, (address, at, -60))
        if asked(asking, at) == address:
            found.append(number)
            asking.answered(address, an_id(number), UnixMs(at))
    return found


def test_an_address_that_keeps_its_place_answers_three_times_a_day() -> None:
    midnight = vietnam_day_start(UnixMs(NOON + 86_400_000))
    windows_left = (midnight - NOON) // WINDOW_MS
    found = answer_windows(Asking(), windows_left + 10)
    assert found == [0, 1, 2, windows_left, windows_left + 1, windows_left + 2]


def test_who_answered_three_times_is_left_alone_also_when_the_table_forgot_the_address() -> None:
    asking = Asking(capacity=1)
    answer_windows(asking, 3)
    heard(asking, ("B", NOON + 3 * WINDOW_MS, -60))
    heard(asking, ("A", NOON + 3 * WINDOW_MS + 1, -60))
    assert (asked(asking, NOON + 3 * WINDOW_MS + 1), asking.waiting(UnixMs(NOON + 3 * WINDOW_MS + 1))) == (None, 0)


def test_a_phone_with_another_app_is_left_alone_until_midnight_in_vietnam() -> None:
    asking = Asking()
    heard(asking, ("A", NOON, -60))
    asking.is_other_app("A", NOON)
    midnight = vietnam_day_start(UnixMs(NOON + 86_400_000))
    for at in (NOON, NOON + WINDOW_MS, midnight - 1):
        assert asking.heard(advert_of("A", at)) is None
        assert (asked(asking, at), asking.waiting(UnixMs(at))) == (None, 0)
    heard(asking, ("A", midnight, -60))
    assert asked(asking, midnight) == "A"


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from([1, 2, 97]), st.booleans()), max_size=60))
def test_no_address_answers_more_than_three_times_on_any_day(steps: list[tuple[str, int, bool]]) -> None:
    asking = Asking(capacity=2)
    answers: dict[tuple[str, int], int] = {}
    at = int(NOON)
    for number, (address, windows, answers_it) in enumerate(steps):
        heard(asking, (address, at, -60))
        turn = asked(asking, at)
        if turn is not None and answers_it:
            asking.answered(turn, an_id(number), UnixMs(at))
            day = vietnam_day_start(UnixMs(at))
            answers[turn, day] = answers.get((turn, day), 0) + 1
        at += windows * WINDOW_MS // 2
    assert all(count <= ANSWERS_A_DAY for count in answers.values())
