"""Which body listens: by itself the sockets where they work, bleak where they do not, and always as configured."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from kiosk.adapters.radio import AVOID_S, Body, ChosenRadio
from kiosk.core.adverts import Heard
from kiosk.core.facts import Trouble
from kiosk.core.identity import BluezoneId
from kiosk.core.windows import UnixMs
from kiosk.errors import PeerUnreachable, RadioError
from kiosk.ports import Ears
from kiosk.sim.clock import ManualClock


class Way:
    """A body that enters, or fails with `error`."""

    dropped = 0

    def __init__(self) -> None:
        self.error: RadioError | None = None
        self.mute = False
        self.steps: list[int] = []

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Ears]:
        if self.error is not None:
            raise self.error
        yield self

    async def recover(self, step: int) -> None:
        self.steps.append(step)
        if self.mute:
            raise RadioError("it left", Trouble.REFUSED)

    def take(self) -> list[Heard]:
        return []

    async def check(self) -> None:
        return None

    async def read_id(self, address: str, address_type: str, deadline_s: float) -> BluezoneId:
        return BluezoneId(bytes(12))


class Box:
    def __init__(self, wish: str = "auto") -> None:
        self.sockets, self.bleak, self.why_not = Way(), Way(), ""
        self.clock = ManualClock(UnixMs(0))
        sockets, bleak = Body("sockets", self.sockets, self.sockets), Body("bleak", self.bleak, self.bleak)
        self.blocked = False
        self.radio = ChosenRadio(sockets, lambda: bleak, wish, lambda: self.why_not, self.clock, lambda: self.blocked)

    async def chosen(self) -> tuple[str, str]:
        async with self.radio.listening():
            return self.radio.body, self.radio.why


async def test_the_sockets_are_taken_where_kiosk_radio_is_there() -> None:
    assert await Box().chosen() == ("sockets", "kiosk-radio is there")


async def test_bleak_is_taken_where_it_is_not() -> None:
    box = Box()
    box.why_not = "kiosk-radio is not installed"
    assert await box.chosen() == ("bleak", "kiosk-radio is not installed")


async def test_sockets_that_fail_are_left_for_ten_minutes() -> None:
    box = Box()
    box.sockets.error = RadioError("kiosk-radio, control: Connection refused", Trouble.OTHER)
    assert await box.chosen() == ("bleak", "kiosk-radio, control: Connection refused")
    box.sockets.error = None
    assert (await box.chosen())[0] == "bleak"
    await box.clock.advance(AVOID_S)
    assert (await box.chosen())[0] == "sockets"


@pytest.mark.parametrize("trouble", [Trouble.NO_ADAPTER, Trouble.BLOCKED])
async def test_a_controller_that_is_missing_or_blocked_says_nothing_about_the_way(trouble: Trouble) -> None:
    box = Box()
    box.sockets.error = RadioError("Invalid Index", trouble)
    with pytest.raises(RadioError, match="Invalid Index"):
        await box.chosen()
    await box.radio.recover(2)
    assert (box.sockets.steps, box.bleak.steps) == ([2], [])


async def test_what_is_configured_is_not_left() -> None:
    forced = Box("sockets")
    forced.sockets.error = RadioError("broken", Trouble.OTHER)
    with pytest.raises(RadioError, match="broken"):
        await forced.chosen()
    assert await Box("bleak").chosen() == ("bleak", "as configured")
    assert await Box("sockets").chosen() == ("sockets", "as configured")


async def test_ears_given_up_end_the_scan_and_the_other_way_is_next() -> None:
    box = Box()
    for body, after in (("sockets", "bleak"), ("bleak", "sockets")):
        async with box.radio.listening() as ears:
            assert box.radio.body == body
            box.radio.give_up()
            with pytest.raises(RadioError):
                ears.take()
            with pytest.raises(RadioError):
                await ears.check()
        assert (await box.chosen())[0] == after


async def test_nobody_is_to_blame_while_nobody_listens() -> None:
    box = Box()
    box.radio.give_up()
    assert (await box.chosen())[0] == "sockets"


async def test_a_phone_is_asked_by_the_way_that_heard_it() -> None:
    box = Box()
    with pytest.raises(PeerUnreachable):
        await box.radio.read_id("5A:00:00:00:00:01", "random", 1.0)
    async with box.radio.listening():
        assert await box.radio.read_id("5A:00:00:00:00:01", "random", 1.0) == BluezoneId(bytes(12))


async def test_whatever_fails_while_rfkill_blocks_is_told_as_the_block_and_no_way_is_left_for_it() -> None:
    box = Box()
    box.blocked, box.sockets.error = True, RadioError("it left", Trouble.REFUSED)
    with pytest.raises(RadioError) as told:
        await box.chosen()
    assert told.value.trouble is Trouble.BLOCKED
    box.sockets.mute = True
    with pytest.raises(RadioError) as told:
        await box.radio.recover(2)
    assert told.value.trouble is Trouble.BLOCKED
    box.blocked, box.sockets.error = False, None
    assert (await box.chosen())[0] == "sockets"
