"""Composing: a profile, a venue's own texts and its links become one Campaign."""

import re
from collections.abc import Mapping
from typing import Final

from kiosk.core.campaign import phrases
from kiosk.core.campaign.model import Campaign, Card, Declaration, Links, Mode, Profile, Steps
from kiosk.core.campaign.profiles import ANY_VENUE, PROFILES
from kiosk.core.campaign.texts import chosen, headline_lines
from kiosk.core.wording import Words, composed
from kiosk.errors import ConfigError

OFFICIAL: Final = Links()


def compose(
    profile_key: str,
    *,
    texts: Mapping[str, str] | None = None,
    links: Links = OFFICIAL,
    mode: Mode = "site",
    kept_days: int = 14,
    venue: str = "", unit: str = "", hotline: str = "", logo: str = "",
    declares: bool | None = None,
    hears: bool = True,
) -> Campaign:  # fmt: skip
    """The campaign of one venue; `profile_key` "" fits any door. ConfigError on an unknown one.

    `texts` holds the venue's own words by TEXT_KEYS. `declares` puts the health declaration beside, None as the profile
    does; it needs a link. `hears` is False for a board without a radio, which must not speak of hearing."""
    profile, own = _profile(profile_key), texts or {}
    declaration = _declaration(profile, links, declares)
    asked = declaration or Declaration(profile.call, profile.steps)
    privacy, privacy_short = _privacy(profile, kept_days, hears)
    return Campaign(
        profile=profile_key,
        headline=headline_lines(own.get("headline") or "\n".join(profile.headline)),
        headline_en=chosen(own, "headline", Words("", profile.headline_en)).en,
        reason=chosen(own, "reason", profile.reason),
        call=chosen(own, "call", asked.call),
        steps=_steps(own, asked.steps),
        family=chosen(own, "family", profile.family),
        privacy=chosen(own, "privacy", privacy),
        privacy_short=chosen(own, "privacy_short", privacy_short),
        kept_days=kept_days,
        hotline=_one_line(hotline),
        venue=_one_line(venue),
        unit=_one_line(unit),
        logo=logo,
        cards=_cards(links, mode, declared=declaration is not None),
        lone=Card(1, phrases.CALL, _one_link(links, mode), phrases.INSTALL_HINT),
        short_url=short(links.smart if mode == "smart" and links.smart else links.site),
        greeting=profile.greeting,
        address=profile.address,
    )


def short(url: str) -> str:
    """An address as people type it: no scheme, no slash at the end."""
    return re.sub(r"^https?://", "", url).rstrip("/")


def _profile(key: str) -> Profile:
    if key == "":
        return ANY_VENUE
    if key not in PROFILES:
        raise ConfigError(f"profile '{key}' is unknown; known are: {', '.join(PROFILES)}")
    return PROFILES[key]


def _declaration(profile: Profile, links: Links, declares: bool | None) -> Declaration | None:
    """Without a link there is no second code, and no word may speak of one."""
    asked = profile.declaration is not None if declares is None else declares
    return (profile.declaration or phrases.DECLARATION) if asked and links.declaration else None


def _steps(own: Mapping[str, str], steps: Steps) -> Steps:
    scan, install, keep_on = steps
    return chosen(own, "step1", scan), chosen(own, "step2", install), chosen(own, "step3", keep_on)


def _privacy(profile: Profile, kept_days: int, hears: bool) -> tuple[Words, Words]:
    if not hears:
        return phrases.PICTURE_ONLY, phrases.PICTURE_ONLY
    parts = (phrases.PRIVACY_COMMON, profile.privacy, phrases.NOT_HEARD)
    whole = Words(*(" ".join(sentences) for sentences in zip(*parts, strict=True)))
    return phrases.kept_for(whole, kept_days), phrases.PRIVACY_SHORT


def _cards(links: Links, mode: Mode, *, declared: bool) -> tuple[Card, ...]:
    """Never more than two codes: beside the declaration, the install code is one link, not two stores."""
    one = _one_link(links, mode)
    if declared:
        return (
            Card(1, phrases.INSTALL_CARD, one, phrases.INSTALL_HINT),
            Card(2, phrases.DECLARATION_CARD, links.declaration, phrases.DECLARATION_HINT),
        )
    if mode == "stores":
        return (
            Card(1, phrases.ANDROID_CARD, links.android, phrases.ANDROID_HINT, short(links.site)),
            Card(2, phrases.IOS_CARD, links.ios, phrases.IOS_HINT),
        )
    return (Card(1, phrases.CALL, one, phrases.INSTALL_HINT),)


def _one_link(links: Links, mode: Mode) -> str:
    return links.smart if mode != "site" and links.smart else links.site


def _one_line(text: str) -> str:
    """A name typed into a file may hold line breaks, tabs or other invisible characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in composed(text)).split())
