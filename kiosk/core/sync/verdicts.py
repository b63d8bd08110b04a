"""Verdicts: what an answer means for a parcel, the token and the network. Only a collector's own word counts.

An answer without the collector's mark, or a refusal without its reason, is a stranger's (a sign-in page, a proxy, a
redirect, a lying 200): it says nothing about parcel or token.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

from kiosk.core.sync.exchange import Reply
from kiosk.core.wire import PROBLEM_TYPE, Problem, Receipt, from_json
from kiosk.errors import BadMessage

GOOD: Final = frozenset({200, 201, 304})
_SET_ASIDE: Final = frozenset({400, 413, 415, 422})
_REJECTED: Final = frozenset({401, 403})


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The parcel is on the collector's disk; `last` is the highest number it has of this store."""

    last: int


@dataclass(frozen=True, slots=True)
class SetAside:
    """The collector will never take this parcel."""

    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The collector does not accept the box's token, or no longer."""

    reason: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """This number is there with another content."""

    reason: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now. `stranger`: it was not the collector who answered."""

    reason: str
    retry_after: str = ""
    stranger: bool = False


Refusal: TypeAlias = SetAside | Rejected | Conflict | Wait


def refusal(reply: Reply) -> Refusal | None:
    """What stands against a reply; None if a collector says that all is well."""
    if not reply.marked:
        where = " (a redirect)" if 300 <= reply.status < 400 else ""
        return Wait(f"{reply.status}{where} from somebody who is no collector", stranger=True)
    if reply.status in GOOD:
        return None
    try:
        problem = from_json(reply.body, Problem) if reply.media_type == PROBLEM_TYPE else None
    except BadMessage:
        problem = None
    if problem is None or problem.status != reply.status:
        return Wait(f"{reply.status} without a collector's reason", stranger=True)
    return _meant(reply, problem)


def acknowledged(reply: Reply, store: str, n: int, sha256: str) -> Acknowledged | Refusal:
    """What a reply says of a parcel: only a receipt with the right store, number and hash acknowledges it."""
    against = refusal(reply)
    if against is not None:
        return against
    try:
        receipt = from_json(reply.body, Receipt)
    except BadMessage as error:
        return Wait(f"{reply.status} without a receipt: {error}", stranger=True)
    if (receipt.store, receipt.batch, receipt.sha256) != (store, n, sha256):
        return Wait(f"{reply.status} with a receipt for something else", stranger=True)
    return Acknowledged(receipt.last)


def restored(last: int, given: int) -> bool:
    """Whether the collector has a number that this box never gave: its card was restored from an older copy."""
    return last > given


def _meant(reply: Reply, problem: Problem) -> Refusal:
    reason = f"{problem.status} {problem.code}: {problem.detail}"[:300]
    if reply.status in _REJECTED:
        return Rejected(reason)
    if reply.status == 409 and problem.code == "conflict":
        return Conflict(reason)
    if reply.status in _SET_ASIDE:
        return SetAside(reason)
    return Wait(reason, reply.retry_after)
