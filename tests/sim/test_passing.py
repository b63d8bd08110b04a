"""Passers-by with the app's real cadence, a fifth of what `scripts/bench passer-by` prints."""

import pytest

from tests.sim.passing import Shares, shares
from tests.sim.queues import ONE_REQUEST


def passing(stay_s: float) -> Shares:
    return shares(stay_s, passers=200, present=50, near=250, reader=ONE_REQUEST)


@pytest.mark.parametrize(("stay_s", "goal"), [(20.0, 0.98), (60.0, 0.995), (120.0, 0.999)])
def test_who_passes_the_kiosk_is_caught(stay_s: float, goal: float) -> None:
    found = passing(stay_s)
    assert found.android_by_kiosk >= goal
    assert found.iphone_by_kiosk >= 0.95


@pytest.mark.parametrize(("stay_s", "phone"), [(20.0, 0.18), (60.0, 0.29), (120.0, 0.48)])
def test_phones_alone_catch_each_other_as_seldom_as_their_duty_cycles_say(stay_s: float, phone: float) -> None:
    found = passing(stay_s)
    assert found.android_by_phone == pytest.approx(phone, abs=0.09)
    assert found.both_ways < found.android_by_phone < found.kiosk_by_phone + 0.05 < 0.75
    assert found.iphone_by_phone < found.android_by_phone
