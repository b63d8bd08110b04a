"""Every contract is played on three stages: bluetoothd's adapters over the fake BlueZ, those of the kernel's sockets
over the fake kernel, and the simulated radio."""

from collections.abc import AsyncIterator

import pytest

from tests.contract.stages import RealStage, SimulatedStage, SocketStage, Stage
from tests.fakes.bluez_fixtures import system_bus

__all__ = ["stage", "system_bus"]


@pytest.fixture(params=[pytest.param("real", marks=pytest.mark.dbus), "sockets", "simulated"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    stage: Stage
    if request.param == "real":
        stage = RealStage(request.getfixturevalue("system_bus").address)
    else:
        stage = SocketStage() if request.param == "sockets" else SimulatedStage()
    async with stage:
        yield stage
