"""Speech: a script becomes sound through espeak-ng or piper, and sound goes to ALSA through aplay."""

import asyncio
import io
import shutil
import sys
import wave
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from kiosk.config import Loudspeaker
from kiosk.core import sound
from kiosk.core.campaign.spoken import PAUSE_S, Language, Script
from kiosk.errors import SpeechError

SAY_S: Final = 90.0
"""Deadline for all that is spoken before it plays; timetable.LONGEST_MS counts on it."""
OVER_S: Final = 15.0
"""How much longer than the sound itself playing may take."""
AFTER_NOTES_S: Final = 0.6
_ESPEAK_PACE: Final[dict[Language, int]] = {"vi": 150, "en": 140}
"""What espeak-ng calls words a minute. Measured with 1.51: so its Vietnamese keeps spoken.PACE, breaths included."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One announcement as a WAV file's bytes, and how long it plays."""

    wav: bytes
    seconds: float


class Speech:
    """Port Speaker on this machine. `models` are piper's voices by language; a language without one uses espeak-ng."""

    def __init__(self, models: dict[Language, str], *, volume: int, device: str, say_s: float = SAY_S) -> None:
        self._models, self._volume, self._device, self._say_s = models, volume, device, say_s

    @classmethod
    def of(cls, config: Loudspeaker) -> "Speech":
        """As [loudspeaker] of the configuration has it."""
        return cls({"vi": config.piper_model, "en": config.piper_model_en}, volume=config.volume, device=config.device)

    async def say(self, scripts: Sequence[Script]) -> None:
        """Speak and play, one script after the other, notes first. Raises SpeechError."""
        await self.play(await self.record(scripts))

    async def record(self, scripts: Sequence[Script]) -> Recording:
        """The announcement as sound, no louder than the volume. Raises SpeechError."""
        until = asyncio.get_running_loop().time() + self._say_s
        voices = [[await self._spoken(text, script.language, until) for text in script.sounds] for script in scripts]
        return await asyncio.to_thread(_joined, voices, self._volume)

    async def play(self, recording: Recording) -> None:
        """Through ALSA. Raises SpeechError."""
        program = _found("aplay", "alsa-utils")
        call = [program, "-q", "-D", self._device, "-"]
        until = asyncio.get_running_loop().time() + recording.seconds + OVER_S
        await _run(call, recording.wav, until, "see loudspeaker.device and `aplay -L`")

    async def _spoken(self, text: str, language: Language, until: float) -> "tuple[int, sound.Samples]":
        with TemporaryDirectory(prefix="kiosk-speech-") as folder:
            file = Path(folder) / "said.wav"
            call, remedy = self._engine(language, file)
            await _run(call, f"{text}\n".encode(), until, remedy)
            return _samples(file, call[0])

    def _engine(self, language: Language, file: Path) -> tuple[list[str], str]:
        model = self._models.get(language, "")
        if model:
            program = _found("piper", "", "install piper-tts, or empty loudspeaker.piper_model to use espeak-ng")
            return [program, "--model", model, "--output_file", str(file)], "see loudspeaker.piper_model"
        program = _found("espeak-ng", "espeak-ng")
        pace = _ESPEAK_PACE[language]
        return [program, "-v", language, "-s", str(pace), "-w", str(file), "--stdin"], "try: espeak-ng -v vi 'xin chào'"


def _found(program: str, package: str, remedy: str = "") -> str:
    path = shutil.which(program)
    if path is None:
        raise SpeechError(f"{program} is not on this machine: {remedy or f'run: apt-get install {package}'}")
    return path


async def _run(call: list[str], data: bytes, until: float, remedy: str) -> None:
    """A program with its input, until it ends or its time is up (by the loop's clock). Raises SpeechError."""
    name = Path(call[0]).name
    try:
        process = await asyncio.create_subprocess_exec(
            *call, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
        )
    except OSError as error:
        raise SpeechError(f"{name} does not start: {error.strerror or error}; {remedy}") from error
    try:
        async with asyncio.timeout_at(until):
            _, told = await process.communicate(data)
    except TimeoutError:
        raise SpeechError(f"{name} was not done in its time; {remedy}") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        why = " ".join(told.decode("utf-8", "replace").split())[:200]
        raise SpeechError(f"{name} failed ({process.returncode}): {why or 'it does not say why'}; {remedy}")


def _samples(file: Path, engine: str) -> tuple[int, sound.Samples]:
    """Rate and samples of what an engine wrote."""
    try:
        with wave.open(str(file)) as said:
            if (said.getnchannels(), said.getsampwidth()) != (1, 2):
                raise SpeechError(f"{engine} did not write one channel of 16 bits")
            raw = said.readframes(said.getnframes())
            rate = said.getframerate()
    except (OSError, EOFError, wave.Error) as error:
        raise SpeechError(f"{engine} wrote no sound: {error}") from error
    samples = array("h", raw[: len(raw) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    return rate, samples


def _joined(scripts: "list[list[tuple[int, sound.Samples]]]", volume: int) -> Recording:
    """Notes, then the paragraphs of each script with silence between, at one rate and one loudness."""
    rate = max(rate for voices in scripts for rate, _ in voices)
    whole = sound.notes(rate) + sound.silence(rate, AFTER_NOTES_S)
    for voices in scripts:
        for own_rate, voice in voices:
            whole += sound.capped(sound.resampled(voice, own_rate, rate), 100)
            whole += sound.silence(rate, PAUSE_S)
    whole = sound.capped(whole, volume)
    if sys.byteorder == "big":
        whole.byteswap()
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(whole.tobytes())
    return Recording(out.getvalue(), len(whole) / rate)
