"""Configuration: one TOML file, one frozen section per service (sections.py), read and explained (reading.py)."""

from kiosk.config.reading import keys, load, parse, replace
from kiosk.config.sections import (
    Advertise,
    Collect,
    Config,
    Radio,
    Section,
    Show,
    StoreSection,
    Venue,
    Web,
)

__all__ = [
    "Advertise",
    "Collect",
    "Config",
    "Radio",
    "Section",
    "Show",
    "StoreSection",
    "Venue",
    "Web",
    "keys",
    "load",
    "parse",
    "replace",
]
