"""Checkup: what `kiosk doctor` says of a box. Evidence in; out a verdict a check, each with the command that mends it.

evidence.py  what adapters found out, without judgement
verdict.py   Verdict and Check
radio.py     controller, rfkill, bluetoothd, D-Bus, pairing
box.py       configuration, service, clock, screen, disk, what later versions bring
said.py      checks -> lines for a terminal, or one JSON object
"""

from typing import Final

from kiosk.core.checkup import box, network, radio
from kiosk.core.checkup.evidence import Evidence
from kiosk.core.checkup.verdict import Check, Verdict

CHECKS: Final = (
    box.configuration,
    box.running,
    box.unit,
    radio.controller,
    radio.rfkill,
    radio.bus,
    radio.bluetoothd,
    radio.flags,
    radio.pairing,
    radio.door,
    radio.airtime,
    box.clock,
    box.display,
    box.proof,
    box.loudspeaker,
    network.links,
    network.mdns,
    box.disk,
    box.store,
    network.sync,
)
"""Every check, in the order in which a person mends: what the others stand on comes first."""


def examine(evidence: Evidence) -> tuple[Check, ...]:
    """The verdict of every check."""
    return tuple(check(evidence) for check in CHECKS)


def healthy(checks: tuple[Check, ...]) -> bool:
    """Whether nothing must be mended: a warning, an unknown and what is not built yet are no failure."""
    return all(check.verdict is not Verdict.BAD for check in checks)
