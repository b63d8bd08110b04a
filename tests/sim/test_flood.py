"""A flood of forged ids over a venue, shortened; ten minutes at full speed are `scripts/bench flood`."""

import pytest

from kiosk.core.asking import CAPACITY as MOST_ADDRESSES
from kiosk.core.encounters import CAPACITY as MOST_ROWS
from kiosk.core.probation import BURST, PER_S
from tests.sim.flood import Attack, Venue


@pytest.mark.parametrize("attack", [Attack(6000), Attack(6000, copies=3), Attack(6000, iphones=1.0)], ids=str)
def test_true_phones_are_kept_and_forged_ids_are_not(attack: Attack) -> None:
    """The forger is as fast in proportion: the queue lets two in five adverts through, true or not."""
    venue = Venue(present=60, seconds=60.0, every_s=1.0, queue=1200, seed=3)
    result = venue.run(attack)
    assert result.kept >= 0.95
    assert result.forged <= BURST + PER_S * 10
    assert (result.rows < MOST_ROWS, result.addresses < MOST_ADDRESSES) == (True, True)
    assert result.alarm_s is not None
    assert result.alarm_s <= 5.0
    assert result.held > 50_000


def test_without_a_flood_nobody_waits() -> None:
    venue = Venue(present=60, seconds=60.0, every_s=1.0, queue=10_000, seed=3)
    result = venue.run(Attack(2))
    assert (result.alarm_s, result.held, result.kept) == (None, 0, 1.0)
