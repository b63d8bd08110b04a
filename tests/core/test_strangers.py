"""The table of strangers: capped, and the one heard longest ago leaves first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.adverts import Kind
from kiosk.core.strangers import Strangers
from kiosk.core.windows import UnixMs
from tests.core.strategies import NOON

pytestmark = pytest.mark.guest


def after(addresses: list[int], capacity: int) -> Strangers:
    """A table that heard these addresses, one a millisecond."""
    table = Strangers(capacity=capacity)
    for number, address in enumerate(addresses):
        table.note(f"{address:012X}", UnixMs(NOON + number), -60, Kind.OTHER)
    return table


@given(st.lists(st.integers(0, 12), max_size=60), st.integers(1, 10))
def test_the_newest_addresses_stay_and_the_oldest_leave(addresses: list[int], capacity: int) -> None:
    table = after(addresses, capacity)
    newest_first = list(dict.fromkeys(reversed(addresses)))
    assert len(table) == min(len(newest_first), capacity)
    last = {address: number for number, address in enumerate(addresses)}
    stayed = [last[address] for address in newest_first[:capacity]]
    for since in range(len(addresses) + 1):
        assert table.near(UnixMs(NOON + since)) == sum(number >= since for number in stayed)


def test_every_address_pushed_out_is_counted() -> None:
    assert after([1, 2, 3, 1, 4, 2], capacity=2).evicted == 4
    assert after([1, 2, 1, 2, 1], capacity=2).evicted == 0


def test_an_address_heard_again_counts_once_and_as_new() -> None:
    table = after([1, 2, 1], capacity=5)
    assert len(table) == 2
    assert table.near(UnixMs(NOON + 2)) == 1


def test_a_crowd_does_not_grow_the_table() -> None:
    table = after(list(range(5000)), capacity=1000)
    assert 950 <= len(table) <= 1000
    assert table.evicted == 5000 - len(table)
    assert table.near(UnixMs(NOON + 5000 - len(table))) == len(table)
