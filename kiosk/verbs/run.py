"""run: the kiosk itself, on its hardware or on a simulated street."""

import argparse
from collections.abc import Callable
from pathlib import Path

from kiosk.adapters.memory import without_authorities
from kiosk.config import Config
from kiosk.errors import ConfigError
from kiosk.verbs.arguments import Verbs, configured, takes_config


def add(verbs: Verbs) -> None:
    """Declare the verb."""
    run = verbs.add_parser("run", help="run the kiosk")
    run.set_defaults(act=_run)
    run.add_argument("--simulate", action="store_true", help="no hardware: a street of simulated phones")
    run.add_argument("--speed", type=float, default=1.0, metavar="N", help="with --simulate: time runs N times faster")
    run.add_argument("--seed", type=int, default=1, metavar="N", help="with --simulate: another street")
    run.add_argument(
        "--state", type=Path, metavar="DIR", help="with --simulate: keep the store here (default: temporary)"
    )
    run.add_argument("--duration", type=float, metavar="S", help="with --simulate: stop after S real seconds")
    takes_config(run)


def load() -> Callable[[Config], int]:
    """The daemon, with all that it needs."""
    with without_authorities():
        from kiosk import app
    return app.run


def _run(arguments: argparse.Namespace) -> int:
    config = configured(arguments)
    if not arguments.simulate:
        for option, unset in (("speed", 1.0), ("state", None), ("duration", None)):
            if getattr(arguments, option) != unset:
                raise ConfigError(f"--{option} is for --simulate only")
        return load()(config)
    if arguments.speed <= 0 or arguments.speed > 10_000:
        raise ConfigError(f"--speed: expected more than 0 and at most 10000, got {arguments.speed}")
    from kiosk import simulation

    return simulation.simulate(
        config, speed=arguments.speed, seed=arguments.seed, state=arguments.state, duration_s=arguments.duration
    )
