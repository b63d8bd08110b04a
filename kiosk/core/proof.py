"""Proof: what was read back from the wall itself becomes a verdict. Pure; looking is adapters/eye.py."""

from dataclasses import dataclass, replace
from typing import Final

from kiosk.core.facts import ProofFacts, Verdict
from kiosk.core.windows import UnixMs

DARKEST: Final = 40
"""Of 255: a wall whose lightest point is below this is dark. At night the card is 0xC9."""
SURE: Final = 2
"""Bad looks in a row that make an alarm: a picture may be exchanged while one looks."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the wall, and what should have been there."""

    source: str
    lightest: int
    """The lightest point's brightness, 0 to 255."""
    pixels: str
    """Fingerprint of what stands there."""
    codes: tuple[str, ...] | None
    """Contents of the QR codes found; None without a decoder."""
    drawn: str
    """Fingerprint of the picture that should stand there; it changes when that picture does."""
    wanted: tuple[str, ...]
    """QR codes that should be found; empty on a size that holds none."""
    intact: bool | None = None
    """Whether the pixels are those painted; None where they cannot be compared one to one."""
    connected: bool | None = None
    """Whether a screen is plugged in; None where nobody can tell."""


def judge(look: Look, before: Look | None = None, *, resting: bool = False) -> Verdict:
    """What a look says; `before` is an earlier one at another picture."""
    if resting:
        return Verdict.RESTING
    if look.connected is False:
        return Verdict.UNPLUGGED
    if look.lightest < DARKEST:
        return Verdict.DARK
    if frozen(look, before):
        return Verdict.FROZEN
    return _framed(look) if not look.wanted else _read(look)


def frozen(look: Look, before: Look | None) -> bool:
    """Another picture should stand there than before, and the same one does."""
    return before is not None and look.drawn != before.drawn and look.pixels == before.pixels


def _framed(look: Look) -> Verdict:
    return Verdict.DAMAGED if look.intact is False else Verdict.FRAMED


def _read(look: Look) -> Verdict:
    if look.codes is None:
        return Verdict.UNDECODED
    if set(look.wanted) <= set(look.codes):
        return Verdict.SEEN
    return Verdict.WRONG if look.codes else Verdict.HIDDEN


def noted(facts: ProofFacts, verdict: Verdict, at: UnixMs, source: str, detail: str = "") -> ProofFacts:
    """The facts after one more look: an alarm waits until SURE looks agree that something is wrong."""
    doubts = facts.doubts + 1 if verdict.alarm else 0
    if 0 < doubts < SURE:
        return replace(facts, source=source, looked_at=at, doubts=doubts)
    return ProofFacts(
        verdict=verdict,
        source=source,
        looked_at=at,
        qr_seen_at=at if verdict is Verdict.SEEN else facts.qr_seen_at,
        since=facts.since if verdict is facts.verdict else at,
        detail=detail,
        doubts=doubts,
    )
