"""The campaign of the configuration: its own texts judged, its logo looked at, and the whole composed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kiosk.config.sections import CampaignSection, Config
from kiosk.core.campaign import TEXT_KEYS, Campaign, Links, compose, text_fault

_DECLARES: Final = {"profile": None, "always": True, "never": False}
_PICTURES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
"""How PNG and JPEG files begin."""


def campaign_of(
    config: Config, *, profile: str | None = None, venue: str | None = None, unit: str | None = None, hears: bool = True
) -> Campaign:
    """What this configuration tells visitors; the arguments take the place of its own for one of many venues.

    `hears` is False for a board without a radio (see core.campaign.compose).
    """
    own = config.campaign
    return compose(
        own.profile if profile is None else profile,
        texts=texts_of(own),
        links=links_of(own),
        mode=own.mode,
        kept_days=config.store.retention_days,
        venue=config.venue.name if venue is None else venue,
        unit=own.unit if unit is None else unit,
        hotline=own.hotline,
        logo=own.logo,
        declares=_DECLARES[own.declare],
        hears=hears,
    )


def links_of(section: CampaignSection) -> Links:
    """Where the codes lead."""
    return Links(section.android, section.ios, section.site, section.smart, section.declaration)


def texts_of(section: CampaignSection) -> dict[str, str]:
    """The venue's own words by key, without those it leaves to the profile."""
    texts: dict[str, str] = {key: getattr(section, key) for key in TEXT_KEYS}
    return {key: text for key, text in texts.items() if text}


def faults_of(section: CampaignSection) -> Iterator[str]:
    """What is wrong with [campaign] beyond the types of its keys, each as 'campaign.key: expected ...; it is ...'."""
    for key, text in texts_of(section).items():
        if fault := text_fault(key, text):
            yield f"campaign.{key}: {fault}; it is {json.dumps(text[:80], ensure_ascii=False)}"
    if section.mode == "smart" and not section.smart:
        yield 'campaign.smart: expected a link, since campaign.mode is "smart"; it is ""'
    if section.declare == "always" and not section.declaration:
        yield 'campaign.declaration: expected a link, since campaign.declare is "always"; it is ""'
    if section.logo and (fault := _logo_fault(Path(section.logo))):
        wish = 'a PNG or JPEG picture, or "" for none'
        yield f"campaign.logo: expected {wish}, but the file {fault}; it is {json.dumps(section.logo)}"


def _logo_fault(path: Path) -> str:
    try:
        with path.open("rb") as file:
            begins = file.read(8)
    except OSError as error:
        return f"cannot be read ({error.strerror or error})"
    return "" if begins.startswith(_PICTURES) else "is neither"
