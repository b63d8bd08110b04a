"""Stage passer-by: who passes in 20, 60 or 120 s with the app in the background: caught by the kiosk, or by a phone."""

from typing import Final

from table import Line

from tests.sim.passing import Shares, shares
from tests.sim.queues import BLUETOOTHD, ONE_REQUEST

PASSERS: Final = 1000
PRESENT: Final = 50
"""iPhones that wait in the hall meanwhile."""
NEAR: Final = 250
"""Phones near: a full gate."""
GOALS: Final = {20.0: 98.0, 60.0: 99.5, 120.0: 99.9}
READERS: Final = {"through bluetoothd": BLUETOOTHD, "one request": ONE_REQUEST}


def _by_kiosk(stay_s: float, goal: float, found: Shares, of: str) -> list[Line]:
    asks = f"{found.silence * 100:.0f} % of the time under an ask"
    return [
        Line(
            "passer-by", f"Android caught, {stay_s:.0f} s, {of}", found.android_by_kiosk * 100, "%", goal, asks,
            at_least=True,
        ),
        Line("passer-by", f"iPhone caught, {stay_s:.0f} s, {of}", found.iphone_by_kiosk * 100, "%"),
        Line("passer-by", f"Android that heard the kiosk, {stay_s:.0f} s, {of}", found.kiosk_by_phone * 100, "%"),
    ]  # fmt: skip


def _by_phones(stay_s: float, found: Shares) -> list[Line]:
    note = f"both hear each other {found.both_ways * 100:.0f} %"
    return [
        Line("passer-by", f"Android heard by a phone, {stay_s:.0f} s", found.android_by_phone * 100, "%", None, note),
        Line("passer-by", f"iPhone read by a phone, {stay_s:.0f} s", found.iphone_by_phone * 100, "%"),
    ]


def run() -> list[Line]:
    """For each stay the kiosk's shares with each reader, and the phones' own in the last of these simulations."""
    lines = []
    for stay_s, goal in GOALS.items():
        found = {
            of: shares(stay_s, passers=PASSERS, present=PRESENT, near=NEAR, reader=reader)
            for of, reader in READERS.items()
        }
        for of, each in found.items():
            lines += _by_kiosk(stay_s, goal, each, of)
        lines += _by_phones(stay_s, found["one request"])
    return lines
