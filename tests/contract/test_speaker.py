"""The contract of a Speaker: everything is said before it returns, and what cannot be said is a SpeechError."""

import pytest

from kiosk.adapters.speech import Speech
from kiosk.core.campaign import compose
from kiosk.core.campaign.spoken import LANGUAGES, script
from kiosk.errors import SpeechError
from kiosk.ports import Speaker
from kiosk.sim.speaker import SimulatedSpeaker
from tests.voice import NEEDS_VOICE

SCRIPTS = [script(compose("market"), 15, language) for language in LANGUAGES]


def mute_simulation() -> Speaker:
    speaker = SimulatedSpeaker()
    speaker.trouble = "mute"
    return speaker


@pytest.mark.parametrize(
    "speaker",
    [
        pytest.param(SimulatedSpeaker(), id="simulated", marks=pytest.mark.guest),
        pytest.param(Speech({}, volume=60, device="null"), id="espeak-ng", marks=NEEDS_VOICE),
    ],
)
async def test_scripts_in_both_languages_are_said_again_and_again(speaker: Speaker) -> None:
    await speaker.say(SCRIPTS)
    await speaker.say(SCRIPTS[:1])


@pytest.mark.parametrize(
    "speaker",
    [
        pytest.param(mute_simulation(), id="simulated", marks=pytest.mark.guest),
        pytest.param(Speech({}, volume=60, device="no-such-device"), id="espeak-ng", marks=NEEDS_VOICE),
    ],
)
async def test_a_speaker_that_cannot_be_heard_says_so_each_time(speaker: Speaker) -> None:
    for _ in range(2):
        with pytest.raises(SpeechError, match=r"\w"):
            await speaker.say(SCRIPTS[:1])
