"""Timekeeping: which time this box may believe. Pure.

A Pi has no clock chip: after a power cut its wall clock says yesterday, or 1970, until something sets it. What never
lies is how long the machine has run. So the box's time is *time since power-on plus an offset*, and an offset is only
taken from who can be trusted: a synchronised kernel clock, a battery clock, a member of staff. Whatever is done to the
wall clock in between changes nothing.
"""

import re
from datetime import datetime
from enum import Enum
from typing import Final

from kiosk.core.windows import DAY_MS, UnixMs
from kiosk.core.wording import VIETNAM

LONGEST_STORED_MS: Final = 400 * DAY_MS
"""A battery clock that is further from the last sealed window than this is not believed: cells die within years. Nor is
a phone, whose owner may have the year wrong."""
AGREE_MS: Final = 600_000
"""The battery clock and the wall clock that was set from it may differ by this much, weeks later: both drift. More, and
one of them was set by somebody: systemd lifts the clock of a box whose battery is empty, an administrator types."""
STEP_MS: Final = 500
"""A wall clock that moved this much against the time since power-on was set, not slewed."""


EARLIEST: Final = UnixMs(1_767_225_600_000)
"""2026-01-01 UTC: this program is younger."""
LATEST: Final = UnixMs(4_102_444_800_000)
"""2100-01-01 UTC."""
NEW_UNTIL: Final = UnixMs(2_082_758_400_000)
"""2036-01-01 UTC: no box with this program sees its first day later, as far as a phone's word goes."""


class Source(Enum):
    """Who said what time it is."""

    NETWORK = "network"
    BATTERY = "battery"
    STAFF = "staff"


class Lent(Enum):
    """What becomes of the time that a member of staff lends."""

    TAKEN = "taken"
    BEFORE_SEAL = "before the last seal"
    LONG_AFTER_SEAL = "long after the last seal"
    NEVER = "no time for a new box"


class Timekeeper:
    """Keeps the trusted offset. `boot_ms` is always ms since power-on, sleep included (CLOCK_BOOTTIME)."""

    def __init__(self, *, last_seal: UnixMs | None = None, battery: UnixMs | None = None) -> None:
        self.last_seal = last_seal
        """The end of the newest sealed window (None: a new box). It only ever rejects: time does not run backwards,
        but that it is later than the last seal proves nothing."""
        self.battery = battery
        """When the power came on, by the clock chip that set the wall clock then; None: no such chip."""
        self._offset: int | None = None
        self._wall_offset: int | None = None
        self.source: Source | None = None
        """Who set the clock; None: nobody that counts."""

    @property
    def trusted(self) -> bool:
        return self._offset is not None

    @property
    def powered_on_at(self) -> UnixMs | None:
        """When the power came on; None as long as nobody knows."""
        return None if self._offset is None else UnixMs(self._offset)

    def now(self, boot_ms: int) -> UnixMs | None:
        """The time, or None as long as nobody knows."""
        return None if self._offset is None else UnixMs(boot_ms + self._offset)

    def stepped(self, wall: UnixMs, boot_ms: int) -> bool:
        """Whether the wall clock was set since the last look: a reason to look again at once."""
        return self._wall_offset is None or abs(wall - boot_ms - self._wall_offset) >= STEP_MS

    def look(self, wall: UnixMs, boot_ms: int, *, synchronised: bool | None) -> bool:
        """The wall clock, and whether the kernel says it is synchronised (None: nobody knows). True if our time has
        become known, or was corrected by STEP_MS or more."""
        first = self._wall_offset is None
        self._wall_offset = wall - boot_ms
        if synchronised:
            return self._take(wall - boot_ms, Source.NETWORK)
        if first and self.battery is not None and not self.trusted and self._is_stored(self.battery, boot_ms):
            return self._take(self.battery, Source.BATTERY)
        return False

    def recall(self, powered_on_at: UnixMs, source: Source) -> None:
        """What an earlier process of this power-on knew: the machine has run on since."""
        self._take(powered_on_at, source)

    def confirm(self, phone: UnixMs, boot_ms: int) -> Lent:
        """A member of staff says that it is this late: taken if it can be and nobody better has said."""
        lent = self._judged(phone)
        if lent is Lent.TAKEN and self.source in (None, Source.STAFF):
            self._take(phone - boot_ms, Source.STAFF)
        return lent

    def _judged(self, phone: UnixMs) -> Lent:
        """Far in the future is as wrong as the past: ids that nobody can match, and days that seem old."""
        seal = self.last_seal
        if seal is None:
            return Lent.TAKEN if EARLIEST <= phone < NEW_UNTIL else Lent.NEVER
        if phone < seal:
            return Lent.BEFORE_SEAL
        return Lent.TAKEN if phone <= seal + LONGEST_STORED_MS else Lent.LONG_AFTER_SEAL

    def _is_stored(self, powered_on_at: UnixMs, boot_ms: int) -> bool:
        """Whether the battery clock is within its limits, and the wall clock still says much the same."""
        now = powered_on_at + boot_ms
        agrees = self._wall_offset is not None and abs(self._wall_offset - powered_on_at) <= AGREE_MS
        return agrees and self.last_seal is not None and self.last_seal <= now <= self.last_seal + LONGEST_STORED_MS

    def _take(self, offset: int, source: Source) -> bool:
        moved = self._offset is None or abs(offset - self._offset) >= STEP_MS
        self._offset, self.source = offset, source
        return moved


def told(text: str) -> UnixMs | None:
    """A phone's time out of a form: ms since 1970, or what a person typed, in Vietnam's time, to the minute. None if
    it is neither, or no time at which this program could run."""
    if re.fullmatch(r"\d{1,15}", text):
        at = int(text)
    else:
        try:
            at = int(datetime.strptime(text, "%Y-%m-%dT%H:%M").replace(tzinfo=VIETNAM).timestamp() * 1000)
        except (ValueError, OverflowError):
            return None
    return UnixMs(at) if EARLIEST <= at < LATEST else None
