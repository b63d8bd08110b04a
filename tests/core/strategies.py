"""Hypothesis strategies for the core: times, ids, advertisements."""

from typing import Final

from hypothesis import strategies as st

from kiosk.core.adverts import Heard
from kiosk.core.asking import Asking
from kiosk.core.identity import ID_BYTES, BluezoneId, DailyKey, RootKey
from kiosk.core.windows import WINDOW_MS, UnixMs, Window, window_at

NOON: Final = UnixMs(1_795_348_800_000)
"""2026-11-22 12:00 UTC, the start of a window."""
WINDOW: Final = window_at(NOON)

times = st.integers(-(2**40), 2**43).map(UnixMs)
"""From 1935 to 2248: a box without a clock battery starts near 1970."""
windows = times.map(window_at)
boundaries = st.builds(
    lambda number, off: UnixMs(number * WINDOW_MS + off), st.integers(-200, 3_000_000), st.integers(-1, 1)
)
days = st.integers(-3650, 100_000)
ids = st.binary(min_size=ID_BYTES, max_size=ID_BYTES).map(BluezoneId)
daily_keys = st.binary(min_size=32, max_size=32).map(DailyKey)
root_keys = st.binary(min_size=32, max_size=32).map(RootKey)
rssis = st.integers(-127, 20)


def an_id(number: int) -> BluezoneId:
    """A distinct id for each number."""
    return BluezoneId(number.to_bytes(ID_BYTES, "big"))


def advert_of(address: str, at: int, rssi: int = -60, address_type: str = "random") -> Heard:
    """One advertisement of an iPhone; the ask table does not look inside."""
    return Heard(address, address_type, UnixMs(at), rssi, b"")


def asked(asking: Asking, at: int) -> str | None:
    """Whose turn it is."""
    peer = asking.next(UnixMs(at))
    return peer.address if peer else None


def heard(asking: Asking, *adverts: tuple[str, int, int]) -> None:
    """Phones heard: address, time, RSSI."""
    for address, at, rssi in adverts:
        asking.heard(advert_of(address, at, rssi))


def times_in(window: Window) -> st.SearchStrategy[UnixMs]:
    """Times inside a window, its first and last millisecond among them."""
    return st.integers(window.start, window.end - 1).map(UnixMs)
