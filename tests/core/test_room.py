"""Room: which day goes first, and that today never does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.faults import FULL_BYTES
from kiosk.core.room import Held, Room

HELD = [Held(day, 100) for day in (7, 3, 5, 4, 6)]
TODAY = 7


@pytest.mark.parametrize(
    ("room", "sent", "goes"),
    [
        (Room(500, FULL_BYTES, sends=False), set(), None),
        (Room(499, FULL_BYTES, sends=False), set(), 3),
        (Room(499, FULL_BYTES, sends=True), set(), None),
        (Room(499, FULL_BYTES, sends=True), {5, 6}, 5),
        (Room(499, FULL_BYTES - 1, sends=True), {5, 6}, 5),
        (Room(499, FULL_BYTES - 1, sends=True), {7}, 3),
        (Room(10_000, FULL_BYTES - 1, sends=True), set(), 3),
        (Room(499, None, sends=True), set(), None),
    ],
)
def test_sent_days_go_first_and_unsent_ones_on_a_full_card_only(room: Room, sent: set[int], goes: int | None) -> None:
    assert room.leaving(HELD, sent, TODAY) == goes


@given(
    st.lists(st.builds(Held, st.integers(0, 9), st.integers(0, 1000)), unique_by=lambda held: held.day),
    st.sets(st.integers(0, 9)),
    st.booleans(),
)
def test_today_and_what_comes_later_never_goes(held: list[Held], sent: set[int], sends: bool) -> None:
    day = Room(0, 0, sends).leaving(held, sent, 5)
    assert day is None or day < 5
