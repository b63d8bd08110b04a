"""Facts of a box that is being set up: the answer to its kiosk.toml, its network, its enrolment, and whether the card
stands on the wall."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from kiosk.core.firstboot.outcome import Outcome

LASTS_S: Final = 900.0
"""So long after power-on at most the card stands: a box that never gets ready has visitors too."""
READY_S: Final = 30.0
"""And so long once all is well, for whoever stands before it."""


class Wifi(Enum):
    """How the Wi-Fi is that kiosk.toml asked for, or that is there anyway."""

    NONE = "none"
    """Nobody asked for one, and none is there."""
    UNKNOWN = "unknown"
    """NetworkManager does not answer."""
    NO_DEVICE = "no-device"
    OFF = "off"
    JOINING = "joining"
    NOT_FOUND = "not-found"
    WRONG_PASSWORD = "wrong-password"
    REFUSED = "refused"
    """It does not let the box in; why, nobody saw."""
    NO_ADDRESS = "no-address"
    CONNECTED = "connected"


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """`address` is the box's own on the network, "" without one; `ssid` the Wi-Fi that `wifi` speaks of."""

    wifi: Wifi = Wifi.NONE
    ssid: str = ""
    address: str = ""


class Enrolling(Enum):
    """How the enrolment is that kiosk.toml asked for."""

    NONE = "none"
    WAITING = "waiting"
    """No answer from the centre yet: it is asked again."""
    REFUSED = "refused"
    """The centre does not take the code, for good."""
    DONE = "done"


@dataclass(frozen=True, slots=True)
class EnrolFacts:
    """`why`: what keeps it waiting, in words without the code; `venue`: where the centre says the box stands."""

    state: Enrolling = Enrolling.NONE
    why: str = ""
    venue: str = ""


@dataclass(frozen=True, slots=True)
class SetupFacts:
    """`fresh`: the outcome is of this power-on; `page`: the status page's address, "" without network or page."""

    outcome: Outcome | None = None
    fresh: bool = False
    network: NetworkFacts = NetworkFacts()
    page: str = ""
    stands: bool = False


def standing(up_s: float, *, claimed: bool, fresh: bool, well_for_s: float) -> bool:
    """Whether the card stands: on a box that has no PIN yet, or whose kiosk.toml was read at this power-on; for a
    quarter of an hour, or until all was well for a while."""
    return up_s < LASTS_S and (fresh or not claimed) and well_for_s < READY_S
