"""Radios: which bodies stand behind listening, asking and advertising, as [radio] says and the box allows."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from kiosk.adapters.advert_rungs import (
    BLUETOOTHD,
    CHIP,
    MANAGEMENT,
    TURNS,
    ChipAdvertiser,
    ManagementAdvertiser,
    RungAdvertiser,
    TurnsAdvertiser,
)
from kiosk.adapters.att_reader import AttReader
from kiosk.adapters.bluez import Controller
from kiosk.adapters.bluez_advert import BluezAdvertiser
from kiosk.adapters.management import Management
from kiosk.adapters.privileged import Privileged
from kiosk.adapters.radio import Body, ChosenRadio
from kiosk.adapters.remedies import BoxRemedies
from kiosk.adapters.rfkill import bluetooth_is_blocked, unblock_bluetooth
from kiosk.adapters.socket_scanner import SocketScanner
from kiosk.adapters.turns import BoxTurns, OneAtATime
from kiosk.config import Config
from kiosk.ports import Advertiser, Clock

NO_DOOR: Final = "kiosk-radio is not installed"


@dataclass(frozen=True, slots=True)
class Radios:
    """One controller as everybody uses it."""

    controller: Controller
    management: Management
    advertiser: RungAdvertiser
    radio: ChosenRadio
    remedies: BoxRemedies
    turns: BoxTurns

    def close(self) -> None:
        """Leave bus and socket."""
        self.management.close()
        self.controller.close()


def radios(config: Config, clock: Clock) -> Radios:
    """The real ones."""
    connectable = config.advertise.connectable
    privileged = Privileged()
    controller = Controller(config.radio.adapter)
    management = Management(privileged.opened, config.radio.adapter)
    chip = OneAtATime(clock, partial(privileged.ask, "states"), connectable=connectable)
    scanner = SocketScanner(management, clock, chip)
    reader = AttReader(privileged.opened, management, scanner.refresh, scanner.asked, rests=lambda: chip.sends)

    def bleak() -> Body:
        from kiosk.adapters.bleak_radio import BleakRadio  # 1 MB, which a box with kiosk-radio never needs

        way = BleakRadio(controller, clock)
        return Body("bleak", way, way)

    radio = ChosenRadio(
        Body("sockets", scanner, reader),
        bleak,
        config.radio.scanner,
        lambda: "" if privileged.installed else NO_DOOR,
        clock,
        bluetooth_is_blocked,
    )
    sliced = TurnsAdvertiser(ManagementAdvertiser(privileged.ask, connectable=connectable))
    turns = BoxTurns(chip, scanner, sliced, lambda: radio.body == "sockets")
    rungs: dict[str, Advertiser] = {
        BLUETOOTHD: BluezAdvertiser(controller, connectable=connectable, clock=clock),
        MANAGEMENT: ManagementAdvertiser(privileged.ask, connectable=connectable),
        CHIP: ChipAdvertiser(privileged.ask, connectable=connectable),
        TURNS: sliced,
    }
    advertiser = RungAdvertiser(rungs, lambda: privileged.installed, turns.why)
    remedies = BoxRemedies(controller, privileged, radio, advertiser, unblock_bluetooth, scanner)
    return Radios(controller, management, advertiser, radio, remedies, turns)
