"""The fake BlueZ for every test here."""

from tests.fakes.bluez_fixtures import bluez, controller, system_bus

__all__ = ["bluez", "controller", "system_bus"]
