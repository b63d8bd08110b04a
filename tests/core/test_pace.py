"""The pace of flushes: the slower the card, the sooner the next one begins."""

from kiosk.core.pace import AT_FIRST_S, LEAST_S, ON_DISK_S, SHORTEST_S, TURN_S, Pace


def test_a_card_of_which_nothing_is_known_gets_time() -> None:
    assert Pace().wait_s == ON_DISK_S - TURN_S - AT_FIRST_S


def test_a_quick_card_is_trusted_more_with_each_flush_and_never_wholly() -> None:
    pace = Pace()
    waits = []
    for _ in range(12):
        pace.took(0.05)
        waits.append(pace.wait_s)
    assert waits == sorted(waits)
    assert waits[-1] == ON_DISK_S - TURN_S - LEAST_S


def test_one_slow_flush_makes_the_next_ones_early_and_is_then_forgotten() -> None:
    pace = Pace()
    for _ in range(12):
        pace.took(0.05)
    pace.took(3.0)
    assert pace.wait_s + TURN_S + 3.0 < ON_DISK_S
    for _ in range(12):
        pace.took(0.05)
    assert pace.wait_s == ON_DISK_S - TURN_S - LEAST_S


def test_a_card_that_cannot_keep_the_promise_is_not_written_all_the_time() -> None:
    pace = Pace()
    pace.took(60.0)
    assert pace.wait_s == SHORTEST_S
