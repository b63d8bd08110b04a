"""Teller: what a simulation says in the terminal, so that nobody wonders whether it works."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from kiosk.core.facts import Snapshot
from kiosk.core.wording import clock as clock_text
from kiosk.ports import Clock

EVERY_S: Final = 2.0
"""Real seconds between two lines."""


def greeting(page: str, folder: Path, speed: float) -> str:
    """Where to look."""
    return "\n".join(
        (
            "",
            "Trạm Bluezone mô phỏng đang chạy · A simulated Bluezone kiosk is running",
            f"  trang trạm · status page    {page}",
            f"  bảng chào · wall            {page}/display",
            f"  ảnh bảng chào · as a file   {folder / 'wall.png'}",
            f"  sổ ghi · store              {folder / 'days'}",
            f"  thời gian · time            x{speed:g}",
            "Ctrl-C để dừng · Ctrl-C ends it",
            "",
        )
    )


def line(snapshot: Snapshot) -> str:
    """One line of counts."""
    collect = snapshot.collect
    on_air = snapshot.advertise.on_air_since
    return (
        f"{clock_text(snapshot.at)}  "
        f"{'on air' if on_air is not None else 'OFF AIR':8}"
        f"Bluezone phones near {collect.phones_near:4}   visits today {collect.visits_today:5}   "
        f"iPhones answered {collect.answered:5}   others near {collect.strangers_near:5}   "
        f"adverts heard {collect.packets:8}"
    )


async def tell(
    snapshot: Callable[[], Snapshot],
    page: Callable[[], str | None],
    say: Callable[[str], None],
    folder: Path,
    speed: float,
    machine: Clock,
) -> None:
    """Greet once the page is up, then count, until cancelled."""
    while (address := page()) is None:
        await machine.sleep(0.1)
    say(greeting(address, folder, speed))
    while True:
        say(line(snapshot()))
        await machine.sleep(EVERY_S)
