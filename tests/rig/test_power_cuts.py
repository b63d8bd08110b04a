"""Power cuts at random moments, on a card that loses what was not flushed: scripts/power-cuts, five times."""

import pytest

from tests.rig.pi import Pi
from tests.rig.power_cuts import Cut, cuts

pytestmark = [
    pytest.mark.rig,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("machine", ["trixie"], indirect=True),
]

SEEDS = range(28, 33)
"""Each in the midst of a write, two so late that much is owed, three soon, which spares half a minute of waiting;
scripts/power-cuts makes fifty."""


async def test_five_power_cuts_under_load_leave_a_whole_store_and_the_right_id(pi: Pi) -> None:
    made: list[Cut] = []

    def tell(cut: Cut) -> None:
        made.append(cut)
        print(cut)

    assert await cuts(pi, SEEDS, tell) == []
    assert sum(cut.owed for cut in made) > 0, "nothing was owed"
    assert sum(cut.others for cut in made) > 0
