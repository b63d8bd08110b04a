"""Boots: how often this box was switched on, lost its power, and the kiosk on it fell over. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BootFacts:
    """Counted since the card was new, up to this start of the kiosk."""

    boots: int = 0
    """Times the box was switched on, this one included."""
    cuts: int = 0
    """... and after which it went off without stopping the kiosk first: the plug was pulled, or the kernel died."""
    crashes: int = 0
    """Times the kiosk ended out of order while the box stayed on: an error, or systemd's watchdog."""
