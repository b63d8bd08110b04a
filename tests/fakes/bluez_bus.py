"""A private D-Bus daemon that bleak and dbus-fast take for the system bus."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class PrivateBus:
    """A dbus-daemon of our own."""

    address: str
    stop: Callable[[], None]


@contextmanager
def private_bus(rules: str = "--session") -> Iterator[PrivateBus]:
    """Run one, by the rules of a session or of a file. Skips the test, loudly, where there is no dbus-daemon."""
    program = shutil.which("dbus-daemon")
    if program is None:
        pytest.skip("dbus-daemon is missing: install the Debian package dbus")
    with subprocess.Popen(
        [program, rules, "--nofork", "--nopidfile", "--print-address=1"], stdout=subprocess.PIPE, text=True
    ) as daemon:
        assert daemon.stdout is not None
        try:
            yield PrivateBus(daemon.stdout.readline().strip(), daemon.kill)
        finally:
            daemon.terminate()
