"""Whom to ask next, and what an answer is worth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.adverts import Platform
from kiosk.core.asking import (
    ASK_AGAIN_MS,
    COOL_DOWN_MS,
    DEADLINE_S,
    EARLY_MS,
    FRESH_MS,
    Asking,
    Peer,
)
from kiosk.core.encounters import Encounter, Via
from kiosk.core.identity import BluezoneId
from kiosk.core.windows import WINDOW_MS, UnixMs
from tests.core.strategies import NOON, WINDOW, advert_of, an_id, asked, heard, rssis

pytestmark = pytest.mark.guest

ID, OTHER_ID = an_id(1), an_id(2)


def answered_in_last_window(asking: Asking) -> None:
    """A phone that told ID just before NOON and is heard again just after."""
    heard(asking, ("A", NOON - 1000, -60))
    asking.answered("A", ID, UnixMs(NOON - 500))
    heard(asking, ("A", NOON + 100, -60))


def test_the_promised_numbers() -> None:
    assert (DEADLINE_S, COOL_DOWN_MS, FRESH_MS, EARLY_MS, ASK_AGAIN_MS) == (6, 30_000, 25_000, 300_000, 60_000)


# Who is asked


def test_a_phone_just_heard_is_asked_with_its_address_type() -> None:
    asking = Asking()
    asking.heard(advert_of("A", NOON, address_type="public"))
    assert asking.next(NOON) == Peer("A", "public")


def test_nobody_heard_is_nobody_asked() -> None:
    assert Asking().next(NOON) is None


def test_the_nearest_phone_is_asked_first() -> None:
    asking = Asking()
    heard(asking, ("far", NOON, -90), ("near", NOON, -50), ("middle", NOON, -70))
    assert asked(asking, NOON) == "near"


def test_only_fresh_phones_are_asked() -> None:
    asking = Asking()
    heard(asking, ("A", NOON, -60))
    assert asked(asking, NOON + FRESH_MS) == "A"
    assert asked(asking, NOON + FRESH_MS + 1) is None
    assert (asking.waiting(UnixMs(NOON + FRESH_MS)), asking.waiting(UnixMs(NOON + FRESH_MS + 1))) == (1, 0)


def test_a_phone_is_not_asked_on_last_windows_word() -> None:
    asking = Asking()
    heard(asking, ("A", NOON - 1, -60))
    assert asked(asking, NOON - 1) == "A"
    assert asked(asking, NOON) is None


def test_a_phone_whose_address_type_was_not_known_is_asked_with_the_one_heard_later() -> None:
    asking = Asking(capacity=1)
    heard(asking, ("B", NOON, -60))
    asking.answered("A", ID, NOON)
    asking.heard(advert_of("A", WINDOW.end, address_type="public"))
    assert asking.next(WINDOW.end) == Peer("A", "public")


# How often


def test_an_answer_is_enough_until_the_window_ends() -> None:
    asking = Asking()
    heard(asking, ("A", NOON, -60))
    asking.answered("A", ID, UnixMs(NOON + 1000))
    for at in range(NOON + 1000, WINDOW.end, 10_400):
        assert asking.heard(advert_of("A", at)) == ID
        assert asked(asking, at) is None
        assert asking.waiting(UnixMs(at)) == 0
    assert asking.heard(advert_of("A", WINDOW.end)) is None
    assert asked(asking, WINDOW.end) == "A"


def test_a_failure_holds_a_phone_off_for_the_cool_down() -> None:
    asking = Asking()
    heard(asking, ("A", NOON, -60))
    asking.failed("A", NOON)
    heard(asking, ("A", NOON + COOL_DOWN_MS - 1, -60))
    assert asked(asking, NOON + COOL_DOWN_MS - 1) is None
    assert asked(asking, NOON + COOL_DOWN_MS) == "A"


@given(st.integers(1, 8))
def test_the_cool_down_doubles_with_each_failure_up_to_eight_times(failures: int) -> None:
    asking = Asking()
    heard(asking, ("A", NOON, -60))
    for _ in range(failures):
        asking.failed("A", NOON)
    over = NOON + COOL_DOWN_MS * min(2 ** (failures - 1), 8)
    heard(asking, ("A", over, -60))
    assert asked(asking, over - 1) is None
    assert asked(asking, over) == "A"


def test_an_answer_forgives_the_failures() -> None:
    asking = Asking()
    heard(asking, ("A", NOON, -60))
    for _ in range(4):
        asking.failed("A", NOON)
    asking.answered("A", ID, UnixMs(NOON + 300_000))
    later = WINDOW.end + 1000
    heard(asking, ("A", later, -60))
    asking.failed("A", UnixMs(later))
    heard(asking, ("A", later + COOL_DOWN_MS, -60))
    assert asked(asking, later + COOL_DOWN_MS) == "A"


def test_the_cool_down_goes_on_over_a_boundary() -> None:
    asking = Asking(cool_down_ms=60_000)
    heard(asking, ("A", WINDOW.end - 1000, -60))
    asking.failed("A", UnixMs(WINDOW.end - 1000))
    heard(asking, ("A", WINDOW.end + 1000, -60))
    assert asked(asking, WINDOW.end + 1000) is None
    heard(asking, ("A", WINDOW.end + 59_000, -60))
    assert asked(asking, WINDOW.end + 59_000) == "A"


def test_a_failure_of_one_phone_lets_the_others_through() -> None:
    asking = Asking()
    heard(asking, ("near", NOON, -40), ("far", NOON, -90))
    asking.failed("near", NOON)
    assert asked(asking, NOON) == "far"


def test_a_failure_of_an_unknown_phone_is_nothing() -> None:
    asking = Asking()
    asking.failed("A", NOON)
    assert len(asking) == 0


def test_an_early_id_that_equals_last_windows_is_asked_for_once_more() -> None:
    asking = Asking()
    answered_in_last_window(asking)
    asking.answered("A", ID, UnixMs(NOON + 1000))
    again = NOON + 1000 + ASK_AGAIN_MS
    heard(asking, ("A", again, -60))
    assert asked(asking, again - 1) is None
    assert asked(asking, again) == "A"
    second = asking.answered("A", OTHER_ID, UnixMs(again))
    assert second == Encounter(WINDOW, OTHER_ID, 0, UnixMs(again), UnixMs(again), 1, -60, -60, Platform.IOS, Via.GATT)
    assert asking.heard(advert_of("A", again + 1)) == OTHER_ID
    assert asked(asking, again + 1) is None


def test_a_phone_that_is_slow_twice_is_not_asked_a_third_time() -> None:
    asking = Asking()
    answered_in_last_window(asking)
    for at in (NOON + 1000, NOON + 1000 + ASK_AGAIN_MS):
        asking.answered("A", ID, UnixMs(at))
    for at in range(NOON + 62_000, WINDOW.end, 10_000):
        heard(asking, ("A", at, -60))
        assert asked(asking, at) is None


def test_a_second_ask_that_fails_is_tried_again_after_the_cool_down() -> None:
    asking = Asking()
    answered_in_last_window(asking)
    asking.answered("A", ID, UnixMs(NOON + 1000))
    again = NOON + 1000 + ASK_AGAIN_MS
    asking.failed("A", UnixMs(again))
    heard(asking, ("A", again + COOL_DOWN_MS, -60))
    assert asked(asking, again + COOL_DOWN_MS - 1) is None
    assert asked(asking, again + COOL_DOWN_MS) == "A"


@pytest.mark.parametrize(
    ("peer", "into_window"), [(OTHER_ID, 1000), (ID, EARLY_MS)], ids=["another id", "no longer early"]
)
def test_other_answers_are_not_asked_again(peer: BluezoneId, into_window: int) -> None:
    asking = Asking()
    answered_in_last_window(asking)
    asking.answered("A", peer, UnixMs(NOON + into_window))
    at = NOON + into_window + ASK_AGAIN_MS
    heard(asking, ("A", at, -60))
    assert asked(asking, at) is None


def test_an_id_two_windows_old_says_nothing_of_the_clock() -> None:
    asking = Asking()
    heard(asking, ("A", NOON, -60))
    asking.answered("A", ID, NOON)
    later = WINDOW.after.after.start
    heard(asking, ("A", later, -60))
    asking.answered("A", ID, later)
    heard(asking, ("A", later + ASK_AGAIN_MS, -60))
    assert asked(asking, later + ASK_AGAIN_MS) is None


actions = st.lists(
    st.tuples(st.sampled_from("AB"), st.sampled_from([200, 5000, 31_000, 61_000]), st.integers(0, 3)), max_size=120
)


@given(actions)
def test_at_most_two_asks_are_answered_per_address_and_window(steps: list[tuple[str, int, int]]) -> None:
    """Two only if the first told last window's id; and a phone is never asked before its cool-down is over."""
    asking = Asking()
    now = int(NOON)
    answers: dict[tuple[str, int], list[int]] = {}
    failures: dict[str, int] = {}
    for address, wait, outcome in steps:
        now += wait
        heard(asking, (address, now, -60))
        turn = asked(asking, now)
        if turn is None:
            continue
        assert now - failures.get(turn, -COOL_DOWN_MS) >= COOL_DOWN_MS
        if outcome == 3:
            failures[turn] = now
            asking.failed(turn, UnixMs(now))
            continue
        number = now // WINDOW_MS
        told = answers.setdefault((turn, number), [])
        before = answers.get((turn, number - 1), [])
        assert not told or (len(told) == 1 and told == before[-1:])
        told.append(outcome)
        asking.answered(turn, an_id(outcome), UnixMs(now))


# What an answer is worth


@given(st.lists(st.tuples(st.integers(0, WINDOW_MS - 1), rssis), min_size=1, max_size=10))
def test_earlier_adverts_of_the_same_window_are_folded_in(adverts: list[tuple[int, int]]) -> None:
    asking = Asking()
    heard(asking, ("A", NOON - 5000, -30))
    for off, rssi in adverts:
        asking.heard(advert_of("A", NOON + off, rssi))
    at = UnixMs(NOON + max(off for off, _ in adverts))
    strengths = [rssi for _, rssi in adverts] + [adverts[-1][1]]
    assert asking.answered("A", ID, at) == Encounter(
        WINDOW, ID, 0, UnixMs(NOON + min(off for off, _ in adverts)), at, len(strengths), max(strengths),
        sum(strengths), Platform.IOS, Via.GATT,
    )  # fmt: skip


def test_an_answer_in_the_next_window_leaves_the_older_adverts_behind() -> None:
    asking = Asking()
    heard(asking, ("A", WINDOW.end - 5000, -70), ("A", WINDOW.end - 100, -50))
    at = UnixMs(WINDOW.end + 300)
    assert asking.answered("A", ID, at) == Encounter(WINDOW.after, ID, 0, at, at, 1, -50, -50, Platform.IOS, Via.GATT)


def test_an_advert_reported_after_the_answer_that_opened_the_next_window_costs_no_second_ask() -> None:
    asking = Asking()
    heard(asking, ("A", WINDOW.end - 20_000, -60))
    asking.answered("A", ID, UnixMs(WINDOW.end - 19_000))
    asking.answered("A", OTHER_ID, UnixMs(WINDOW.end + 50))
    assert asking.heard(advert_of("A", WINDOW.end - 10)) == ID
    assert asking.heard(advert_of("A", WINDOW.end + 90)) == OTHER_ID
    assert asked(asking, WINDOW.end + 90) is None


@pytest.mark.parametrize("late_ms", [FRESH_MS, FRESH_MS + 1])
def test_a_step_back_over_a_boundary_is_told_from_a_late_report(late_ms: int) -> None:
    asking = Asking()
    asking.answered("A", ID, WINDOW.end)
    assert asking.heard(advert_of("A", WINDOW.end - late_ms)) is None
    assert asked(asking, WINDOW.end - late_ms) == (None if late_ms == FRESH_MS else "A")


def test_an_answer_of_a_phone_pushed_out_of_the_table_still_counts() -> None:
    asking = Asking(capacity=2)
    heard(asking, ("A", NOON, -60), ("B", NOON, -60), ("C", NOON, -60))
    encounter = asking.answered("A", ID, UnixMs(NOON + 1000))
    assert (encounter.peer, encounter.window, encounter.receptions) == (ID, WINDOW, 1)
    assert asking.heard(advert_of("A", NOON + 2000)) == ID
    assert len(asking) == 2


# Limits and clocks


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=60), st.integers(1, 5))
def test_the_table_never_outgrows_its_capacity(steps: list[tuple[int, bool]], capacity: int) -> None:
    asking = Asking(capacity=capacity)
    seen = set()
    for number, (address, answers) in enumerate(steps):
        seen.add(address)
        if answers:
            asking.answered(str(address), ID, UnixMs(NOON + number))
        else:
            heard(asking, (str(address), NOON + number, -60))
        assert len(asking) <= capacity
        assert len(asking) + asking.evicted >= len(seen)


def test_the_phone_heard_longest_ago_makes_room() -> None:
    asking = Asking(capacity=2)
    heard(asking, ("A", NOON, -40), ("B", NOON + 1, -90), ("A", NOON + 2, -40), ("C", NOON + 3, -80))
    assert (len(asking), asking.evicted, asking.waiting(UnixMs(NOON + 3))) == (2, 1, 2)
    asking.failed("A", UnixMs(NOON + 3))
    assert asked(asking, NOON + 3) == "C"
    asking.failed("C", UnixMs(NOON + 3))
    assert asked(asking, NOON + 3) is None


@pytest.mark.parametrize("back_s", [30, 400, 3600])
def test_a_clock_that_steps_back_stops_no_ask(back_s: int) -> None:
    asking = Asking()
    late = UnixMs(NOON + 500_000)
    heard(asking, ("A", late, -60), ("B", late, -60))
    asking.failed("A", late)
    now = UnixMs(late - back_s * 1000)
    assert asking.waiting(now) == 0
    heard(asking, ("A", now, -40), ("B", now, -60))
    assert asking.waiting(now) == 2
    assert asked(asking, now) == "A"
    encounter = asking.answered("A", ID, now)
    assert encounter.first <= now <= encounter.last < encounter.window.end


def test_a_clock_that_steps_forward_stops_no_ask() -> None:
    asking = Asking()
    heard(asking, ("A", NOON, -60))
    asking.failed("A", NOON)
    later = UnixMs(NOON + 86_400_000)
    heard(asking, ("A", later, -60))
    assert asked(asking, later) == "A"
