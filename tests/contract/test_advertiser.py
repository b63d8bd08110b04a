"""What every Advertiser keeps."""

import pytest

from kiosk.core.identity import BluezoneId
from kiosk.errors import RadioError
from tests.contract.stages import Stage

pytestmark = pytest.mark.guest

ONE, TWO = BluezoneId(bytes(range(12))), BluezoneId(bytes(range(100, 112)))


async def test_nothing_is_on_air_before_it_is_shown(stage: Stage) -> None:
    assert stage.on_air() is None
    assert not await stage.advertiser.is_on_air()


async def test_the_id_shown_last_is_the_one_on_air(stage: Stage) -> None:
    for peer in (ONE, TWO, TWO, ONE):
        await stage.advertiser.show(peer)
        assert stage.on_air() == peer
        assert await stage.advertiser.is_on_air()


async def test_hidden_is_off_air_however_often_and_can_be_shown_again(stage: Stage) -> None:
    await stage.advertiser.hide()
    await stage.advertiser.show(ONE)
    await stage.advertiser.hide()
    await stage.advertiser.hide()
    assert stage.on_air() is None
    assert not await stage.advertiser.is_on_air()
    await stage.advertiser.show(ONE)
    assert stage.on_air() == ONE


async def test_a_refused_advertisement_raises_and_the_next_try_counts(stage: Stage) -> None:
    stage.refuse_adverts(refused=True)
    with pytest.raises(RadioError):
        await stage.advertiser.show(ONE)
    assert not await stage.advertiser.is_on_air()
    stage.refuse_adverts(refused=False)
    await stage.advertiser.show(ONE)
    assert stage.on_air() == ONE


async def test_without_a_chip_it_raises_and_with_it_back_it_works(stage: Stage) -> None:
    await stage.advertiser.show(ONE)
    stage.pull_chip()
    assert not await stage.advertiser.is_on_air()
    with pytest.raises(RadioError):
        await stage.advertiser.show(TWO)
    await stage.advertiser.hide()
    stage.push_chip()
    assert not await stage.advertiser.is_on_air()
    await stage.advertiser.show(TWO)
    assert stage.on_air() == TWO


async def test_a_restart_of_the_stack_takes_it_off_air_until_shown_again(stage: Stage) -> None:
    await stage.advertiser.show(ONE)
    await stage.restart_daemon()
    assert not await stage.advertiser.is_on_air()
    await stage.advertiser.show(ONE)
    assert stage.on_air() == ONE
    assert await stage.advertiser.is_on_air()
