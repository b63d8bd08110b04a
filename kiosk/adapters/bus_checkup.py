"""Bus checkup: what bluetoothd and systemd answer on D-Bus. For `kiosk doctor`; never raises, never hangs."""

from typing import Any

from kiosk.adapters.bluez import ADAPTER, CALL_S, Controller
from kiosk.adapters.timedate import is_synchronised
from kiosk.core.checkup.evidence import Bus
from kiosk.errors import RadioError


async def look(adapter: str) -> Bus:
    """Everything on the bus."""
    controller = Controller(adapter, call_s=CALL_S)
    try:
        bus = await controller.bus()
    except RadioError as error:
        return Bus(unreachable=str(error))
    try:
        synchronised = await is_synchronised(bus)
        return await _bluetoothd(controller, synchronised)
    finally:
        controller.close()


async def _bluetoothd(controller: Controller, synchronised: bool | None) -> Bus:
    try:
        powered, pairable, discoverable = [
            bool(await controller.get(ADAPTER, name)) for name in ("Powered", "Pairable", "Discoverable")
        ]
    except RadioError as error:
        trouble: Any = error.trouble
        return Bus(refusal=str(error), trouble=trouble, synchronised=synchronised)
    return Bus(powered=powered, pairable=pairable, discoverable=discoverable, synchronised=synchronised)
