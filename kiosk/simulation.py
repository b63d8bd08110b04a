"""Simulation: the same kiosk on a simulated street. A file of its own, since a box on a wall never loads it."""

import logging
import socket
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Final

from kiosk import displays
from kiosk.adapters import system
from kiosk.app import live, run_until_told
from kiosk.config import Config, Web, replace
from kiosk.core.windows import UnixMs, vietnam_day_start
from kiosk.parts import Parts
from kiosk.sim import teller
from kiosk.sim.clock import OnlookerClock, ScaledClock
from kiosk.sim.radio import Radio
from kiosk.sim.speaker import SimulatedSpeaker
from kiosk.sim.street import Street
from kiosk.sim.world import World
from kiosk.supervisor import Board
from kiosk.web.site import StatusSite

MORNING_MS: Final = 27_000_000
"""A simulated day begins at 07:30 in Vietnam, when a bus station is awake."""


def simulate(config: Config, *, speed: float, seed: int, state: Path | None, duration_s: float | None) -> int:
    """The kiosk on a simulated street, until Ctrl-C or for `duration_s` real seconds."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    if state is not None:
        return run_until_told(partial(_run_simulated, config, speed, seed, state), duration_s)
    with tempfile.TemporaryDirectory(prefix="bluezone-kiosk-") as folder:
        return run_until_told(partial(_run_simulated, config, speed, seed, Path(folder)), duration_s)


async def _run_simulated(config: Config, speed: float, seed: int, folder: Path) -> None:
    clock = ScaledClock(UnixMs(vietnam_day_start(system.SystemClock().now()) + MORNING_MS), speed)
    onlooker = OnlookerClock(clock)
    radio = Radio(World(clock, Street(seed=seed)), clock)
    key = system.load_or_create_root_key(folder / system.ROOT_KEY_FILE)
    wall = displays.in_file(config.show, folder / "wall.png")
    parts = Parts(
        clock, onlooker, system.SystemdHost(), radio.advertiser, radio.scanner, radio.gatt, wall, key, folder,
        SimulatedSpeaker(), speed=speed, simulated=True, unblock=lambda: None,
    )  # fmt: skip
    config = replace(config, web=_on_a_free_port(replace(config.web, host="127.0.0.1", socket="", tls="off")))

    async def tell(board: Board, page: StatusSite) -> None:
        await teller.tell(board.snapshot, partial(_address, config.web, page), _say, folder, speed, onlooker)

    await live(config, parts, tell)


def _on_a_free_port(config: Web) -> Web:
    """A simulation beside another kiosk takes any free port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError:
            return replace(config, port=0)
    return config


def _address(config: Web, page: StatusSite) -> str | None:
    if not config.enabled:
        return "(web.enabled = false)"
    return f"http://{config.host}:{page.port}" if page.port else None


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
