"""Speech with the real espeak-ng and ALSA's null device; programs that fail or hang are stand-ins on PATH."""

import io
import os
import wave
from array import array
from pathlib import Path

import pytest

from kiosk.adapters.speech import AFTER_NOTES_S, Speech
from kiosk.core.campaign import PROFILES, compose
from kiosk.core.campaign.spoken import LANGUAGES, LENGTHS, PAUSE_S, TOPICS, Language, Script, script
from kiosk.core.sound import NOTE_S, NOTES_HZ, PEAK
from kiosk.errors import SpeechError
from tests.voice import NEEDS_VOICE

BEFORE_S = NOTE_S * len(NOTES_HZ) + AFTER_NOTES_S
SHORT = Script("vi", ("Chào bà con.",))


def stand_in(folder: Path, name: str, text: str) -> None:
    """A program of this name, alone on PATH."""
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


def samples(wav: bytes) -> "tuple[int, array[int]]":
    with wave.open(io.BytesIO(wav)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        return file.getframerate(), array("h", file.readframes(file.getnframes()))


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH besides the shell's own."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/nowhere")
    return tmp_path


class TestTheRealVoice:
    pytestmark = NEEDS_VOICE

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("topic", TOPICS)
    async def test_what_is_estimated_to_fit_fits_when_it_is_spoken(self, language: Language, topic: str) -> None:
        speech = Speech({}, volume=60, device="null")
        for seconds in LENGTHS:
            longest = max(
                (script(compose(key), seconds, language, each) for key in PROFILES for each in TOPICS if each == topic),
                key=lambda one: one.seconds,
            )
            recording = await speech.record([longest])
            spoken_s = recording.seconds - BEFORE_S - PAUSE_S
            assert 0.6 * longest.seconds <= spoken_s <= seconds, (longest.text, longest.seconds)

    async def test_the_notes_come_first_and_nothing_is_louder_than_the_volume(self) -> None:
        loud = await Speech({}, volume=80, device="null").record([SHORT])
        soft = await Speech({}, volume=10, device="null").record([SHORT])
        for recording, percent in ((loud, 80), (soft, 10)):
            rate, sound = samples(recording.wav)
            assert recording.seconds == pytest.approx(len(sound) / rate)
            assert 0.98 * percent <= 100 * max(map(abs, sound)) / PEAK <= percent
            gap = sound[int((BEFORE_S - 0.3) * rate) : int((BEFORE_S - 0.1) * rate)]
            assert max(map(abs, gap)) == 0
            assert max(map(abs, sound[int(BEFORE_S * rate) :])) > 0

    async def test_two_languages_follow_one_another(self) -> None:
        speech = Speech({}, volume=60, device="null")
        both = await speech.record([SHORT, Script("en", ("Hello.",))])
        assert both.seconds > (await speech.record([SHORT])).seconds + PAUSE_S

    async def test_it_plays_through_alsa_and_an_unknown_output_is_told_with_the_remedy(self) -> None:
        recording = await Speech({}, volume=60, device="null").record([SHORT])
        await Speech({}, volume=60, device="null").play(recording)
        with pytest.raises(SpeechError, match=r"aplay failed .*no-such.*loudspeaker\.device and `aplay -L`"):
            await Speech({}, volume=60, device="no-such").play(recording)


async def test_without_an_engine_the_debian_package_is_named(alone: Path) -> None:
    with pytest.raises(SpeechError, match=r"espeak-ng is not on this machine: run: apt-get install espeak-ng"):
        await Speech({}, volume=60, device="null").record([SHORT])


async def test_without_piper_a_configured_voice_says_what_to_do(alone: Path) -> None:
    with pytest.raises(SpeechError, match=r"piper is not on this machine: .*empty loudspeaker\.piper_model"):
        await Speech({"vi": "vi.onnx"}, volume=60, device="null").record([SHORT])


async def test_without_aplay_the_debian_package_is_named(
    alone: Path, monkeypatch: pytest.MonkeyPatch, spoken: bytes
) -> None:
    (alone / "voice.wav").write_bytes(spoken)
    stand_in(alone, "espeak-ng", f'while [ "$1" != -w ]; do shift; done; /bin/cp {alone}/voice.wav "$2"')
    with pytest.raises(SpeechError, match=r"aplay is not on this machine: run: apt-get install alsa-utils"):
        await Speech({}, volume=60, device="null").say([SHORT])


async def test_an_engine_that_hangs_is_ended_at_its_deadline(alone: Path) -> None:
    stand_in(alone, "espeak-ng", f"echo $$ > {alone}/pid; exec /bin/sleep 600")
    with pytest.raises(SpeechError, match=r"espeak-ng was not done in its time"):
        await Speech({}, volume=60, device="null", say_s=1.0).record([SHORT])
    with pytest.raises(ProcessLookupError):
        os.kill(int((alone / "pid").read_text()), 0)


async def test_an_engine_that_fails_is_told_in_its_own_words(alone: Path) -> None:
    stand_in(alone, "espeak-ng", "echo 'no such voice' >&2; exit 3")
    with pytest.raises(SpeechError, match=r"espeak-ng failed \(3\): no such voice; try: espeak-ng"):
        await Speech({}, volume=60, device="null").record([SHORT])


@pytest.mark.parametrize("act", ["exit 0", 'while [ "$1" != -w ]; do shift; done; echo nonsense > "$2"'])
async def test_an_engine_that_writes_no_sound_is_told(alone: Path, act: str) -> None:
    stand_in(alone, "espeak-ng", act)
    with pytest.raises(SpeechError, match=r"espeak-ng wrote no sound"):
        await Speech({}, volume=60, device="null").record([SHORT])


async def test_piper_gets_its_model_and_the_text_as_it_sounds(alone: Path, spoken: bytes) -> None:
    (alone / "voice.wav").write_bytes(spoken)
    stand_in(alone, "piper", f'echo "$@" > {alone}/call; /bin/cat > {alone}/text; /bin/cp {alone}/voice.wav "$4"')
    said = await Speech({"vi": "/v/vi.onnx"}, volume=60, device="null").record([Script("vi", ("Cài Bluezone.",))])
    assert (alone / "call").read_text().startswith("--model /v/vi.onnx --output_file /")
    assert (alone / "text").read_text() == "Cài blu dôn.\n"
    assert said.seconds == pytest.approx(BEFORE_S + 0.1 + PAUSE_S, abs=0.01)


@pytest.fixture
def spoken() -> bytes:
    """A tenth of a second as an engine writes it, at another rate than espeak-ng's."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(array("h", [0, 9000] * 800).tobytes())
    return out.getvalue()
