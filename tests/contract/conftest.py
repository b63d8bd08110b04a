"""Every contract is played on two stages: the real adapters over the fake BlueZ, and the simulated radio."""

from collections.abc import AsyncIterator

import pytest

from tests.contract.stages import RealStage, SimulatedStage, Stage
from tests.fakes.bluez_fixtures import system_bus

__all__ = ["stage", "system_bus"]


@pytest.fixture(params=[pytest.param("real", marks=pytest.mark.dbus), "simulated"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    real = request.param == "real"
    stage: Stage = RealStage(request.getfixturevalue("system_bus").address) if real else SimulatedStage()
    async with stage:
        yield stage
