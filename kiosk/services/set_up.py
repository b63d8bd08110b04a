"""Set up: what a box still lacks, for the card on the wall: the answer to its kiosk.toml, network, address, and whether
the card stands."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from kiosk.core.firstboot import outcome
from kiosk.core.firstboot.checks import well
from kiosk.core.firstboot.facts import LASTS_S, SetupFacts, standing
from kiosk.ports import Clock, NetworkSource, Power, Secrets
from kiosk.supervisor import Board

NAME: Final = "set-up"
PERIOD_S: Final = 3.0
LATER_S: Final = 20.0
"""Once the card can stand no more."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is asked of the machine. `address`: the box's own on its network, "" without one; `page`: the status page's
    at such an address, "" if there is none; `claimed`: whether the box has its PIN."""

    network: NetworkSource
    power: Power
    kept: Secrets
    address: Callable[[], str]
    page: Callable[[str], str]
    claimed: Callable[[], bool]


class SetUp:
    """Looks every few seconds for as long as the card may stand, then seldom."""

    def __init__(self, around: Surroundings, *, clock: Clock, board: Board) -> None:
        self._around, self._clock, self._board = around, clock, board
        self._well_since: float | None = None

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.turn()
            await self._clock.sleep(PERIOD_S if self._around.power.up_s() < LASTS_S else LATER_S)

    async def turn(self) -> None:
        """Look once, and tell the Board."""
        around = self._around
        told = outcome.from_text((around.kept.read(outcome.FILE_NAME) or b"").decode("utf-8", "replace"))
        fresh = told is not None and told.boot == around.power.boot()
        network = await around.network.look(told.ssid if told else "")
        address = around.address()
        network = replace(network, address=address)
        facts = SetupFacts(told, fresh, network, around.page(address) if address else "")
        well_for_s = self._well_for_s(facts)
        stands = standing(around.power.up_s(), claimed=around.claimed(), fresh=fresh, well_for_s=well_for_s)
        self._board.setup(replace(facts, stands=stands))
        self._board.well(NAME)

    def _well_for_s(self, facts: SetupFacts) -> float:
        now = self._clock.monotonic()
        if not well(self._board.snapshot(), facts):
            self._well_since = None
            return 0.0
        self._well_since = now if self._well_since is None else self._well_since
        return now - self._well_since
