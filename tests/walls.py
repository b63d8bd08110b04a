"""Walls for tests: screens of a bus station and of other venues, as screen_of makes them."""

from typing import Final, Literal

from kiosk.core import pages
from kiosk.core.campaign import Campaign, Card, Links, compose, staff_note
from kiosk.core.screens import LogoFile, Screen
from kiosk.core.wording import Words

URL: Final = "https://www.bluezone.gov.vn"
DECLARATION: Final = "https://khaibao.example.vn/benh-vien"
CLAIM: Final = Card(
    0,
    Words("Dành cho nhân viên", "For staff"),
    "https://192.168.1.23:8443/claim/7Q4XPK2MZD9A",
    Words("Nhân viên quét mã này để đặt mã PIN.", "Staff: scan to set the PIN."),
)
"""As long as such an address gets."""
Mode = Literal["smart", "stores", "site"]


def told(
    profile: str = "", venue: str = "Bến xe Trung tâm", mode: Mode = "site", declaration: str = "", logo: str = ""
) -> Campaign:  # fmt: skip
    """A venue's campaign with the default links."""
    return compose(profile, links=Links(declaration=declaration), mode=mode, venue=venue, logo=logo)


def screen(campaign: Campaign, page: str = "install", *, note: bool = False, claim: Card | None = None) -> Screen:
    """Its wall at 07:45, at one of its pages."""
    turns = {turn.name: turn for turn in pages.pages_of(campaign, in_ten=3)}
    return Screen(
        install=turns["install"],
        cards=campaign.cards,
        lone=campaign.lone,
        page=turns[page],
        venue=campaign.venue,
        clock="07:45",
        staff_note=staff_note("S1") if note else "",
        short_url=campaign.short_url,
        claim=claim,
        logo=LogoFile(campaign.logo) if campaign.logo else None,
    )


SCREEN: Final = screen(told())
"""The wall of a box without any configuration but its venue."""
