"""Eight hours of an empty venue: the journal stays nearly empty too."""

import asyncio
import logging
from pathlib import Path

import pytest

from kiosk import app
from kiosk.adapters.png import PngDisplay
from kiosk.adapters.vault import FileVault
from kiosk.config import Config, Loudspeaker, Sync, Web
from kiosk.core.facts import HealthFacts
from kiosk.core.identity import RootKey
from kiosk.core.sync.enrolment import ENROLMENT, Enrolment, written
from kiosk.displays import Wall
from kiosk.parts import Parts
from kiosk.services import collect
from kiosk.sim.backend import KIOSK, TOKEN, SimulatedCollector
from kiosk.sim.clock import ManualClock
from kiosk.sim.radio import Radio
from kiosk.sim.speaker import SimulatedSpeaker
from kiosk.sim.world import World
from tests.day.test_a_day import START, QuietHost, no_picture

HOURS = 8
MOST_LINES = 20
CONFIG = Config(web=Web(enabled=False), loudspeaker=Loudspeaker(enabled=True), sync=Sync(share="encounters"))


class Well:
    """HealthSource of a machine that tells nothing."""

    def look(self) -> HealthFacts:
        return HealthFacts()


async def test_an_empty_venue_fills_no_journal(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collect, "TAKE_S", 5.0)  # fewer turns, the same words
    clock = ManualClock(START)
    radio, collector = Radio(World(clock), clock), SimulatedCollector(clock.now)
    me = Enrolment(url="https://c.example", kiosk=KIOSK, venue="", signing_key="0" * 64, token=TOKEN)
    FileVault(tmp_path).write(ENROLMENT, written(me))
    parts = Parts(
        clock, clock, QuietHost(), radio.advertiser, radio.scanner, radio.gatt, Wall(PngDisplay(no_picture)),
        RootKey(bytes(32)), tmp_path, SimulatedSpeaker(), simulated=True, health=Well(),
        connect=lambda enrolled: collector.connect(enrolled.token),
    )  # fmt: skip
    caplog.set_level(logging.INFO)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(app.live(CONFIG, parts), name="kiosk")
        await clock.advance(HOURS * 3600)
        task.cancel()
    lines = [record.getMessage() for record in caplog.records if record.levelno >= logging.INFO]
    assert len(lines) <= MOST_LINES, lines
    assert any(line.startswith("enrolled as kiosk") for line in lines)  # what is said is counted
