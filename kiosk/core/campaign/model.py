"""Model of a campaign: a Profile is what is written for one kind of venue; a Campaign is that with links and names."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from kiosk.core.wording import Words

Mode: TypeAlias = Literal["smart", "stores", "site"]
"""Where the install code leads: one link that finds the right store, two codes for two stores, or a web site."""
Steps: TypeAlias = tuple[Words, Words, Words]


@dataclass(frozen=True, slots=True)
class Links:
    """Where codes lead. `smart` and `declaration` may be "": there is none."""

    android: str = "https://play.google.com/store/apps/details?id=com.mic.bluezone"
    ios: str = "https://apps.apple.com/us/app/bluezone/id1508062685?ls=1"
    site: str = "https://www.bluezone.gov.vn"
    smart: str = ""
    declaration: str = ""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What changes where a second code, the health declaration, stands beside the first."""

    call: Words
    steps: Steps


@dataclass(frozen=True, slots=True)
class Profile:
    """What is written for one kind of venue. `headline` has two lines, three at most, of at most 17 letters."""

    headline: tuple[str, ...]
    headline_en: str
    reason: Words
    """Why here: a sentence or two that fit this place alone."""
    call: Words
    steps: Steps
    """Scan, install, Bluetooth: the same three moves everywhere, so that people learn them once."""
    family: Words
    privacy: Words
    """What the kiosk does not know here; said after what is common to all kiosks."""
    greeting: Words
    """First words of the loudspeaker."""
    address: str
    """How the loudspeaker calls its listeners."""
    declaration: Declaration | None = None
    """None: no health declaration stands beside, unless the venue asks for it."""


@dataclass(frozen=True, slots=True)
class Card:
    """One QR code on a surface; the address is printed short below it. The number of a lone card is not printed."""

    number: int
    title: Words
    url: str
    hint: Words
    typed: str = ""
    """What people may type instead, printed below; "" prints none."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """What every surface shows at one venue. Vietnamese word pairs that must not part hold a no-break space."""

    profile: str
    headline: tuple[str, ...]
    headline_en: str
    reason: Words
    call: Words
    steps: Steps
    family: Words
    privacy: Words
    privacy_short: Words
    kept_days: int
    hotline: str
    venue: str
    unit: str
    logo: str
    cards: tuple[Card, ...]
    """One or two: install first; then the App Store, or the health declaration."""
    lone: Card
    """For a surface with room for one code: a link for every phone, so of two stores neither."""
    short_url: str
    """What people may type."""
    greeting: Words
    address: str

    @property
    def help_line(self) -> Words:
        """Whom to call, or nothing."""
        if not self.hotline:
            return Words("", "")
        return Words(f"Cần giúp, mời bạn gọi {self.hotline}.", f"Need help? Call {self.hotline}.")
