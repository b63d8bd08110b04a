"""Advertise: the right id on air, changed on the window's boundary, off air on the way out."""

from typing import Final

from kiosk.core.facts import AdvertiseFacts
from kiosk.core.identity import RootKey
from kiosk.core.windows import Window, window_at
from kiosk.errors import Asked
from kiosk.ports import Advertiser, TrustedClock
from kiosk.supervisor import Board

NAME: Final = "advertise"
CHECK_S: Final = 5.0
"""How often we ask whether the stack still holds our advertisement: a restart of bluetoothd takes it away silently."""

UNSURE_S: Final = 1.0
"""How often we ask whether the time is known by now."""


class Advertise:
    """Reconciles what is on air with what should be; nothing else puts anything on air."""

    def __init__(self, advertiser: Advertiser, root_key: RootKey, *, clock: TrustedClock, board: Board) -> None:
        self._advertiser = advertiser
        self._root_key = root_key
        self._clock = clock
        self._board = board
        self._shown: Window | None = None
        self._facts = AdvertiseFacts()
        self._restarts = 0

    async def run(self) -> None:
        """Until cancelled; RadioError leaves it, and the supervisor comes back."""
        try:
            while True:
                await self.turn()
                await self._clock.sleep(self._until_next_turn())
        finally:
            self._shown = None
            self._tell(AdvertiseFacts())
            await self._advertiser.hide()

    async def turn(self) -> None:
        """Put this window's id on air unless it is there; off air as long as nobody knows which window it is. Raises
        RadioError."""
        self._heed()
        if not self._clock.trusted:
            await self._rest()
            return
        now = self._clock.now()
        window = window_at(now)
        if self._shown != window or not await self._advertiser.is_on_air():
            gap = self._shown != window.before  # a rotation in step is no break in being on air
            self._shown = None
            await self._advertiser.show(self._root_key.id_in(window))
            self._shown = window
            since = now if gap or self._facts.on_air_since is None else self._facts.on_air_since
            self._tell(AdvertiseFacts(since, window.start))
        self._board.well(NAME)

    async def _rest(self) -> None:
        """A wrong hour is a wrong id: who met it could not be told, and it may be one that this box sends later."""
        if self._shown is not None or self._facts.on_air_since is not None:
            await self._advertiser.hide()
        self._shown = None
        self._tell(AdvertiseFacts())
        self._board.well(NAME)

    def _heed(self) -> None:
        """Raise Asked once for each time staff asked for a restart of the radio."""
        asked = self._board.snapshot().radio.restarts
        if asked != self._restarts:
            self._restarts = asked
            raise Asked("a restart of the radio")

    def _until_next_turn(self) -> float:
        if not self._clock.trusted:
            return UNSURE_S
        now = self._clock.now()
        return min(CHECK_S, max(0.01, (window_at(now).end - now) / 1000))

    def _tell(self, facts: AdvertiseFacts) -> None:
        self._facts = facts
        self._board.advertise(facts)
