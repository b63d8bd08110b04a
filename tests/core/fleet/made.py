"""Venues and heartbeats made for the tests of the fleet."""

from typing import Final

from hypothesis import strategies as st

from kiosk.core.catalogue import CATALOGUE
from kiosk.core.fleet.venues import Standing, Venue
from kiosk.core.windows import UnixMs
from kiosk.core.wire import FaultNote, Heartbeat

NOW: Final = UnixMs(1_597_734_300_000)  # 2020-08-18 14:05 in Vietnam
WELL: Final = Heartbeat(at=NOW, store="a" * 16, version="0.1.0", light="green", share="matches")


def heartbeat(**changed: object) -> Heartbeat:
    """A good day's, but for what is changed."""
    return Heartbeat(**{**{name: getattr(WELL, name) for name in WELL.__struct_fields__}, **changed})


def talking(told: Heartbeat = WELL, heard_at: UnixMs = NOW, name: str = "Bến xe Trung tâm", unit: str = "") -> Venue:
    """A venue whose kiosk talks."""
    return Venue(
        id=name.lower().replace(" ", "-"),
        name=name,
        kind="bus-station",
        unit=unit,
        standing=Standing.ACTIVE,
        kiosk="abcdefgh",
        heard_at=heard_at,
        heartbeat=told,
    )


def venues() -> st.SearchStrategy[Venue]:
    """Any venue at all."""
    times = st.integers(0, 2 * NOW).map(UnixMs)
    notes = st.builds(
        FaultNote,
        code=st.sampled_from([*CATALOGUE, "X1"]),
        level=st.sampled_from(["amber", "red"]),
        owner=st.sampled_from(["staff", "helper", "nobody"]),
    )
    beats = st.builds(
        Heartbeat,
        at=times,
        store=st.just("a" * 16),
        version=st.just("1"),
        light=st.sampled_from(["green", "amber", "red", "starting"]),
        faults=st.lists(notes, max_size=3).map(tuple),
        share=st.just("matches"),
        waiting=st.integers(0, 3),
        oldest=st.none() | times,
        refused_notices=st.integers(0, 1),
    )
    return st.builds(
        Venue,
        id=st.text("abc", min_size=1),
        name=st.text(),
        unit=st.sampled_from(["", "a", "b", "c"]),
        standing=st.sampled_from(Standing),
        heard_at=st.none() | times,
        heartbeat=st.none() | beats,
        since=st.none() | times,
    )
