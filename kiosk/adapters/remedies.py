"""Remedies: the steps of recovery as this box can take them, and by which ways it listens and sends.

Two need nobody: to give up the scan, and to switch the controller off and on through bluetoothd. The others are
kiosk-radio's, and lifting the block of rfkill, which udev's rule lets us do ourselves.
"""

from collections.abc import Callable
from typing import Final

from kiosk.adapters.advert_rungs import CHIP, RungAdvertiser
from kiosk.adapters.bluez import Controller
from kiosk.adapters.privileged import Privileged
from kiosk.adapters.radio import ChosenRadio
from kiosk.adapters.socket_scanner import SocketScanner
from kiosk.core.airtime import AirtimeFacts
from kiosk.core.facts import Ways
from kiosk.core.recovery import Rung

VERBS: Final = {
    Rung.REOPEN: "power-cycle",
    Rung.REPROBE: "reprobe",
    Rung.RESTART_BLUETOOTHD: "restart-bluetoothd",
    Rung.REBOOT: "reboot",
}
"""What kiosk-radio is asked for at which step."""
_POWER_CYCLE: Final = 2
"""The step of `Controller.recover` that switches off and on."""


class BoxRemedies:
    """The real ones. `scanner` sees what the kernel tells of the controller, as long as it listens itself."""

    def __init__(
        self,
        controller: Controller,
        privileged: Privileged,
        radio: ChosenRadio,
        advertiser: RungAdvertiser,
        unblock: Callable[[], None],
        scanner: SocketScanner,
    ) -> None:
        self._controller, self._privileged = controller, privileged
        self._radio, self._advertiser = radio, advertiser
        self._unblock, self._scanner = unblock, scanner

    def rungs(self) -> frozenset[Rung]:
        """What can be done here."""
        own = frozenset({Rung.RESTART_SCAN, Rung.POWER_CYCLE, Rung.UNBLOCK})
        return own | frozenset(VERBS) if self._privileged.installed else own

    async def take(self, rung: Rung) -> None:
        """Raises RadioError if it could not be done; whether it helped is heard afterwards."""
        if rung is Rung.RESTART_SCAN:
            self._radio.give_up()
        elif rung is Rung.POWER_CYCLE:
            await self._controller.recover(_POWER_CYCLE)
        elif rung is Rung.UNBLOCK:
            self._unblock()
        else:
            await self._privileged.ask(VERBS[rung])

    def beat_at(self) -> float | None:
        """Under bleak nobody can read it."""
        return self._scanner.beat_at if self._radio.body == "sockets" else None

    def airtime(self, uptime: float) -> AirtimeFacts | None:
        """Nor this; and what the chip sends past the kernel is not seen."""
        airtime = self._scanner.airtime
        if self._radio.body != "sockets":
            airtime.forget()
        return airtime.facts(uptime, knows_air=self._advertiser.way != CHIP)

    def ways(self) -> Ways:
        """By which ways the box listens and sends now, and why not by the first."""
        return Ways(self._radio.body, self._radio.why, self._advertiser.way, self._advertiser.why)
