"""Beat: the heartbeat, from the facts that the page shows. People are counted in it as on the page."""

from typing import Final, Literal

from kiosk.core.catalogue import Level, Owner
from kiosk.core.discretion import tellable
from kiosk.core.facts import Snapshot, TallyFacts
from kiosk.core.faults import faults
from kiosk.core.report import document
from kiosk.core.windows import UnixMs, vietnam_day_start
from kiosk.core.wire import FaultNote, Heartbeat, Visits

Share = Literal["nothing", "matches", "encounters"]
_OWNERS: Final[dict[Owner, Literal["staff", "helper", "nobody"]]] = {
    Owner.STAFF: "staff",
    Owner.HELPER: "helper",
    Owner.NOBODY: "nobody",
}


def heartbeat(
    snapshot: Snapshot, share: Share, store: str, *, set_aside: int = 0, notice: int = 0, refused_notices: int = 0
) -> Heartbeat:
    """How the box is. `notice` is the last one accepted."""
    sync = snapshot.sync
    return Heartbeat(
        at=snapshot.at,
        store=store,
        version=snapshot.version,
        light=document(snapshot)["light"],
        faults=tuple(
            FaultNote(code=each.code, level="red" if each.level is Level.RED else "amber", owner=_OWNERS[each.owner])
            for each in faults(snapshot)
        ),
        share=share,
        waiting=sync.waiting if sync else 0,
        oldest=sync.oldest if sync else None,
        set_aside=set_aside,
        notice=notice,
        refused_notices=refused_notices,
        clock_trusted=snapshot.clock.trusted if snapshot.clock else None,
        uptime_s=max(0, snapshot.at - snapshot.started) // 1000,
        visits=None if share == "nothing" else _visits(snapshot.tally),
        simulated=snapshot.simulated,
    )


def _visits(tally: TallyFacts | None) -> Visits | None:
    """Visits of the day up to the last finished window."""
    if tally is None or not tally.visits:
        return None
    day = vietnam_day_start(UnixMs(tally.until - 1))
    return Visits(day=day, until=tally.until, count=sum(tellable(tally.today)))
