"""Configuration: one TOML file, one frozen section per service (sections.py), read and explained (reading.py)."""

from kiosk.config.campaign import campaign_of, links_of
from kiosk.config.hours import hours_of
from kiosk.config.loudspeaker import programme_of, scripts_of
from kiosk.config.reading import changed, filled, keys, load, parse, replace
from kiosk.config.sections import (
    Advertise,
    CampaignSection,
    Collect,
    Config,
    Loudspeaker,
    Radio,
    Section,
    Show,
    StoreSection,
    Sync,
    Venue,
    Web,
)

__all__ = [
    "Advertise",
    "CampaignSection",
    "Collect",
    "Config",
    "Loudspeaker",
    "Radio",
    "Section",
    "Show",
    "StoreSection",
    "Sync",
    "Venue",
    "Web",
    "campaign_of",
    "changed",
    "filled",
    "hours_of",
    "keys",
    "links_of",
    "load",
    "parse",
    "programme_of",
    "replace",
    "scripts_of",
]
