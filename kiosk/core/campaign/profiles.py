"""Profiles: the sixteen kinds of venue, and words that fit any door."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kiosk.core.campaign import duty, gathering, travel
from kiosk.core.campaign.model import Profile
from kiosk.core.campaign.phrases import FAMILY, INSTALL, SCAN
from kiosk.core.wording import Words

PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {
        "office": duty.OFFICE,
        "hospital": duty.HOSPITAL,
        "quarantine": duty.QUARANTINE,
        "school": duty.SCHOOL,
        "market": gathering.MARKET,
        "mall": gathering.MALL,
        "industrial": duty.INDUSTRIAL,
        "hotel": gathering.HOTEL,
        "restaurant": gathering.RESTAURANT,
        "bus-station": travel.BUS_STATION,
        "port": travel.PORT,
        "vehicle": travel.VEHICLE,
        "public-service": duty.PUBLIC_SERVICE,
        "community-hall": gathering.COMMUNITY_HALL,
        "household": gathering.HOUSEHOLD,
        "outdoor": travel.OUTDOOR,
    }
)

ANY_VENUE: Final = Profile(
    headline=("Quét mã", "cài Bluezone."),
    headline_en="Scan. Get Bluezone.",
    reason=Words(
        "Bluezone giúp bạn biết sớm, kín đáo, nếu từng ở gần người mắc COVID-19.",
        "Know early, in private, if you have been near someone with COVID-19.",
    ),
    call=Words("Quét mã, cài một lần là xong.", "Scan and install, just once."),
    steps=(
        SCAN,
        INSTALL,
        Words("Bật Bluetooth và Bluezone, cứ để vậy", "Bluetooth and Bluezone on, and leave them on"),
    ),
    family=FAMILY,
    privacy=Words("Trạm không biết bạn là ai.", "It does not know who you are."),
    greeting=Words("Chào bà con cô bác.", "Hello, everyone."),
    address="bà con",
)
"""Where nobody has said what kind of venue it is."""
