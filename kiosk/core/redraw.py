"""Redraw: when a panel that ages with each picture gets a new one. Pure."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from kiosk.core.windows import UnixMs, vietnam_day_start

GAP_MS: Final = 1_800_000
"""Half an hour: at most two pictures an hour."""
NIGHT_MS: Final = 3 * 3_600_000
"""At 3 in the morning the panel is cleaned: white, then the picture, so that no ghost of old pictures stays."""


class Refresh(Enum):
    """What the panel does now."""

    NOTHING = "nothing"
    PICTURE = "picture"
    CLEANED = "cleaned"
    """White first, then the picture."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What stands on the panel: it keeps its picture without power, so this is kept across restarts."""

    picture: str = ""
    """Fingerprint of the picture."""
    at: UnixMs | None = None
    cleaned_at: UnixMs | None = None


def due(drawn: Drawn, picture: str, now: UnixMs) -> Refresh:
    """What to do so that `picture` stands there in time, and the panel lasts."""
    if drawn.at is None or drawn.cleaned_at is None:
        return Refresh.CLEANED
    if 0 <= now - drawn.at < GAP_MS:  # outside of it the clock was set meanwhile
        return Refresh.NOTHING
    night = vietnam_day_start(now) + NIGHT_MS
    if drawn.cleaned_at < night <= now:
        return Refresh.CLEANED
    return Refresh.PICTURE if picture != drawn.picture else Refresh.NOTHING


def after(drawn: Drawn, refresh: Refresh, picture: str, now: UnixMs) -> Drawn:
    """What stands there once the driver said that it is done."""
    if refresh is Refresh.CLEANED:
        return Drawn(picture, now, now)
    return replace(drawn, picture=picture, at=now)
