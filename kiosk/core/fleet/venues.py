"""Venues: what the collector knows of one, as facts; no judgement yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from kiosk.core.windows import UnixMs, vietnam_day_start
from kiosk.core.wire import Heartbeat
from kiosk.core.wording import Words


class Standing(Enum):
    """Where a venue stands with its kiosk."""

    WAITING = "waiting"
    """No kiosk enrolled yet."""
    ACTIVE = "active"
    REVOKED = "revoked"
    """Its kiosk was reported stolen or lost: the token no longer opens anything."""
    RETIRED = "retired"
    """No kiosk is wanted here any more; the history stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """One place, and the last news of its kiosk. `heard_at` is the collector's time, `heartbeat.at` the box's own."""

    id: str
    name: str
    kind: str = ""
    """A profile of [campaign], or "" where nobody said."""
    unit: str = ""
    standing: Standing = Standing.WAITING
    kiosk: str = ""
    heard_at: UnixMs | None = None
    heartbeat: Heartbeat | None = None
    since: UnixMs | None = None
    """When it last changed for another standing (enrolled, revoked, retired), if that is known."""
    stolen: bool = False
    """Why it was revoked."""
    turned_at: UnixMs | None = None
    """Since when its kiosk's light and faults have been as they are."""

    def visits_today(self, now: UnixMs) -> int | None:
        """Visits of this Vietnamese day, as the kiosk told them; None where it has told none, or shares nothing."""
        visits = self.heartbeat.visits if self.heartbeat is not None else None
        return visits.count if visits is not None and visits.day == vietnam_day_start(now) else None


def settled(venues: Iterable[Venue]) -> list[Venue]:
    """Without boxes that were locked out where another has taken their place."""
    every = list(venues)
    active = {venue.id for venue in every if venue.standing is Standing.ACTIVE}
    return [venue for venue in every if venue.standing is not Standing.REVOKED or venue.id not in active]


KINDS: Final = {
    "office": Words("Cơ quan", "Office"),
    "hospital": Words("Bệnh viện", "Hospital"),
    "quarantine": Words("Khu cách ly", "Quarantine"),
    "school": Words("Trường học", "School"),
    "market": Words("Chợ", "Market"),
    "mall": Words("Trung tâm thương mại", "Shopping centre"),
    "industrial": Words("Khu công nghiệp", "Industrial zone"),
    "hotel": Words("Khách sạn", "Hotel"),
    "restaurant": Words("Quán ăn", "Restaurant"),
    "bus-station": Words("Bến xe", "Bus station"),
    "port": Words("Cảng, nhà ga", "Port, terminal"),
    "vehicle": Words("Xe, tàu", "Vehicle"),
    "public-service": Words("Nơi làm thủ tục", "Public service"),
    "community-hall": Words("Nhà văn hóa", "Community hall"),
    "household": Words("Hộ gia đình", "Household"),
    "outdoor": Words("Ngoài trời", "Outdoors"),
}
"""What each kind of venue is called in a list."""
