"""Recovery: what is done for a radio that hears nothing, rung by rung, and when silence is believed.

A pure function of silence over any packet whatever. An empty venue is silent too: where the controller shows that it
lives, silence is believed, unless a crowd fell silent within a minute: people leave one by one, ears fail at once.
A trouble that the stack names is met at once. Whoever listens tries again all the time anyway, every 8 s at most, so
that a fault cured from outside needs no step; the ladder is what else is done.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from kiosk.core.facts import Trouble


class Rung(Enum):
    """Steps in order of cost. Which of them a box can take is said by whoever asks."""

    RESTART_SCAN = "restart-scan"
    POWER_CYCLE = "power-cycle"
    """Controller off and on through bluetoothd."""
    REOPEN = "reopen"
    """The same past bluetoothd, by the kernel's management channel."""
    UNBLOCK = "unblock"
    """rfkill."""
    REPROBE = "reprobe"
    """The chip's driver unbound and bound again: USB or UART."""
    RESTART_BLUETOOTHD = "restart-bluetoothd"
    REBOOT = "reboot"


class Pulse(Enum):
    """Whether the controller lives, by what it does rather than by what the stack says."""

    BEATS = "beats"
    STILL = "still"
    UNKNOWN = "unknown"


class Sense(Enum):
    """What silence means."""

    HEARING = "hearing"
    EMPTY = "empty"
    """Silent, and believed: nobody is here."""
    DEAF = "deaf"


SILENT_S: Final = 45.0
"""Four discovery rounds of 10.4 s, in which a chip reports each advertisement at least once."""
PULSE_S: Final = 30.0
"""A controller that scans answers a command each round."""
CROWD: Final = 5
"""So many addresses do not leave within one minute."""
PATIENCE_S: Final[Mapping[Rung, float]] = {
    Rung.RESTART_SCAN: 15.0,
    Rung.POWER_CYCLE: 15.0,
    Rung.REOPEN: 15.0,
    Rung.UNBLOCK: 15.0,
    Rung.REPROBE: 30.0,
    Rung.RESTART_BLUETOOTHD: 30.0,
    Rung.REBOOT: 600.0,
}
"""How long a step is given before the next one: to come up again, and to hear who is there."""
SPACING_S: Final = 15.0
"""Between any two steps, whatever was heard in between."""
REBOOT_AFTER_S: Final = 900.0
"""Deaf for so long before the wall goes dark for a reboot."""
REBOOT_EVERY_S: Final = 6 * 3600.0
ROUND_S: Final = 600.0
"""Pause after the last rung; it doubles ..."""
LONGEST_ROUND_S: Final = 3600.0
"""... up to this."""

HELPS: Final[Mapping[Trouble, frozenset[Rung]]] = {
    Trouble.NO_ADAPTER: frozenset({Rung.RESTART_SCAN, Rung.REPROBE, Rung.RESTART_BLUETOOTHD, Rung.REBOOT}),
    Trouble.BLOCKED: frozenset({Rung.RESTART_SCAN, Rung.UNBLOCK}),
    Trouble.NO_BLUETOOTHD: frozenset({Rung.RESTART_SCAN, Rung.RESTART_BLUETOOTHD, Rung.REBOOT}),
}
"""What can help against a trouble that the stack names ..."""
_ANY: Final = frozenset(Rung) - {Rung.UNBLOCK}
"""... and against any other, and a controller that gives no sign of life."""
_VANISHED: Final = frozenset({Rung.RESTART_SCAN, Rung.POWER_CYCLE, Rung.REOPEN, Rung.REPROBE})
"""For a crowd that fell silent under a controller that lives: one round, and no reboot for what may be closing time."""
_UNSURE: Final = frozenset({Rung.RESTART_SCAN})
"""Where nobody can ask the controller and nobody was here: once, and it costs nothing."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known now. Times are monotonic seconds."""

    uptime: float
    heard_at: float
    """The last packet of any kind; before the first, when the box began to listen."""
    trouble: Trouble | None = None
    """What the stack says is wrong; None: by its account it scans."""
    pulse: Pulse = Pulse.UNKNOWN
    crowd: int = 0
    """Distinct addresses in the minute before the last packet."""
    since_reboot_s: float | None = None
    """Since the ladder last rebooted this box, however often the process started since; None: never."""


@dataclass(frozen=True, slots=True)
class Climb:
    """How far this silence has led. Whoever looks keeps it for the next look."""

    heard_at: float = float("-inf")
    taken: tuple[Rung, ...] = ()
    """Steps of this round, oldest first."""
    stepped_at: float | None = None
    rounds: int = 0
    """Rounds that ended without a packet."""


class Look(NamedTuple):
    """What the signs say."""

    climb: Climb
    sense: Sense
    step: Rung | None = None
    """To be taken now."""
    worked: Rung | None = None
    """The step that the first packet came after; said once."""


def pulse(uptime: float, *, grew_at: float | None, echo_at: float | None = None) -> Pulse:
    """A cross-check: when the controller's own counters last grew (None: nobody can read them), and when our own
    advertisement was last heard back by another radio (None: never)."""
    if any(at is not None and uptime - at <= PULSE_S for at in (grew_at, echo_at)):
        return Pulse.BEATS
    return Pulse.UNKNOWN if grew_at is None else Pulse.STILL


def look(climb: Climb, signs: Signs, rungs: Collection[Rung]) -> Look:
    """What silence means, and at most one step of `rungs`, which is what this box can do."""
    worked = None
    if signs.heard_at > climb.heard_at:
        worked = climb.taken[-1] if climb.taken else None
        climb = Climb(signs.heard_at, stepped_at=climb.stepped_at)
    if signs.trouble is None and signs.uptime - signs.heard_at < SILENT_S:
        return Look(climb, Sense.HEARING, worked=worked)
    certain = signs.trouble is not None or signs.pulse is Pulse.STILL
    useful = [rung for rung in Rung if rung in rungs and rung in _helping(signs) and _is_allowed(rung, signs)]
    left = [rung for rung in useful if rung not in climb.taken]
    sense = Sense.DEAF if certain or left else Sense.EMPTY
    if certain and useful and not left and _has_passed(min(ROUND_S * 2**climb.rounds, LONGEST_ROUND_S), climb, signs):
        climb, left = Climb(climb.heard_at, (), climb.stepped_at, climb.rounds + 1), useful
    if not left or not _has_passed(PATIENCE_S[climb.taken[-1]] if climb.taken else SPACING_S, climb, signs):
        return Look(climb, sense, worked=worked)
    climb = Climb(climb.heard_at, (*climb.taken, left[0]), signs.uptime, climb.rounds)
    return Look(climb, sense, left[0], worked)


def _helping(signs: Signs) -> frozenset[Rung]:
    if signs.trouble is not None:
        return HELPS.get(signs.trouble, _ANY)
    if signs.pulse is Pulse.STILL:
        return _ANY
    if signs.crowd >= CROWD:
        return _VANISHED
    return _UNSURE if signs.pulse is Pulse.UNKNOWN else frozenset()


def _is_allowed(rung: Rung, signs: Signs) -> bool:
    if rung is not Rung.REBOOT:
        return True
    lately = signs.since_reboot_s is not None and signs.since_reboot_s < REBOOT_EVERY_S
    return signs.uptime - signs.heard_at >= REBOOT_AFTER_S and not lately


def _has_passed(pause_s: float, climb: Climb, signs: Signs) -> bool:
    """Since the last step."""
    return climb.stepped_at is None or signs.uptime - climb.stepped_at >= pause_s
