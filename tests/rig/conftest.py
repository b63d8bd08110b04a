"""The virtual Pi as fixtures: booted once a session and suite, brought back to a snapshot for every test.

RIG_SUITES names the Debian suites (default: trixie; RIG_SUITES=bookworm,trixie before a release).
"""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.rig import image
from tests.rig.installed import Listener, install
from tests.rig.pi import Pi

SUITES = os.environ.get("RIG_SUITES", "trixie").split(",")


@pytest.fixture(scope="session")
def kiosk_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own wheel."""
    return image.project_wheel(tmp_path_factory.mktemp("wheel"))


@pytest_asyncio.fixture(scope="session", loop_scope="session", params=SUITES)
async def machine(request: pytest.FixtureRequest) -> AsyncIterator[Pi]:
    """A virtual Pi with two snapshots: "bare" (Debian as it comes) and "installed" (the kiosk, not started)."""
    if lacks := image.missing():
        pytest.skip("the virtual Pi needs: " + ", ".join(lacks))
    wheel: Path = request.getfixturevalue("kiosk_wheel")
    folder = image.CACHE / "run" / request.param
    shutil.rmtree(folder, ignore_errors=True)
    async with Pi(folder, image.build(request.param)) as pi:
        pi.copy_in(image.HERE / "probes", to="/root/")
        pi.save("bare")
        await pi.load("bare")
        await install(pi, wheel)
        pi.save("installed")
        yield pi
    (folder / "disk.qcow2").unlink()


@pytest_asyncio.fixture(loop_scope="session")
async def pi(machine: Pi) -> AsyncIterator[Pi]:
    """The kiosk installed, not started; an empty air."""
    await machine.load("installed")
    yield machine
    machine.air.silence()


@pytest_asyncio.fixture(loop_scope="session")
async def bare_pi(machine: Pi) -> AsyncIterator[Pi]:
    """Debian with bluetoothd as it comes; an empty air."""
    await machine.load("bare")
    yield machine
    machine.air.silence()


@pytest.fixture
def listener(pi: Pi) -> Listener:
    """What a phone beside the Pi hears of the kiosk."""
    return Listener(pi.air)
