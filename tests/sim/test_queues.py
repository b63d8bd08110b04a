"""Who is asked next, compared with the two queues that anybody would write. Tables: `scripts/bench asking`."""

import pytest

from tests.sim.queues import (
    BLUETOOTHD,
    ONE_REQUEST,
    REFERENCE,
    FirstCome,
    Gate,
    Ours,
    Queue,
    Reader,
    Result,
    Serial,
    visitors,
)

SECONDS = 1200.0


def at_the_gate(present: int, queue: Queue, reader: Reader) -> Result:
    return Gate(visitors(present, SECONDS, 7), queue, reader, 7).run(SECONDS)


@pytest.mark.parametrize("present", [50, 120])
def test_more_of_those_who_come_are_read_than_by_first_come_or_by_the_reference(present: int) -> None:
    ours = at_the_gate(present, Ours(0.5, present), BLUETOOTHD)
    first = at_the_gate(present, FirstCome(0.5, present), BLUETOOTHD)
    serial = at_the_gate(present, Serial(0.5, present), REFERENCE)
    assert ours.newcomers > 1.2 * max(first.newcomers, serial.newcomers)
    assert ours.answers_a_minute > max(first.answers_a_minute, serial.answers_a_minute)
    assert ours.wait_s < min(first.wait_s, serial.wait_s) / 2


def test_the_radio_keeps_its_share_and_the_reference_leaves_it_nothing() -> None:
    assert at_the_gate(120, Ours(0.5, 120), BLUETOOTHD).silence <= 0.52
    assert at_the_gate(120, Serial(0.5, 120), REFERENCE).silence >= 0.95


def test_with_ten_iphones_nearly_everybody_is_read_and_hardly_anything_is_silenced() -> None:
    result = at_the_gate(10, Ours(0.5, 10), ONE_REQUEST)
    assert result.in_windows >= 0.95
    assert result.silence <= 0.1


def test_fifty_iphones_in_the_background_are_read_within_a_minute_of_arrival() -> None:
    """On average 99 % are with one request each, 93 % through bluetoothd."""
    assert at_the_gate(50, Ours(0.5, 250), ONE_REQUEST).within_a_minute >= 0.95
    assert at_the_gate(50, Ours(0.5, 250), BLUETOOTHD).within_a_minute >= 0.88
